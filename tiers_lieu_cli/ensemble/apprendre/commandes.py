"""`tl apprendre` : un cours au terminal, sur un lieu inventé ; et la carte des gestes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.apprendre import carte as cartes
from tiers_lieu_cli.ensemble.apprendre import lecons
from tiers_lieu_cli.ensemble.apprendre.cours import Cours, dossier_du_cours
from tiers_lieu_cli.ensemble.apprendre.modele import Chapitre
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir, poste
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages.rendu import Page

app = Application()


def _completer(debut: str) -> list[tuple[str, str]]:
    return [(c.nom, c.titre) for c in lecons.chapitres() if c.nom.startswith(debut)]


class _Dits(Page, frozen=True):
    """Ce qu'on apprend, et où."""

    chapitre: Annotated[
        str,
        typer.Argument(
            metavar="[CHAPITRE]",
            help="concierge, benevole, relais, tresorier ; sinon, celui qu'on a commencé.",
            autocompletion=_completer,
        ),
    ] = ""
    carte: Annotated[bool, typer.Option("--carte", help="La carte des gestes, une page à imprimer.")] = False
    liste: Annotated[bool, typer.Option("--liste", help="Les chapitres, et où l'on en est.")] = False
    recommencer: Annotated[
        bool, typer.Option("--recommencer", help="Jeter le lieu du cours, et tout reprendre.")
    ] = False
    dans: Annotated[
        Path | None, typer.Option("--dans", metavar="DOSSIER", help="Où vit le cours ; sinon, chez vous.")
    ] = None


@app.action("apprendre", dits=_Dits)
def apprendre(ctx: typer.Context, dits: _Dits) -> None:
    """Apprendre en faisant, sur un lieu inventé qu'on peut casser ; on reprend où l'on s'est arrêté.

    Le cours regarde ce qui est dans le lieu, non ce qui fut tapé : toute façon de faire est bonne.

    Exemples :
        tl apprendre --liste
        tl apprendre --carte --sortie ~/gestes.pdf
    """
    if dits.carte:
        cartes.montrer(ouvrir(ctx), dits)
        return
    ici = poste(ctx)
    cours = Cours(dits.dans or dossier_du_cours(ici.environ), ici)
    if dits.recommencer:
        cours.recommencer()
    if dits.liste or dits.json or not ici.ecran.interactif:
        _lister(ici, cours, json=dits.json)
        return
    chapitre = _choisir(cours, dits.chapitre)
    if cours.suivre(chapitre):
        ici.ecran.dire(f"\n« {chapitre.titre} » est fini. La carte des gestes : tl apprendre --carte")
        _lister(ici, cours, json=False)


def _choisir(cours: Cours, voulu: str) -> Chapitre:
    """Celui qu'on nomme ; sinon celui qu'on a commencé, ou le premier qui ne soit pas fini."""
    connus = lecons.chapitres()
    if voulu:
        trouve = next((c for c in connus if c.nom == voulu.lower()), None)
        if trouve is None:
            noms = ", ".join(c.nom for c in connus)
            raise ErreurUsage(f"« {voulu} » n'est pas un chapitre.", f"Choisir parmi : {noms}.")
        return trouve
    restent = [c for c in connus if cours.progres.suivante(c)] or list(connus)
    return next((c for c in restent if cours.progres.finies.get(c.nom)), restent[0])


def _lister(ici: Poste, cours: Cours, *, json: bool) -> None:
    connus = lecons.chapitres()
    faites = {c.nom: len(cours.progres.finies.get(c.nom, ())) for c in connus}
    if json:
        vus = [
            {"chapitre": c.nom, "minutes": c.minutes, "etapes": len(c.etapes), "faites": faites[c.nom]}
            for c in connus
        ]
        ici.ecran.json(vus)
        return
    ici.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(cede=True), Colonne(), Colonne()],
        [
            (c.nom, c.titre, f"pour {c.pour}", f"{c.minutes} min", f"{faites[c.nom]} sur {len(c.etapes)}")
            for c in connus
        ],
    )
    suivant = next((c for c in connus if cours.progres.suivante(c)), connus[0])
    ici.ecran.dire(f"  Ensuite : tl apprendre {suivant.nom}")

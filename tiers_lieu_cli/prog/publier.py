"""`tl prog publier` : tous les flux du programme, chacun réécrit seulement s'il change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import INTERNE, PUBLIC, Ecraser, Sorties
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.prog import deja_publie

app = Application()
#: Un domaine que personne ne peut avoir (RFC 2606) : le lieu n'a pas encore dit le sien.
SANS_DOMAINE = ".invalid"
#: Ce qu'un agenda tient en arrière : un an et un mois, de quoi comparer à l'an passé.
MOIS_TENUS = 13
Depuis = Annotated[
    str,
    typer.Option("--depuis", metavar="DATE", help="Le premier jour tenu ; sinon, treize mois en arrière."),
]


@app.lit("publier")
def publier(
    c: Contexte,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="DOSSIER", help="Ce qui est public ; sinon public/.")
    ] = None,
    interne: Annotated[
        Path | None,
        typer.Option("--interne", metavar="DOSSIER", help="Ce qui est à l'équipe ; sinon interne/."),
    ] = None,
    depuis: Depuis = "",
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Écrire tous les agendas : public, par public, par salle, par étiquette ; et ceux de l'équipe.

    Chacun tient treize mois en arrière et tout ce qui vient ; les années d'avant sont dans archives/ :
    les agendas en ligne refusent un gros fichier. Publier encore ne réécrit que ce qui a changé. L'agenda
    interne et celui de chaque bénévole vont dans un dossier à part, jamais dans ce qui se met en ligne.

    Exemples :
        tl prog publier
        tl prog publier --sortie ~/site --interne ~/partage-equipe
        tl prog publier --depuis 1/1/2024
    """
    public = sorties.verifier(sortie or c.lieu.racine / PUBLIC, dossier=True)
    prive = sorties.verifier(interne or c.lieu.racine / INTERNE, dossier=True)
    if prive.is_relative_to(public):
        raise ErreurUsage(
            f"{prive} est dans ce qui se met en ligne ({public}).",
            "L'agenda interne va ailleurs : --interne DOSSIER",
        )
    debut = premier_jour(c, depuis)
    deja = deja_publie.retrouver(c, debut, public, prive)
    if deja:
        for phrase in deja.avis:
            c.ecran.avertir(phrase)
        _dire(
            c, public, prive, [Path(f) for f in deja.fichiers if not f.endswith(".gitignore")], [], json=json
        )
        return
    # Ce qui suit coûte cher à charger : rien n'en est lu si rien n'a changé.
    from tiers_lieu_cli.prog import agendas

    with Sorties(c, ecraser=ecraser) as neuves:
        for dossier in (public, prive):
            neuves.dossier(dossier)
        aussi = []
        if interne is None:
            # Ce dossier s'ignore lui-même : rien de ce qu'il contient n'entre dans l'archive.
            aussi.append(neuves.ecrire(prive / ".gitignore", [b"*\n"]))
        ecrits, avis = agendas.tout(c, neuves, public, prive, debut)
    deja_publie.retenir(c, debut, [*ecrits, *aussi], avis, public, prive)
    changes = [chemin for chemin in ecrits if chemin in set(neuves.changes)]
    for phrase in avis:
        c.ecran.avertir(phrase)
    _dire(c, public, prive, ecrits, changes, json=json)


def premier_jour(c: Contexte, depuis: str) -> date:
    """Le premier jour qu'un agenda tient : treize mois en arrière, au premier du mois, ou celui qu'on dit."""
    jour = c.horloge.aujourdhui()
    if depuis:
        return saisie.lire_jour(depuis, c.horloge.murale(), Sens.PASSE)
    mois = jour.year * 12 + jour.month - 1 - MOIS_TENUS
    return date(mois // 12, mois % 12 + 1, 1)


def _dire(
    c: Contexte, public: Path, prive: Path, ecrits: list[Path], changes: list[Path], *, json: bool
) -> None:
    if json:
        c.ecran.json({"fichiers": [str(f) for f in ecrits], "ecrits": [str(f) for f in changes]})
        return
    if not changes:
        c.ecran.dire(f"Rien n'a changé : les {len(ecrits)} fichiers publiés sont à jour.")
        return
    c.ecran.dire(f"{len(changes)} fichiers écrits, {len(ecrits) - len(changes)} déjà à jour.")
    c.ecran.dire(f"  Public : {public}")
    c.ecran.dire(f"  À l'équipe, jamais en ligne : {prive}")
    domaine = c.lieu.reglages.domaine
    if domaine.endswith(SANS_DOMAINE):
        c.ecran.dire(
            "  Ensuite : mettre public en ligne ; d'abord le nom du site : tl lieu --domaine passerelle.be"
        )
    else:
        c.ecran.dire(
            f"  Ensuite : mettre public en ligne ; s'abonner à https://{domaine}/programme.ics"
            f" ou webcal://{domaine}/programme.ics"
        )

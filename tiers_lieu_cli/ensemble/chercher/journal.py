"""`tl journal liste` : les notes, par mot, étiquette, personne, salle ou période."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.ensemble.chercher import regles
from tiers_lieu_cli.ensemble.chercher.commandes import comprendre, filtres, trouver
from tiers_lieu_cli.journal.fiches import dire
from tiers_lieu_cli.journal.modele import NOTES, Note
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder

app = Application()
#: Ce qu'un écran montre sans qu'on le demande.
MONTREES = 30


@app.lit("liste")
def liste(
    c: Contexte,
    mots: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MOT]…",
            help="Des mots, @qui, '#étiquette', salle:, du:, au: (comme tl chercher).",
            autocompletion=completion(filtres),
        ),
    ] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Toutes, et non les dernières.")] = False,
    json: Json = False,
) -> None:
    """Relire le journal par mot, étiquette, personne ou période ; les dernières notes si l'on ne dit rien.

    Exemples :
        tl journal liste
        tl journal liste '#panne' du:1/11
        tl journal liste four @karim
    """
    demande = comprendre(c, structs.replace(regles.lire(mots or ()), genre=NOTES.genre.nom))
    trouve = trouver(c, demande)
    idents = [NOTES.genre.ident(t.chemin) for t in (trouve.fiches if trouve.entier else ())]
    notes = sorted(filter(None, (NOTES.une(c.arbre, i) for i in idents if i)), key=lambda n: (n.moment, n.id))
    gardees = notes if tout or json else notes[-MONTREES:]
    if json:
        c.ecran.json(gardees)
        return
    c.ecran.titre(f"Journal · {c.lieu.reglages.nom}", accorder(len(notes), "note") if notes else "")
    if not notes:
        c.ecran.dire("Aucune note n'y répond.  Chercher ailleurs : tl chercher")
        return
    jour = c.horloge.aujourdhui()
    deja, lignes = "", []
    for note in gardees:
        dit = temps.dire_jour(note.jour, jour)
        lignes.append(_ligne(c, note, "" if dit == deja else dit))
        deja = dit
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True), Colonne(style=Style.PALE)], lignes
    )
    if reste := len(notes) - len(gardees):
        c.ecran.dire(f"… et {accorder(reste, 'plus ancienne')} : ajouter --tout, ou du: et au:")


def _ligne(c: Contexte, note: Note, jour: str) -> tuple[str, ...]:
    return jour, f"{note.instant:%H:%M}", dire(c, note), identifiants.abrege(note.id)

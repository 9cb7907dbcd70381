"""`tl journal joindre` : une photo, un papier, rangés au coffre et attachés à la note qui en parle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.convention.document import fiches as documents
from tiers_lieu_cli.convention.document.modele import Document
from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


def _notes(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    return [(i, "") for i in reversed(NOTES.idents_des_mois(c.arbre, temps.un_mois_avant(jour), jour))]


@app.ecrit("joindre")
def joindre(
    c: Contexte,
    e: Ecriture,
    note: Annotated[str, typer.Argument(help="La note (Tab propose).", autocompletion=completion(_notes))],
    fichier: Annotated[Path, typer.Argument(help="Un PDF, une image, un document de bureau, un texte.")],
    titre: Annotated[str, typer.Option("--titre", help="Ce que c'est ; sinon, le nom du fichier.")] = "",
    nomme: Annotated[list[PersonneCitee] | None, typer.Option("--nomme", help="Qui il nomme.")] = None,
    nominatif: Annotated[
        bool, typer.Option("--nominatif", help="Il nomme ou montre des gens, connus ou non.")
    ] = False,
) -> Fait:
    """Joindre un fichier à une note : le contenu au coffre, sous son empreinte ; la note dit où.

    Exemple :
        tl journal joindre 2026-11-24-1012-le-four-q2x7 photo.jpg --titre "Le four, ouvert"
    """
    ancienne = NOTES.exiger(c.arbre, note)
    pose = documents.deposer(
        c,
        e,
        fichier,
        Document(
            id="",
            titre=texte.ligne(titre or fichier.stem, "Le titre"),
            empreinte="0" * 64,
            taille=0,
            suffixe="",
            le=c.horloge.aujourdhui(),
            nomme=tuple(c.registre.exiger(qui).id for qui in nomme or ()),
            nominatif=nominatif,
        ),
    )
    NOTES.corriger(e, ancienne, structs.replace(ancienne, liens=(*ancienne.liens, pose.id)))
    return Fait(
        id=ancienne.id,
        action="journal.joindre",
        histoire=f"Pièce jointe à une note : {pose.titre}",
        phrase=f"« {pose.titre} » est au coffre, et joint à la note du {temps.dire_jour(ancienne.jour)}.",
        suite=f"tl convention document ouvrir {pose.id}",
    )

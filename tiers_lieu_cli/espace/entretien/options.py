"""Les options que les commandes de l'entretien partagent."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.espace.entretien.modele import EntretienCite
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.liens import PersonneCitee, SalleCitee

OuSalle = Annotated[SalleCitee, typer.Option("--salle", help="La salle concernée.")]
Par = Annotated[PersonneCitee, typer.Option("--par", help="Qui s'en charge.")]
Prestataire = Annotated[
    str, typer.Option("--prestataire", metavar="SOCIÉTÉ", help="La société qui s'en charge.")
]
Note = Annotated[str, typer.Option("--note", help="Ce qu'il faut savoir de plus.")]
Lequel = Annotated[EntretienCite, typer.Argument(metavar="ID", help="L'entretien (Tab propose).")]


class Charge(msgspec.Struct, frozen=True):
    """Où, et qui s'en charge, comme la fiche les écrit."""

    salle: str
    par: str
    prestataire: str


def charge(c: Contexte, salle: str, par: str, prestataire: str) -> Charge:
    """La salle et les gens dits, reconnus."""
    return Charge(
        SALLES.designer(c.arbre, salle) if salle else "",
        c.registre.designer(par) if par else "",
        texte.ligne(prestataire, "Le nom d'une société", vide=True),
    )

"""Ce que les commandes des conventions demandent de la même façon, et ce que Tab y propose."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.convention.convention.fiches import noms, toutes
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens


def conventions(c: Contexte) -> list[tuple[str, str]]:
    """De quoi compléter une convention."""
    connus = noms(c.arbre)
    return [(x.id, f"{x.nom} ({connus.get(x.avec, x.avec)})") for x in toutes(c.arbre)]


def partenaires(c: Contexte) -> list[tuple[str, str]]:
    """De quoi compléter un partenaire."""
    return [(p.id, p.nom) for p in PARTENAIRES.toutes(c.arbre).fiches]


Laquelle = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="La convention, ou un mot d'elle.", autocompletion=completion(conventions)
    ),
]
Partenaire = Annotated[
    str, typer.Argument(metavar="PARTENAIRE", help="Le partenaire.", autocompletion=completion(partenaires))
]
De = Annotated[
    str, typer.Option("--convention", help="De cette convention.", autocompletion=completion(conventions))
]
Avec = Annotated[
    str,
    typer.Option(
        "--avec", metavar="PARTENAIRE", help="Avec qui (Tab propose).", autocompletion=completion(partenaires)
    ),
]
Le = Annotated[str, typer.Option("--le", metavar="JOUR", help="Quand, si ce n'est pas aujourd'hui.")]
Note = Annotated[str, typer.Option("--note", help="Autre chose à en retenir, en une phrase.")]
Par = Annotated[list[PersonneCitee] | None, typer.Option("--par", help="Qui.")]


def jour_passe(c: Contexte, dit: str) -> date:
    """Le jour dit, aujourd'hui ou avant ; aujourd'hui sans rien dire."""
    return saisie.lire_jour_venu(dit, c.horloge.murale()) if dit else c.horloge.aujourdhui()


def jour_libre(c: Contexte, dit: str) -> date:
    """Le jour dit, passé ou à venir."""
    return saisie.lire_jour(dit, c.horloge.murale(), Sens.LIBRE)

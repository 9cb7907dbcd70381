"""Ce que les commandes des séries demandent de la même façon."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau import series
from tiers_lieu_cli.noyau.liens import SerieCitee
from tiers_lieu_cli.prog.serie.metier import AuProgramme
from tiers_lieu_cli.prog.serie.modele import SiFerme

AU_PROGRAMME = AuProgramme()


Laquelle = Annotated[SerieCitee, typer.Argument(metavar="ID", help="La série (Tab propose).")]
Regle = Annotated[
    str,
    typer.Option("--regle", help='"chaque mardi 19h-21h sauf vacances scolaires", "le 1er samedi du mois".'),
]
SiFermeture = Annotated[
    SiFerme,
    typer.Option(
        "--si-ferme", help="Ce que devient une date un jour de fermeture ; vaut pour toute la série."
    ),
]
Sautees = Annotated[
    list[str] | None, typer.Option("--sauter", metavar="JOUR", help="Une date à laisser d'emblée.")
]
UneDate = Annotated[
    str,
    typer.Argument(
        metavar="JOUR",
        help="La date, comme on la dit.",
        autocompletion=series.dates_a_proposer(AU_PROGRAMME),
    ),
]
DesDates = Annotated[
    list[str],
    typer.Argument(
        metavar="JOUR", help="Une ou plusieurs dates.", autocompletion=series.dates_a_proposer(AU_PROGRAMME)
    ),
]
DatesOuTout = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[JOUR]",
        help="Des dates ; sans elles, toute la série.",
        autocompletion=series.dates_a_proposer(AU_PROGRAMME),
    ),
]

"""Ce que les commandes des séries de réservations demandent de la même façon."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import SerieReservee
from tiers_lieu_cli.espace.serie.verifier import SiPris
from tiers_lieu_cli.noyau import series

_DATES = series.dates_a_proposer(Reservee())


Laquelle = Annotated[SerieReservee, typer.Argument(metavar="ID", help="La série (Tab propose).")]
UneDate = Annotated[
    str, typer.Argument(metavar="JOUR", help="La date, comme on la dit.", autocompletion=_DATES)
]
DesDates = Annotated[
    list[str], typer.Argument(metavar="JOUR", help="Une ou plusieurs dates.", autocompletion=_DATES)
]
DatesOuTout = Annotated[
    list[str] | None,
    typer.Argument(metavar="[JOUR]", help="Des dates ; sans elles, toute la série.", autocompletion=_DATES),
]
SiPrise = Annotated[SiPris | None, typer.Option("--si-pris", help="Pour chaque date prise, sans demander.")]

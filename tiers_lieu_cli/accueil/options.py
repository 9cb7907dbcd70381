"""Les options et les propositions de la touche Tab que les commandes de l'accueil partagent."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.liens import PersonneCitee, PublicCite

Qui = Annotated[PersonneCitee, typer.Argument(metavar="@QUI", help="La personne (@karim).")]
UnePersonne = Annotated[PersonneCitee | None, typer.Argument(metavar="[@QUI]", help="Une personne.")]
De = Annotated[PersonneCitee | None, typer.Option("--de", help="De qui : la personne.")]
Public = Annotated[PublicCite | None, typer.Option("--public", help="Un public du lieu.")]
Du = Annotated[str, typer.Option("--du", metavar="JOUR", help="Le premier jour ; sinon lundi.")]
Au = Annotated[str, typer.Option("--au", metavar="JOUR", help="Le dernier jour, compris.")]

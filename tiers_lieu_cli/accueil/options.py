"""Les options et les propositions de la touche Tab que les commandes de l'accueil partagent."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte, completion


def personnes(c: Contexte) -> list[tuple[str, str]]:
    """Les personnes du registre, comme on les cite."""
    return [(f"@{p.surnom or p.id}", p.nom) for p in c.registre.toutes.fiches]


def publics(c: Contexte) -> list[tuple[str, str]]:
    """Les publics du lieu."""
    return [(public, "") for public in c.lieu.reglages.publics]


def qui(c: Contexte) -> list[tuple[str, str]]:
    """Les publics, puis les personnes."""
    return [*publics(c), *personnes(c)]


Qui = Annotated[
    str, typer.Argument(metavar="QUI", help="La personne (@karim).", autocompletion=completion(personnes))
]
Personne = Annotated[
    str | None,
    typer.Option("--personne", metavar="@QUI", help="La personne.", autocompletion=completion(personnes)),
]
Public = Annotated[
    str | None,
    typer.Option("--public", metavar="PUBLIC", help="Un public du lieu.", autocompletion=completion(publics)),
]
Du = Annotated[str, typer.Option("--du", metavar="DATE", help="Le premier jour ; sinon lundi.")]
Au = Annotated[str, typer.Option("--au", metavar="DATE", help="Le dernier jour, compris.")]

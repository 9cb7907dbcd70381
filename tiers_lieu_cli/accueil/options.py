"""Les options et les propositions de la touche Tab que les commandes de l'accueil partagent."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer, publics_du_lieu


def qui(c: Contexte) -> list[tuple[str, str]]:
    """Les publics, puis les personnes."""
    return [*publics_du_lieu(c), *personnes_a_citer(c)]


Qui = Annotated[
    str,
    typer.Argument(metavar="QUI", help="La personne (@karim).", autocompletion=completion(personnes_a_citer)),
]
Personne = Annotated[
    str | None,
    typer.Option(
        "--personne", metavar="@QUI", help="La personne.", autocompletion=completion(personnes_a_citer)
    ),
]
Public = Annotated[
    str | None,
    typer.Option(
        "--public", metavar="PUBLIC", help="Un public du lieu.", autocompletion=completion(publics_du_lieu)
    ),
]
Du = Annotated[str, typer.Option("--du", metavar="DATE", help="Le premier jour ; sinon lundi.")]
Au = Annotated[str, typer.Option("--au", metavar="DATE", help="Le dernier jour, compris.")]

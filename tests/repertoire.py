"""Toutes les commandes, groupes paresseux compris."""

from __future__ import annotations

from collections.abc import Iterator

from typer._click.core import Command, Context
from typer.core import TyperGroup

from tiers_lieu_cli.application import app
from tiers_lieu_cli.noyau.ecran.aide import batir


def commandes(groupe: Command, chemin: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Toutes les commandes, groupes paresseux compris."""
    ctx = Context(groupe, info_name="tl")
    assert isinstance(groupe, TyperGroup)
    for nom in groupe.list_commands(ctx):
        commande = groupe.get_command(ctx, nom)
        assert commande is not None
        if isinstance(commande, TyperGroup):
            yield from commandes(commande, (*chemin, nom))
        else:
            yield (*chemin, nom), commande


TOUTES = dict(commandes(batir(app)))

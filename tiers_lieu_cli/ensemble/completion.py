"""`tl completion` : que la touche Tab complète commandes et valeurs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import poste
from tiers_lieu_cli.noyau.ecran.aide import Application

app = Application()
NOMS = ("tiers-lieu", "tl")


class Interprete(StrEnum):
    """Les interprètes de commandes servis."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.action("completion")
def completion(
    ctx: typer.Context,
    interprete: Annotated[Interprete, typer.Argument(help="Celui de votre terminal.")] = Interprete.BASH,
) -> None:
    """Écrire ce qui apprend au terminal à compléter nos commandes.

    Exemples :
        tl completion bash >> ~/.bashrc
        tl completion zsh >> ~/.zshrc
        tl completion fish > ~/.config/fish/completions/tl.fish
    """
    from typer._completion_shared import get_completion_script

    for nom in NOMS:
        variable = f"_{nom.replace('-', '_').upper()}_COMPLETE"
        poste(ctx).ecran.sortie.write(
            get_completion_script(prog_name=nom, complete_var=variable, shell=interprete.value) + "\n"
        )

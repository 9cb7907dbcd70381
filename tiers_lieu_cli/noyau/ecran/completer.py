"""Ce que la touche Tab reçoit : rien qu'un interprète ne prenne inertement.

zsh évalue ce qu'on lui propose, bash le pose tel quel sur la ligne : une valeur venue d'un lieu reçu
(un public, un surnom) y serait une commande. Ce qui n'est pas inerte ne se propose pas.
"""

from __future__ import annotations

from typing import Any

from typer._click.shell_completion import CompletionItem, ShellComplete, add_completion_class
from typer._completion_classes import BashComplete, FishComplete, ZshComplete

from tiers_lieu_cli.noyau.motif import motif

#: Un mot que bash, zsh et fish posent tel quel : ni espace, ni guillemet, ni motif, ni commentaire.
_INERTE = motif(r"[\w@./+-][\w@.,:/=+%-]*")
#: Dans une explication, tout le reste devient une espace.
_BRUIT = motif(r"[^\w .,;/+’–-]+")
_LONGUEUR = 80


def est_inerte(mot: str) -> bool:
    """Ce mot se pose-t-il tel quel sur une ligne de commande ?"""
    return _INERTE.fullmatch(mot) is not None


class _Inerte(ShellComplete):
    """Le filtre, commun aux trois interprètes."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Les propositions, sans celles qui ne sont pas inertes."""
        proposees = super().get_completions(args, incomplete)
        return [_propre(item) for item in proposees if est_inerte(str(item.value))]


def _propre(item: CompletionItem) -> CompletionItem:
    dit = _BRUIT.sub(" ", (item.help or "").replace("'", "’"))
    return CompletionItem(item.value, item.type, help=" ".join(dit.split())[:_LONGUEUR] or None)


class _Bash(_Inerte, BashComplete):
    """bash."""


class _Zsh(_Inerte, ZshComplete):
    """zsh."""


class _Fish(_Inerte, FishComplete):
    """fish."""


def preparer() -> None:
    """Inscrire les trois interprètes ; à ne faire que si l'un d'eux le demande."""
    sortes: tuple[tuple[Any, str], ...] = ((_Bash, "bash"), (_Zsh, "zsh"), (_Fish, "fish"))
    for sorte, nom in sortes:
        add_completion_class(sorte, nom)

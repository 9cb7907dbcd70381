"""Une faute de l'outil : elle se dit comme un refus, et son détail attend dans un fichier à transmettre."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from contextlib import suppress

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau.echecs import CodeSortie, Echec


class Bogue(Echec):
    """L'outil s'est trompé ; ce qui était enregistré le reste."""

    code = CodeSortie.BOGUE

    def __init__(self, detail: str) -> None:
        super().__init__(
            "L'outil s'est trompé, pas vous : c'est un bogue. Ce qui est enregistré le reste.",
            "Voir ce qui l'est : tl historique",
        )
        if detail:
            self.suites = (f"Le détail, à envoyer à qui s'occupe de l'outil : {detail}",)


def retenir(faute: BaseException) -> Bogue:
    """Garder le détail de cette faute, lisible de nous seuls, et rendre de quoi la dire."""
    trace = "".join(traceback.format_exception(faute))
    dit = f"tiers-lieu {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n{trace}"
    with suppress(OSError):
        poignee, nom = tempfile.mkstemp(".txt", "tiers-lieu-bogue-")
        with os.fdopen(poignee, "w", encoding="utf-8", errors="backslashreplace") as flux:
            flux.write(dit)
        return Bogue(nom)
    return Bogue("")

"""Ce qui revient : une règle, ses écarts, et le nom que ses dates gardent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.fiches.fiche import Fiche

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.temps.recurrence import Recurrence


class QuiRevient(Fiche, frozen=True):
    """Une série, de quelque métier qu'elle soit ; l'ordre de ses champs est celui de sa fiche.

    `suite_de` : la série dont on l'a détachée (« celle-ci et les suivantes ») ; ses dates gardent le nom
    qu'elles avaient, et ce qui s'y rattache suit.
    """

    if TYPE_CHECKING:

        @property
        def recurrence(self) -> Recurrence: ...

        @property
        def suite_de(self) -> str: ...

    @property
    def souche(self) -> str:
        """Ce qui suit le jour dans le nom de ses dates."""
        return self.suite_de or self.id

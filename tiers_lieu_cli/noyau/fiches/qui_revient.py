"""Ce qui revient : une règle, ses écarts, et le nom que ses dates gardent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
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


def jours_nommes(
    arbre: Arbre, collections: Iterable[Collection[Any]], souche: str, du: date, au: date
) -> set[date]:
    """Les dates de cette souche que nomme une fiche de l'une de ces collections ; aucune n'est lue."""
    jour = len("2026-12-01")
    nommes = {
        ident[:jour]
        for collection in collections
        for ident in collection.idents_des_mois(arbre, du, au)
        if f"{ident[jour:]}-".startswith(f"-{souche}-")
    }
    return {j for j in map(date.fromisoformat, nommes) if du <= j <= au}

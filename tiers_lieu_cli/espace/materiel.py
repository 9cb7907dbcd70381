"""Le matériel qu'une réservation emporte : le stock le tient, et déclare comment (`Genre.accompagner`).

Les salles ne connaissent pas les objets : elles demandent s'il manque quelque chose à un moment, le font
retenir dans la même écriture, déplacer avec la réservation, ou rendre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches.genres import charger
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Le genre des fiches qui accompagnent une réservation.
_PRETS = "stock/prets"


class Materiel(Protocol):
    """Ce qu'on demande avec une salle, ou ce qui l'accompagne déjà ; `str` le dit."""

    def __bool__(self) -> bool: ...

    def manques(self, quand: Creneau) -> tuple[str, ...]:
        """Ce qui empêche de le retenir à ces heures, montage compris."""
        ...

    def retenir(self, e: Ecriture, reservation: Reservation) -> None:
        """Le poser, aux heures de cette réservation."""
        ...

    def rendre(self, e: Ecriture) -> list[str]:
        """Elle n'a plus lieu : rien n'en reste retenu ; rend ce qu'il faut en dire."""
        ...


def demande(c: Contexte, dits: Sequence[str], a: str) -> Materiel:
    """Le matériel demandé : « projecteur », « 20 chaises » ; `a` : qui en répondra."""
    return cast("Materiel", charger(c.genres.declare(_PRETS).genre.accompagner)(c, dits, a))


def qui_accompagne(c: Contexte, reservation: str) -> Materiel:
    """Le matériel que cette réservation emporte déjà."""
    return cast("Materiel", charger(c.genres.declare(_PRETS).genre.accompagner)(c, reservation=reservation))

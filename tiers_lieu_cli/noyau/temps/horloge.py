"""L'heure qu'il est : le seul endroit qui la demande à la machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Fixe l'heure, pour les démonstrations et les essais du dehors (ISO 8601 avec décalage).
VARIABLE = "TIERS_LIEU_MAINTENANT"


class Horloge(msgspec.Struct, frozen=True):
    """L'heure du lieu ; `arretee` la fixe."""

    fuseau: tzinfo
    arretee: datetime | None = None

    def maintenant(self) -> datetime:
        """L'instant présent, dans le fuseau du lieu."""
        instant = self.arretee or datetime.now(UTC)
        return instant.astimezone(self.fuseau)

    def murale(self) -> datetime:
        """L'heure affichée au mur, sans fuseau ni secondes."""
        return self.maintenant().replace(tzinfo=None, second=0, microsecond=0)

    def a_la_microseconde(self) -> datetime:
        """L'heure murale, aussi précise qu'on la sait : entre deux demandes, c'est elle qui tranche."""
        return self.maintenant().replace(tzinfo=None)

    def arrivee(self, deja: Iterable[str] = ()) -> str:
        """L'heure murale à la microseconde, qui fait l'ordre d'une file : après ceux qui y sont `deja`."""
        moment = self.a_la_microseconde()
        if (dernier := max(deja, default="")) and datetime.fromisoformat(dernier) >= moment:
            moment = datetime.fromisoformat(dernier) + timedelta(microseconds=1)
        return moment.isoformat(timespec="microseconds")

    def aujourdhui(self) -> date:
        """Le jour qu'il est au lieu."""
        return self.maintenant().date()


def heure_imposee(environ: Mapping[str, str]) -> datetime | None:
    """L'instant de `TIERS_LIEU_MAINTENANT`, s'il y en a un."""
    texte = environ.get(VARIABLE, "")
    if not texte:
        return None
    try:
        instant = datetime.fromisoformat(texte)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ErreurUsage(
            f"{VARIABLE} vaut « {texte} », qui n'est pas une heure avec décalage.",
            "Écrire par exemple 2026-11-24T08:52+01:00.",
        )
    return instant

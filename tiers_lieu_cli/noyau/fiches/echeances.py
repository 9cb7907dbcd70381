"""Ce qui reste à faire, calculé à chaque lecture : rien n'est dû à un cron.

Un genre le déclare (`Genre.a_faire`) : des échéances, que `tl aujourd'hui` réunit. Soixante jours
d'absence ne font rien manquer (`docs/principes.md`, règle 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum

import msgspec

#: À partir d'autant, des choses de même sorte tiennent en une ligne.
GROUPEES = 3


class Gravite(IntEnum):
    """Ce qu'il en coûte de la manquer, le plus cher d'abord ; l'âge ne vient qu'ensuite.

    `ALERTE` : quelqu'un l'a donnée ; `A_DECIDER` : un délai qui engage la maison finit, ou a fini.
    """

    ALERTE = 0
    PROMIS_DEUX_FOIS = 1
    A_TRANCHER = 2
    ABIMEE = 3
    A_REPLACER = 4
    A_DECIDER = 5
    A_REPONDRE = 6
    SECURITE = 7
    RESTE = 8


class Lot(msgspec.Struct, frozen=True, order=True):
    """Des choses de même sorte : comment on les nomme ensemble, et la commande qui les montre."""

    mots: str
    commande: str


class Echeance(msgspec.Struct, frozen=True, order=True):
    """Une chose à faire, due ce `jour` ; `commande` est ce qui la règle, `fiche` ce dont elle parle."""

    jour: date
    phrase: str
    commande: str = ""
    fiche: str = ""
    gravite: Gravite = Gravite.RESTE
    lot: Lot | None = None

    @property
    def vue(self) -> dict[str, object]:
        """Pour une machine."""
        gravite = self.gravite.name.lower().replace("_", "-")
        return {
            "jour": self.jour,
            "phrase": self.phrase,
            "commande": self.commande,
            "fiche": self.fiche,
            "gravite": gravite,
        }


def ranger(dues: Iterable[Echeance]) -> list[Echeance]:
    """Par ce qu'il en coûte de les manquer, puis la plus ancienne d'abord."""
    return sorted(dues, key=lambda e: (e.gravite, e.jour, e.phrase))


def grouper(rangees: Sequence[Echeance]) -> list[Echeance]:
    """Les mêmes, où ce qui peut attendre et se ressemble ne prend qu'une ligne, au rang du plus ancien."""
    lots: dict[Lot, list[Echeance]] = {}
    for e in rangees:
        if e.lot and e.gravite is Gravite.RESTE:
            lots.setdefault(e.lot, []).append(e)
    groupes = {lot: membres for lot, membres in lots.items() if len(membres) >= GROUPEES}
    dites: list[Echeance] = []
    for e in rangees:
        membres = groupes.get(e.lot, []) if e.lot and e.gravite is Gravite.RESTE else []
        if not membres:
            dites.append(e)
        elif e is membres[0] and e.lot:
            dites.append(Echeance(e.jour, f"{len(membres)} {e.lot.mots}", e.lot.commande))
    return dites

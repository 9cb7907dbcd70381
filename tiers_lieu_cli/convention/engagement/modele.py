"""Ce qu'un des deux côtés d'une convention a promis, pour quand, et ce qui prouve que c'est fait."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from tiers_lieu_cli.convention.convention.modele import ConventionCitee
from tiers_lieu_cli.convention.partenaire.modele import USAGE
from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import Sorte, Texte, cite

#: Ce qui prouve : ce que le lieu a vu se faire.
PREUVES = (
    *("prog/evenements", "prog/longs", "prog/series", "espace/reservations", "accueil/heures"),
    *("stock/prets", "stock/prets-en-cours", "convention/documents"),
)
EngagementCite = Annotated[str, cite("un engagement", "convention/engagements")]
PreuveCitee = Annotated[
    str, cite("un événement, une réservation, un prêt, des heures ni un document", *PREUVES, sorte=Sorte.DATE)
]


class Cote(StrEnum):
    """Qui promet."""

    MAISON = "maison"
    PARTENAIRE = "partenaire"


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Reparlé le jour `le` : ce qui était promis pour `de` l'est pour `a`."""

    le: date
    de: date | None = None
    a: date | None = None
    motif: Texte = ""


class Engagement(Fiche, frozen=True):
    """`de` promet `quoi` pour le jour `pour_le` (sans lui : toute la durée).

    `tenu_le` : c'est fait ; `abandonne_le` : les deux y renoncent ; `preuves` : ce qui le montre.
    """

    ENSEMBLE = (("tenu_le", "abandonne_le"), ("pour_le", "reports"))

    convention: ConventionCitee
    de: Cote
    quoi: Texte
    promis_le: date
    pour_le: date | None = None
    tenu_le: date | None = None
    abandonne_le: date | None = None
    preuves: tuple[PreuveCitee, ...] = ()
    reports: tuple[Report, ...] = ()
    note: Texte = ""

    def __post_init__(self) -> None:
        if not self.quoi.strip():
            raise ValueError("un engagement dit à quoi l'on s'engage")
        if self.tenu_le and self.abandonne_le:
            raise ValueError("un engagement est tenu, ou abandonné")

    @property
    def est_ouvert(self) -> bool:
        """Reste-t-il à tenir ?"""
        return self.tenu_le is None and self.abandonne_le is None


ENGAGEMENTS = affaires(
    Genre(
        "engagement",
        "convention/engagements",
        ouvrir="tl convention fiche {fiche.convention}",
        usage=USAGE,
        a_faire="convention.engagement.fiches:a_faire",
    ),
    Engagement,
    lambda e: e.est_ouvert,
)

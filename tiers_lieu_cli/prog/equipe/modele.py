"""Un engagement : quelqu'un tiendra un rôle pendant un événement."""

from __future__ import annotations

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import EvenementCite, Sujet
from tiers_lieu_cli.prog.modele import USAGE


class Engagement(Fiche, frozen=True):
    """Un volontaire et son rôle ; le nom commence par celui de l'événement. `retire` : il ne peut plus."""

    evenement: EvenementCite
    role: str
    personne: Sujet
    retire: bool = False

    def __post_init__(self) -> None:
        if not self.id.startswith(f"{self.evenement}-") or len(self.evenement) <= len("2026-11-24-"):
            raise ValueError("le nom d'un engagement commence par celui de son événement")


#: Rangés au mois que nomme l'événement : un mois listé les donne tous.
EQUIPES = Collection(
    Genre(
        "engagement",
        "prog/equipes",
        ouvrir="tl prog evenement fiche {fiche.evenement}",
        par_mois=True,
        usage=USAGE,
        dire=lambda engagement: engagement.role,
        a_faire="prog.equipe.fiches:a_faire",
    ),
    Engagement,
)

"""Un plan de communication, et ce qu'on en a fait : une annonce par activité et par canal."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import EvenementCite, PersonneCitee, Texte
from tiers_lieu_cli.prog.modele import USAGE

#: Dans un plan, ce qui vaut pour toute activité, et ce qui vaut pour les dates d'une série.
TOUS, SERIES = "tous", "series"


class Canal(StrEnum):
    """Où l'on annonce."""

    AFFICHE = "affiche"
    LETTRE = "lettre"
    TABLEAU = "tableau"
    PRESSE = "presse"
    RESEAU = "reseau-social"
    AGENDA = "agenda-communal"


class Etape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Un canal, combien de jours avant, et qui s'en charge (un rôle, ou @p-7k2m9x)."""

    canal: Canal
    jours: int = 7
    qui: str = ""


class Plan(Fiche, frozen=True):
    """Par sorte d'activité (une étiquette, un public, « tous », « series »), où elle s'annonce."""

    id: str = "communication"
    sortes: dict[str, tuple[Etape, ...]] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(0 <= etape.jours <= 365 for etapes in self.sortes.values() for etape in etapes):
            raise ValueError("« jours » dit combien de jours avant : de 0 à 365")
        for sorte, etapes in self.sortes.items():
            if len({etape.canal for etape in etapes}) != len(etapes):
                raise ValueError(f"« {sorte} » dit deux fois le même canal")


class Diffusion(Fiche, frozen=True):
    """Une annonce faite : de quoi, où, quel jour, et ce qui le prouve."""

    evenement: EvenementCite
    canal: Canal
    le: date
    par: PersonneCitee = ""
    preuve: Texte = ""

    def __post_init__(self) -> None:
        if self.id != f"{self.evenement}-{self.canal}":
            raise ValueError("le nom d'une annonce est celui de son événement, puis du canal")


DIFFUSIONS = Collection(
    Genre(
        "annonce",
        "prog/diffusions",
        ouvrir="tl prog diffusion {fiche.evenement}",
        par_mois=True,
        feminin=True,
        dire=lambda d: f"{d.canal} : {d.preuve}" if d.preuve else str(d.canal),
        usage=USAGE,
        a_faire="prog.diffusion.fiches:a_faire",
    ),
    Diffusion,
)

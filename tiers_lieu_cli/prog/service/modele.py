"""Un service : ce que le lieu offre dans la durée, et les étapes de sa vie."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import BesoinCite, PersonneCitee, PublicCite, Texte
from tiers_lieu_cli.prog.modele import USAGE


class Stade(StrEnum):
    """Où en est un service."""

    IDEE = "idee"
    ESSAI = "essai"
    PERENNE = "perenne"
    ARRETE = "arrete"


class Etape(Fiche, frozen=True, kw_only=True):
    """Le jour où le service est passé à ce stade, et pourquoi."""

    id: str = ""
    stade: Stade
    le: date
    raison: Texte = ""


class Service(Fiche, frozen=True):
    """Un service, qui le tient, pour qui, de quel besoin, et quand on en reparle.

    `etapes` : de la plus ancienne à celle d'aujourd'hui. Ses permanences sont les séries et les
    événements qui le citent.
    """

    nom: str
    etapes: tuple[Etape, ...]
    responsables: tuple[PersonneCitee, ...] = ()
    publics: tuple[PublicCite, ...] = ()
    besoins: tuple[BesoinCite, ...] = ()
    revoir_le: date | None = None
    description: Texte = ""

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom du service est vide")
        if not self.etapes:
            raise ValueError("« etapes » dit au moins quand l'idée est venue")

    @property
    def stade(self) -> Stade:
        """Où il en est aujourd'hui."""
        return self.etapes[-1].stade

    @property
    def depuis(self) -> date:
        """Le jour où il y est arrivé."""
        return self.etapes[-1].le

    @property
    def est_ouvert(self) -> bool:
        """Le public peut-il y venir ?"""
        return self.stade in (Stade.ESSAI, Stade.PERENNE)


SERVICES = Collection(
    Genre(
        "service",
        "prog/services",
        ouvrir="tl prog service fiche {id}",
        plutot="tl prog service finir {id} --motif",
        usage=USAGE,
        a_faire="prog.service.fiches:a_faire",
    ),
    Service,
)

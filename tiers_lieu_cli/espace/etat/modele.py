"""Un état des lieux : ce qu'on a vu d'une salle, à l'entrée ou à la sortie."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PersonneCitee, ReservationCitee, SalleCitee, Texte, cite
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

_EMPREINTE = motif(r"[0-9a-f]{64}", re.ASCII)


class Occasion(StrEnum):
    """Avant l'usage, ou après."""

    ENTREE = "entree"
    SORTIE = "sortie"


class Vu(StrEnum):
    """Dans quel état on a vu une chose, du meilleur au pire."""

    BON = "bon"
    USE = "use"
    ABIME = "abime"
    MANQUE = "manque"


class Point(Fiche, frozen=True, kw_only=True):
    """Une chose vue : son état ou, pour ce qui se compte, combien il y en a."""

    id: str = ""
    quoi: str
    vu: Vu = Vu.BON
    nombre: int | None = None
    remarque: Texte = ""

    def __post_init__(self) -> None:
        if not self.quoi.strip():
            raise ValueError("« quoi » est vide : qu'a-t-on vu ?")
        if self.nombre is not None and self.nombre < 0:
            raise ValueError("« nombre » est un nombre, 0 ou plus")


class EtatDesLieux(Fiche, frozen=True, dict=True):
    """Ce qu'on a vu de `salle` au moment `le` (heure murale), pour une `reservation` ou sans.

    `photos` : les empreintes d'images rangées dans `espace/photos/` ; `entree` : l'état des lieux
    auquel une sortie se compare.
    """

    sens: Occasion
    salle: SalleCitee
    le: str
    reservation: ReservationCitee = ""
    entree: Annotated[str, cite("un état des lieux", "espace/etats")] = ""
    par: PersonneCitee = ""
    avec: PersonneCitee = ""
    points: tuple[Point, ...] = ()
    photos: tuple[str, ...] = ()
    remarque: Texte = ""

    def __post_init__(self) -> None:
        if not all(_EMPREINTE.fullmatch(photo) for photo in self.photos):
            raise ValueError("une photo est nommée par son empreinte (64 caractères)")
        _ = self.moment

    @cached_property
    def moment(self) -> datetime:
        """Quand on l'a fait."""
        return temps.moment(self.le)


ETATS = Collection(
    Genre(
        "état des lieux",
        "espace/etats",
        ouvrir="tl espace etat fiche {id}",
        par_mois=True,
        pluriel="états des lieux",
        dire=lambda etat: f"{etat.sens} de {etat.salle}",
        usage=USAGE,
        verifier_chacune="espace.etat.verification:verifier",
    ),
    EtatDesLieux,
)

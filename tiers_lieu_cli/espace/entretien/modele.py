"""Ce qu'il faut entretenir, et ce qui a été fait."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import FicheCitee, PersonneCitee, SalleCitee, Texte, cite
from tiers_lieu_cli.noyau.temps import delais, temps
from tiers_lieu_cli.noyau.temps.delais import Periode
from tiers_lieu_cli.noyau.temps.temps import Creneau


class Sorte(StrEnum):
    """Une tâche à faire, une panne à réparer, un contrôle que la loi demande."""

    TACHE = "tache"
    PANNE = "panne"
    CONTROLE = "controle"


class Entretien(Fiche, frozen=True, dict=True):
    """Une chose à faire : une fois (`pour_le`), tous les… (`tous_les`), ou `apres_usage` de la salle.

    `hors_service` : la salle est fermée de `du` à `au` (heures murales ; sans `au`, jusqu'à la
    réparation). `fait_le` : la dernière fois (un jour, ou un moment). `prestataire` est une société.
    """

    ENSEMBLE = (("hors_service", "du", "au"),)

    titre: Texte
    depuis: date
    sorte: Sorte = Sorte.TACHE
    salle: SalleCitee = ""
    tous_les: str = ""
    apres_usage: bool = False
    pour_le: date | None = None
    fait_le: str = ""
    par: PersonneCitee = ""
    prestataire: str = ""
    hors_service: bool = False
    du: str = ""
    au: str = ""
    liens: tuple[FicheCitee, ...] = ()
    note: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip():
            raise ValueError("le titre est vide")
        if self.hors_service and not (self.salle and self.du):
            raise ValueError("« hors_service » demande la salle, et depuis quand (« du »)")
        if self.apres_usage and not self.salle:
            raise ValueError("« apres_usage » demande une salle")
        temps.exiger_moments(self.du, self.au)
        _ = self.periode, self.fermeture, self.fait

    @cached_property
    def periode(self) -> Periode | None:
        """Combien de temps entre deux fois ; `ValueError` si elle ne se comprend pas."""
        return delais.periode(self.tous_les)

    @cached_property
    def fait(self) -> datetime | None:
        """Quand il fut fait pour la dernière fois."""
        if not self.fait_le:
            return None
        jour, instant = temps.jour_ou_moment(self.fait_le)
        return instant or temps.minuit(jour)

    @cached_property
    def fermeture(self) -> Creneau | None:
        """Quand la salle est fermée, si elle est hors service."""
        if not self.hors_service:
            return None
        return Creneau(temps.moment(self.du), temps.moment(self.au) if self.au else temps.SANS_FIN)

    @property
    def revient(self) -> bool:
        """Sera-t-elle encore à faire une fois faite ?"""
        return bool(self.tous_les) or self.apres_usage


EntretienCite = Annotated[str, cite("un entretien", "espace/entretien", "espace/entretien-fini")]


class Intervention(Fiche, frozen=True):
    """Ce qui a été fait un jour (`le`) pour un entretien ; `conforme` : le verdict d'un contrôle."""

    entretien: EntretienCite
    le: date
    par: PersonneCitee = ""
    prestataire: str = ""
    conforme: bool | None = None
    note: Texte = ""


#: Ce qui est à faire ou revient : peu nombreux, lus en entier.
ENTRETIENS = Collection(
    Genre(
        "entretien",
        "espace/entretien",
        ouvrir="tl espace entretien fiche {id}",
        usage=USAGE,
        a_faire="espace.entretien.fiches:a_faire",
    ),
    Entretien,
)
#: Ce qui est fait une fois pour toutes, rangé au mois où il est né.
FINIS = Collection(
    Genre(
        "entretien fini",
        "espace/entretien-fini",
        ouvrir="tl espace entretien fiche {id}",
        par_mois=True,
        pluriel="entretiens finis",
        usage=USAGE,
    ),
    Entretien,
)
INTERVENTIONS = Collection(
    Genre(
        "intervention",
        "espace/interventions",
        ouvrir="tl espace entretien fiche {fiche.entretien}",
        par_mois=True,
        feminin=True,
        usage=USAGE,
    ),
    Intervention,
)

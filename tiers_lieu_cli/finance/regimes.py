"""Les régimes de TVA et les paramètres légaux : des données datées et sourcées, jamais des constantes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

_DONNEES = Path(__file__).parent / "donnees"
PAYS = ("BE", "FR")


class Categorie(StrEnum):
    """La catégorie de TVA d'EN 16931 : taxée, ou exonérée (franchise comprise)."""

    TAXEE = "S"
    EXONEREE = "E"


class Date(Fiche, frozen=True, kw_only=True):
    """Ce qui vaut du `du` compris au `au` exclu, d'après une source, relue un jour."""

    id: str = ""
    du: date
    au: date | None = None
    source: str
    relu: date

    def vaut(self, jour: date) -> bool:
        """Est-ce en vigueur ce jour-là ?"""
        return self.du <= jour and (self.au is None or jour < self.au)


class Regime(Date, frozen=True, kw_only=True):
    """Le régime de TVA d'une ligne. `franchise` : aucune TVA, et un seuil annuel à ne pas passer."""

    code: str
    libelle: str
    categorie: Categorie
    taux: str
    mention: str = ""
    franchise: bool = False

    def __post_init__(self) -> None:
        taux = montants.relire(self.taux, "taux")
        if (taux > 0) != (self.categorie is Categorie.TAXEE):
            raise ValueError("un régime taxé a un taux, un régime exonéré n'en a pas")
        if self.categorie is Categorie.EXONEREE and not self.mention:
            raise ValueError("un régime exonéré a une « mention » : la facture dit pourquoi")

    @property
    def pourcent(self) -> Decimal:
        """Son taux, en pour cent."""
        return Decimal(self.taux)


class Parametre(Date, frozen=True, kw_only=True):
    """Un paramètre légal."""

    nom: str
    valeur: str


class Droit(Fiche, frozen=True, kw_only=True):
    """Les règles d'un pays."""

    id: str = ""
    pays: str
    regimes: tuple[Regime, ...]
    parametres: tuple[Parametre, ...]

    def __post_init__(self) -> None:
        for genre, nom in ((self.regimes, "code"), (self.parametres, "nom")):
            refuser_les_recouvrements(genre, nom)

    def regime(self, code: str, jour: date) -> Regime:
        """Le régime de ce code, ce jour-là ; `ErreurUsage` s'il n'existe pas."""
        for regime in self.regimes:
            if regime.code == code and regime.vaut(jour):
                return regime
        connus = ", ".join(sorted({r.code for r in self.regimes if r.vaut(jour)}))
        raise ErreurUsage(
            f"Aucun régime de TVA « {code[:20]} » n'est en vigueur le {jour:%d/%m/%Y} ({self.pays}).",
            f"Choisir parmi : {connus}",
        )

    def parametre(self, nom: str, jour: date) -> str:
        """La valeur d'un paramètre ce jour-là ; vide s'il n'était pas en vigueur."""
        return next((p.valeur for p in self.parametres if p.nom == nom and p.vaut(jour)), "")

    def nombre(self, nom: str, jour: date) -> Decimal | None:
        """La valeur d'un paramètre qui est un nombre."""
        valeur = self.parametre(nom, jour)
        return Decimal(valeur) if valeur else None


def refuser_les_recouvrements(dates: Iterable[Date], nom: str) -> None:
    """`ValueError` si deux périodes d'un même nom se chevauchent."""
    par_nom: dict[str, list[Date]] = {}
    for entree in dates:
        par_nom.setdefault(getattr(entree, nom), []).append(entree)
    for commun, entrees in par_nom.items():
        entrees.sort(key=lambda e: e.du)
        for avant, apres in pairwise(entrees):
            if avant.au is None or avant.au > apres.du:
                raise ValueError(f"« {commun} » a deux périodes qui se chevauchent")


@cache
def droit(pays: str) -> Droit:
    """Les règles de ce pays, relues une fois."""
    if pays not in PAYS:
        raise Echec(
            f"Le droit du pays « {pays} » n'est pas connu de l'outil.", f"Pays connus : {', '.join(PAYS)}"
        )
    chemin = _DONNEES / f"{pays.lower()}.yaml"
    return fiche.lire(chemin.read_bytes(), Droit, pays.lower(), chemin.name)


def codes(pays: str) -> list[tuple[str, str]]:
    """Les codes des régimes d'un pays, et ce qu'ils veulent dire."""
    return [(regime.code, regime.libelle) for regime in droit(pays).regimes]


class Seuil(msgspec.Struct, frozen=True):
    """Où en est le chiffre d'affaires annuel en franchise, face au seuil du pays."""

    chiffre: Decimal
    plafond: Decimal
    #: À partir de là, le trésorier est prévenu (FIN-14).
    ALERTE = Decimal("0.8")

    @property
    def approche(self) -> bool:
        """Les quatre cinquièmes sont-ils atteints ?"""
        return self.chiffre >= self.plafond * self.ALERTE

    @property
    def depasse(self) -> bool:
        """Le seuil est-il dépassé ?"""
        return self.chiffre > self.plafond

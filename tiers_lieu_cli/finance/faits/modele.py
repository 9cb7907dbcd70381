"""Le contrat `faits/1`, du côté qui reçoit : ce qu'un lot a le droit de dire, et rien d'autre.

Ni montant, ni nom, ni texte libre : une clef inconnue fait refuser le lot entier (FIN-1).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.motif import motif

CONTRAT = "faits/1"
_FAIT = motif(r"f-[a-zA-Z0-9]{4,40}", re.ASCII)
_OPAQUE = motif(r"[po]-[a-z0-9]{3,12}", re.ASCII)
_MOT = motif(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LOT = motif(r"F-\d{4}-\d{2}-\d{2}(?:_\d{4}-\d{2}-\d{2})?", re.ASCII)
_QUANTITE = motif(r"(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?", re.ASCII)
_SOURCE = motif(r"git:[0-9a-f]{7,64}", re.ASCII)


class Genre(StrEnum):
    """Ce qui s'est passé."""

    USAGE = "espace.usage"
    ANNULATION = "espace.annulation"
    JOURNEE = "poste.journee"
    PRET = "materiel.pret"
    RETOUR = "materiel.retour"
    CONSOMMATION = "stock.consommation"
    INSCRIPTION = "prog.inscription"
    CLE_REMISE = "cle.remise"
    CLE_RENDUE = "cle.rendue"


#: Ceux qui demandent un prix ; les autres n'en ont que si un tarif le dit exprès.
FACTURABLES = frozenset((Genre.USAGE, Genre.JOURNEE, Genre.PRET, Genre.CONSOMMATION, Genre.INSCRIPTION))


class Fait(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Un fait : tant d'unités d'un objet, un jour, pour quelqu'un qu'on ne nomme pas.

    `annule` : il n'a pas eu lieu ; `payeur` : qui paie, si ce n'est pas la personne.
    """

    id: str
    revision: int
    annule: bool
    jour: date
    genre: Genre
    personne: str | None = None
    payeur: str | None = None
    objet: str | None = None
    quantite: str
    unite: str
    convention: str | None = None

    def __post_init__(self) -> None:
        if not _FAIT.fullmatch(self.id) or self.revision < 1:
            raise ValueError("« id » est f-…, « revision » un nombre à partir de 1")
        for champ in ("personne", "payeur"):
            if getattr(self, champ) and not _OPAQUE.fullmatch(getattr(self, champ)):
                raise ValueError(f"« {champ} » est un identifiant opaque, comme p-7k2m9x")
        for champ in ("objet", "convention", "unite"):
            if getattr(self, champ) and not _MOT.fullmatch(getattr(self, champ)):
                raise ValueError(f"« {champ} » est un mot sans accent ni espace, comme salle-rez")
        if not _QUANTITE.fullmatch(self.quantite):
            raise ValueError('« quantite » est un nombre entre guillemets, avec un point : "3.5"')

    @property
    def combien(self) -> Decimal:
        """Sa quantité."""
        return Decimal(self.quantite)

    @property
    def qui(self) -> str:
        """Qui le paie : un identifiant opaque, vide si personne n'est dit."""
        return self.payeur or self.personne or ""

    @property
    def cle(self) -> str:
        """Ce fait, à cette révision : ce qu'une ligne de facture cite."""
        return f"{self.id}:{self.revision}"


class Lot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Les faits d'une suite de jours clos, et l'empreinte de ce qui est dit."""

    contrat: str
    lot: str
    du: date
    au: date
    revision: int
    remplace: str | None
    source: str
    faits: tuple[Fait, ...]
    empreinte: str

    def __post_init__(self) -> None:
        if self.contrat != CONTRAT:
            raise ValueError(f"« contrat » est {CONTRAT}")
        if not _LOT.fullmatch(self.lot) or self.revision < 1 or not _SOURCE.fullmatch(self.source):
            raise ValueError("« lot » est F-AAAA-MM-JJ, « revision » un nombre, « source » git:…")
        if self.au < self.du:
            raise ValueError("« au » vient avant « du »")
        if any(not self.du <= fait.jour <= self.au for fait in self.faits):
            raise ValueError("un fait n'est pas d'un jour du lot")

"""Une ligne, un brouillon, un devis, et la pièce émise : ce que la caisse en retient, sans aucun nom."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.regimes import Categorie
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.motif import motif

#: L'empreinte d'un contenu du coffre, telle qu'un fichier l'écrit.
EMPREINTE = motif(r"sha256:[0-9a-f]{64}", re.ASCII)
#: Ce qui précède la première pièce.
AUCUNE = "sha256:" + "0" * 64


class Serie(StrEnum):
    """Une suite de numéros : les factures, les notes de crédit."""

    FACTURE = "F"
    CREDIT = "NC"


class Ligne(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ce qu'une ligne facture : tant d'unités, à tel prix, TVA comprise ou non, sous tel régime.

    `faits` : les faits reçus qu'elle facture ; `du`, `au` : les jours qu'elle couvre, compris ; `carnet` :
    celui qu'elle vend.
    """

    designation: str
    quantite: str
    unite: str
    prix: str
    regime: str
    ttc: bool = False
    tarif: str = ""
    faits: tuple[str, ...] = ()
    du: date | None = None
    au: date | None = None
    carnet: str = ""

    def __post_init__(self) -> None:
        if not self.designation.strip() or not self.unite.strip():
            raise ValueError("une ligne a une « designation » et une « unite »")
        if not self.combien:
            raise ValueError("« quantite » n'est pas nulle")
        if self.prix_unitaire < 0:
            raise ValueError("« prix » n'est pas négatif ; c'est la « quantite » qui l'est")
        if (self.du is None) != (self.au is None) or (self.du and self.au and self.au < self.du):
            raise ValueError("« du » et « au » sont deux jours qui se suivent")

    @property
    def combien(self) -> Decimal:
        """Sa quantité."""
        return montants.relire(self.quantite, "quantite")

    @property
    def prix_unitaire(self) -> Decimal:
        """Son prix, tel qu'il est convenu (TTC si `ttc`)."""
        return montants.relire(self.prix, "prix")


class Brouillon(Fiche, frozen=True):
    """Une facture qui n'est pas émise : on peut encore tout y changer, ou l'ôter.

    `operation` : le jour de la prestation ; `reference` : ce que le client veut y lire ;
    `echeance` : le dernier jour pour payer.
    """

    tiers: str
    cree: date
    lignes: tuple[Ligne, ...] = ()
    operation: date | None = None
    echeance: date | None = None
    reference: str = ""
    devis: str = ""


class Devis(Fiche, frozen=True):
    """Un prix promis jusqu'à un jour. `accepte` : le jour où le client a dit oui."""

    tiers: str
    cree: date
    valable: date
    lignes: tuple[Ligne, ...] = ()
    accepte: date | None = None
    brouillon: str = ""


class Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ce qui est taxé (ou exonéré) de la même façon, et la TVA que cela donne."""

    categorie: Categorie
    taux: str
    base: str
    tva: str
    mention: str = ""


class LigneFigee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Une ligne telle qu'elle fut émise : ni son prix, ni son montant, ni sa TVA ne se recalculent plus.

    `origine` : pour une note de crédit, le rang (depuis 1) de la ligne qu'elle crédite.
    """

    ligne: Ligne
    prix_net: str
    net: str
    categorie: Categorie
    taux: str
    mention: str = ""
    origine: int = 0


class Origine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """La facture qu'une note de crédit corrige."""

    id: str
    numero: str
    emise: date


class Documents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Les octets conservés, désignés par leur empreinte ; `ubl` n'existe que s'il doit être transmis."""

    pdf: str
    cii: str
    ubl: str = ""


class Piece(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Une pièce émise. Elle porte l'empreinte de la précédente : rien ne s'ôte ni ne se glisse entre."""

    contrat: str = "piece/1"
    rang: int
    precedente: str
    serie: Serie
    numero: str
    emise: date
    operation: date
    echeance: date
    tiers: str
    lignes: tuple[LigneFigee, ...]
    bases: tuple[Base, ...]
    total_ht: str
    total_tva: str
    total_ttc: str
    arrondi: str
    du: str
    communication: str
    reference: str = ""
    motif: str = ""
    origine: Origine | None = None
    a_transmettre: bool = False
    documents: Documents

    @property
    def id(self) -> str:
        """Son nom de fichier : son rang dans la chaîne, puis sa série et son numéro."""
        return ident_de_piece(self.rang, self.numero)

    @property
    def exercice(self) -> int:
        """L'année de son numéro."""
        return self.emise.year

    @property
    def montant_du(self) -> Decimal:
        """Ce qu'elle demande (ou rend, pour une note de crédit)."""
        return Decimal(self.du)


def ident_de_piece(rang: int, numero: str) -> str:
    """« 000012-2026-0003 » : les noms triés suivent la chaîne."""
    return f"{rang:06}-{numero.lower()}"


def numero_de(serie: Serie, exercice: int, rang: int) -> str:
    """« 2026-0001 » pour une facture, « NC-2026-0001 » pour une note de crédit."""
    return f"{'' if serie is Serie.FACTURE else f'{serie}-'}{exercice}-{rang:04}"


BROUILLONS = Collection(Genre("brouillon", "brouillons"), Brouillon)
DEVIS = Collection(Genre("devis", "devis"), Devis)

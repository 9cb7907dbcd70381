"""Une écriture : des comptes débités, des comptes crédités, à somme égale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from tiers_lieu_cli.finance.montants import ZERO


class Journal(StrEnum):
    """Le journal d'une écriture, dans les deux lettres qu'un comptable attend."""

    VENTES = "VE"
    ACHATS = "AC"
    BANQUE = "BQ"
    CAISSE = "CA"
    DIVERS = "OD"
    A_NOUVEAU = "AN"


#: Comment un comptable nomme chaque journal.
NOMS = {
    Journal.VENTES: "Ventes",
    Journal.ACHATS: "Achats",
    Journal.BANQUE: "Banque",
    Journal.CAISSE: "Caisse",
    Journal.DIVERS: "Opérations diverses",
    Journal.A_NOUVEAU: "À-nouveaux",
}


class Ligne(msgspec.Struct, frozen=True):
    """Un compte, et ce qu'il reçoit (positif : au débit ; négatif : au crédit)."""

    compte: str
    somme: Decimal

    @property
    def debit(self) -> Decimal:
        """Ce qui est au débit."""
        return max(self.somme, ZERO)

    @property
    def credit(self) -> Decimal:
        """Ce qui est au crédit."""
        return max(ZERO - self.somme, ZERO)


class Ecriture(msgspec.Struct, frozen=True):
    """Une écriture. `piece` : ce qui la justifie ; `libelle` ne nomme personne."""

    jour: date
    journal: Journal
    piece: str
    libelle: str
    lignes: tuple[Ligne, ...]

    def __post_init__(self) -> None:
        if sum((ligne.somme for ligne in self.lignes), ZERO):
            raise ValueError(f"l'écriture « {self.piece} » n'est pas équilibrée")

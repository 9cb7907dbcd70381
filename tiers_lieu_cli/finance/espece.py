"""De l'argent qui entre dans la boîte, ou en sort."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class Espece(Fiche, frozen=True):
    """Un mouvement d'espèces. `compte` : du plan ; `piece` : la facture payée ; `comptage` : un écart."""

    le: date
    montant: str
    compte: str = ""
    piece: str = ""
    motif: str = ""
    comptage: bool = False

    def __post_init__(self) -> None:
        montants.relire(self.montant, "montant")
        if bool(self.compte) == bool(self.piece):
            raise ValueError("de l'argent vise un « compte » ou une « piece », non les deux")

    @property
    def somme(self) -> Decimal:
        """Ce qui entre, ou sort s'il est négatif."""
        return Decimal(self.montant)


ESPECES = Collection(Genre("mouvement d'espèces", "especes", par_mois=True), Espece)

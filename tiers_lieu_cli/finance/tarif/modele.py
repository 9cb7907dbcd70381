"""Un tarif : un prix, par unité, sous un régime, d'un jour à un autre."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class Tarif(Fiche, frozen=True):
    """Le prix d'une chose, du `du` compris au `au` exclu.

    `code` : l'objet (« salle-rez ») ou le genre de fait (« poste.journee ») qu'il chiffre ; `genre` : ne
    vaut que pour les faits de ce genre. `ttc` : le prix affiché, TVA comprise. Un prix nul est gratuit.
    """

    code: str
    libelle: str
    unite: str
    prix: str
    regime: str
    du: date
    au: date | None = None
    ttc: bool = False
    genre: str = ""

    def __post_init__(self) -> None:
        if self.prix_unitaire < 0:
            raise ValueError("« prix » n'est pas négatif")
        if self.au is not None and self.au <= self.du:
            raise ValueError("« au », exclu, vient après « du »")

    @property
    def prix_unitaire(self) -> Decimal:
        """Son prix."""
        return montants.relire(self.prix, "prix")

    def vaut(self, jour: date) -> bool:
        """Est-ce le prix de ce jour-là ?"""
        return self.du <= jour and (self.au is None or jour < self.au)


TARIFS = Collection(Genre("tarif", "tarifs"), Tarif)

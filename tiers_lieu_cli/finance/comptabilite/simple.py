"""La comptabilité simplifiée d'une petite ASBL : ce qui entre et sort, ce qu'on a et ce qu'on doit.

Art. 3:47 § 2 CSA ; les lignes des états sont celles de l'AR du 26 juin 2003 (annexes B et C), dans le
plan du pays. Elle se déduit des mêmes relevés et de la même boîte que la partie double.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

import msgspec

from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.plan import Rubrique


class Flux(msgspec.Struct, frozen=True):
    """Une ligne du livre des recettes et dépenses : ce qui entre (positif) ou sort, et pourquoi."""

    jour: date
    piece: str
    rubrique: Rubrique
    somme: Decimal


class ComptesSimples(Comptes):
    """Les mêmes comptes, où une facture ne compte que payée, sous ce qu'elle a vendu ou acheté."""

    @cached_property
    def _achats(self) -> dict[str, str]:
        from tiers_lieu_cli.finance.achats import ACHATS

        return {achat.id: achat.compte for achat in ACHATS.toutes(self.caisse.arbre).fiches}

    def compte_de_la_piece(self, piece: str) -> str:
        """Ce que la pièce a vendu, ou acheté."""
        return self._achats.get(piece) or self.caisse.plan.role("ventes")

    def flux(self) -> Iterator[Flux]:
        """Tout ce qui a passé par la banque et la boîte, dans l'ordre ; hors des soldes d'ouverture.

        Une caution retenue n'est pas un nouvel argent : elle passe de ce qu'on doit à ce qu'on a reçu.
        """
        retenue = {self.caisse.plan.role("cautions"), self.caisse.plan.role("caution-retenue")}
        for ecriture in self.ecritures:
            lignes = [(ligne, self.caisse.plan.rubrique(ligne.compte)) for ligne in ecriture.lignes]
            argent = any(rubrique and est_argent(rubrique) for _, rubrique in lignes)
            if argent or {ligne.compte for ligne, _ in lignes} == retenue:
                for ligne, rubrique in lignes:
                    if rubrique and not est_argent(rubrique):
                        yield Flux(ecriture.jour, ecriture.piece, rubrique, ZERO - ligne.somme)

    def liquidites(self, annee: int) -> Decimal:
        """Ce qu'il y avait en banque et dans la boîte à la fin de l'exercice."""
        sommes = regles.soldes(e for e in self.ecritures if e.jour.year <= annee)
        rubriques = ((self.caisse.plan.rubrique(compte), somme) for compte, somme in sommes.items())
        return sum((somme for rubrique, somme in rubriques if rubrique and est_argent(rubrique)), ZERO)


def est_argent(rubrique: Rubrique) -> bool:
    """La banque et la boîte."""
    return rubrique.mot == "liquidites"


def par_rubrique(flux: Iterator[Flux], annee: int) -> dict[str, Decimal]:
    """Ce que chaque rubrique a fait entrer (positif) ou sortir, dans l'exercice."""
    sommes: dict[str, Decimal] = {}
    for un in flux:
        if un.jour.year == annee:
            sommes[un.rubrique.mot] = sommes.get(un.rubrique.mot, ZERO) + un.somme
    return sommes

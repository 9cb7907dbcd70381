"""Un article qui se consomme, et chacun de ses mouvements. Le niveau est leur somme, jamais un compteur."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import Texte, cite
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.stock.objet.modele import USAGE
from tiers_lieu_cli.stock.unites import Conditionnement


class Article(Fiche, frozen=True, dict=True):
    """Une chose qui se consomme, comptée en `unite`.

    `seuil` : en dessous ou à cette quantité, elle est à racheter, jusqu'à `cible` si elle est dite ;
    `achat` : comment elle s'achète (« boîte de 12 ») ; `fini_le` : on n'en tient plus.
    """

    ENSEMBLE = (("unite", "seuil", "cible", "achat"),)

    nom: str
    unite: str
    seuil: str = ""
    cible: str = ""
    achat: str = ""
    fournisseur: str = ""
    place: str = ""
    note: Texte = ""
    fini_le: date | None = None

    def __post_init__(self) -> None:
        if not self.nom.strip() or not self.unite.strip():
            raise ValueError("un article a un nom et une unité")
        _ = self.alerte, self.voulu, self.conditionnement

    @cached_property
    def alerte(self) -> Decimal | None:
        """Le seuil, s'il y en a un."""
        return _positive(self.seuil, "seuil") if self.seuil else None

    @cached_property
    def voulu(self) -> Decimal | None:
        """Ce qu'on veut avoir après une course ; à défaut, le seuil."""
        return _positive(self.cible, "cible") if self.cible else self.alerte

    @cached_property
    def conditionnement(self) -> Conditionnement | None:
        """Ce qu'on achète d'un bloc."""
        return Conditionnement.lire(self.achat, self.unite) if self.achat else None


class Sens(StrEnum):
    """Pourquoi le niveau change."""

    ENTREE = "entree"
    SORTIE = "sortie"
    #: Ce qu'un inventaire ou un œil a trouvé de plus ou de moins.
    CORRECTION = "correction"


ArticleCite = Annotated[str, cite("un article", "stock/articles")]


class Mouvement(Fiche, frozen=True, dict=True):
    """Un changement du niveau d'un article, en son unité ; négatif s'il en est sorti.

    `unite` : celle de l'article ce jour-là ; `perime` : jusqu'à quand ce qui est entré se garde.
    """

    article: ArticleCite
    sens: Sens
    quantite: str
    unite: str
    moment: str
    motif: Texte = ""
    perime: date | None = None

    def __post_init__(self) -> None:
        temps.moment(self.moment)
        if (
            not self.valeur
            or (self.sens is Sens.ENTREE and self.valeur < 0)
            or (self.sens is Sens.SORTIE and self.valeur > 0)
        ):
            raise ValueError("une entrée ajoute, une sortie retire, et aucune n'est de zéro")

    @cached_property
    def valeur(self) -> Decimal:
        """La quantité, comptée."""
        return _nombre(self.quantite, "quantite")


def _nombre(ecrit: str, champ: str) -> Decimal:
    try:
        lu = Decimal(ecrit)
    except InvalidOperation:
        raise ValueError(f'« {champ} » est un nombre écrit entre guillemets, comme "4.85"') from None
    if not lu.is_finite():
        raise ValueError(f"« {champ} » est un nombre")
    return lu


def _positive(ecrit: str, champ: str) -> Decimal:
    lu = _nombre(ecrit, champ)
    if lu < 0:
        raise ValueError(f"« {champ} » n'est pas négatif")
    return lu


ARTICLES = Collection(
    Genre(
        "article",
        "stock/articles",
        ouvrir="tl stock article fiche {id}",
        dire=lambda a: f"{a.nom}, en {a.unite}",
        sert=lambda a: not a.fini_le,
        plutot="tl stock article finir {id}",
        usage=USAGE,
        a_faire_du_lieu="stock.article.fiches:a_racheter",
    ),
    Article,
)
MOUVEMENTS = Collection(
    Genre(
        "mouvement de stock",
        "stock/mouvements",
        ouvrir="tl stock article fiche {fiche.article}",
        par_mois=True,
        pluriel="mouvements de stock",
        dire=lambda m: m.article,
        usage=USAGE,
    ),
    Mouvement,
)

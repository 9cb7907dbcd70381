"""Les genres de fiches : où chacun se déclare, et ce qu'il dit de lui, chargé seulement si on le demande."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.affaires import Affaires, hors_cours
from tiers_lieu_cli.noyau.fiches.collection import Collection

Declare = Collection[Any] | Affaires[Any]
_PAQUET = __name__.partition(".")[0]


def charger(ou: str) -> Any:
    """Ce que désigne « module:nom », depuis le paquet."""
    module, _, nom = ou.partition(":")
    return getattr(import_module(f"{_PAQUET}.{module}"), nom)


_AUCUN: Mapping[str, Sequence[str]] = {}


class Genres:
    """Par dossier, où son genre se déclare ; ceux du registre, qui a son dépôt, n'ont pas de boîte."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table
        self._declares: dict[str, Declare] = {}
        self._collections: dict[str, Collection[Any] | None] = {}

    @property
    def dossiers(self) -> tuple[str, ...]:
        """Les dossiers de tous les genres ; rien n'est chargé."""
        return tuple(self._table)

    def __iter__(self) -> Iterator[Declare]:
        """Tous les genres, dans l'ordre de la table."""
        return (self.declare(dossier) for dossier in self._table)

    def presents(self, arbre: Arbre, aussi: Mapping[str, Sequence[str]] = _AUCUN) -> Iterator[Declare]:
        """Ceux qui ont un dossier dans ce lieu, sans charger les autres ; `aussi` : ou l'un de ceux-ci."""
        voulus = {dossier: {dossier, *aussi.get(dossier, ())} for dossier in self._table}
        boites = {nom.partition("/")[0] for noms in voulus.values() for nom in noms}.intersection(
            arbre.noms("")
        )
        la = {*boites, *(f"{boite}/{hors_cours(nom)}" for boite in boites for nom in arbre.noms(boite))}
        return (self.declare(dossier) for dossier, noms in voulus.items() if not la.isdisjoint(noms))

    def declare(self, dossier: str) -> Declare:
        """Le genre de ce dossier ; `KeyError` s'il n'y en a pas."""
        dossier = hors_cours(dossier)
        if dossier not in self._declares:
            self._declares[dossier] = charger(self._table[dossier])
        return self._declares[dossier]

    def dossier(self, chemin: str) -> str:
        """Le dossier du genre que ce chemin rangerait : ses deux premiers niveaux, un seul au registre."""
        boite, _, reste = chemin.partition("/")
        return boite if boite in self._table else f"{boite}/{reste.partition('/')[0]}"

    def collection(self, dossier: str) -> Collection[Any] | None:
        """Les fiches rangées dans ce dossier ; `None` si rien ne s'y range."""
        if dossier not in self._collections:
            trouve = self.declare(dossier).rangements if hors_cours(dossier) in self._table else ()
            self._collections[dossier] = next((c for c in trouve if c.genre.dossier == dossier), None)
        return self._collections[dossier]

    def de(self, chemin: str) -> tuple[str, Collection[Any]] | None:
        """L'identifiant et la collection de la fiche de ce chemin ; `None` si ce n'est pas une fiche."""
        rangee = self.collection(self.dossier(chemin))
        ident = rangee.genre.ident(chemin) if rangee else None
        return (ident, rangee) if rangee and ident is not None else None

    def exiger(self, chemin: str) -> Collection[Any]:
        """La collection de la fiche de ce chemin, qui en est une."""
        rangee = self.collection(self.dossier(chemin))
        assert rangee, chemin
        return rangee

    def de_l_archive(self) -> list[Collection[Any]]:
        """Ceux de l'archive, sans le registre."""
        return [rangee for rangee in self.collections() if "/" in rangee.genre.dossier]

    def collections(self) -> list[Collection[Any]]:
        """Tous les rangements de tous les genres."""
        return [rangement for declare in self for rangement in declare.rangements]

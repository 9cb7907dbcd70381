"""Un chapitre, ses étapes, et ce qu'on regarde du lieu pour savoir si l'étape est faite."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import field

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

F = TypeVar("F", bound=Fiche)


class Vu(msgspec.Struct, frozen=True):
    """Le lieu relu, et ce qui y a été enregistré depuis le début de l'étape.

    `poses` et `otes` : des chemins, ceux du registre sous « registre/ », ceux de la caisse sous « finance/ ».
    """

    arbre: Arbre
    poses: frozenset[str] = frozenset()
    otes: frozenset[str] = frozenset()

    def neuves(self, collection: Collection[F]) -> list[F]:
        """Les fiches de ce genre, posées ou changées depuis."""
        idents = (collection.genre.ident(chemin) for chemin in sorted(self.poses))
        lues = (collection.une(self.arbre, ident) for ident in idents if ident)
        return [lue for lue in lues if lue]

    def a_pose(self, dossier: str) -> bool:
        """A-t-on posé quelque chose dans ce dossier ?"""
        return any(chemin.startswith(f"{dossier}/") for chemin in self.poses)


#: Rend ce qui manque encore ; vide si l'étape est faite.
Manque = Callable[[Vu], str]


class Etape(msgspec.Struct, frozen=True):
    """Une chose à faire : pourquoi, l'exemple qui la fait, ce qui manque, ce qu'il faut en retenir.

    `avant` : les commandes que le cours passe lui-même, sans le montrer, pour préparer l'étape.
    """

    nom: str
    titre: str
    texte: str
    exemple: str
    manque: Manque
    retenir: str
    avant: tuple[tuple[str, ...], ...] = ()


class Chapitre(msgspec.Struct, frozen=True):
    """Un parcours, pour quelqu'un ; `minutes` : ce qu'il prend."""

    nom: str
    titre: str
    pour: str
    minutes: int
    etapes: tuple[Etape, ...]


class Progres(msgspec.Struct):
    """Où l'on en est, gardé à côté du lieu du cours : les étapes finies de chaque chapitre.

    `preparees` : celles dont le décor est planté ; `en_cours` : celle qu'on a commencée, et `depart` : par
    dépôt, l'enregistrement d'où elle est partie.
    """

    finies: dict[str, list[str]] = field(default_factory=dict)
    preparees: list[str] = field(default_factory=list)
    en_cours: str = ""
    depart: dict[str, str] = field(default_factory=dict)

    def suivante(self, chapitre: Chapitre) -> Etape | None:
        """La première étape qui n'est pas finie."""
        faites = self.finies.get(chapitre.nom, [])
        return next((e for e in chapitre.etapes if e.nom not in faites), None)

    def finir(self, chapitre: Chapitre, etape: Etape) -> None:
        """L'étape est faite, ou passée."""
        self.finies.setdefault(chapitre.nom, []).append(etape.nom)
        self.en_cours, self.depart = "", {}

"""Un bilan : des comptes nommés, et ce qu'il faut en taire pour que personne ne s'y reconnaisse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from tiers_lieu_cli.noyau.pages import dessin

#: En dessous, un compte publié pourrait désigner quelqu'un.
SEUIL = 5
K = TypeVar("K")


class Masque(msgspec.Struct, frozen=True):
    """Les comptes à taire, et si leur total doit l'être aussi."""

    tus: frozenset[object] = frozenset()
    total: bool = False


def masquer(comptes: Mapping[K, int]) -> Masque:
    """Ce qu'il faut taire pour qu'aucun compte de 1 à 4 ne soit publié, ni déduit du total.

    Un seul compte tu se retrouverait par soustraction : on tait alors le plus petit des autres.
    """
    tus = {cle: n for cle, n in comptes.items() if 0 < n < SEUIL}
    restants = sorted((n, rang, cle) for rang, (cle, n) in enumerate(comptes.items()) if n >= SEUIL)
    while tus and restants and _se_deduit(tus.values()):
        nombre, _, cle = restants.pop(0)
        tus[cle] = nombre
    return Masque(frozenset(tus), bool(tus) and _se_deduit(tus.values()))


def _se_deduit(tus: Iterable[int]) -> bool:
    """Le total des autres étant connu, retrouverait-on l'un de ces comptes ?"""
    tus = [*tus]
    # Rien que des petits, tous de 1 ou tous de 4 : leur somme les trahit.
    extremes = max(tus) < SEUIL and sum(tus) in (len(tus), (SEUIL - 1) * len(tus))
    return len(tus) == 1 or sum(tus) < SEUIL or extremes


class Ligne(msgspec.Struct, frozen=True):
    """Un compte nommé ; `nombre` est absent, et `dit` un tiret, quand il est tu."""

    nom: str
    nombre: int | None
    dit: str


class Partie(msgspec.Struct, frozen=True):
    """Une partie du bilan : son total, ses lignes, ses dessins (SVG)."""

    titre: str
    total: str
    lignes: tuple[Ligne, ...]
    dessins: tuple[str, ...] = ()


class Bilan(msgspec.Struct, frozen=True):
    """Le bilan d'une période."""

    lieu: str
    titre: str
    du: str
    au: str
    dite: str
    public: bool
    seuil: int
    parties: tuple[Partie, ...]


def ligne(nom: str, nombre: int, tue: bool, dit: str = "") -> Ligne:
    """Un compte, ou un tiret s'il faut le taire."""
    return Ligne(nom, None, dessin.TUE) if tue else Ligne(nom, nombre, dit or str(nombre))


def seule(nom: str, nombre: int, public: bool) -> Ligne:
    """Un compte qui n'est la part d'aucun total."""
    return ligne(nom, nombre, public and 0 < nombre < SEUIL)

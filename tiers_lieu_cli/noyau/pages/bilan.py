"""Un bilan : des comptes nommés, et ce qu'il faut en taire pour que personne ne s'y reconnaisse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from tiers_lieu_cli.noyau.pages import dessin
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: En dessous, un compte publié pourrait désigner quelqu'un.
SEUIL = 5
K = TypeVar("K")


def sommer(paires: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Les sommes par clé, les plus grandes d'abord, puis dans l'ordre des clés."""
    sommes: Counter[K] = Counter()
    for cle, nombre in paires:
        sommes[cle] += nombre
    return dict(sorted(sommes.items(), key=lambda paire: (-paire[1], str(paire[0]))))


def dire_duree(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 30 »."""
    heures, reste = divmod(minutes, 60)
    if not heures and reste:
        return f"{reste} min"
    return f"{heures} h {reste:02}" if reste else f"{heures} h"


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


def batir(
    lieu: str, titre: str, periode: tuple[date, date], aujourdhui: date, public: bool, *parties: Partie
) -> Bilan:
    """Le bilan d'une période, dite d'un jour à l'autre."""
    du, au = periode
    dite = temps.dire_creneau(Creneau.de_jours(du, au), aujourdhui)
    return Bilan(lieu, titre, du.isoformat(), au.isoformat(), dite, public, SEUIL, parties)


def ligne(nom: str, nombre: int, tue: bool, dit: str = "") -> Ligne:
    """Un compte, ou un tiret s'il faut le taire."""
    return Ligne(nom, None, dessin.TUE) if tue else Ligne(nom, nombre, dit or str(nombre))


def seule(nom: str, nombre: int, public: bool) -> Ligne:
    """Un compte qui n'est la part d'aucun total."""
    return ligne(nom, nombre, public and 0 < nombre < SEUIL)


def barres(titre: str, lignes: Sequence[Ligne]) -> tuple[str, ...]:
    """Ces comptes en barres, s'il y en a."""
    dits = [x.dit for x in lignes]
    return (dessin.barres(titre, [(x.nom, x.nombre) for x in lignes], dits),) if lignes else ()


def parts(comptes: Mapping[str, int], public: bool) -> tuple[Masque, tuple[Ligne, ...]]:
    """Une ligne par compte, et ce qu'il faut en taire en public."""
    masque = masquer(comptes) if public else Masque()
    return masque, tuple(ligne(nom, n, nom in masque.tus) for nom, n in comptes.items())


def heures_donnees(
    titre: str, minutes: Mapping[str, int], benevoles: Mapping[str, int], tous: int, public: bool
) -> tuple[str, tuple[Ligne, ...], tuple[str, ...]]:
    """Le total, une ligne par activité, le dessin.

    Une activité tenue par moins de cinq personnes se tait : ses heures diraient qui donne combien.
    """
    masque = masquer(benevoles) if public else Masque()
    tu = public and (masque.total or 0 < tous < SEUIL)
    lignes = tuple(ligne(nom, n, nom in masque.tus, dire_duree(n)) for nom, n in minutes.items())
    total = dessin.TUE if tu else dire_duree(sum(minutes.values())) if lignes else ""
    return total, lignes, () if tu else barres(titre, lignes)

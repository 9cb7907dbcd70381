"""Faire une part d'un travail dans une copie de ce processus, sur un autre cœur."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

T = TypeVar("T")
#: Combien de lots se partagent tout au plus : le moindre tube en tient autant d'octets.
_LOTS = 4096


def commencer(travail: Callable[[], bytes]) -> Callable[[], bytes]:
    """Commencer `travail` à côté ; ce qu'il rend se demande plus tard.

    La copie ne change rien ici : seuls ses octets reviennent. Si le système ne sait pas copier un
    processus, ou si la copie meurt en route, le travail se fait ici, quand on le demande.
    """
    if sys.platform == "win32":
        return travail
    lecture, ecriture = os.pipe()
    try:
        fils = os.fork()
    except OSError:
        os.close(lecture)
        os.close(ecriture)
        return travail
    if not fils:
        # Sinon, qui ne lit pas jusqu'au bout laisserait la copie attendre à jamais d'être lue.
        os.close(lecture)
        _travailler(travail, ecriture)
    os.close(ecriture)

    def attendre() -> bytes:
        with os.fdopen(lecture, "rb") as flux:
            dit = flux.read()
        _, etat = os.waitpid(fils, 0)
        return travail() if etat else dit

    return attendre


def en_lots(elements: Sequence[T]) -> list[Sequence[T]]:
    """Ces éléments un par un, ou par lots s'il y en a plus qu'un partage n'en tient."""
    taille = max(1, -(-len(elements) // _LOTS))
    return [elements[rang : rang + taille] for rang in range(0, len(elements), taille)]


class Partage:
    """Un travail de `combien` lots que deux copies de ce processus se partagent, sans se parler.

    Chacune en prend un de plus quand elle a fini le précédent, l'une par un bout, l'autre par l'autre : elles
    se rejoignent, et finissent ensemble, quoi que chaque lot ait coûté.
    """

    def __init__(self, combien: int) -> None:
        # Un octet par lot à prendre : le système n'en donne aucun deux fois.
        self._combien = combien
        self._a_prendre, ecriture = os.pipe()
        os.write(ecriture, b"." * combien)
        os.close(ecriture)

    def par_le_debut(self) -> Iterator[int]:
        """Les rangs qu'une copie prend, à mesure qu'elle les demande."""
        return iter(partial(self._prendre, iter(range(self._combien))), -1)

    def par_la_fin(self) -> Iterator[int]:
        """Ceux de l'autre."""
        return iter(partial(self._prendre, iter(reversed(range(self._combien)))), -1)

    def _prendre(self, rangs: Iterator[int]) -> int:
        return next(rangs) if os.read(self._a_prendre, 1) else -1

    def fermer(self) -> None:
        """Rendre au système de quoi partager ; ce qui n'est pas pris ne l'est plus."""
        os.close(self._a_prendre)


def _travailler(travail: Callable[[], bytes], ecriture: int) -> None:
    """Dans la copie : rendre le travail et finir là, sans rien défaire ni rien dire de ce qu'on a hérité."""
    code = 1
    try:
        with os.fdopen(ecriture, "wb") as flux:
            flux.write(travail())
        code = 0
    finally:
        os._exit(code)

"""Faire une part d'un travail dans une copie de ce processus, sur un autre cœur."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


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
        _travailler(travail, ecriture)
    os.close(ecriture)

    def attendre() -> bytes:
        with os.fdopen(lecture, "rb") as flux:
            dit = flux.read()
        _, etat = os.waitpid(fils, 0)
        return travail() if etat else dit

    return attendre


def _travailler(travail: Callable[[], bytes], ecriture: int) -> None:
    """Dans la copie : rendre le travail et finir là, sans rien défaire ni rien dire de ce qu'on a hérité."""
    code = 1
    try:
        with os.fdopen(ecriture, "wb") as flux:
            flux.write(travail())
        code = 0
    finally:
        os._exit(code)

"""Les verrous que git pose dans l'archive, et qu'un processus tué ne retire pas."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tiers_lieu_cli.noyau import systeme

_VERROUS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/*.lock")
_TENU = b"tenu"


def sans_maitre(interne: Path) -> Iterator[Path]:
    """Les verrous que plus aucun processus ne tient ouverts."""
    for motif in _VERROUS:
        for verrou in sorted(interne.glob(motif)):
            if not systeme.est_tenu(verrou):
                yield verrou


def apres_une_mort(poignee: int, interne: Path) -> list[str]:
    """Marquer le verrou du lieu comme tenu ; si son dernier maître est mort, ôter ce qu'il a laissé.

    `poignee` : le verrou du lieu, que l'on tient. Rend les noms de ce qui est ôté.
    """
    mort = os.pread(poignee, 1, 0)
    os.pwrite(poignee, _TENU, 0)
    otes = []
    for verrou in sans_maitre(interne) if mort else ():
        with suppress(FileNotFoundError):
            verrou.unlink()
            otes.append(verrou.name)
    return otes


def rendre(poignee: int) -> None:
    """Dire qu'on rend le verrou du lieu de bon gré."""
    os.ftruncate(poignee, 0)

"""Les verrous que git pose dans l'archive, et qu'un processus tué ne retire pas."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.motif import motif

#: Celui de l'outil, que le système rend de lui-même.
_LE_NOTRE = "tiers-lieu.lock"
_CONTENUS = motif(r"[0-9a-f]{2}", re.ASCII)
_TENU = b"tenu"


def sans_maitre(interne: Path) -> Iterator[Path]:
    """Les verrous que plus aucun processus ne tient ouverts, où qu'ils soient dans ce dépôt."""
    for verrou in sorted(_tous(interne)):
        with suppress(FileNotFoundError):
            if verrou.is_dir() or not systeme.est_tenu(verrou):
                yield verrou


def _tous(interne: Path) -> Iterator[Path]:
    for dossier, sous, noms in os.walk(interne):
        if Path(dossier).name == "objects":
            sous[:] = [nom for nom in sous if not _CONTENUS.fullmatch(nom)]
        for nom in (*noms, *sous):
            if nom == "gc.pid" or (nom.endswith(".lock") and nom != _LE_NOTRE):
                yield Path(dossier, nom)


def oter(interne: Path) -> list[str]:
    """Ôter les verrous sans maître ; rend leurs noms."""
    return [verrou.name for verrou in list(sans_maitre(interne)) if lever(verrou)]


def lever(verrou: Path) -> bool:
    """Ôter ce verrou ; faux s'il n'y est plus, ou n'en est pas un."""
    try:
        verrou.rmdir() if verrou.is_dir() else verrou.unlink()
    except OSError:
        return False
    return True


def apres_une_mort(poignee: int, interne: Path) -> list[str]:
    """Marquer le verrou du lieu comme tenu ; si son dernier maître est mort, ôter ce qu'il a laissé.

    `poignee` : le verrou du lieu, que l'on tient. Rend les noms de ce qui est ôté.
    """
    mort = os.pread(poignee, 1, 0)
    os.pwrite(poignee, _TENU, 0)
    # Une coupure de courant est une mort : la marque doit lui survivre comme les verrous de git.
    os.fsync(poignee)
    return [*oter(interne), *_oter_les_inacheves(interne)] if mort else []


def _oter_les_inacheves(interne: Path) -> Iterator[str]:
    """Ôter les contenus qu'une mort a laissés à moitié écrits, et que personne n'écrit plus."""
    for inacheve in sorted((interne / "objects").glob("[0-9a-f][0-9a-f]/tmp_obj_*")):
        with suppress(FileNotFoundError):
            if not systeme.est_tenu(inacheve) and lever(inacheve):
                yield inacheve.name


def rendre(poignee: int) -> None:
    """Dire qu'on rend le verrou du lieu de bon gré."""
    os.ftruncate(poignee, 0)

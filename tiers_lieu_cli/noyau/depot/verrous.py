"""Les verrous que git pose dans l'archive, et qu'un processus tué ne retire pas."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.git import DOSSIER_D_EPARS, GitRefuse
from tiers_lieu_cli.noyau.motif import motif

#: Celui de l'outil, que le système rend de lui-même.
VERROU = "tiers-lieu.lock"
_TENU = b"tenu"
#: Ce que git dit d'un verrou qu'un autre tient (LC_ALL=C).
_VERROU = motif(r"(?:Unable to create '([^'\n]+)\.lock'|could not lock config file ([^'\n]+)): File exists")
#: En secondes : un verrou vivant se rend bien avant.
_ESSAIS, _ENTRE_DEUX_ESSAIS = 10, 0.1
T = TypeVar("T")


def sans_maitre(interne: Path) -> Iterator[Path]:
    """Les verrous que plus aucun processus ne tient ouverts, où qu'ils soient dans ce dépôt."""
    for verrou in sorted(_tous(interne)):
        with suppress(FileNotFoundError):
            if verrou.is_dir() or not systeme.est_tenu(verrou):
                yield verrou


def _tous(interne: Path) -> Iterator[Path]:
    for dossier, sous, noms in os.walk(interne):
        if Path(dossier).name == "objects":
            sous[:] = [nom for nom in sous if not DOSSIER_D_EPARS.fullmatch(nom)]
        for nom in (*noms, *sous):
            if nom == "gc.pid" or (nom.endswith(".lock") and nom != VERROU):
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


def malgre_un_mort(interne: Path, agir: Callable[[], T]) -> T:
    """Ce que rend `agir`, même si le verrou d'un processus mort l'en empêche d'abord.

    Hors de nos écritures (prendre ce qu'a le moyeu, en retenir l'adresse), nul autre ne l'ôterait. Un vivant
    ne tient le sien qu'un instant : on l'attend.
    """
    for _ in range(_ESSAIS):
        try:
            return agir()
        except GitRefuse as refus:
            dit = _VERROU.search(refus.erreur)
            if not dit or not (verrou := Path(f"{dit[1] or dit[2]}.lock")).is_relative_to(interne):
                raise
        time.sleep(_ENTRE_DEUX_ESSAIS)
    lever_un_mort(verrou)
    return agir()


def lever_un_mort(verrou: Path) -> None:
    """Ôter ce verrou si son maître, de ce compte, est mort ; d'un autre compte, on ne saurait le dire."""
    with suppress(FileNotFoundError):
        vu = os.lstat(verrou)
        a_nous = not hasattr(os, "geteuid") or vu.st_uid == os.geteuid()
        if not a_nous or systeme.est_tenu(verrou):
            return
        # Git ferme le sien juste avant de le renommer : il n'est alors plus là l'instant d'après.
        time.sleep(_ENTRE_DEUX_ESSAIS)
        if os.path.samestat(vu, os.lstat(verrou)) and not systeme.est_tenu(verrou):
            lever(verrou)


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

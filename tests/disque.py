"""Un disque pour de vrai, qui se remplit ou passe en lecture seule au milieu ; une horloge qui saute.

Le disque est un petit tmpfs : git aussi s'y trouve à court de place. La lecture seule est un vrai remontage,
que l'outil et git voient du même instant. Il faut pouvoir monter ; sinon `possible` le dit.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path

from pannes import Geste, Juger, Panne, Vue, copier, disque, dites, jouer

_BOURRAGE = "bourrage"
_PAGE = 4096
_CLONE_NEWNS, _MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x20000, 1, 32, 4096, 16384, 1 << 18
#: L'heure d'une suite : un an plus tôt, un an plus tard, à l'autre bout de la Terre.
HORLOGES = ("2025-11-24T08:52+01:00", "2027-11-24T08:52+01:00", "2026-11-23T20:52-11:00")


@cache
def possible() -> bool:
    """Peut-on monter un disque ici ?"""
    if sys.platform != "linux" or os.geteuid():
        return False
    with tempfile.TemporaryDirectory() as ou:
        monte = subprocess.run(["mount", "-t", "tmpfs", "none", ou], capture_output=True, check=False)
        if monte.returncode:
            return False
        subprocess.run(["umount", ou], check=True)
    return True


@contextmanager
def petit_disque(ou: Path, mega: int = 48) -> Iterator[Path]:
    """Un disque de tant de Mio, monté là."""
    ou.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mega}m", "none", str(ou)], check=True)
    try:
        yield ou
    finally:
        subprocess.run(["umount", "-l", str(ou)], check=True)


def remplir(point: Path, pages: int = 0) -> None:
    """Ne laisser sur ce disque que tant de pages de 4 Kio."""
    libre = os.statvfs(point)
    taille = libre.f_bavail * libre.f_frsize - pages * _PAGE
    poignee = os.open(point / _BOURRAGE, os.O_WRONLY | os.O_CREAT, 0o600)
    os.posix_fallocate(poignee, 0, max(taille, 1))
    os.close(poignee)


def en_lecture_seule(racine: Path) -> None:
    """Remonter ce dossier en lecture seule, pour ce processus et ceux qu'il lancera."""
    libc = ctypes.CDLL(None, use_errno=True)

    def monter(source: str, cible: str, drapeaux: int) -> None:
        if libc.mount(source.encode(), cible.encode(), None, drapeaux, None):
            raise OSError(ctypes.get_errno(), cible)

    if libc.unshare(_CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    monter("none", "/", _MS_REC | _MS_PRIVATE)
    monter(str(racine), str(racine), _MS_BIND)
    monter("none", str(racine), _MS_REMOUNT | _MS_BIND | _MS_RDONLY)


def plein(geste: Geste, point: Path, trace: Path, entre: int = 1) -> Iterator[Vue]:
    """Le disque se remplit à chaque pas ; puis, dès le départ, il y reste une page, deux, trois…

    `entre` : un pas sur tant. La place revenue, la suite marche.
    """
    vider = partial(_vider, point)
    pas = [Panne("disque plein", n) for n in range(1, geste.entiere.pas + 1, entre)]
    yield from _eprouver(geste, pas, point, trace, lambda _: partial(remplir, point), vider)
    for pages in range(0, 400, entre):
        (vue,) = _eprouver(
            geste,
            [Panne(f"{pages} pages libres", 1)],
            point,
            trace,
            lambda _, pages=pages: partial(remplir, point, pages),  # type: ignore[misc]
            vider,
        )
        yield vue
        if vue.issue.acquittee and not vue.issue.dit.count("occupée"):
            return


def _vider(point: Path) -> None:
    with suppress(FileNotFoundError):
        (point / _BOURRAGE).unlink()


def ferme(geste: Geste, dossier: Path, trace: Path, entre: int = 1) -> Iterator[Vue]:
    """Le disque passe en lecture seule à chaque pas (un sur `entre`) ; rouvert, la suite marche."""
    pas = [Panne("lecture seule", n) for n in range(1, geste.entiere.pas + 1, entre)]
    yield from _eprouver(geste, pas, dossier, trace, lambda racine: partial(en_lecture_seule, racine))


def _eprouver(
    geste: Geste,
    pannes: list[Panne],
    dossier: Path,
    trace: Path,
    faire: Callable[[Path], Callable[[], None]],
    ensuite: Callable[[], None] = lambda: None,
) -> Iterator[Vue]:
    vus: dict[tuple[str, bool], tuple[list[str], bool]] = {}
    for panne in pannes:
        copie = copier(geste.avant, dossier / "copie")
        issue = jouer(copie, geste.mots, Panne(panne.sorte, panne.pas, faire(copie.racine)), trace)
        ensuite()
        clef = (disque(copie.racine), issue.acquittee)
        if clef not in vus:
            vus[clef] = geste.juger(copie, issue)
        fautes, demande = vus[clef]
        yield Vue(f"{geste.dit} ({panne.sorte}, pas {panne.pas})", issue, (*dites(issue), *fautes), demande)
        shutil.rmtree(copie.racine)


def horloges(geste: Geste, dossier: Path, entre: int = 1) -> Iterator[Vue]:
    """Morte à un pas sur `entre`, et la suite à une autre heure, un autre fuseau : chaque disque une fois."""
    avant = os.environ["TIERS_LIEU_MAINTENANT"]
    juges: dict[str, Juger] = {}
    vus = set()
    for n in range(1, geste.entiere.pas + 1, entre):
        copie = copier(geste.avant, dossier / "coupee")
        issue = jouer(copie, geste.mots, Panne("mort", n), dossier / "trace")
        if (laisse := disque(copie.racine)) not in vus:
            vus.add(laisse)
            for heure in HORLOGES:
                ici = copier(copie, dossier / "ici")
                os.environ["TIERS_LIEU_MAINTENANT"] = heure
                try:
                    if heure not in juges:
                        juges[heure] = geste.juge(geste.avant, geste.apres)
                    fautes, demande = juges[heure](ici, issue)
                finally:
                    os.environ["TIERS_LIEU_MAINTENANT"] = avant
                yield Vue(
                    f"{geste.dit} (morte au pas {n}, la suite à {heure})", issue, tuple(fautes), demande
                )
                shutil.rmtree(ici.racine)
        shutil.rmtree(copie.racine)

"""Ranger en paquets les contenus épars : une action en laisse une demi-douzaine, vingt ans un demi-million.

Rien n'est ôté qui ne soit d'abord ailleurs, et à l'abri : tué ou coupé à tout instant, le dépôt a tout, une
fois ou deux. Ce qui n'a pas pu se faire se refera à l'action suivante.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.git import DOSSIER_D_EPARS, EPARS, EchecDuDepot, GitRefuse

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.depot import Depot

#: Les noms sont tirés au sort : un de leurs 256 dossiers dit, à peu près, combien il y en a dans tous.
TEMOIN, ASSEZ = "17", 8
#: En octets, ce qu'est un petit paquet ; et combien il y en a avant qu'on n'en fasse un seul.
_PETIT, PETITS = 4 * 1024 * 1024, 16


def ranger(depot: Depot) -> None:
    """Ranger, s'il y a de quoi, une fois une action enregistrée ; à demander sous le verrou."""
    objets = depot.interne / "objects"
    with suppress(GitRefuse, EchecDuDepot, OSError):
        if len(os.listdir(objets / TEMOIN)) <= ASSEZ:
            return
        _empaqueter(depot, objets, _epars(objets))
        depot.git("prune-packed", "--quiet")
        petits = _petits_paquets(objets / "pack")
        if len(petits) >= PETITS:
            neuf = _empaqueter(depot, objets, (f"{petit.name}" for petit in petits), "--stdin-packs")
            for petit in petits:
                if petit.stem != neuf:
                    _oter(petit)


def _empaqueter(depot: Depot, objets: Path, quoi: Iterator[str], *mots: str) -> str:
    """Un paquet de ces contenus, ou de ceux de ces paquets, à l'abri ; rend son nom."""
    entree = "".join(f"{nom}\n" for nom in quoi).encode()
    mots = ("pack-objects", "--quiet", "--delta-base-offset", *mots, str(objets / "pack/pack"))
    nom = depot.git(*mots, entree=entree).decode().strip()
    # Git met à l'abri le paquet et sa table, non leurs noms.
    systeme.abriter(objets / "pack")
    return f"pack-{nom}"


def _epars(objets: Path) -> Iterator[str]:
    for dossier in os.listdir(objets):
        if DOSSIER_D_EPARS.fullmatch(dossier):
            noms = os.listdir(objets / dossier)
            yield from (dossier + nom for nom in noms if EPARS.fullmatch(nom))


def _petits_paquets(paquets: Path) -> list[Path]:
    """Ceux qu'on peut réunir : ni gros, ni gardés par qui les a mis là."""
    return [
        paquet
        for paquet in sorted(paquets.glob("pack-*.pack"))
        if paquet.stat().st_size < _PETIT and not paquet.with_suffix(".keep").exists()
    ]


def _oter(paquet: Path) -> None:
    """Ôter un paquet, sa table d'abord : sans elle, git ne le cherche plus."""
    for suffixe in (".idx", ".rev", ".bitmap", ".mtimes", ".pack"):
        paquet.with_suffix(suffixe).unlink(missing_ok=True)

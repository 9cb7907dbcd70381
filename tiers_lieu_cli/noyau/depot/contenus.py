"""Les contenus enregistrés, relus octet par octet.

Un paquet que `git fsck` a trouvé bon, et dont chaque octet est resté le même, l'est toujours : son empreinte
suffit à le dire, vingt fois plus vite que de le déplier. Ce qui n'est pas en paquet se déplie et se compare
à son nom.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import a_cote
from tiers_lieu_cli.noyau.depot.git import DOSSIER_D_EPARS, EPARS

#: Au-delà, git les relit plus vite.
_TROP = 5000
#: En octets : ce qui n'est pas en paquet ne se déplie pas au-delà.
_TROP_GROS = 64 * 1024 * 1024
#: En octets : une empreinte de git, et ce qu'on lit d'un coup de l'index, qui ne se garde pas.
_EMPREINTE, _MORCEAU = 20, 1 << 17


class Contenus(msgspec.Struct, frozen=True):
    """Ce qu'un dépôt contient : l'empreinte de chaque fichier de paquet, les contenus épars par leur nom.

    `sains` : chaque contenu épars répond de son nom, il n'y a rien d'autre, et l'index se lit.
    """

    paquets: dict[str, str]
    epars: frozenset[str]
    sains: bool


def commencer(interne: Path) -> Callable[[], Contenus]:
    """Commencer à relire les contenus de ce dépôt, à côté."""
    attendre = a_cote.commencer(lambda: msgspec.msgpack.encode(relire(interne)))
    return lambda: msgspec.msgpack.decode(attendre(), type=Contenus)


def relire(interne: Path) -> Contenus:
    """Tout ce que ce dépôt contient, relu ; ce qui ne se lit pas n'est pas sain."""
    paquets: dict[str, str] = {}
    epars: set[str] = set()
    try:
        for dossier in os.scandir(interne / "objects"):
            for fichier in os.scandir(dossier.path):
                if dossier.name in ("pack", "info"):
                    paquets[f"{dossier.name}/{fichier.name}"] = _empreinte(fichier)
                    continue
                if len(epars) == _TROP or not _repond(dossier.name, fichier):
                    return Contenus(paquets, frozenset(epars), sains=False)
                epars.add(dossier.name + fichier.name)
        return Contenus(paquets, frozenset(epars), sains=index_sain(interne))
    except (OSError, zlib.error):
        return Contenus(paquets, frozenset(epars), sains=False)


def index_sain(interne: Path) -> bool:
    """L'index de ce dépôt finit-il par sa propre empreinte ? Un dépôt peut n'en avoir pas encore."""
    from hashlib import sha1

    try:
        with open(interne / "index", "rb", buffering=0) as flux:
            reste = os.fstat(flux.fileno()).st_size - _EMPREINTE
            empreinte, morceau = sha1(usedforsecurity=False), bytearray(_MORCEAU)
            while reste > 0 and (lus := flux.readinto(memoryview(morceau)[: min(reste, _MORCEAU)])):
                empreinte.update(memoryview(morceau)[:lus])
                reste -= lus
            return not reste and flux.read(_EMPREINTE) == empreinte.digest()
    except FileNotFoundError:
        return True


def _empreinte(fichier: os.DirEntry[str]) -> str:
    import hashlib

    with open(fichier.path, "rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _repond(dossier: str, fichier: os.DirEntry[str]) -> bool:
    """Ce contenu est-il celui que son nom dit ?"""
    from hashlib import sha1

    if not (DOSSIER_D_EPARS.fullmatch(dossier) and EPARS.fullmatch(fichier.name)):
        return False
    depliage = zlib.decompressobj()
    with open(fichier.path, "rb") as flux:
        brut = depliage.decompress(flux.read(_TROP_GROS), _TROP_GROS)
    entier = depliage.eof and not depliage.unused_data
    return entier and sha1(brut, usedforsecurity=False).hexdigest() == dossier + fichier.name

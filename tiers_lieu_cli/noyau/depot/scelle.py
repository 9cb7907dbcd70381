"""Un fichier jetable de `.git` auquel on se fie : c'est, octet pour octet, celui qu'on y a laissé.

Son sceau porte son empreinte, et l'état que ce disque-ci lui donnait alors (inode, instants, taille) :
tant qu'il est le même, rien n'y a touché, et seize Mio ne se relisent pas. Un fichier recopié d'ailleurs
n'a pas cet état ; son empreinte tranche.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tiers_lieu_cli.noyau import systeme

_TAILLE_DU_SCEAU = 1024


def est_intact(fichier: Path, sceau: Path, format: str) -> bool:
    """Est-ce ce fichier, de ce format, qu'on a laissé là ?"""
    try:
        dit = systeme.lire_ordinaire(sceau, _TAILLE_DU_SCEAU).decode().split(" ", 2)
        etat = _etat(fichier)
        if len(dit) != 3 or dit[0] != format:
            return False
        if dit[2] != etat:
            if dit[1] != _empreinte(fichier):
                return False
            with suppress(OSError):
                sceau.write_text(f"{format} {dit[1]} {etat}", "utf-8")
    except (OSError, ValueError):
        return False
    return True


def sceller(fichier: Path, sceau: Path, format: str) -> None:
    """Retenir qu'on le laisse ainsi ; à personne d'autre de le lire."""
    fichier.chmod(0o600)
    sceau.write_text(f"{format} {_empreinte(fichier)} {_etat(fichier)}", "utf-8")


def _etat(fichier: Path) -> str:
    vu = os.lstat(fichier)
    return f"{vu.st_dev}-{vu.st_ino}-{vu.st_size}-{vu.st_mtime_ns}-{vu.st_ctime_ns}"


def _empreinte(fichier: Path) -> str:
    import hashlib

    return hashlib.sha256(systeme.lire_ordinaire(fichier)).hexdigest()

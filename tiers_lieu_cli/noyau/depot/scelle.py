"""Un fichier jetable de `.git` auquel on se fie : c'est celui qu'on y a laissé, et rien n'y a touché.

Son sceau porte l'état que ce disque-ci lui donnait alors : inode, taille, instants. Un lieu reçu ne peut
pas l'avoir deviné, une copie ne l'a plus, et qui récrit le fichier le change : il se refait.
"""

from __future__ import annotations

import os
from pathlib import Path

from tiers_lieu_cli.noyau import systeme

_TAILLE_DU_SCEAU = 1024


def est_intact(fichier: Path, sceau: Path, format: str) -> bool:
    """Est-ce ce fichier, de ce format, qu'on a laissé là ?"""
    try:
        return systeme.lire_ordinaire(sceau, _TAILLE_DU_SCEAU) == _etat(fichier, format)
    except OSError:
        return False


def sceller(fichier: Path, sceau: Path, format: str) -> None:
    """Retenir qu'on le laisse ainsi ; à personne d'autre de le lire."""
    fichier.chmod(0o600)
    sceau.write_bytes(_etat(fichier, format))


def _etat(fichier: Path, format: str) -> bytes:
    vu = os.lstat(fichier)
    return f"{format} {vu.st_dev} {vu.st_ino} {vu.st_size} {vu.st_mtime_ns} {vu.st_ctime_ns}".encode()

"""Une base jetable de `.git` à laquelle on se fie : c'est celle qu'on y a laissée, et rien n'y a touché.

Son sceau porte l'état que ce disque-ci lui donnait alors : inode, taille, instants. Un lieu reçu ne peut
pas l'avoir deviné, une copie ne l'a plus, et qui récrit le fichier le change : il se refait.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from tiers_lieu_cli.noyau import systeme

_TAILLE_DU_SCEAU = 1024
#: En secondes : combien on attend qu'une autre commande ait fini de la mettre à jour.
_ATTENTE = 5
#: Ce que la base retient d'elle-même.
_REPERES = "CREATE TABLE repere(nom TEXT PRIMARY KEY, valeur TEXT)"


def ouvrir(fichier: Path | str, tables: Iterable[str], *, neuve: bool) -> sqlite3.Connection:
    """Cette base ; neuve, avec ces tables."""
    base = sqlite3.connect(fichier, timeout=_ATTENTE, isolation_level=None)
    try:
        # Un lieu reçu peut porter une base arrangée : rien de ce qu'elle contient ne se lance.
        for reglage in ("trusted_schema=OFF", "cell_size_check=ON", "synchronous=OFF", "temp_store=MEMORY"):
            base.execute(f"PRAGMA {reglage}")
        for table in (_REPERES, *tables) if neuve else ():
            base.execute(table)
    except BaseException:
        base.close()
        raise
    return base


def repere(base: sqlite3.Connection, nom: str) -> str:
    """Ce qu'elle retient sous ce nom ; vide si elle n'en dit rien."""
    trouve = base.execute("SELECT valeur FROM repere WHERE nom = ?", (nom,)).fetchone()
    return str(trouve[0]) if trouve else ""


def retenir(base: sqlite3.Connection, nom: str, valeur: str) -> None:
    """Lui faire retenir cela sous ce nom."""
    base.execute("INSERT OR REPLACE INTO repere VALUES (?, ?)", (nom, valeur))


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

"""L'état de chaque dossier, enregistré et sur ce disque : de quoi ne pas relire dix ans de fiches.

L'empreinte d'un dossier tient tant qu'aucun enregistrement n'y change rien, et qu'aucun fichier n'y entre
ni n'en sort. Ce que la main récrit dans un vieux fichier, sans le remplacer, ne s'y voit qu'une fois
enregistré : qui retient quelque chose sous cette empreinte ne le fait que des mois passés.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tiers_lieu_cli.noyau.depot.objets import Objets

#: En nanosecondes : un dossier changé si récemment pourrait l'être encore au même instant.
_TROP_RECENT = 2_000_000_000


class Dossiers:
    """Les dossiers d'un enregistrement ; `du_disque` : ceux d'ici, et non ceux d'alors."""

    def __init__(self, objets: Objets, racine: Path, commit: str, *, du_disque: bool) -> None:
        tete = objets.lire(commit)
        self._objets = objets
        self._racine = racine if du_disque else None
        self._arbre = tete[2].split(b"\n", 1)[0].split()[1].decode() if tete else None

    def empreinte(self, dossier: str) -> str:
        """De quoi reconnaître que rien n'y a changé ; vide si l'on ne saurait le dire."""
        entree = self._objets.entree(self._arbre, dossier)
        if entree is None or self._racine is None:
            return entree.empreinte if entree else ""
        try:
            vu = (self._racine / dossier).stat()
        except OSError:
            return ""
        change = max(vu.st_mtime_ns, vu.st_ctime_ns)
        sur = time.time_ns() - change > _TROP_RECENT
        return f"{entree.empreinte} {vu.st_ino} {change}" if sur else ""


@contextmanager
def ouvrir(racine: Path, commit: str = "HEAD", *, du_disque: bool = True) -> Iterator[Dossiers]:
    """Les dossiers de cet enregistrement, par un seul processus."""
    objets = Objets(racine)
    try:
        yield Dossiers(objets, racine, commit, du_disque=du_disque)
    finally:
        objets.fermer()

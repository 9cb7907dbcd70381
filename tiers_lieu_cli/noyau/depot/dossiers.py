"""L'état de chaque dossier, enregistré et sur ce disque : de quoi ne pas relire dix ans de fiches.

L'empreinte d'un dossier tient tant qu'aucun enregistrement n'y change rien, et qu'aucun fichier n'y entre
ni n'en sort. Ce que la main récrit dans un fichier, sans le remplacer, s'y voit aussitôt pendant un an ;
plus tard, une fois enregistré : regarder chacun de cinquante mille fichiers coûterait un tiers de plus
(docs/mesures.md). Qui retient quelque chose sous cette empreinte ne le fait que des mois passés.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.objets import Objets

#: En nanosecondes : un dossier changé si récemment pourrait l'être encore au même instant.
_TROP_RECENT = 2_000_000_000


class Dossiers:
    """Les dossiers d'un enregistrement ; `du_disque` : ceux d'ici, et non ceux d'alors."""

    def __init__(self, objets: Objets, racine: Path, commit: str, jour: date, *, du_disque: bool) -> None:
        self._objets = objets
        self._commit = commit
        self._racine = racine if du_disque else None
        self._depuis = f"{jour.year - 1:04}/{jour:%m}"

    @cached_property
    def _arbre(self) -> str | None:
        # Lu à la première question : d'ici là, le processus démarre pendant qu'on travaille.
        tete = self._objets.lire(self._commit)
        return tete[2].split(b"\n", 1)[0].split()[1].decode() if tete else None

    def empreinte(self, dossier: str) -> str:
        """De quoi reconnaître que rien n'y a changé ; vide si l'on ne saurait le dire."""
        entree = self._objets.entree(self._arbre, dossier)
        if entree is None or self._racine is None:
            return entree.empreinte if entree else ""
        try:
            vu = (self._racine / dossier).stat()
            change = _geste(vu)
            if dossier[-len(self._depuis) :] >= self._depuis:
                change = max(change, _dernier_change(self._racine / dossier))
        except OSError:
            return ""
        sur = time.time_ns() - change > _TROP_RECENT
        return f"{entree.empreinte} {vu.st_ino} {change}" if sur else ""


def _dernier_change(dossier: Path) -> int:
    """Quand l'un de ses fichiers changea pour la dernière fois, en nanosecondes."""
    with systeme.parcourir(dossier) as fichiers:
        return max((_geste(f.stat(follow_symlinks=False)) for f in fichiers), default=0)


def _geste(vu: os.stat_result) -> int:
    """L'heure du dernier geste ; sous Windows, `ctime` n'est que celle de la naissance."""
    return max(vu.st_mtime_ns, vu.st_ctime_ns)


@contextmanager
def ouvrir(racine: Path, jour: date, commit: str = "HEAD", *, du_disque: bool = True) -> Iterator[Dossiers]:
    """Les dossiers de cet enregistrement, par un seul processus."""
    objets = Objets(racine)
    objets.demarrer()
    try:
        yield Dossiers(objets, racine, commit, jour, du_disque=du_disque)
    finally:
        objets.fermer()

"""Ce que l'archive a enregistré depuis que tout était bon, relu ; et ce que la main n'y a pas mis."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import enregistrement, git, histoire, poses
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.objets import Objets, empreinte_de
from tiers_lieu_cli.noyau.depot.sante import DES_DATES, sans_date

#: Au-delà, c'est à git de remonter.
_TROP_LOIN = 100


class Change(Exception):
    """Quelque chose a changé qui ne se juge qu'en relisant tout."""


class ObjetsVerifies(Objets):
    """Des objets dont le contenu répond de son empreinte."""

    def lire(self, nom: str, au_plus: int | None = None) -> tuple[str, str, bytes]:
        """Voir `Objets.lire` ; `Change` s'il manque ou ment."""
        lu = super().lire(nom, au_plus)
        if lu is None:
            raise Change
        if empreinte_de(b"%s %d\0" % (lu[1].encode(), len(lu[2])) + lu[2]) != lu[0]:
            raise Change
        return lu


class Arrivee:
    """Ce que l'archive a enregistré depuis, relu : `enregistres`, les fichiers qui diffèrent.

    `Change` si une date ou un contenu ne se lit pas.
    """

    def __init__(self, archive: Depot, avant: str, apres: str) -> None:
        self._avant, self.commit = avant, apres
        #: De quoi relire des contenus enregistrés.
        self.objets = ObjetsVerifies(archive.racine)
        self.enregistres = frozenset(self._enregistres(archive))

    def _enregistres(self, archive: Depot) -> Iterator[str]:
        if self._avant == self.commit:
            return
        if not self._se_suit():
            dites = git.git(archive.racine, *DES_DATES, self.commit, f"^{self._avant}")
            if any(True for _ in sans_date(dites)):
                raise Change
        racines = self._racine(self._avant), self._racine(self.commit)
        for chemin, _, neuve in histoire.differences(self.objets, *racines):
            if neuve and neuve.mode != "100644":
                raise Change
            if neuve:
                self.objets.lire(neuve.empreinte)
            yield chemin

    def _se_suit(self) -> bool:
        """D'un ascendant à l'autre, remonte-t-on à celui qu'on connaît ? `Change` si une date ne se lit pas.

        Une mise en commun réunit deux suites : git seul sait ce qu'elle apporte.
        """
        rang, vu = 0, self.commit
        while vu != self._avant:
            lu = enregistrement.lire(vu, self.objets.lire(vu)[2])
            if None in (lu.auteur.instant, lu.depose.instant):
                raise Change
            rang += 1
            if len(lu.parents) != 1 or rang == _TROP_LOIN:
                return False
            (vu,) = lu.parents
        return True

    def fermer(self) -> None:
        """Ne laisser aucun processus derrière."""
        self.objets.fermer()

    def a_la_main(self, racine: Path, chemins: Iterable[str]) -> list[str]:
        """De ces chemins, ceux dont le disque n'a pas ce qui est enregistré ; ni ce que l'archive ignore."""
        changes: list[str] = []
        neufs: list[str] = []
        for chemin in chemins:
            entree = self.objets.entree(self._racine(self.commit), chemin)
            if not os.path.lexists(racine / chemin):
                changes += [chemin] if entree else []
            elif entree is None:
                neufs.append(chemin)
            elif not _est_tel(racine / chemin, entree.empreinte):
                changes.append(chemin)
        if neufs:
            mots = ("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *neufs)
            ignores = git.git(racine, *mots).decode("utf-8", "surrogateescape").split("\0")
            changes += set(neufs).difference(ignores)
        return sorted(changes)

    def _racine(self, commit: str) -> str:
        return self.objets.lire(f"{commit}^{{tree}}")[0]


def _est_tel(fichier: Path, empreinte: str) -> bool:
    """Ce fichier a-t-il ce contenu, sans être un programme ?"""
    programme = os.lstat(fichier).st_mode & stat.S_IXUSR
    return not programme and poses.empreinte_de(systeme.lire_ordinaire(fichier)) == empreinte

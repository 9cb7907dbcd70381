"""Lire les fichiers d'un lieu, sans jamais sortir du lieu."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive

#: Les dossiers du lieu qui ne sont pas de l'archive.
HORS_ARCHIVE = frozenset({"registre", "finance", "public", "interne", "documents"})
#: Une fiche tient sur quelques écrans ; au-delà, on n'analyse même pas.
TAILLE_MAXIMALE = 64 * 1024
_UNE_FICHE = (".yaml", ".md")
#: Un an de faits d'une grande maison, reçus d'un coup par la caisse.
TAILLE_D_UN_LOT = 16 * 1024 * 1024
#: Ni lien suivi, ni attente devant un tube ; ce que le système ne connaît pas est sans effet.
_EN_LECTURE = os.O_RDONLY | sum(getattr(os, nom, 0) for nom in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def taille_permise(chemin: str) -> int:
    """La taille qu'un fichier ne dépasse pas : une fiche est courte, une photo ou un lot l'est moins."""
    if chemin.endswith(".json"):
        return TAILLE_D_UN_LOT
    return photos.TAILLE_MAXIMALE if photos.est_photo(chemin) else TAILLE_MAXIMALE


class Arbre(Protocol):
    """Les fichiers d'un lieu, sur le disque ou tels qu'ils étaient un jour."""

    def noms(self, dossier: str) -> list[str]:
        """Les noms, triés, des entrées visibles d'un dossier ; vide s'il n'existe pas."""
        ...

    def lire(self, chemin: str) -> bytes | None:
        """Le contenu d'un fichier, ou `None` ; `FicheFautive` s'il n'est pas lisible."""
        ...


class ArbreDisque:
    """Les fichiers tels qu'ils sont sur le disque, modifications à la main comprises."""

    def __init__(self, racine: Path) -> None:
        self.racine = racine
        self._prefixe = os.path.realpath(racine)
        self._vus: dict[str, str | None] = {}

    def noms(self, dossier: str) -> list[str]:
        """Voir `Arbre.noms`."""
        complet = self._dossier_du_lieu(dossier)
        if complet is None:
            return []
        return sorted(nom for nom in os.listdir(complet) if not nom.startswith("."))

    def lire(self, chemin: str) -> bytes | None:
        """Voir `Arbre.lire` ; un lien, un tube ou un géant sont refusés."""
        dossier, _, nom = chemin.rpartition("/")
        complet = self._dossier_du_lieu(dossier)
        if complet is None:
            return None
        try:
            poignee = os.open(f"{complet}/{nom}", _EN_LECTURE)
        except FileNotFoundError:
            return None
        except OSError as erreur:
            raise _fautive(chemin, "n'est pas un fichier lisible", systeme.raison(erreur)) from None
        try:
            octets = os.read(poignee, (permise := taille_permise(chemin)) + 1)
            # Un tube n'a pas de fin où aller ; `fstat` le dirait aussi, pour quatre fois plus cher.
            taille = os.lseek(poignee, 0, os.SEEK_END)
        except OSError:
            raise _fautive(chemin, "n'est pas un fichier ordinaire") from None
        finally:
            os.close(poignee)
        if max(taille, len(octets)) > permise:
            raise _fautive(chemin, f"dépasse {permise // 1024} Kio")
        return octets

    def _dossier_du_lieu(self, dossier: str) -> str | None:
        """Le dossier, s'il existe ; un lien qui en change le sens est refusé."""
        if dossier not in self._vus:
            self._vus[dossier] = self._examiner(dossier)
        return self._vus[dossier]

    def _examiner(self, dossier: str) -> str | None:
        attendu = f"{self._prefixe}/{dossier}" if dossier else self._prefixe
        if not os.path.isdir(attendu):
            return None
        if os.path.realpath(attendu) != attendu:
            raise _fautive(dossier, "passe par un lien vers un autre dossier")
        return attendu


def lire_avec_son_etat(
    ouvrir: Callable[[str, int], int], nom: str, chemin: str
) -> tuple[os.stat_result, bytes] | None:
    """Un fichier d'un dossier tenu ouvert, comme `Arbre.lire`, et son état d'avant qu'on le lise."""
    try:
        poignee = ouvrir(nom, _EN_LECTURE)
    except FileNotFoundError:
        return None
    except OSError as erreur:
        raise _fautive(chemin, "n'est pas un fichier lisible", systeme.raison(erreur)) from None
    try:
        etat = os.fstat(poignee)
        if not stat.S_ISREG(etat.st_mode):
            raise _fautive(chemin, "n'est pas un fichier ordinaire")
        permise = TAILLE_MAXIMALE if nom.endswith(_UNE_FICHE) else taille_permise(chemin)
        octets = os.read(poignee, permise + 1)
    except OSError:
        raise _fautive(chemin, "n'est pas un fichier ordinaire") from None
    finally:
        os.close(poignee)
    if max(etat.st_size, len(octets)) > permise:
        raise _fautive(chemin, f"dépasse {permise // 1024} Kio")
    return etat, octets


class ArbrePose:
    """Un arbre tel qu'il serait avec quelques fichiers changés (`None` : ôtés), sans rien écrire."""

    def __init__(self, dessous: Arbre, poses: Mapping[str, bytes | None]) -> None:
        self._dessous = dessous
        self._poses = poses
        #: Voir `ArbreMemoire`.
        self.passe: Callable[[str], Iterable[bytes]] = getattr(dessous, "passe", _sans_passe)

    def noms(self, dossier: str) -> list[str]:
        """Voir `Arbre.noms`."""
        noms = set(self._dessous.noms(dossier))
        prefixe = f"{dossier}/" if dossier else ""
        for chemin, contenu in self._poses.items():
            if chemin.startswith(prefixe):
                nom, _, reste = chemin[len(prefixe) :].partition("/")
                if contenu is not None:
                    noms.add(nom)
                elif not reste:
                    noms.discard(nom)
        return sorted(noms)

    def lire(self, chemin: str) -> bytes | None:
        """Voir `Arbre.lire`."""
        return self._poses[chemin] if chemin in self._poses else self._dessous.lire(chemin)


def _telle(lue: Any) -> Any:
    return lue


def _sans_passe(_chemin: str) -> Iterable[bytes]:
    return ()


class Secours:
    """De quoi lire encore une fiche abîmée : ce que son fichier contenait avant.

    `passe` rend ses contenus, du plus récent au plus ancien : une fiche vide ou abîmée y retrouve sa
    dernière bonne version (`retrouvees`), et son défaut est retenu (`defauts`).
    """

    def __init__(self) -> None:
        self.passe: Callable[[str], Iterable[bytes]] = _sans_passe
        self.defauts: dict[str, Defaut] = {}
        self.retrouvees: dict[str, object] = {}

    @property
    def perdues(self) -> list[str]:
        """Les chemins de ce qui ne se lit pas, et ne s'est jamais lu."""
        return [chemin for chemin in self.defauts if chemin not in self.retrouvees]


class ArbreDuRegistre(ArbreDisque, Secours):
    """Les fichiers du registre, relus à chaque fois : on y écrit en route."""

    def __init__(self, racine: Path, passe: Callable[[str], Iterable[bytes]]) -> None:
        ArbreDisque.__init__(self, racine)
        Secours.__init__(self)
        self.passe = passe


class ArbreMemoire(Secours):
    """Un arbre où rien n'est lu deux fois, pour une commande qui ne fait que lire et revient sur ses pas.

    `fiches` : celles qu'on a déjà comprises, par chemin ; `ranges` : les identifiants et les chemins d'un
    genre, par dossier ; `suivre` : ce qu'une fiche lue devient, une
    personne réunie à une autre y étant cette autre.
    """

    def __init__(
        self,
        dessous: Arbre,
        suivre: Callable[[Any], Any] = _telle,
        passe: Callable[[str], Iterable[bytes]] | None = None,
    ) -> None:
        super().__init__()
        self.fiches: dict[str, object] = {}
        self.ranges: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self.suivre = suivre
        self.passe = passe if passe else getattr(dessous, "passe", _sans_passe)
        self.noms = cache(dessous.noms)
        self.lire = cache(dessous.lire)

    def oublier(self) -> None:
        """Rendre la mémoire de ce qui fut lu : une commande qui lit tout n'y revient pas."""
        self.fiches.clear()
        self.lire.cache_clear()


def _fautive(chemin: str, fait: str, detail: str = "") -> FicheFautive:
    suite = f" ({detail})" if detail else ""
    return FicheFautive(
        Defaut(chemin, 0, fait + suite, "Le retirer du lieu ou le remettre en fichier simple.")
    )

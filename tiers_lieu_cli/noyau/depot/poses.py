"""Ce qu'une écriture pose : des fichiers lus tels qu'enregistrés, et ce qu'ils deviendront. Rien n'est écrit.

On n'écrase jamais : ni un fichier qui est déjà là, ni ce que la main a changé, ni ce qu'un autre programme
vient d'enregistrer.
"""

from __future__ import annotations

import re
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import objets
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.echecs import DejaLa, Echec
from tiers_lieu_cli.noyau.motif import motif

_COMPOSANT = motif(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_DE_L_OUTIL = frozenset({".gitignore", ".gitattributes"})
#: Au-delà, un système ou un autre (Windows, une archive zip) ne saurait plus écrire le chemin.
LONGUEUR_DES_CHEMINS = 200


class ModifieALaMain(Echec):
    """La fiche porte une modification qui n'est pas encore enregistrée."""

    def __init__(self, chemin: str) -> None:
        super().__init__(
            f"{chemin} a été modifié à la main et cette modification n'est pas enregistrée.",
            "L'enregistrer d'abord (tl enregistrer), ou remettre le fichier comme il était.",
        )


class ChangeParUnAutre(Echec):
    """La fiche n'est plus celle qu'on avait lue sous le verrou."""

    def __init__(self, chemin: str) -> None:
        super().__init__(
            f"{chemin} vient d'être changé par un autre programme.", "Relire la fiche, puis recommencer."
        )


def chemin_permis(chemin: str) -> bool:
    """Ce chemin peut-il être celui d'un fichier de l'archive ?"""
    composants = chemin.split("/")
    bien_forme = all(_COMPOSANT.fullmatch(c) for c in composants) or chemin in _DE_L_OUTIL
    return bien_forme and len(chemin) <= LONGUEUR_DES_CHEMINS and composants[0] not in HORS_ARCHIVE


class Poses:
    """Ce qu'une action changera : `poses`, un contenu par chemin, ou `None` s'il s'ôte."""

    def __init__(self, racine: Path, lecteur: Objets) -> None:
        self.racine = racine
        self.poses: dict[str, bytes | None] = {}
        self._objets = lecteur
        self._vus: dict[str, str | None] = {}
        #: Ce que la main a laissé, et qu'on prend.
        self._adoptes: dict[str, bytes | None] = {}
        self._lire_tete()

    def lire(self, chemin: str) -> bytes | None:
        """Le fichier tel qu'enregistré, refusé s'il porte une modification à la main."""
        sur_disque = self._sur_disque(chemin)
        enregistre = self.enregistre(chemin)
        if empreinte_de(sur_disque) != enregistre:
            raise ModifieALaMain(chemin)
        self._vus[chemin] = enregistre
        return sur_disque

    def creer(self, chemin: str, contenu: bytes) -> None:
        """Poser un fichier neuf."""
        self.exiger_libre(chemin)
        self._vus[chemin] = None
        self.poses[chemin] = contenu

    def exiger_libre(self, chemin: str) -> None:
        """Refuser, par `DejaLa`, un chemin qu'un fichier a déjà, enregistré ou non."""
        if self._sur_disque(chemin) is not None or self.enregistre(chemin):
            raise DejaLa(chemin)

    def remplacer(self, chemin: str, contenu: bytes) -> None:
        """Poser une nouvelle version d'un fichier lu par `lire`."""
        if chemin not in self._vus:
            self.lire(chemin)
        self.poses[chemin] = contenu

    def retirer(self, chemin: str) -> None:
        """Ôter un fichier ; l'histoire le garde."""
        if chemin not in self._vus:
            self.lire(chemin)
        self.poses[chemin] = None

    def donner(self, chemin: str, contenu: bytes | None) -> None:
        """Donner à ce fichier ce contenu (`None` : l'ôter), s'il ne l'a pas déjà."""
        present = self.lire(chemin)
        if contenu is None and present is not None:
            self.retirer(chemin)
        elif contenu is not None and present is None:
            self.creer(chemin, contenu)
        elif contenu is not None and contenu != present:
            self.remplacer(chemin, contenu)

    def adopter(self, chemin: str, contenu: bytes | None, voulu: bytes | None) -> None:
        """Prendre un fichier tel que la main l'a laissé (`None` : elle l'a ôté).

        `voulu` : ce qu'il doit être ; s'il en diffère, il est récrit juste avant d'être enregistré.
        """
        if self._sur_disque(chemin) != contenu:
            raise ModifieALaMain(chemin)
        self._vus[chemin] = self.enregistre(chemin)
        self._adoptes[chemin] = contenu
        self.poses[chemin] = voulu

    def _recrire_les_adoptes(self) -> None:
        """Une mort ensuite laisse des fichiers changés à la main, encore à enregistrer : rien n'est perdu."""
        for chemin, contenu in self._adoptes.items():
            voulu = self.poses[chemin]
            if voulu is not None and voulu != contenu and self._sur_disque(chemin) == contenu:
                systeme.remplacer(self._cible(chemin), [voulu], abrite=True)

    # -- ce qui est là, ce qui est enregistré

    def _cible(self, chemin: str) -> Path:
        """Le fichier visé, après avoir vérifié qu'il est bien dans le lieu et à nous."""
        if not chemin_permis(chemin):
            raise EchecDuDepot(f"« {chemin} » n'est pas un chemin permis.", "")
        cible = self.racine
        for composant in chemin.split("/"):
            cible = cible / composant
            if cible.is_symlink():
                raise EchecDuDepot(
                    f"{chemin} passe par un lien vers ailleurs.", "Remplacer le lien par un vrai dossier."
                )
        return cible

    def _sur_disque(self, chemin: str) -> bytes | None:
        try:
            return self._cible(chemin).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def enregistre(self, chemin: str) -> str | None:
        """L'empreinte du fichier tel qu'enregistré."""
        entree = self._objets.entree(self._arbre, chemin)
        return entree.empreinte if entree else None

    def _contenu(self, empreinte: str) -> bytes:
        lu = self._objets.lire(empreinte)
        if lu is None:
            raise EchecDuDepot("Un contenu manque à l'archive.", "L'examiner : tl verifier")
        return lu[2]

    def _lire_tete(self) -> None:
        lu = self._objets.lire("HEAD")
        self._tete = lu[0] if lu else ""
        self._arbre = lu[2].split(b"\n", 1)[0].split()[1].decode() if lu else None


def empreinte_de(contenu: bytes | None) -> str | None:
    """Le nom que l'archive donne à un contenu ; `None` pour un fichier absent."""
    if contenu is None:
        return None
    return objets.empreinte_de(b"blob %d\0" % len(contenu) + contenu)

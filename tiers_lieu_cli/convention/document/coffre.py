"""Le coffre des documents : un contenu est rangé sous son empreinte SHA-256, une seule fois.

Hors de git (`documents/`, que l'archive ignore) : il se porte, s'efface et se vérifie sans toucher à
l'histoire. Un fichier n'est lu que par morceaux, jamais au-delà de `TAILLE_MAXIMALE`.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tiers_lieu_cli.convention.document.modele import EMPREINTE, Contenu
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

DOSSIER = "documents"
#: Un plan numérisé, une vidéo d'état des lieux ; au-delà, ce n'est plus un document.
TAILLE_MAXIMALE = 512 * 1024 * 1024
MORCEAU = 1024 * 1024
#: Ce que chaque sorte de fichier a au début ; un texte n'a pas d'octet nul.
_SIGNES = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".txt": (),
    ".md": (),
    ".csv": (),
    ".eml": (),
}
_AUSSI = {".jpeg": ".jpg"}
_EN_COURS = ".partie"


class DocumentAbsent(Echec):
    """Le contenu d'un document n'est pas sur ce poste."""

    def __init__(self, titre: str) -> None:
        super().__init__(
            f"« {titre} » n'est pas dans le coffre de ce poste.",
            "Le reprendre du moyeu (tl synchroniser), ou d'une sauvegarde (tl restaurer).",
        )


class DocumentAbime(Echec):
    """Un contenu n'est plus celui que dit son empreinte."""

    def __init__(self, empreinte: str) -> None:
        super().__init__(
            f"Le contenu {empreinte[:12]}… est abîmé : il ne répond plus à son empreinte.",
            "L'ôter de documents/, puis le reprendre : tl synchroniser",
        )


def sorte(fichier: Path, debut: bytes) -> str:
    """La sorte d'un fichier, si son nom et son contenu disent la même ; `ErreurUsage` sinon."""
    dite = fichier.suffix.lower()
    dite = _AUSSI.get(dite, dite)
    if dite not in _SIGNES:
        raise ErreurUsage(
            f"« {fichier.name} » n'est pas d'une sorte que le coffre garde.",
            f"L'enregistrer en PDF, ou l'une de : {', '.join(sorted(_SIGNES))}.",
        )
    ment = not debut.startswith(_SIGNES[dite]) if _SIGNES[dite] else b"\0" in debut
    if ment:
        vraie = next((s for s, signes in _SIGNES.items() if signes and debut.startswith(signes)), "")
        suite = f", c'est un {vraie[1:].upper()}" if vraie else ""
        raise ErreurUsage(
            f"« {fichier.name} » ment sur son type : ce n'est pas un {dite[1:].upper()}{suite}.",
            "Lui rendre sa vraie extension, ou le refaire.",
        )
    return dite


def examiner(fichier: Path) -> Contenu:
    """Ce qu'apporte un fichier qu'on voudrait ranger ; refusé s'il est trop grand, sans le lire."""
    try:
        with systeme.ouvrir_ordinaire(fichier) as flux:
            taille = os.fstat(flux.fileno()).st_size
            if taille > TAILLE_MAXIMALE:
                raise TropGrand(fichier, taille)
            if not taille:
                raise ErreurUsage(f"« {fichier.name} » est vide.", "Vérifier le fichier.")
            suffixe = sorte(fichier, flux.read(4096))
            flux.seek(0)
            return Contenu(*_empreinte(flux, fichier), suffixe)
    except FileNotFoundError:
        raise ErreurUsage(f"Il n'y a pas de fichier {fichier}.", "Vérifier son nom et son dossier.") from None
    except OSError as erreur:
        dit = "c'est un lien" if erreur.errno == errno.ELOOP else systeme.raison(erreur)
        raise ErreurUsage(f"{fichier} ne se lit pas ({dit}).", "Donner le vrai fichier.") from None


class TropGrand(ErreurUsage):
    """Ce n'est pas un document."""

    def __init__(self, fichier: Path, taille: int) -> None:
        super().__init__(
            f"« {fichier.name} » fait {taille // MORCEAU} Mio : plus que {TAILLE_MAXIMALE // MORCEAU}.",
            "Le réduire, ou le garder ailleurs et noter où.",
        )


def _morceaux(flux: BinaryIO, fichier: Path) -> Iterator[bytes]:
    """Ce que ce fichier contient, borné même s'il grandit pendant qu'on le lit."""
    lus = 0
    while morceau := flux.read(MORCEAU):
        lus += len(morceau)
        if lus > TAILLE_MAXIMALE:
            raise TropGrand(fichier, lus)
        yield morceau


def _empreinte(flux: BinaryIO, fichier: Path) -> tuple[str, int]:
    somme, taille = hashlib.sha256(), 0
    for morceau in _morceaux(flux, fichier):
        somme.update(morceau)
        taille += len(morceau)
    return somme.hexdigest(), taille


class Coffre:
    """Les contenus d'un lieu, ou ceux que garde le dossier d'un moyeu."""

    def __init__(self, dossier: Path, *, partage: bool = False) -> None:
        self.dossier = dossier
        self._modes = (0o2770, 0o660) if partage else (0o700, 0o600)

    @classmethod
    def du_lieu(cls, racine: Path) -> Coffre:
        """Celui d'un lieu."""
        return cls(racine / DOSSIER)

    def fichier(self, empreinte: str) -> Path:
        """Où ce contenu est rangé, s'il y est."""
        if not EMPREINTE.fullmatch(empreinte):
            raise ErreurUsage(f"« {empreinte[:20]} » n'est pas une empreinte.", "")
        return self.dossier / empreinte[:2] / empreinte

    def taille(self, empreinte: str) -> int | None:
        """Combien d'octets il y a là ; `None` s'il n'y est pas (un lien n'est rien)."""
        try:
            etat = self.fichier(empreinte).lstat()
        except OSError:
            return None
        return etat.st_size if systeme.est_ordinaire(etat) else None

    def empreintes(self) -> set[str]:
        """Tout ce qu'il contient."""
        return {f.name for f in self.dossier.glob("[0-9a-f][0-9a-f]/*") if EMPREINTE.fullmatch(f.name)}

    def est_intact(self, empreinte: str) -> bool:
        """Le contenu répond-il à son empreinte ?"""
        try:
            with systeme.ouvrir_ordinaire(chemin := self.fichier(empreinte)) as flux:
                return _empreinte(flux, chemin)[0] == empreinte
        except (OSError, TropGrand):
            return False

    def ranger(self, source: Path, empreinte: str) -> None:
        """Copier un contenu à sa place, en reprenant là où une copie fut coupée ; vérifié avant d'y être.

        `DocumentAbime` si ce qui est copié n'est pas ce que dit l'empreinte.
        """
        cible = self.fichier(empreinte)
        if self.taille(empreinte) is not None:
            return
        self._preparer(cible.parent)
        partie = cible.with_name(f"{empreinte}{_EN_COURS}")
        with systeme.ouvrir_ordinaire(source) as flux:
            self._continuer(flux, source, partie)
        self.accepter(empreinte)

    def en_cours(self, empreinte: str) -> Path:
        """Où s'écrit un contenu qui arrive ; son dossier y est."""
        cible = self.fichier(empreinte)
        self._preparer(cible.parent)
        return cible.with_name(f"{empreinte}{_EN_COURS}")

    def _preparer(self, dossier: Path) -> None:
        for chacun in (self.dossier, dossier):
            if chacun.is_symlink():
                raise Echec(f"{chacun} est un lien : rien n'y est rangé.", "Remettre un vrai dossier.")
            with suppress(FileExistsError):
                chacun.mkdir()
                chacun.chmod(self._modes[0])
                systeme.abriter(chacun.parent)

    def _continuer(self, flux: BinaryIO, source: Path, partie: Path) -> None:
        with open(systeme.ouvrir_pour_ajouter(partie, self._modes[1]), "ab") as sortie:
            deja = sortie.tell()
            if deja <= os.fstat(flux.fileno()).st_size:
                flux.seek(deja)
            else:
                sortie.truncate(0)
            for morceau in _morceaux(flux, source):
                sortie.write(morceau)
            sortie.flush()
            os.fsync(sortie.fileno())

    def accepter(self, empreinte: str) -> None:
        """Mettre à sa place un contenu arrivé entier ; abîmé, il est ôté, et la suite recommence à zéro."""
        cible = self.fichier(empreinte)
        partie = cible.with_name(f"{empreinte}{_EN_COURS}")
        with systeme.ouvrir_ordinaire(partie) as flux:
            lue, _ = _empreinte(flux, partie)
        if lue != empreinte:
            partie.unlink()
            raise DocumentAbime(empreinte)
        systeme.abriter(partie)
        os.replace(partie, cible)
        systeme.abriter(cible.parent)

    def oter(self, empreinte: str) -> None:
        """L'effacer pour de bon, et ce qu'on en avait tiré."""
        for chemin in self.fichiers(empreinte):
            chemin.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            systeme.abriter(self.fichier(empreinte).parent)

    def fichiers(self, empreinte: str) -> tuple[Path, Path, Path]:
        """Lui, ce qui en était arrivé, ce qu'on en avait tiré ; chacun peut manquer."""
        cible = self.fichier(empreinte)
        return cible, cible.with_name(f"{empreinte}{_EN_COURS}"), self.texte(empreinte)

    def texte(self, empreinte: str) -> Path:
        """Où l'on garde le texte qu'on en a tiré : jetable, jamais porté ailleurs."""
        return self.dossier / ".textes" / f"{empreinte}.txt"

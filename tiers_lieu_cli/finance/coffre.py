"""Le coffre : ce qui porte un nom (fiches de tiers, PDF, XML, relevés), hors de git, chiffré.

Un contenu se désigne par son empreinte SHA-256, que git garde ; le contenu, lui, s'efface pour de
bon en ôtant un fichier. Chiffré par age, pour une clef qui peut vivre ailleurs que sur ce poste.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.texte import sha256

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

DOSSIER = "coffre"
#: Où la clef se trouve, quand elle n'est pas avec le coffre (une clef USB, un gestionnaire de secrets).
VARIABLE = "TIERS_LIEU_CLEF_DU_COFFRE"
_CLEF = "clef.txt"
_SUFFIXE = ".age"


class CoffreFerme(Echec):
    """La clef du coffre manque, ou n'est pas la sienne."""

    def __init__(self, clef: Path) -> None:
        super().__init__(
            f"Le coffre ne s'ouvre pas : {clef} manque, ou n'est pas sa clef.",
            f"La remettre là, ou dire où elle est : {VARIABLE}=/chemin/clef.txt",
        )


class PieceAbsente(Echec):
    """Un contenu que la caisse cite n'est plus dans le coffre."""

    def __init__(self, empreinte: str) -> None:
        super().__init__(
            f"Le coffre n'a plus {empreinte[:19]}… : une pièce, ou une identité, y manque.",
            "La reprendre d'une sauvegarde (tl restaurer), puis : tl finance verifier",
        )


class Coffre:
    """Le coffre d'une caisse ; `clef` dit où la sienne est rangée."""

    def __init__(self, caisse: Path, environ: Mapping[str, str]) -> None:
        self.dossier = caisse / DOSSIER
        self.clef = Path(environ[VARIABLE]) if environ.get(VARIABLE) else self.dossier / _CLEF

    @classmethod
    def creer(cls, caisse: Path, environ: Mapping[str, str]) -> Coffre:
        """Un coffre neuf, fermé aux autres comptes ; une clef déjà là est gardée."""
        from pyrage import x25519

        coffre = cls(caisse, environ)
        systeme.creer_dossier(coffre.dossier, 0o700)
        if not coffre.clef.exists():
            systeme.ecrire_abrite(coffre.clef, f"{x25519.Identity.generate()}\n".encode(), 0o600)
            # Sans elle, rien du coffre ne se relit : elle est sur le disque avant ce qu'elle ouvre.
            systeme.abriter(coffre.clef.parent)
        return coffre

    @cached_property
    def _identite(self) -> Identity:
        from pyrage import IdentityError, x25519

        try:
            return x25519.Identity.from_str(self.clef.read_text("ascii").strip())
        except (OSError, UnicodeDecodeError, IdentityError, ValueError):
            raise CoffreFerme(self.clef) from None

    def ranger(self, ecriture: Ecriture, contenu: bytes) -> str:
        """L'empreinte d'un contenu, qui entrera au coffre juste avant que l'action soit enregistrée."""
        empreinte = nommer(contenu)
        ecriture.d_abord(lambda: self._poser(empreinte, contenu))
        return empreinte

    def _poser(self, empreinte: str, contenu: bytes) -> None:
        import pyrage

        cible = self._fichier(empreinte)
        if cible.exists():
            return
        systeme.creer_dossier(cible.parent, 0o700)
        provisoire = cible.with_name(f".tmp-{os.urandom(6).hex()}")
        systeme.ecrire_abrite(provisoire, pyrage.encrypt(contenu, [self._identite.to_public()]), 0o600)
        os.replace(provisoire, cible)
        systeme.abriter(cible.parent)

    def lire(self, empreinte: str) -> bytes:
        """Le contenu de cette empreinte, vérifié ; `PieceAbsente` s'il n'y est plus ou n'est plus lui."""
        import pyrage

        try:
            contenu: bytes = pyrage.decrypt(self._fichier(empreinte).read_bytes(), [self._identite])
        except FileNotFoundError:
            raise PieceAbsente(empreinte) from None
        except pyrage.DecryptError:
            raise CoffreFerme(self.clef) from None
        if nommer(contenu) != empreinte:
            raise PieceAbsente(empreinte)
        return contenu

    def contient(self, empreinte: str) -> bool:
        """Ce contenu y est-il ?"""
        return self._fichier(empreinte).is_file()

    def oter(self, *empreintes: str) -> None:
        """Les effacer pour de bon ; git n'en garde que les empreintes."""
        for empreinte in empreintes:
            with suppress(FileNotFoundError):
                self._fichier(empreinte).unlink()
                systeme.abriter(self._fichier(empreinte).parent)

    def _fichier(self, empreinte: str) -> Path:
        chiffres = empreinte.removeprefix("sha256:")
        return self.dossier / chiffres[:2] / f"{chiffres}{_SUFFIXE}"


def nommer(contenu: bytes) -> str:
    """L'empreinte d'un contenu."""
    return f"sha256:{sha256(contenu)}"

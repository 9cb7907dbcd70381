"""Faire écrire un texte dans l'éditeur de l'usager ; ce qu'il y a tapé ne se perd pas.

Le texte vit dans un dossier provisoire, lisible de lui seul, jusqu'à ce que la commande soit finie :
refusée ou interrompue, elle le laisse là et dit où.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage


class Brouillon(msgspec.Struct, frozen=True):
    """Un texte en cours d'écriture : où il est, et ce qu'il était au départ."""

    fichier: Path
    depart: str

    @classmethod
    def commencer(cls, texte: str, suffixe: str) -> Brouillon:
        """Poser le texte de départ hors du lieu."""
        fichier = Path(tempfile.mkdtemp(prefix="tiers-lieu-")) / f"note{suffixe}"
        fichier.write_text(texte, "utf-8")
        return cls(fichier, texte)

    def ecrire(self, environ: Mapping[str, str]) -> str:
        """Ouvrir `$VISUAL` ou `$EDITOR` sur ce texte, et rendre ce qui y a été écrit."""
        editeur = environ.get("VISUAL") or environ.get("EDITOR") or "nano"
        try:
            code = subprocess.call([*shlex.split(editeur), str(self.fichier)])
        except (OSError, ValueError):
            code = -1
        if code:
            raise ErreurUsage(
                f"L'éditeur « {editeur} » ne s'est pas ouvert, ou a été quitté sur une erreur.",
                "Donner le texte dans la commande, ou choisir un éditeur avec la variable EDITOR.",
            )
        try:
            return self.fichier.read_text("utf-8")
        except OSError:
            return ""
        except UnicodeDecodeError:
            raise ErreurUsage("Le texte n'a pas été enregistré en UTF-8.", "Choisir ce codage.") from None

    @property
    def change(self) -> bool:
        """A-t-on tapé quelque chose ?"""
        try:
            ecrit = self.fichier.read_bytes()
        except OSError:
            return False
        return bool(ecrit.strip()) and ecrit != self.depart.encode()

    def jeter(self) -> None:
        """Ne rien en garder."""
        shutil.rmtree(self.fichier.parent, ignore_errors=True)

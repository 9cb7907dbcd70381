"""Faire écrire un texte dans l'éditeur de l'usager."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tiers_lieu_cli.noyau.echecs import ErreurUsage


def ecrire(environ: Mapping[str, str], texte: str, suffixe: str) -> str:
    """Ouvrir `$VISUAL` ou `$EDITOR` sur `texte`, hors du lieu, et rendre ce qui y a été écrit."""
    editeur = environ.get("VISUAL") or environ.get("EDITOR") or "nano"
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-") as dossier:
        fichier = Path(dossier) / f"note{suffixe}"
        fichier.write_text(texte, "utf-8")
        try:
            code = subprocess.call([*shlex.split(editeur), str(fichier)])
        except (OSError, ValueError):
            code = -1
        if code:
            raise ErreurUsage(
                f"L'éditeur « {editeur} » ne s'est pas ouvert, ou a été quitté sur une erreur.",
                "Donner le texte dans la commande, ou choisir un éditeur avec la variable EDITOR.",
            )
        try:
            return fichier.read_text("utf-8")
        except UnicodeDecodeError:
            raise ErreurUsage("Le texte n'a pas été enregistré en UTF-8.", "Choisir ce codage.") from None

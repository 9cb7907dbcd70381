"""Bâtir un dossier à côté, puis le mettre à sa place d'un geste : entier, ou pas du tout."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import ErreurUsage


class DossierPris(ErreurUsage):
    """On ne bâtit que dans un dossier neuf ou vide."""

    def __init__(self, dossier: Path) -> None:
        super().__init__(
            f"{dossier} existe déjà et n'est pas vide ; rien n'y a été écrit.", "Choisir un autre dossier."
        )


@contextmanager
def dossier_neuf(voulu: Path) -> Iterator[Path]:
    """Un dossier provisoire où bâtir ; à la fin, il est `voulu`. Une panne ne laisse rien."""
    dossier = voulu.expanduser().resolve()
    if dossier.exists() and (not dossier.is_dir() or any(dossier.iterdir())):
        raise DossierPris(dossier)
    chantier = dossier.parent / f".{dossier.name}.{secrets.token_hex(4)}"
    try:
        chantier.mkdir(parents=True)
        yield chantier
        if dossier.exists():
            dossier.rmdir()
        os.rename(chantier, dossier)
    except OSError as erreur:
        raise ErreurUsage(
            f"{dossier} ne peut pas être créé ({systeme.raison(erreur)}).", "Choisir un autre endroit."
        ) from None
    finally:
        shutil.rmtree(chantier, ignore_errors=True)

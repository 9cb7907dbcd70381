"""Où le site se met en ligne : un dossier, ssh (rsync), une branche de pages git, un nuage en WebDAV.

Chaque fichier arrive entier ou pas du tout, l'accueil en dernier ; n'est ôté que ce qu'un envoi
d'avant avait mis.
Coupé, il se reprend : ce qui était arrivé ne repart pas.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tiers_lieu_cli.ensemble.site.cible import Cible
from tiers_lieu_cli.ensemble.site.depose import Dossier, Nuage
from tiers_lieu_cli.ensemble.site.transport import Branche, Rsync
from tiers_lieu_cli.noyau.motif import motif

_GIT = motif(r"(?:(?:ssh|https)://|[\w.-]+@[\w.-]+:|/)[^\s]+\.git/?", re.ASCII)
_SSH = motif(r"[A-Za-z0-9][\w.-]*(?:@[A-Za-z0-9][\w.-]*)?:[\w.~/-]+", re.ASCII)


def choisir(dite: str, source: Path, branche: str, moment: datetime, phrase: Callable[[str], str]) -> Cible:
    """La cible que ce mot désigne ; `phrase` donne le mot de passe d'un nuage."""
    if _GIT.fullmatch(dite):
        return Branche(dite, branche, source, moment)
    if dite.startswith(("https://", "http://")):
        return Nuage(dite, source, phrase)
    if _SSH.fullmatch(dite) and not Path(dite).exists():
        return Rsync(dite, source)
    return Dossier(Path(dite), source)

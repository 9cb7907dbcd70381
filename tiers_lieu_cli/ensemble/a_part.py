"""Lancer une vraie commande de l'outil dans son propre processus, comme une main le ferait."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence


def lancer(
    mots: Sequence[str], environ: Mapping[str, str], sortie: int | None = None
) -> subprocess.CompletedProcess[str]:
    """La commande, là où parle l'écran, ou dans `sortie` ; un tube recueille aussi ce qui est refusé."""
    # Rien du dossier où l'on est ne se lance (-P), et les accents passent sur tout terminal.
    dits = [sys.executable, "-P", "-m", "tiers_lieu_cli", *mots]
    return subprocess.run(
        [mot.encode() for mot in dits] if os.name == "posix" else dits,
        env={**environ, "PYTHONUTF8": "1"},
        stdout=sortie,
        stderr=sortie if sortie == subprocess.PIPE else None,
        text=True,
        check=False,
    )

"""Une commande dans son processus, et ce qu'elle a coûté."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ENV = {**os.environ, "TIERS_LIEU_MAINTENANT": "2026-11-24T08:52+01:00"}
TL = [sys.executable, "-m", "tiers_lieu_cli"]


def mesurer(quoi: str, *mots: str, dossier: Path) -> None:
    """Dire les secondes au mur et de processeur d'une commande, son code, et sa première ligne."""
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    debut = time.monotonic()
    rendu = subprocess.run([*TL, *mots], cwd=dossier, env=ENV, capture_output=True, text=True, check=False)
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    calcul = apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime
    print(f"{quoi} : {time.monotonic() - debut:.1f} s, {calcul:.1f} s de calcul, code {rendu.returncode}")
    print(f"  {(rendu.stdout or rendu.stderr).splitlines()[0]}", flush=True)

"""La Passerelle, bâtie une fois pour les essais qui en ont besoin, puis recopiée."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

from soutien import MAINTENANT

from tiers_lieu_cli.ensemble import lieu_invente
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import GRAINE, Poste
from tiers_lieu_cli.noyau.temps.horloge import VARIABLE


def batir(racine: Path) -> Path:
    """Le lieu inventé, à l'heure des essais : toujours le même."""
    environ = {VARIABLE: MAINTENANT, GRAINE: str(lieu_invente.GRAINE)}
    lieu_invente.batir(racine, Poste(environ=environ, genres=GENRES), datetime.fromisoformat(MAINTENANT))
    return racine


def copier(modele: Path, racine: Path) -> Path:
    """Un lieu à soi."""
    racine.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    return racine

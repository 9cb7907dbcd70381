"""D'autres outils qui servent de témoins, installés à la demande sous .cache/."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

CACHE = Path(__file__).parents[1] / ".cache"
ICAL_JS = Path(__file__).parent / "prog/ical_js"


class Vue(NamedTuple):
    """Une occurrence telle qu'un autre outil la voit : bornes en UTC, ou jours."""

    uid: str
    debut: str
    fin: str
    titre: str
    annulee: bool


@pytest.fixture(scope="session")
def ical_js() -> Callable[[bytes], list[Vue]]:
    """Les occurrences vues par ical.js, installé à la demande."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node et npm manquent : ical.js ne peut servir d'oracle")
    dossier = CACHE / "ical_js"
    if not (dossier / "node_modules/ical.js").is_dir():
        shutil.copytree(ICAL_JS, dossier, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        fait = subprocess.run(["npm", "ci", "--silent"], cwd=dossier, check=False, capture_output=True)
        if fait.returncode:
            pytest.skip("ical.js n'a pas pu être installé")
    shutil.copy2(ICAL_JS / "developper.mjs", dossier)

    def developper(octets: bytes) -> list[Vue]:
        fait = subprocess.run(
            ["node", str(dossier / "developper.mjs")], input=octets, capture_output=True, check=True
        )
        return [Vue(*vue) for vue in json.loads(fait.stdout)]

    return developper


def installer(nom: str, *paquets: str) -> Path:
    """Un environnement Python à part, sous .cache/, pour un outil qui sert de témoin."""
    venv = CACHE / nom
    if not (venv / "pret").exists():
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet", *paquets]
        if subprocess.run(pip, check=False, capture_output=True).returncode:
            pytest.skip(f"{nom} n'a pas pu être installé")
        (venv / "pret").touch()
    return venv / "bin"

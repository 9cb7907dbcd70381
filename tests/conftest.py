"""De quoi vivre dans un vrai lieu, posé dans un dossier provisoire : aucun simulacre."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from invente import batir
from oracles import ical_js  # noqa: F401  (un témoin que plusieurs essais demandent)
from soutien import MAINTENANT, OR, Lieu, git, lancer

settings.register_profile(
    "maison", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("maison")

#: Les lieux d'essai vivent en mémoire si elle s'y prête : l'outil attend le disque plus qu'il ne calcule, et
#: ce qu'une coupure laisserait se joue ailleurs (`tests/pannes.py`).
_EN_MEMOIRE, _PLACE = Path("/dev/shm"), 4 << 30
if os.access(_EN_MEMOIRE, os.W_OK) and shutil.disk_usage(_EN_MEMOIRE).free > _PLACE:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_EN_MEMOIRE))


@pytest.fixture(autouse=True)
def heure_fixe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Le mardi 24 novembre 2026, 8 h 52, à Liège ; aucun lieu hérité de la machine, un dossier à soi."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
    monkeypatch.delenv("TIERS_LIEU", raising=False)


@pytest.fixture(scope="session")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un lieu neuf, ouvert une fois, recopié pour chaque essai."""
    racine = tmp_path_factory.mktemp("modele") / "lieu"
    os.environ["TIERS_LIEU_MAINTENANT"] = MAINTENANT
    mots = ("init", str(racine), "--nom", "La Passerelle", "--salle", "Salle du rez", "--salle", "Cour")
    assert lancer(*mots).code == 0
    return racine


@pytest.fixture
def lieu(modele: Path, tmp_path: Path) -> Lieu:
    """Un lieu neuf : « La Passerelle », deux salles, personne."""
    racine = tmp_path / "lieu"
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    return Lieu(racine)


@pytest.fixture(scope="session")
def la_passerelle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le lieu inventé et ses trois mois, bâti une fois ; à recopier."""
    return batir(tmp_path_factory.mktemp("invente") / "lieu")


@pytest.fixture
def moyeu(tmp_path: Path) -> Path:
    """Un vrai moyeu, pour les postes d'un essai."""
    dossier = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(dossier)).code == 0
    return dossier


@pytest.fixture
def nu(tmp_path: Path) -> Path:
    """Un simple dépôt pris pour moyeu : il ne garde rien."""
    racine = tmp_path / "nu"
    for dossier in (racine, racine / "registre"):
        dossier.mkdir()
        git(dossier, "init", "-q", "--bare", "-b", "main")
    return racine


@pytest.fixture(scope="session")
def en_commun(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un lieu neuf et son moyeu, mis en commun une fois, recopiés pour chaque essai."""
    dossier = tmp_path_factory.mktemp("en-commun")
    subprocess.run(["cp", "-a", str(modele), str(dossier / "lieu")], check=True)
    assert lancer("moyeu", "init", str(dossier / "moyeu")).code == 0
    poste = Lieu(dossier / "lieu")
    poste.faire("moyeu", "relier", str(dossier / "moyeu"))
    poste.faire("synchroniser")
    return dossier


@pytest.fixture
def ici(en_commun: Path, lieu: Lieu, moyeu: Path) -> Lieu:
    """Un poste qui partage ce lieu par ce moyeu."""
    for dossier in (lieu.racine, moyeu):
        shutil.rmtree(dossier)
        subprocess.run(["cp", "-a", str(en_commun / dossier.name), str(dossier)], check=True)
    for interne in (lieu.racine / ".git", lieu.racine / "registre/.git"):
        reglages = interne / "config"
        reglages.write_text(reglages.read_text("utf-8").replace(str(en_commun), str(moyeu.parent)), "utf-8")
    return lieu


@pytest.fixture
def commande(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Lancer l'outil dans un vrai processus."""

    def lancer_a_part(*mots: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tiers_lieu_cli", *mots],
            capture_output=True,
            text=True,
            check=False,
            **{"cwd": tmp_path, **options},
        )

    return lancer_a_part


def comparer_a_l_or(nom: str, obtenu: bytes, maj: bool) -> None:
    """Comparer à un fichier d'or ; `--maj-or` le réécrit."""
    fichier = OR / nom
    if maj:
        fichier.write_bytes(obtenu)
    assert obtenu == fichier.read_bytes(), f"{nom} a changé ; si c'est voulu : pytest --maj-or"


def pytest_collection_finish() -> None:
    """Ce qui est importé reste : le ramasse-miettes n'a pas à y repasser dix mille fois."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--maj-or", action="store_true", help="réécrire les fichiers d'or")


@pytest.fixture
def or_(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Comparer une sortie à son fichier d'or."""
    maj = bool(request.config.getoption("--maj-or"))
    return lambda nom, obtenu: comparer_a_l_or(nom, obtenu, maj)

"""Le verrou d'un processus mort n'arrête personne ; celui d'un vivant se respecte."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau.depot import verrous
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse


@pytest.fixture(autouse=True)
def sans_attendre(monkeypatch: pytest.MonkeyPatch) -> None:
    """Un verrou vivant se rend d'ordinaire avant la seconde : ici, personne n'a à l'attendre."""
    monkeypatch.setattr(verrous, "_ENTRE_DEUX_ESSAIS", 0.01)


@pytest.fixture
def relie(lieu: Lieu, tmp_path: Path) -> tuple[Lieu, Path]:
    """Un lieu et son moyeu, à jour l'un de l'autre."""
    moyeu = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    return lieu, moyeu


@pytest.mark.parametrize(
    "verrou",
    [
        ".git/refs/remotes/origin/main.lock",
        ".git/refs/remotes/origin/tiers-lieu/garde.lock",
        "registre/.git/refs/remotes/origin/main.lock",
    ],
)
def test_ce_qu_une_mise_en_commun_morte_a_laisse(relie: tuple[Lieu, Path], verrou: str) -> None:
    lieu, moyeu = relie
    (lieu.racine / verrou).parent.mkdir(parents=True, exist_ok=True)
    (lieu.racine / verrou).touch()
    git(moyeu, "update-ref", "refs/tiers-lieu/garde", git(moyeu, "rev-parse", "main:lieu.yaml").strip())
    lieu.faire("journal", "noter", "Du bois")
    lieu.faire("accueil", "personne", "creer", "Zoé Lasuite")
    # Une écriture, elle, n'ôte que ce qu'une écriture morte a laissé.
    assert (lieu.racine / verrou).exists()
    lieu.faire("synchroniser")
    assert git(moyeu, "rev-parse", "main") == lieu.git("rev-parse", "HEAD")


def test_ce_qu_un_envoi_mort_a_laisse_au_moyeu(relie: tuple[Lieu, Path]) -> None:
    lieu, moyeu = relie
    (moyeu / "refs/heads/main.lock").touch()
    lieu.faire("journal", "noter", "Du bois")
    lieu.faire("synchroniser")
    assert git(moyeu, "rev-parse", "main") == lieu.git("rev-parse", "HEAD")
    assert not (moyeu / "refs/heads/main.lock").exists()


def test_un_reglage_se_retient_malgre_un_mort(lieu: Lieu) -> None:
    (lieu.racine / ".git/config.lock").touch()
    Depot(lieu.racine).regler("remote.origin.url", "/ailleurs")
    assert lieu.git("config", "remote.origin.url").strip() == "/ailleurs"


def test_un_vivant_se_respecte(lieu: Lieu) -> None:
    verrou = lieu.racine / ".git/refs/heads/autre.lock"
    tient = f"import time; f = open({str(verrou)!r}, 'w'); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", tient], stdout=subprocess.PIPE) as vivant:
        assert vivant.stdout
        vivant.stdout.readline()
        with pytest.raises(GitRefuse):
            Depot(lieu.racine).git("update-ref", "refs/heads/autre", "HEAD")
        assert verrou.exists()
        vivant.kill()
    Depot(lieu.racine).git("update-ref", "refs/heads/autre", "HEAD")
    assert not verrou.exists()


def test_un_vivant_qui_finit_s_attend(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    verrou = lieu.racine / ".git/refs/heads/autre.lock"
    verrou.touch()
    monkeypatch.setattr(time, "sleep", lambda _: verrou.unlink(missing_ok=True))
    Depot(lieu.racine).git("update-ref", "refs/heads/autre", "HEAD")


def test_un_autre_refus_reste_le_sien(lieu: Lieu) -> None:
    def refuser() -> None:
        raise GitRefuse("fetch", 1, "Unable to create '/ailleurs/x.lock': File exists")

    with pytest.raises(GitRefuse):
        verrous.malgre_un_mort(lieu.racine / ".git", refuser)

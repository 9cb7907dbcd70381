"""GitPython, ouvert durci : rien d'un lieu reçu ni de l'environnement ne s'y exécute ; chargé tard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot import histoire, moyeu, sante
from tiers_lieu_cli.noyau.depot.depot import Depot

#: Ce que `-c` ou l'environnement doivent neutraliser, quand bien même les réglages auraient été admis.
REGLAGES = ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "gpg.program")
VARIABLES = (
    *("GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_ASKPASS"),
    *("GIT_PYTHON_GIT_EXECUTABLE", "GIT_EXEC_PATH", "GIT_PROXY_COMMAND"),
)


@pytest.fixture
def temoin(tmp_path: Path) -> Path:
    programme = tmp_path / "programme"
    programme.write_text(f"#!/bin/sh\ntouch {tmp_path}/temoin\nexit 1\n", "utf-8")
    programme.chmod(0o755)
    return tmp_path / "temoin"


def tout_lire(racine: Path, tmp_path: Path) -> None:
    depot = Depot(racine)
    assert list(histoire.actes(depot))
    assert list(histoire.actes(depot, cite="La Passerelle"))
    assert histoire.revisions(depot, ["espace"])
    moyeu.empaqueter(depot, tmp_path / "paquet")
    assert moyeu.prendre(depot, str(tmp_path / "paquet"))
    for adresse in ("ssh://localhost:1/x", str(tmp_path / "rien")):
        with pytest.raises(moyeu.MoyeuAbsent):
            moyeu.prendre(depot, adresse)


def test_ni_reglage_ni_crochet_ne_s_execute(
    lieu: Lieu, temoin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Même si la liste blanche des réglages était contournée, les options durcies suffisent."""
    monkeypatch.setattr(sante, "ouvrir", lambda _: {})
    crochets = lieu.racine / ".git/hooks"
    crochets.mkdir(exist_ok=True)
    for nom in ("post-index-change", "reference-transaction", "pre-push", "post-checkout"):
        (crochets / nom).symlink_to(tmp_path / "programme")
    for nom in REGLAGES:
        lieu.git("config", nom, str(tmp_path / "programme"))
    (lieu.racine / ".git/info").mkdir(exist_ok=True)
    lieu.git("config", "diff.x.textconv", str(tmp_path / "programme"))
    (lieu.racine / ".git/info/attributes").write_text("* diff=x filter=x\n", "utf-8")
    temoin.unlink(missing_ok=True)
    tout_lire(lieu.racine, tmp_path)
    assert not temoin.exists()


def test_rien_ne_s_herite(lieu: Lieu, temoin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in VARIABLES:
        monkeypatch.setenv(nom, str(tmp_path / "programme"))
    for nom in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_CONFIG"):
        monkeypatch.setenv(nom, str(tmp_path / "ailleurs"))
    tout_lire(lieu.racine, tmp_path)
    assert not temoin.exists()


def test_aucune_commande_a_fenetre_ne_le_charge(lieu: Lieu) -> None:
    mots = [["aujourdhui"], ["prog", "semaine"], ["espace", "salle", "liste"], ["journal", "noter", "x"]]
    programme = (
        "import sys\nfrom tiers_lieu_cli.application import executer\n"
        f"for mots in {mots!r}: assert executer(['--lieu', {str(lieu.racine)!r}, *mots]) == 0, mots\n"
        "sys.exit('git' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", programme], check=True, capture_output=True)

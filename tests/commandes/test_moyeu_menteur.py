"""Un moyeu qui ment ne coûte rien à ce poste : rien de perdu, la faute dite, et tout se retrouve ensuite."""

from __future__ import annotations

from pathlib import Path

import pytest
from moyeu_menteur import MENSONGES, Maison, batir, eprouver
from soutien import Lieu


@pytest.fixture(scope="module")
def maison(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Maison:
    import subprocess

    dossier = tmp_path_factory.mktemp("maison")
    subprocess.run(["cp", "-a", str(modele), str(dossier / "ici")], check=True)
    return batir(Lieu(dossier / "ici"), dossier)


@pytest.mark.long
@pytest.mark.parametrize(("rang", "nom"), enumerate(MENSONGES), ids=MENSONGES)
def test_un_moyeu_qui_ment(maison: Maison, tmp_path: Path, rang: int, nom: str) -> None:
    """Un poste sur deux en a déjà pris la vérité ; `make fiabilite` joue chaque mensonge des deux façons."""
    deja_pris = bool(rang % 2)
    assert eprouver(maison, tmp_path / "ici", nom, deja_pris=deja_pris) == []

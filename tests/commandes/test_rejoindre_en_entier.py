"""Un lieu pris en partie (superficiel, ou sans ses contenus) se refuse, avec le remède."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from soutien import Lieu, git


@pytest.mark.parametrize("en_partie", ["--depth=1", "--filter=blob:none"])
def test_un_lieu_pris_en_partie_ne_se_lit_pas(ici: Lieu, moyeu: Path, tmp_path: Path, en_partie: str) -> None:
    ici.faire("journal", "noter", "Un")
    ici.faire("journal", "noter", "Deux")
    ici.faire("synchroniser")
    git(moyeu, "config", "uploadpack.allowFilter", "true")
    la = tmp_path / "en-partie"
    mots = ["git", "clone", "-q", "--template=", en_partie, f"file://{moyeu}", str(la)]
    subprocess.run(mots, check=True, capture_output=True)
    for mots_de_tl in (("aujourdhui",), ("historique",), ("synchroniser",), ("journal", "noter", "Trois")):
        dit = Lieu(la).faire(*mots_de_tl, code=1).erreurs
        assert "n'a qu'une part de son histoire" in dit
        assert "tl moyeu rejoindre" in dit

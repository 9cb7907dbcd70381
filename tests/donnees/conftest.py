"""Un vrai moyeu, pour les postes d'un essai."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import lancer


@pytest.fixture
def moyeu(tmp_path: Path) -> Path:
    dossier = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(dossier)).code == 0
    return dossier

"""Effacer, coupé à bien des pas : le registre se lit toujours, et la suite finit ou rien n'a eu lieu.

`make fiabilite` éprouve chacun des pas.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pannes_d_effacement import couper_l_effacement, couper_le_changement_d_epoque
from soutien import Lieu

#: Un pas sur tant : chaque famille de pas en a un, en peu de temps.
_ENTRE = 11


@pytest.mark.long
@pytest.mark.parametrize("sorte", ["mort", "ENOSPC"])
def test_un_effacement_coupe(lieu: Lieu, tmp_path: Path, sorte: str) -> None:
    for pas, fautes in couper_l_effacement(lieu, tmp_path, sorte, _ENTRE):
        assert fautes == [], pas


@pytest.mark.long
def test_un_changement_d_epoque_coupe(lieu: Lieu, tmp_path: Path) -> None:
    for pas, fautes in couper_le_changement_d_epoque(lieu, tmp_path, 2 * _ENTRE):
        assert fautes == [], pas

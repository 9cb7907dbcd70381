"""Une mort à tout instant ne laisse rien à moitié ; à chaque pas de chaque commande : `make fiabilite`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from caisses import Caisse, sans_documents
from pannes import revue
from pannes_de_la_caisse import gestes


@pytest.mark.long
def test_une_ecriture_de_la_caisse_tuee_en_route_est_faite_ou_ne_l_est_pas(
    modele: Path, tmp_path: Path
) -> None:
    subprocess.run(["cp", "-a", str(modele), str(tmp_path / "lieu")], check=True)
    with sans_documents():
        a_jouer = gestes(Caisse(tmp_path / "lieu"), tmp_path, breves=True)
        vues = list(revue(a_jouer, tmp_path, tous_les_pas=False))
    assert len(vues) >= 5
    assert [vue for vue in vues if vue.fautes] == []

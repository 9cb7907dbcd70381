"""L'année entière d'une caisse : de vide à clôturée, et dite pareil par trois programmes.

Ici, soixante factures, sans composer ni relire leurs documents ; la grande, trois cents, tout compris, est
dans `make fiabilite`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import annee
import pytest
from annee import ANNEE, Verite
from caisses import Caisse, sans_documents
from soutien import MAINTENANT

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def vecue(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Caisse, Verite]:
    """L'année, vécue une fois."""
    racine = tmp_path_factory.mktemp("annee") / "lieu"
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    with sans_documents():
        verite = annee.vivre(Caisse(racine), clients=5, faits=4)
    os.environ["TIERS_LIEU_MAINTENANT"] = MAINTENANT
    return Caisse(racine), verite


@pytest.fixture
def apres(vecue: tuple[Caisse, Verite], monkeypatch: pytest.MonkeyPatch) -> Caisse:
    """La même, le 10 janvier qui suit."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{ANNEE + 1}-01-10T10:00+01:00")
    return vecue[0]


def test_l_annee_finit_par_les_memes_totaux_dans_trois_programmes(
    apres: Caisse, vecue: tuple[Caisse, Verite], tmp_path: Path
) -> None:
    if not shutil.which("hledger"):
        pytest.skip("hledger manque ici")
    _, verite = vecue
    assert verite.faits == 240 and len(verite.pieces) >= 60
    assert annee.ecarts(apres, verite, tmp_path) == []


def test_l_annee_fermee_se_verifie_et_janvier_n_y_change_rien(apres: Caisse) -> None:
    assert apres.j("verifier")["defauts"] == []
    assert "fermé" in apres.f("caisse", "noter", "5", "--compte", "don", "--le", "30/12/2026", code=2).erreurs
    garde = json.loads(apres.f("dossier", str(ANNEE), "--json").sortie)["garde"]
    assert any("fermé le 05/01/2027" in dit for _, dit in garde)


def test_l_annee_a_une_piece_de_chaque_sorte(apres: Caisse) -> None:
    """Ce que le scénario prétend couvrir, il le couvre : une sorte oubliée se verrait ici."""
    pieces = [json.loads(f.read_bytes()) for f in sorted(apres.dossier.glob(f"pieces/{ANNEE}/*"))]
    notes = [p for p in pieces if p["serie"] == "NC"]
    assert len(notes) == 5 and any(x["ligne"].get("faits") for n in notes for x in n["lignes"])
    regimes = {(x["ligne"]["regime"], x["ligne"].get("ttc", False)) for p in pieces for x in p["lignes"]}
    assert regimes == {("BE-21", False), ("BE-21", True), ("BE-44", False)}
    journaux = {e["journal"] for e in apres.j("livre", str(ANNEE))}
    assert journaux == {"VE", "AC", "BQ", "CA", "OD", "AN"}
    assert {x["etat"] for x in apres.j("caution", "liste")} == {"recue", "rendue", "attendue"}
    assert len(list(apres.dossier.glob("relances/*"))) >= 3 and list(apres.dossier.glob("litiges/*"))
    assert {x["fiche"]["expire"] for x in apres.j("credit", "liste")} == {"2026-06-30", "2026-12-31"}

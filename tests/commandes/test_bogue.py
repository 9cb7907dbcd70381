"""Une faute de l'outil se dit en français, sans trace ; un Ctrl-C, où qu'il tombe, n'en est pas une."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from contrat import exiger_le_contrat
from soutien import Lieu

#: Un vrai processus, où lire les notes d'un jour échoue comme dit.
_FAUTIF = """
from tiers_lieu_cli import application
from tiers_lieu_cli.noyau import contexte

def echouer(*_, **__):
    {}

contexte.ouvrir_lieu = echouer
application.principal()
"""
_BOGUE = "raise RuntimeError('Karim')"
_SURPRISE = """
    try:
        raise KeyboardInterrupt
    finally:
        raise RuntimeError("release unlocked lock")
"""
_PENDANT_UN_BOGUE = """
    try:
        raise RuntimeError("une faute")
    finally:
        raise KeyboardInterrupt
"""


def jouer(lieu: Lieu, faute: str, *mots: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _FAUTIF.format(faute), "--lieu", str(lieu.racine), "journal", "jour", *mots],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
    )


def test_un_bogue_se_dit_et_son_detail_attend_a_part(lieu: Lieu, tmp_path: Path) -> None:
    fini = jouer(lieu, _BOGUE, TMPDIR=str(tmp_path))
    assert fini.returncode == 70 and not fini.stdout
    assert fini.stderr.startswith("L'outil s'est trompé, pas vous")
    assert "Traceback" not in fini.stderr and "tl historique" in fini.stderr
    (detail,) = tmp_path.glob("tiers-lieu-bogue-*.txt")
    assert str(detail) in fini.stderr
    assert "RuntimeError" in detail.read_text("utf-8") and detail.stat().st_mode & 0o077 == 0


def test_un_programme_le_lit_aussi(lieu: Lieu, tmp_path: Path) -> None:
    fini = jouer(lieu, _BOGUE, "--json", TMPDIR=str(tmp_path))
    rendu = json.loads(fini.stdout)
    assert (fini.returncode, rendu["refus"]["code"]) == (70, "bogue")
    exiger_le_contrat(rendu)


def test_sans_place_pour_le_detail_il_se_dit_quand_meme(lieu: Lieu) -> None:
    plein = f"""
    import tempfile
    tempfile.mkstemp = lambda *_: open("{lieu.racine}/nulle/part")
    {_BOGUE}
"""
    fini = jouer(lieu, plein)
    assert fini.returncode == 70 and "bogue" in fini.stderr and "détail" not in fini.stderr


@pytest.mark.parametrize("faute", ["raise KeyboardInterrupt", _SURPRISE, _PENDANT_UN_BOGUE])
def test_un_ctrl_c_ou_qu_il_tombe_n_est_pas_un_bogue(lieu: Lieu, faute: str) -> None:
    fini = jouer(lieu, faute)
    assert (fini.returncode, fini.stderr.strip()) == (1, "Interrompu ; rien n'a été enregistré.")

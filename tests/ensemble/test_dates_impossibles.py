"""Une date d'enregistrement qui ne se lit pas, ou d'avant 1970 : un constat, jamais une trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lectures import lectures
from soutien import Lieu, Reponse, dater, lancer

DATES = ("99999999999999 +0100", "-5 +0000", "hier")


def tout_lire(lieu: Lieu) -> dict[tuple[str, ...], Reponse]:
    for ecrit in ("dossier", "pieces"):
        shutil.rmtree(ecrit, ignore_errors=True)
    return {
        (*nom, *mots): lieu.faire(*nom, *mots, code=None)
        for nom, facons in lectures().items()
        for mots in facons
        # Elle regarde tout ce qui est enregistré, et c'est elle qui le constate.
        if nom != ("verifier",)
    }


@pytest.mark.long
def test_aucune_lecture_n_en_souffre(tmp_path: Path) -> None:
    """Dans l'archive et dans le registre : chaque lecture rend le même code qu'avant."""
    assert lancer("demo", str(tmp_path / "demo")).code == 0
    lieu = Lieu(tmp_path / "demo")
    avant = tout_lire(lieu)
    assert len(avant) > 100
    codes = [dater(depot, date) for date in DATES for depot in (lieu, Lieu(lieu.racine / "registre"))]
    apres = tout_lire(lieu)
    assert {m: r.code for m, r in apres.items()} == {m: r.code for m, r in avant.items()}
    lieu.faire("--au", "hier", "prog", "semaine")
    assert "date illisible" in lieu.faire("historique", "--tout").sortie
    dit = lieu.faire("verifier", code=1).sortie
    assert all(f"l'enregistrement {code}" in dit for code in codes[::2])

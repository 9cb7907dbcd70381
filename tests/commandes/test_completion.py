"""La touche Tab propose de vraies valeurs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from soutien import Lieu, lancer


@pytest.fixture
def tab(lieu: Lieu) -> Callable[..., str]:
    """Ce que la touche Tab propose, demandé comme bash le demande."""

    def completer(*mots: str) -> str:
        ligne = ["tl", "--lieu", str(lieu.racine), *mots]
        env = {
            **os.environ,
            "_TL_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(ligne),
            "COMP_CWORD": str(len(ligne) - 1),
        }
        code = "import sys; sys.argv[0] = 'tl'; from tiers_lieu_cli.application import principal; principal()"
        fini = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
        )
        assert fini.stderr == ""
        return fini.stdout

    return completer


def test_les_commandes_se_completent(tab: Callable[..., str]) -> None:
    assert tab("jou").split() == ["journal"]
    assert "semaine" in tab("prog", "se")
    assert "evenement" in tab("prog", "ev")


def test_les_valeurs_du_lieu_se_completent(lieu: Lieu, tab: Callable[..., str]) -> None:
    ident = lieu.id("prog", "evenement", "creer", "Atelier vélo", "--quand", "demain 9h-10h")
    note = lieu.id("journal", "noter", "Un mot")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    assert ident in tab("prog", "evenement", "annuler", "2026")
    assert note in tab("journal", "editer", "2026")
    assert "salle-du-rez" in tab("prog", "evenement", "creer", "x", "--salle", "sa")
    assert "riverains" in tab("prog", "evenement", "creer", "x", "--public", "ri")
    assert "@Karim" in tab("prog", "evenement", "creer", "x", "--porteur", "@K")
    assert "html" in tab("prog", "semaine", "--format", "h")


def test_hors_d_un_lieu_la_completion_se_tait(tab: Callable[..., str], lieu: Lieu) -> None:
    (lieu.racine / "lieu.yaml").unlink()
    assert tab("prog", "evenement", "annuler", "2").strip() == ""


@pytest.mark.parametrize("interprete", ["bash", "zsh", "fish"])
def test_le_script_nomme_les_deux_commandes(interprete: str) -> None:
    script = lancer("completion", interprete).sortie
    assert "_TL_COMPLETE" in script
    assert "_TIERS_LIEU_COMPLETE" in script

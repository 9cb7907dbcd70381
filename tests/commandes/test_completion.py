"""La touche Tab propose de vraies valeurs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer
from repertoire import TOUTES
from soutien import Lieu, lancer
from typer._click.shell_completion import get_completion_class

from tiers_lieu_cli.noyau.ecran import aide, completer


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


@pytest.mark.parametrize("chemin", sorted(c for c in TOUTES if c[0] != "finance"), ids=" ".join)
def test_ce_qui_designe_quelqu_un_ou_une_fiche_se_complete(chemin: tuple[str, ...]) -> None:
    for param in TOUTES[chemin].params:
        dit = f"{param.metavar or ''} {getattr(param, 'help', '')}"
        if re.search(r"\bQUI\b|\bSALLE\b|Tab propose", dit):
            assert param._custom_shell_complete, f"{' '.join(chemin)} {param.name}"  # type: ignore[attr-defined]


def test_tab_propose_ce_que_la_commande_prend_et_rien_d_autre(lieu: Lieu, tab: Callable[..., str]) -> None:
    """Une page pratique, une règle, une décision : chacune la sienne, jamais celle d'à côté."""
    lieu.faire("journal", "decision", "creer", "Le silence", "--decision", "Calme après 22 h")
    lieu.faire("journal", "fiche", "creer", "Ouvrir la maison", "--texte", "Couper l'alarme.")
    lieu.faire("regles", "creer", "Le bruit", "--texte", "Plus de musique après 22 h.")
    page, regle = tab("journal", "fiche", "lire", ""), tab("regles", "revoir", "")
    assert "ouvrir-la-maison" in page and "silence" not in page
    assert "le-bruit" in regle and "silence" not in regle
    assert "silence" in tab("regles", "modifier", "le-bruit", "--decision", "")


def test_hors_d_un_lieu_la_completion_se_tait(tab: Callable[..., str], lieu: Lieu) -> None:
    (lieu.racine / "lieu.yaml").unlink()
    assert tab("prog", "evenement", "annuler", "2").strip() == ""


@pytest.mark.parametrize("interprete", ["bash", "zsh", "fish"])
def test_le_script_nomme_les_deux_commandes(interprete: str) -> None:
    script = lancer("completion", interprete).sortie
    assert "_TL_COMPLETE" in script
    assert "_TIERS_LIEU_COMPLETE" in script


#: Ce que chacun de ces textes ferait s'il était évalué ou posé tel quel : créer le témoin.
PIEGES = (
    "$(touch TEMOIN)",
    "`touch TEMOIN`",
    "x;touch TEMOIN",
    "x|touch TEMOIN",
    "x\ntouch TEMOIN",
    "'$(touch TEMOIN)'",
    '"$(touch TEMOIN)"',
    "\\$(touch TEMOIN)",
    "))';touch TEMOIN;'((",
    "x && touch TEMOIN",
    "<(touch TEMOIN)",
    "${x:=$(touch TEMOIN)}",
    "*",
    "=touch",
    "-rf",
    "#x",
    "~root",
    "a\u202eb",
    "a\u200b",
    "\x1b]52;c;x",
)


essai = aide.Application("Un essai.")


@essai.action("dire")
def dire(
    mot: Annotated[str, typer.Argument(autocompletion=lambda: [(p, p) for p in (*PIEGES, "sain")])],
) -> None:
    """Dire un mot que des gens ont choisi."""


#: Ce que chaque interprète fait des propositions : les évaluer, ou les poser sur la ligne qu'on lance.
INTERPRETES = {
    "bash": 'IFS=$\'\\n\'; COMPREPLY=( $(cat sortie) ); for m in "${COMPREPLY[@]}"; do eval "true $m"; done',
    "zsh": '_arguments() { eval "ws=( ${2[7,-3]} )" }; eval $(cat sortie)',
    "fish": "for m in (cat sortie | string split -f1 \\t); eval true $m; end",
}


@pytest.mark.parametrize("interprete", INTERPRETES)
def test_ce_que_la_touche_tab_propose_est_inerte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interprete: str
) -> None:
    """Des valeurs hostiles, que l'interprète lui-même reçoit : rien ne part."""
    ligne = "tl dire "
    monkeypatch.setenv("COMP_WORDS", ligne)
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", ligne)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    completer.preparer()
    sorte = get_completion_class(interprete)
    assert sorte
    propose = str(sorte(aide.batir(essai), {}, "tl", "_TL_COMPLETE").complete())
    assert re.findall(r"\bsain\b", propose)
    assert not re.search(r"[`$\\*#~;|&<>\x1b\u200b\u202e]", propose.removeprefix("_arguments '*:"))
    if not shutil.which(interprete):
        return
    (tmp_path / "sortie").write_text(propose, "utf-8")
    corps = INTERPRETES[interprete]
    fini = subprocess.run(
        [interprete, "-c", corps], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert fini.returncode == 0, fini
    assert not (tmp_path / "TEMOIN").exists()


@pytest.mark.parametrize("signe", [*"`$\\\"'", "\x07", "\u202e", "\u200b", "\x9b"])
def test_un_mot_propose_par_tab_n_entre_pas_avec_un_signe_de_commande(lieu: Lieu, signe: str) -> None:
    """À la saisie, à la main, à la réunion : la même porte, celle de la structure."""
    avant = lieu.signature()
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--surnom", f"K{signe}", code=2)
    if signe == "'":
        return
    mots = ("prog", "evenement", "creer", "Fête", "--quand", "demain 9h-10h")
    lieu.faire(*mots, "--etiquette", f"plein{signe}air", code=2)
    assert lieu.signature() == avant
    reglages = (lieu.racine / "lieu.yaml").read_text("utf-8")
    echappe = signe.encode("unicode_escape").decode() if signe not in '\\"' else f"\\{signe}"
    lieu.poser("lieu.yaml", reglages.replace("- riverains", f'- "riverains{echappe}"'), enregistre=False)
    assert "publics" in lieu.faire("prog", "semaine", code=1).erreurs


def test_l_apostrophe_d_un_mot_devient_celle_de_l_imprimeur(lieu: Lieu) -> None:
    """« atelier d'écriture » se dit, se retrouve et se complète."""
    reglages = (lieu.racine / "lieu.yaml").read_text("utf-8")
    lieu.poser("lieu.yaml", reglages.replace("- riverains", '- "gens d\'ici"'))
    dits = ("--public", "gens d'ici", "--etiquette", "atelier d'écriture")
    nom = lieu.id("prog", "evenement", "creer", "Fête", "--quand", "demain 9h-10h", *dits)
    assert "Fête" in lieu.faire("prog", "jour", "demain", *dits).sortie
    assert lieu.faire("accueil", "passage", "gens d'ici", "3").code == 0
    assert b"'" not in (lieu.racine / "prog/evenements/2026/11" / f"{nom}.yaml").read_bytes()
    assert lieu.faire("verifier").code == 0


def test_un_nom_a_apostrophe_reste_un_nom_et_se_cite(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "N'Golo D'Hondt")
    lieu.faire("accueil", "personne", "creer", '"Jo" Dupont')
    lieu.faire("journal", "noter", "@N'Golo et @Jo sont passés")
    assert "D'Hondt" in lieu.faire("accueil", "personne", "liste").sortie

"""Les écrans qui restent allumés : la journée qui se suit, et la page du mur."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from soutien import Lieu
from terminal import terminal

from tiers_lieu_cli.noyau.liens import CITE


def test_la_journee_se_suit_et_finit_a_ctrl_c(lieu: Lieu) -> None:
    """Ce qu'un autre enregistre paraît de lui-même ; rien n'est verrouillé."""
    with terminal("aujourdhui", "--suivre", dans=lieu.racine) as t:
        t.attendre("rien d'annoncé")
        t.attendre("Ctrl-C")
        lieu.faire("prog", "evenement", "creer", "Goûter", "--quand", "aujourd'hui 16h-17h")
        t.attendre("Goûter")
        t.interrompre()
        assert t.finir() == 0


def test_suivre_demande_un_terminal(lieu: Lieu) -> None:
    assert "dans un terminal" in lieu.faire("aujourdhui", "--suivre", code=2).erreurs


@pytest.fixture
def mur(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> Lieu:
    """Mardi à 15 h 20 : un goûter en cours, un atelier ensuite, des choses qui ne se disent pas."""
    for nom in ("Karim Haddad", "Léa Petit"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("accueil", "personne", "modifier", "@Karim", "--nom-public", "Karim H.")
    creer = ("prog", "evenement", "creer")
    lieu.faire(*creer, "Goûter avec @Léa", "--quand", "aujourd'hui 15h-17h", "--salle", "cour")
    lieu.faire(*creer, "Atelier de @Karim", "--quand", "aujourd'hui 18h30-20h", "--salle", "cour")
    lieu.faire(*creer, "Réunion secrète", "--quand", "aujourd'hui 19h-20h", "--interne")
    lieu.faire(*creer, "Peut-être", "--quand", "aujourd'hui 21h-22h", "--brouillon")
    lieu.faire(*creer, "Matinale", "--quand", "aujourd'hui 9h-10h", "--ailleurs", "Place du Marché")
    lieu.faire(
        "espace", "reserver", "salle-du-rez", "aujourd'hui 15h-16h", "--pour", "@Léa", "--objet", "Divorce"
    )
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T15:20+01:00")
    return lieu


@pytest.mark.parametrize(
    ("quand", "le_samedi", "demain"),
    [
        ("du sam 28/11 au dim 29/11", "la journée", "la journée"),
        ("du ven 27/11 14h au dim 29/11 11h", "la journée", "jusqu'à 11:00"),
        ("du sam 28/11 14h au lun 30/11 11h", "dès 14:00", "la journée"),
        ("sam 28/11 22h-2h", "22:00–02:00", ""),
        ("sam 28/11", "la journée", ""),
    ],
)
def test_l_ecran_du_mur_dit_de_ce_qui_dure_ce_qu_il_prend_du_jour(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, quand: str, le_samedi: str, demain: str
) -> None:
    lieu.faire("prog", "evenement", "creer", "Fête", "--quand", quand)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-28T09:00+01:00")
    lieu.faire("prog", "ecran")
    aujourdhui, _, ensuite = (lieu.racine / "public/ecran.html").read_text("utf-8").partition("<h2>Demain")
    dits = [re.findall(r"<time>(.*?)</time>", partie) for partie in (aujourdhui, ensuite)]
    montre = [[html.unescape(dit) for dit in partie] for partie in dits]
    # Ce qui commence ensuite est en tête, et dit son heure.
    if le_samedi in montre[0]:
        assert montre[0] == [le_samedi]
    else:
        assert montre[0] == []
        assert f"Ensuite, à {re.findall('[0-9:]{5}', le_samedi)[0]}" in aujourdhui
    assert montre[1] == ([demain] if demain else [])


def test_l_ecran_du_mur_dit_la_journee_et_rien_de_prive(mur: Lieu, tmp_path: Path) -> None:
    reponse = mur.faire("prog", "ecran")
    assert "Léa n'a pas dit sous quel nom paraître" in reponse.erreurs
    page = (mur.racine / "public/ecran.html").read_text("utf-8")
    for dit in ("Goûter avec quelqu&#39;un", "Atelier de Karim H.", "Ensuite, à 18:30", "15:20"):
        assert dit in page
    for tu in ("Léa", "Haddad", "secrète", "Peut-être", "Divorce", "Matinale", "<script"):
        assert tu not in page.partition("</style>")[2]
    assert not CITE.search(page)
    assert '<meta http-equiv="refresh" content="60">' in page
    assert mur.git("status", "--porcelain") == ""
    vue = mur.faire("prog", "ecran", "--json").json
    assert vue["ensuite"]["debut"] == "2026-11-24T18:30:00+01:00"
    salles = {s["salle"]: (s["libre"], s["jusqu_a"]) for s in vue["salles"]}
    assert salles == {
        "cour": (False, "2026-11-24T17:00:00+01:00"),
        "salle-du-rez": (False, "2026-11-24T16:00:00+01:00"),
    }
    assert json.dumps(vue, ensure_ascii=False).count("Léa") == 0


@pytest.mark.parametrize(
    ("heure", "attendu"),
    [
        ("08:00", (True, "15:00")),
        ("15:00", (False, "17:00")),
        ("17:00", (True, "18:30")),
        ("20:00", (True, "")),
    ],
)
def test_une_salle_est_libre_jusqu_au_prochain(
    mur: Lieu, monkeypatch: pytest.MonkeyPatch, heure: str, attendu: tuple[bool, str]
) -> None:
    """À l'instant du début elle est prise, à l'instant de la fin elle est libre."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"2026-11-24T{heure}+01:00")
    (cour,) = (s for s in mur.faire("prog", "ecran", "--json").json["salles"] if s["salle"] == "cour")
    assert (cour["libre"], (cour["jusqu_a"] or "")[11:16]) == attendu

"""Un enregistrement se lit sans surprise, quoi qu'on y ait mis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import ENREGISTREMENT as BON
from soutien import Lieu, dater

from tiers_lieu_cli.noyau.depot import enregistrement

#: Des dates que git garde et qu'aucun calendrier ne connaît.
DATES = ["99999999999999 +0100", "-5 +0000", "x", "", "1e9 +0000", "1700000000 zz", "9" * 5000 + " +0000"]


def test_un_enregistrement_de_l_outil_se_lit_en_entier() -> None:
    lu = enregistrement.lire("f" * 40, BON.encode())
    assert (lu.auteur.nom, lu.auteur.courriel, lu.auteur.instant) == (
        "accueil",
        "accueil@lieu.invalid",
        1700000000,
    )
    assert lu.depose.instant == 1700000001
    assert (lu.phrase, lu.parents, lu.etranges) == ("Une note", ("b" * 40,), ())
    assert lu.suites() == {"Action": ["journal.noter"], "Fiche": ["a/b.md", "c/d.yaml"]}


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("\n\nUne", "\nencoding inconnu\n\nUne"),
        ("\n\nUne", "\nmergetag object\n\nUne"),
        ("\n\nUne", "\nauthor deux <d@d> 1 +0000\n\nUne"),
    ],
)
def test_ce_que_l_outil_n_y_met_jamais_se_dit(avant: str, apres: str) -> None:
    assert enregistrement.lire("f" * 40, BON.replace(avant, apres).encode()).etranges


@pytest.mark.parametrize("date", DATES)
def test_une_date_qui_ne_se_lit_pas_n_est_rien(date: str) -> None:
    lu = enregistrement.lire("f" * 40, BON.replace("1700000001 +0100", date).encode())
    assert lu.depose.instant is None
    assert lu.moment == enregistrement.EPOQUE


@given(st.binary(max_size=400))
def test_aucun_octet_ne_surprend(octets: bytes) -> None:
    lu = enregistrement.lire("f" * 40, octets)
    assert lu.moment.tzinfo
    lu.suites()


@pytest.mark.parametrize("date", DATES[:3])
def test_une_date_impossible_est_un_constat_dans_toute_commande(lieu: Lieu, date: str) -> None:
    """Chaque commande qui lit l'histoire passe ; `verifier` le dit, et rien d'autre n'en souffre."""
    code = dater(lieu, date)
    for mots in (
        ("historique",),
        ("historique", "salle-du-rez"),
        ("--au", "hier", "espace", "salle", "liste"),
        ("prog", "ical"),
        ("journal", "noter", "Bonjour"),
        ("defaire", "--oui"),
        ("historique", "--json"),
    ):
        lieu.faire(*mots, code=None)
    assert "date illisible" in lieu.faire("historique").sortie
    assert f"l'enregistrement {code}" in lieu.faire("verifier", code=1).sortie

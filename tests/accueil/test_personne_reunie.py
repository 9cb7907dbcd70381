"""Deux fiches réunies ne font plus qu'une personne, partout où l'on compte ou limite par personne."""

from __future__ import annotations

import json

import pytest
from soutien import Lieu

PERSONNE = ("accueil", "personne")


@pytest.fixture
def reunie(lieu: Lieu) -> Lieu:
    """Zoé a vécu sous deux identifiants, puis l'un est devenu l'autre."""
    for nom in ("Zoé Martin", "Zoé Martin-Leroy"):
        lieu.faire(*PERSONNE, "creer", nom, "--surnom", "zo" if nom.endswith("Leroy") else "zm")
    lieu.faire("espace", "cle", "creer", "cave", "--exemplaires", "2")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@zo")
    lieu.faire("accueil", "habilitation", "creer", "@zo", "fraiseuse")
    lieu.faire("accueil", "heures", "noter", "@zo", "2h", "--activite", "bar")
    lieu.faire("accueil", "passage", "@zo")
    lieu.faire("accueil", "suivi", "noter", "@zo", "Un coup de main", "--par", "@zm", code=None)
    lieu.faire(*PERSONNE, "fusionner", "@zm", "@zo", "--oui")
    return lieu


def _json(lieu: Lieu, *mots: str) -> object:
    return json.loads(lieu.faire(*mots, "--json").sortie)


def test_tout_la_suit(reunie: Lieu) -> None:
    (qui,) = _json(reunie, *PERSONNE, "liste")
    assert [p["a"] for p in _json(reunie, "espace", "cle", "liste", "--qui", "@zoe")] == [qui["id"]]
    habilitees = _json(reunie, "accueil", "habilitation", "liste", "--personne", "@zoe")
    assert [h["fiche"]["personne"] for h in habilitees] == [qui["id"]]
    reunie.faire("accueil", "heures", "noter", "@zoe", "1h", "--activite", "bar")
    totaux = reunie.faire("accueil", "heures", "liste", "--par", "personne").sortie
    assert "3 h" in totaux
    histoire = reunie.faire("historique", "@zoe").sortie
    assert "abilitation" in histoire and "lé" in histoire
    reunie.faire("accueil", "depart", "@zoe")
    assert _json(reunie, "accueil", "presents") == []
    reunie.faire("espace", "cle", "rendre", "cave", "--qui", "@zoe")
    assert _json(reunie, "espace", "cle", "liste", "--qui", "@zoe") == []
    reunie.faire("verifier")


def test_une_habilitation_se_renouvelle_et_se_retire_sous_l_ancien_nom(reunie: Lieu) -> None:
    reunie.faire("accueil", "habilitation", "creer", "@zoe", "fraiseuse", "--expire", "2027-11-24")
    (tenue,) = _json(reunie, "accueil", "habilitation", "liste", "--personne", "@zoe")
    assert tenue["fiche"]["expire"] == "2027-11-24"
    reunie.faire("verifier")
    reunie.faire("accueil", "habilitation", "retirer", "@zoe", "fraiseuse", "--motif", "à reprendre")
    assert _json(reunie, "accueil", "habilitation", "liste", "--personne", "@zoe") == []
    reunie.faire("verifier")

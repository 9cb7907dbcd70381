"""La bienvenue étape par étape, l'accompagnement pas à pas, et ce qui en est dû à la lecture."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.accueil.bienvenue import fiches as bienvenues
from tiers_lieu_cli.accueil.suivi import fiches as suivis
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

JOUR = date(2026, 11, 24)


@pytest.fixture
def lea(lieu: Lieu) -> str:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    return lieu.id("accueil", "personne", "creer", "Léa D'Hondt", "--public", "benevoles")


def test_un_parcours_de_bout_en_bout(lieu: Lieu, lea: str) -> None:
    dit = lieu.faire("accueil", "bienvenue", "creer", "@léa", "--referent", "@karim").sortie
    assert "Bienvenue à Léa : 5 étapes. Prochaine étape : Faire le tour de la maison" in dit
    lieu.faire("accueil", "bienvenue", "creer", "@léa", code=1)
    arbre = ArbreDisque(lieu.racine)
    (due,) = bienvenues.a_faire(arbre, JOUR)
    assert due.phrase.startswith(f"bienvenue de {lea} : Faire le tour") and due.jour == JOUR
    assert "(Karim, mardi 1er décembre)" in lieu.faire("accueil", "bienvenue", "faite", "@léa").sortie
    assert not list(bienvenues.a_faire(arbre, JOUR))
    assert len(list(bienvenues.a_faire(arbre, date(2027, 3, 1)))) == 1
    refus = lieu.faire("accueil", "bienvenue", "faite", "@léa", "charte", code=2)
    assert "Restent : Choisir une activité" in refus.erreurs
    assert (
        "Fait : Prendre des nouvelles."
        in lieu.faire("accueil", "bienvenue", "faite", "@léa", "nouvelles").sortie
    )
    assert "2/5" in lieu.faire("accueil", "bienvenue", "liste").sortie
    for _ in range(3):
        dit = lieu.faire("accueil", "bienvenue", "faite", "@léa").sortie
    assert "Le parcours est fini." in dit
    assert lieu.faire("accueil", "bienvenue", "liste", "--json").json == []
    lieu.faire("accueil", "bienvenue", "fiche", "@léa", code=2)
    assert "ondt" not in lieu.git("log", "-p", "--all")


def test_le_parcours_du_lieu_est_le_sien(lieu: Lieu, lea: str) -> None:
    lieu.poser(
        "regles/bienvenue.yaml", "publics:\n  tous:\n    - etape: Boire un café\n      qui: référent\n"
    )
    assert "Boire un café (référent" in lieu.faire("accueil", "bienvenue", "creer", "@léa").sortie
    lieu.faire("accueil", "bienvenue", "finir", "@léa")
    lieu.poser("regles/bienvenue.yaml", "publics:\n  tous:\n    - étape: Boire un café\n")
    assert "regles/bienvenue.yaml" in lieu.faire("accueil", "bienvenue", "creer", "@léa", code=1).erreurs
    assert "regles/bienvenue.yaml" in lieu.faire("verifier", code=1).sortie
    (lieu.racine / "regles/bienvenue.yaml").unlink()
    lieu.faire("accueil", "bienvenue", "creer", "@léa")


def test_un_accompagnement_pas_a_pas(lieu: Lieu, lea: str) -> None:
    noter = ("accueil", "suivi", "noter", "@léa", "Dossier relu ensemble")
    lieu.faire(*noter, "--prochain", "le déposer", code=2)
    suivi = lieu.id(*noter, "--prochain", "le déposer avec @karim", "--pour", "vendredi", "--par", "@karim")
    arbre = ArbreDisque(lieu.racine)
    assert not list(suivis.a_faire(arbre, JOUR))
    (due,) = suivis.a_faire(arbre, date(2026, 12, 24))
    assert due.jour == date(2026, 11, 27) and due.phrase.startswith(f"{lea} : le déposer avec @p-")
    assert "le déposer avec Karim" in lieu.faire("accueil", "suivi", "liste").sortie
    lieu.faire("accueil", "suivi", "fait", suivi)
    lieu.faire("accueil", "suivi", "fait", suivi, code=2)
    assert lieu.faire("accueil", "suivi", "liste", "--json").json == []
    (vu,) = lieu.faire("accueil", "suivi", "liste", "@léa", "--json").json
    assert vu["fait"] == "2026-11-24"
    lieu.faire("verifier")

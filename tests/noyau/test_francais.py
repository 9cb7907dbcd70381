"""L'élision, la capitale, et le conditionnel de ce qu'on essaie."""

from __future__ import annotations

import pytest

from tiers_lieu_cli.noyau.francais import au_conditionnel, capitale, elider, suite_au_conditionnel, tous_les


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Amina", "d'Amina"),
        ("Karim", "de Karim"),
        ("Élodie", "d'Élodie"),
        ("Hélène", "d'Hélène"),
        ("Hassan", "de Hassan"),
        ("Yves", "d'Yves"),
        ("Yann", "de Yann"),
        ("onze personnes", "de onze personnes"),
        ("Œuvre", "d'Œuvre"),
        ("", "de "),
    ],
)
def test_de_s_elide_comme_on_le_dit(nom: str, attendu: str) -> None:
    assert elider("de", nom) == attendu


@pytest.mark.parametrize(
    ("phrase", "attendu"),
    [
        ("Cour est réservée jeudi.", "Cour serait réservée jeudi."),
        ("« Ce bal est beau » est annulé (il a plu).", "« Ce bal est beau » serait annulé (il a plu)."),
        ("« X » n'est plus tenu ; son passé reste.", "« X » ne serait plus tenu ; son passé resterait."),
        ("Karim n'a plus l'habilitation.", "Karim n'aurait plus l'habilitation."),
        ("Les réglages ont changé :", "Les réglages auraient changé :"),
        ("C'est annulé : « X ».", "Ce serait annulé : « X »."),
        ("Noté, mardi 24 novembre, 08:52.", "Serait noté, mardi 24 novembre, 08:52."),
        ("Fermé. Cour : vendredi.", "Serait fermé. Cour : vendredi."),
        ("Karim : 2 h, mardi.", "Serait noté : Karim : 2 h, mardi."),
        ("Il reste à demander son accord.", "Il resterait à demander son accord."),
        ("jeudi 24 : aura lieu vendredi 25.", "jeudi 24 : aurait lieu vendredi 25."),
    ],
)
def test_ce_qu_on_essaie_se_dit_au_conditionnel(phrase: str, attendu: str) -> None:
    assert au_conditionnel(phrase) == attendu


def test_une_suite_garde_ses_commandes_et_ses_changements() -> None:
    for ligne in ("  nom : il est tard → il a plu", "  La voir, elle est là : tl espace fiche x"):
        assert suite_au_conditionnel(ligne) == ligne
    assert suite_au_conditionnel("  « X » a lieu quand même.") == "  « X » aurait lieu quand même."


def test_la_capitale_ne_touche_pas_un_identifiant() -> None:
    assert capitale("cour est prise") == "Cour est prise"
    assert capitale("p-7k2m9x arrive") == "p-7k2m9x arrive"
    assert capitale("2026-11-24-bal est là") == "2026-11-24-bal est là"


def test_ce_qui_revient_s_accorde() -> None:
    dits = [tous_les(p) for p in ("1 an", "1 mois", "3 mois", "2 semaines", "10 jours")]
    assert dits == [
        "chaque année",
        "chaque mois",
        "tous les 3 mois",
        "toutes les 2 semaines",
        "tous les 10 jours",
    ]

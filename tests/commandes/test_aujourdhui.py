"""La journée d'un coup d'œil : ce qui attend, métier par métier ; ce qui a lieu ; ce qu'on a entendu."""

from __future__ import annotations

from soutien import Lieu


def test_un_lieu_neuf_n_attend_rien(lieu: Lieu) -> None:
    sortie = lieu.faire("aujourdhui").sortie
    assert "À faire" not in sortie
    assert "Dans la maison : rien d'annoncé." in sortie


def test_chaque_metier_dit_ce_qui_attend_et_la_commande_qui_le_regle(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("espace", "cle", "creer", "cave", "--ouvre", "cour")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@karim", "--rendre-le", "aujourd'hui")
    lieu.faire("espace", "entretien", "panne", "Le four chauffe mal", "--salle", "cour")
    lieu.faire("espace", "reserver", "cour", "14h-16h", "--objet", "Réunion du CPAS")
    lieu.faire("espace", "reserver", "cour", "demain 9h-10h", "--objet", "Peut-être", "--option", "demain 8h")
    lieu.faire("prog", "evenement", "creer", "Fête", "--quand", "19h-21h", "--salle", "cour", "--brouillon")
    lieu.faire(
        "accueil", "suivi", "noter", "@karim", "un rendez-vous", "--prochain", "rappeler", "--pour", "24/11"
    )
    lieu.faire("accueil", "besoin", "creer", "Garde d'enfants", "--personne", "@karim", "--urgent")
    vu = lieu.faire("aujourdhui", "--json").json
    phrases = " | ".join(e["phrase"] for e in vu["a_faire"])
    for attendu in ("clé cave (Karim", "four chauffe mal", "« Peut-être »", "« Fête »", "Karim : rappeler"):
        assert attendu in phrases
    assert all(e["commande"].startswith("tl ") for e in vu["a_faire"])
    assert [r["titre"] for r in vu["reservations"]] == ["Réunion du CPAS"]
    sortie = lieu.faire("aujourdhui").sortie
    assert sortie.index("14:00–16:00  Réunion du CPAS") < sortie.index("19:00–21:00  Fête")
    assert "1 besoin · URGENT : Garde d'enfants" in sortie


def test_au_dela_de_huit_le_reste_se_demande(lieu: Lieu) -> None:
    for numero in range(9):
        lieu.faire("espace", "entretien", "panne", f"Panne {numero}", "--salle", "cour")
    assert "… et 1 autres : tl aujourdhui --tout" in lieu.faire("aujourdhui").sortie
    assert "Panne 8" in lieu.faire("aujourdhui", "--tout").sortie

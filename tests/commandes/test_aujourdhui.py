"""La journée d'un coup d'œil : ce qui attend, métier par métier ; ce qui a lieu ; ce qu'on a entendu."""

from __future__ import annotations

import pytest
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


def test_ce_qui_se_ressemble_tient_en_une_ligne_et_se_demande(lieu: Lieu) -> None:
    for numero in range(9):
        lieu.faire("espace", "entretien", "panne", f"Panne {numero}", "--salle", "cour")
    assert "9 tâches d'entretien" in (vu := lieu.faire("aujourdhui")).sortie
    assert "Panne 8" not in vu.sortie
    assert "Panne 8" in lieu.faire("aujourdhui", "--tout").sortie


def test_ce_qu_il_coute_de_manquer_passe_d_abord(lieu: Lieu) -> None:
    """Promis deux fois, abîmé, à replacer, à répondre, la sécurité ; et seulement ensuite, l'âge."""
    lieu.faire("espace", "entretien", "panne", "Le four", "--salle", "cour")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("espace", "cle", "creer", "cave", "--ouvre", "cour")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@karim", "--rendre-le", "aujourd'hui")
    lieu.faire("espace", "reserver", "cour", "lundi 9h-10h", "--objet", "Peut-être", "--option", "demain 8h")
    lieu.faire("espace", "reserver", "cour", "14h-16h", "--objet", "Réunion")
    lieu.faire("espace", "fermer", "cour", "--du", "aujourd'hui", "--au", "aujourd'hui", "--motif", "fuite")
    fiche = lieu.faire("espace", "reserver", "salle-du-rez", "jeudi 9h-10h", "--objet", "Un", "--json").json[
        "id"
    ]
    chemin = f"espace/reservations/2026/11/{fiche}.yaml"
    deux = (lieu.racine / chemin).read_text("utf-8").replace("objet: Un", "objet: Deux")
    lieu.poser("espace/reservations/2026/11/2026-11-26-deux-2222.yaml", deux)
    perdue = lieu.id("espace", "reserver", "salle-du-rez", "vendredi 9h-10h", "--objet", "Perdue")
    lieu.poser(f"espace/reservations/2026/11/{perdue}.yaml", "", enregistre=False)
    vu = lieu.faire("aujourdhui")
    dits = (
        "promise deux fois",
        "fiche est abîmée",
        "replacer « Réunion »",
        "« Peut-être »",
        "clé cave",
        "Le four",
    )
    places = [vu.sortie.index(dit) for dit in dits]
    assert places == sorted(places)
    gravites = [e["gravite"] for e in lieu.faire("aujourdhui", "--json").json["a_faire"]]
    assert gravites[:2] == ["promis-deux-fois", "abimee"]


def test_qui_est_la_et_ce_qui_fut_note_hier(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("journal", "noter", "Le four chauffe mal, @karim appelle")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T08:52+01:00")
    lieu.faire("accueil", "passage", "@karim", "riverains", "2")
    vu = lieu.faire("aujourdhui").sortie
    assert "Là maintenant (3) : Karim, deux riverains" in vu
    assert "08:52  Le four chauffe mal, Karim appelle" in vu


def test_ce_qui_presse_ailleurs_presse_aussi_ici(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ce que les échéances marquent « ! », ce qu'une passation dit urgent : en tête, quoi qu'il y ait."""
    for numero in range(12):
        lieu.faire("journal", "rappel", f"Vieux rappel {numero}", "--le", "aujourd'hui")
    lieu.faire("accueil", "besoin", "creer", "Un lit pour ce soir", "--urgent")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-31T09:00+01:00")
    lieu.faire("convention", "partenaire", "creer", "Assurances Meuse")
    mots = ("convention", "creer", "--modele", "assurance", "--avec", "assurances-meuse", "--risque")
    for risque, fin, preavis in (
        ("aujourd'hui", "28/2/2027", "2 mois"),
        ("bientôt", "6/3/2027", "2 mois"),
        ("passé", "31/1/2027", "2 mois"),
        ("découvert", "30/12/2026", "2 mois"),
        ("plus tard", "31/12/2027", "2 mois"),
    ):
        ident = lieu.id(*mots, risque, "--du", "1/1/2026", "--au", fin, "--preavis", preavis)
        lieu.faire("convention", "signer", ident)
    lieu.faire("journal", "noter", "Fuite de gaz en cuisine", "--genre", "alerte")
    a_faire = {e["phrase"]: e["gravite"] for e in lieu.faire("aujourdhui", "--json").json["a_faire"]}
    rouges = [a for a in lieu.faire("convention", "echeances", "--json").json["a_decider"] if a["rouge"]]
    assert len(rouges) > 3
    assert {a_faire[a["phrase"]] for a in rouges} == {"a-decider"}
    vu = lieu.faire("aujourdhui").sortie
    assert vu.index("! alerte : Fuite de gaz") < min(vu.index(f"! {a['phrase'][:30]}") for a in rouges)
    lieu.faire("journal", "passation", "--note", "Bonne chance")
    ouvertes = lieu.faire("journal", "releve", "--json").json["ouvertes"]
    urgentes = [x["phrase"].rpartition(" : ")[2] for x in ouvertes if x["rubrique"] == "urgent"]
    assert len(urgentes) > 1
    assert all(mot in vu.partition("Vieux rappel")[0] or f"URGENT : {mot}" in vu for mot in urgentes)

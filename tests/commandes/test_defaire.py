"""Historique, annulation, passé : l'histoire garde tout et se lit."""

from __future__ import annotations

import pytest
from soutien import Lieu

CREER = ("prog", "evenement", "creer")


@pytest.fixture
def velo(lieu: Lieu) -> str:
    return lieu.id(*CREER, "Atelier vélo", "--quand", "jeudi 18h-20h", "--salle", "cour")


def test_annuler_defait_la_derniere_et_garde_l_histoire(lieu: Lieu, velo: str) -> None:
    assert "Annulée : « Nouvel événement : « Atelier vélo »" in lieu.faire("defaire", "--oui").sortie
    assert velo not in lieu.faire("prog", "semaine", "--json").sortie
    phrases = [a["phrase"] for a in lieu.faire("historique", "--json").json]
    assert phrases[0].startswith("Annulation : Nouvel événement")
    assert phrases[1].startswith("Nouvel événement")
    assert lieu.git("status", "--porcelain") == ""


def test_annuler_encore_remonte_et_annuler_l_annulation_refait(lieu: Lieu, velo: str) -> None:
    lieu.faire("journal", "noter", "Une note")
    lieu.faire("defaire", "--oui")
    lieu.faire("defaire", "--oui")
    assert velo not in lieu.faire("prog", "semaine", "--json").sortie
    code = lieu.faire("historique", "--json").json[0]["code"]
    lieu.faire("defaire", code, "--oui")
    assert velo in lieu.faire("prog", "semaine", "--json").sortie


def test_une_action_dont_la_suite_depend_est_refusee(lieu: Lieu, velo: str) -> None:
    code = lieu.faire("historique", "--json").json[0]["code"]
    lieu.faire("prog", "evenement", "modifier", velo, "--titre", "Vélo d'hiver")
    avant = lieu.signature()
    refus = lieu.faire("defaire", code, "--oui", code=1)
    assert "a changé depuis" in refus.erreurs
    assert "tl defaire " in refus.erreurs
    assert lieu.signature() == avant


def test_une_fiche_citee_ne_disparait_pas(lieu: Lieu, velo: str) -> None:
    code = lieu.faire("historique", "--json").json[0]["code"]
    lieu.faire("journal", "noter", "Prévoir des rustines", "--lien", velo)
    assert "s'en sert" in lieu.faire("defaire", code, "--oui", code=1).erreurs
    lieu.faire("defaire", "--oui")
    lieu.faire("defaire", code, "--oui")


def test_une_salle_reprise_depuis_empeche_de_defaire_l_annulation(lieu: Lieu, velo: str) -> None:
    lieu.faire("prog", "evenement", "annuler", velo, "--oui")
    code = lieu.faire("historique", "--json").json[0]["code"]
    lieu.faire(*CREER, "Chorale", "--quand", "jeudi 19h-21h", "--salle", "cour")
    assert "promise deux fois" in lieu.faire("defaire", code, "--oui", code=1).erreurs


def test_un_surnombre_deja_accepte_n_empeche_pas_de_defaire_autre_chose(lieu: Lieu) -> None:
    bal = lieu.id(*CREER, "Bal", "--quand", "mar 24/11 7h-8h", "--passe", "--capacite", "2")
    for nom in ("Karim Haddad", "Léa Petit"):
        lieu.faire("accueil", "personne", "creer", nom)
        lieu.faire("prog", "inscrire", bal, "--personne", f"@{nom.split()[0]}")
    lieu.faire("prog", "evenement", "modifier", bal, "--capacite", "1")
    lieu.faire("prog", "evenement", "tenir", bal, "--participants", "2")
    assert "2 inscrits pour" in lieu.faire("verifier", code=None).sortie
    lieu.faire("defaire", "--oui")
    lieu.faire("defaire", "--oui")
    assert lieu.faire("prog", "evenement", "fiche", bal, "--json").json["capacite"] == 2


def test_une_action_de_l_equipe_se_dit_sans_nom_de_fiche(lieu: Lieu, velo: str) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("prog", "equipe", "creneaux", velo, "--role", "bar")
    lieu.faire("prog", "equipe", "inscrire", velo, "--role", "bar", "@Karim")
    lieu.faire("prog", "equipe", "retirer", velo, "--role", "bar", "@Karim")
    refus = lieu.faire("defaire", code=2).erreurs
    assert "bar à pourvoir : Karim »" in refus


def test_defaire_ne_met_personne_de_trop(lieu: Lieu) -> None:
    bal = lieu.id(*CREER, "Bal", "--quand", "jeudi 18h-20h", "--capacite", "1")
    agrandir = lieu.faire("prog", "evenement", "modifier", bal, "--capacite", "2", "--json").json["commit"]
    for nom in ("Karim Haddad", "Léa Petit"):
        lieu.faire("accueil", "personne", "creer", nom)
        lieu.faire("prog", "inscrire", bal, "--personne", f"@{nom.split()[0]}")
    avant = lieu.signature()
    assert "2 inscrits" in lieu.faire("defaire", agrandir[:8], "--oui", code=1).erreurs
    assert lieu.signature() == avant


def test_une_personne_citee_ne_s_annule_pas(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("accueil", "personne", "creer", "Léa Petit")
    assert "Nouvelle personne" in lieu.faire("defaire", "--oui").sortie
    assert len(lieu.faire("accueil", "personne", "liste", "--json").json) == 1
    code = next(
        a["code"] for a in lieu.faire("historique", "--json").json if a["phrase"] == "Nouvelle personne"
    )
    lieu.faire("journal", "noter", "Vu @Karim")
    codes = [a["code"] for a in lieu.faire("historique", "--json").json if a["phrase"] == "Nouvelle personne"]
    assert code in codes
    assert "sert encore : 1 note" in lieu.faire("defaire", codes[-1], "--oui", code=1).erreurs


def test_sans_personne_pour_repondre_on_donne_la_commande(lieu: Lieu, velo: str) -> None:
    refus = lieu.faire("defaire", code=2)
    assert "--oui" in refus.erreurs
    assert (
        "Rien" in lieu.faire("defaire", "--essai").sortie
        or "rien n'est écrit" in lieu.faire("defaire", "--essai").sortie
    )


def test_l_ouverture_du_lieu_et_un_code_inconnu_ne_s_annulent_pas(lieu: Lieu) -> None:
    lieu.faire("defaire", "--oui", code=2)
    lieu.faire("defaire", "0000dead", "--oui", code=2)
    assert (
        "ne s'annule pas" in lieu.faire("defaire", lieu.git("rev-parse", "HEAD")[:8], "--oui", code=2).erreurs
    )


def test_l_historique_d_une_fiche_et_d_une_personne(lieu: Lieu, velo: str) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("journal", "noter", "Vu @Karim")
    lieu.faire("prog", "evenement", "modifier", velo, "--titre", "Vélo d'hiver")
    assert len(lieu.faire("historique", velo, "--json").json) == 2
    assert len(lieu.faire("historique", "@Karim", "--json").json) == 2
    assert "Événement modifié" in lieu.faire("historique").sortie
    lieu.faire("historique", "rien-de-tel", code=2)
    assert lieu.faire("historique", "--depuis", "hier", "--json").json


def test_le_lieu_tel_qu_il_etait(lieu: Lieu, velo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T10:00+01:00")
    lieu.faire("prog", "evenement", "modifier", velo, "--titre", "Vélo d'hiver")
    lieu.faire("journal", "noter", "Plus tard")
    alors = lieu.faire("--au", "24/11", "prog", "semaine").sortie
    assert "Atelier vélo" in alors
    assert "hiver" not in alors
    assert "Vélo d'hiver" in lieu.faire("prog", "semaine").sortie
    assert "Plus tard" not in lieu.faire("--au", "hier", "journal", "jour").sortie
    assert "rien ne s'y change" in lieu.faire("--au", "24/11", "journal", "noter", "x", code=2).erreurs
    assert "n'avait encore rien" in lieu.faire("--au", "2020-01-01", "prog", "semaine", code=2).erreurs
    assert len(lieu.faire("--au", "24/11", "historique", "--json").json) < len(
        lieu.faire("historique", "--json").json
    )


def test_l_histoire_se_demande_par_un_nom_et_dit_ce_qui_fut_ecrit(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--surnom", "karim")
    lieu.faire("journal", "noter", "Le four est froid, @karim regarde")
    lieu.faire("espace", "salle", "modifier", "salle-du-rez", "--consignes", "Aérer")
    assert "Aérer" in lieu.git("log", "-1", "-p")
    (acte,) = lieu.faire("historique", "Salle du REZ", "--json").json[:1]
    assert "salle-du-rez" in acte["fiches"][0]
    assert "karim" in lieu.faire("historique", "Karim Haddad").sortie
    assert "Nouvelle personne : karim" in lieu.faire("historique").sortie
    assert ": Le four est froid, karim regarde" in lieu.faire("historique", "le four est froid").sortie
    lieu.faire("journal", "noter", "Rien à voir")
    assert "Rien à voir" in lieu.faire("defaire", "--essai").sortie

"""Où en est quelqu'un, où en est une salle : les choses, et la commande qui les ouvre."""

from __future__ import annotations

import re
import shlex

import pytest
from soutien import Lieu


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    for mots in (
        'accueil personne creer "Karim Haddad" --surnom karim --public riverains --accepte lettre',
        'accueil personne creer "Amina Benali" --surnom amina --public membres',
        'accueil passage @karim --quand "hier 14h"',
        'accueil besoin creer "Un vélo" --de @karim',
        'accueil offre creer "Réparer des vélos" --de @karim',
        "accueil heures noter @karim 2h30 --activite bar",
        "accueil habilitation creer @karim fraiseuse --expire 2027-06-30",
        'accueil suivi noter @karim "Dossier relu" --prochain "Le déposer" --pour vendredi',
        'espace reserver cour "jeudi 9h-11h" --objet Réunion --pour @karim',
        "espace cle creer cave --ouvre cour",
        "espace cle remettre cave @karim",
        'prog evenement creer "Atelier vélo" --quand "vendredi 18h-20h" --salle cour --porteur @karim',
        'prog serie creer Chorale --regle "chaque mercredi 19h-21h" --salle salle-du-rez --porteur @karim',
        'espace entretien panne "Le robinet goutte" --salle cour',
        "espace fermer cour --du 29/11 --au 30/11 --motif peinture",
        'journal noter "La cour est inondée #panne" --lien cour',
        'journal noter "Rien à voir #panne"',
    ):
        lieu.faire(*shlex.split(mots))
    return lieu


def test_la_fiche_dit_les_choses_et_chaque_commande_les_ouvre(vecu: Lieu) -> None:
    dit = vecu.faire("accueil", "personne", "fiche", "@karim").sortie
    for attendu in (
        "dernière visite : lundi 23 novembre, 14:00",
        "besoin : Un vélo",
        "offre : Réparer des vélos",
        "prochain pas : Le déposer, pour vendredi 27 novembre",
        "réservation : Réunion, jeudi 26 novembre, 09:00–11:00",
        "tient : Chorale",
        "événement : Atelier vélo, vendredi 27 novembre",
        "clé : cave, depuis mardi 24 novembre",
        "badge : fraiseuse, jusqu'au mercredi 30 juin 2027",
        "heures données : 2 h 30 cette année",
    ):
        assert attendu in dit
    commandes = re.findall(r"^ {4}tl (.+)$", dit, re.MULTILINE)
    assert len(commandes) == 10
    for commande in commandes:
        vecu.faire(*shlex.split(commande))
    rendu = vecu.faire("accueil", "personne", "fiche", "@karim", "--json").json["choses"]
    assert rendu["heures"] == 150
    assert rendu["cles"][0]["cle"] == "cave"
    vide = vecu.faire("accueil", "personne", "fiche", "@amina", "--json").json["choses"]
    assert vide["derniere_visite"] is None
    assert not any(valeur for valeur in vide.values())


def test_les_personnes_qui_acceptent_et_celles_dont_on_n_a_plus_de_nouvelles(vecu: Lieu) -> None:
    def noms(*mots: str) -> list[str]:
        return [p["nom"] for p in vecu.faire("accueil", "personne", "liste", *mots, "--json").json]

    assert noms("--accepte", "lettre") == ["Karim Haddad"]
    assert noms("--accepte", "photo") == []
    assert noms("--sans-nouvelle", "3 mois") == [], "qui vient d'arriver n'est pas perdu de vue"
    fiche = next(f for f in (vecu.racine / "registre/personnes").iterdir() if "Amina" in f.read_text("utf-8"))
    fiche.write_text(re.sub(r"depuis: .*", "depuis: 2026-01-01", fiche.read_text("utf-8")), "utf-8")
    assert noms("--sans-nouvelle", "3 mois") == ["Amina Benali"]
    assert noms("--sans-nouvelle", "3 mois", "--public", "riverains") == []
    vecu.faire("journal", "noter", "Vu @amina au marché")
    assert noms("--sans-nouvelle", "3 mois") == []
    assert "accord" in vecu.faire("accueil", "personne", "liste", "--accepte", "tout", code=2).erreurs


def test_le_mois_d_une_salle(vecu: Lieu) -> None:
    dit = vecu.faire("espace", "salle", "mois", "cour").sortie
    for attendu in (
        "Cour · novembre 2026",
        "jeudi 26 novembre, 09:00–11:00",
        "Réunion",
        "karim",
        "Atelier vélo",
        "peinture",
        "Le robinet goutte, depuis mardi 24 novembre",
        "cave : 0 ici, chez karim",
        "La cour est inondée",
    ):
        assert attendu in dit
    assert "Chorale" not in dit
    assert "Rien à voir" not in dit
    rendu = vecu.faire("espace", "salle", "mois", "salle-du-rez", "1/12", "--json").json
    assert [p["titre"] for p in rendu["prises"]] == ["Chorale"] * 5
    assert "libre tout le mois" in vecu.faire("espace", "salle", "mois", "cour", "1/2/2027").sortie
    assert "peinture" in vecu.faire("espace", "salle", "fiche", "cour").sortie


def test_le_journal_par_mot_etiquette_et_periode(vecu: Lieu) -> None:
    def notes(*mots: str) -> list[str]:
        return [n["texte"] for n in vecu.faire("journal", "liste", *mots, "--json").json]

    assert len(notes()) == 2
    assert notes("#panne") == ["La cour est inondée #panne", "Rien à voir #panne"]
    assert notes("#panne", "inondee") == ["La cour est inondée #panne"]
    assert notes("salle:cour") == ["La cour est inondée #panne"]
    assert notes("au:hier") == []
    assert "mardi 24 novembre" in vecu.faire("journal", "liste").sortie

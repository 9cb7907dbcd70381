"""Fermer n'efface rien, rouvrir rend tout ; horaires, périodes, salles."""

from __future__ import annotations

import re
import shlex
from datetime import date, datetime, timedelta

import pytest
from soutien import Lieu, lancer

from tiers_lieu_cli.espace.promesse.fiches import a_faire
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

NOEL = ("espace", "fermer", "cour", "--du", "21/12", "--au", "25/12", "--motif", "travaux")


def reserver(lieu: Lieu, salle: str, quand: str, *mots: str) -> str:
    return lieu.id("espace", "reserver", salle, quand, "--objet", "réunion", *mots)


def test_fermer_met_a_replacer_avec_trois_propositions_et_rouvrir_rend_tout(lieu: Lieu) -> None:
    ident = reserver(lieu, "cour", "22/12 14h-16h")
    fiche = lieu.racine / f"espace/reservations/2026/12/{ident}.yaml"
    avant = fiche.read_bytes()
    reponse = lieu.faire(*NOEL, "--json").json
    (a_replacer,) = reponse["a_replacer"]
    assert (a_replacer["reservation"], a_replacer["raison"], len(a_replacer["propositions"])) == (
        ident,
        "travaux",
        3,
    )
    assert "À replacer : Cour est fermée" in lieu.faire("espace", "fiche", ident).sortie
    refus = lieu.faire("espace", "reserver", "cour", "23/12 9h-10h", "--objet", "x", code=1).erreurs
    assert "Cour est fermée du lundi 21 au vendredi 25 décembre 2026 (travaux)" in refus
    lieu.faire("espace", "rouvrir")
    assert fiche.read_bytes() == avant
    assert "À replacer" not in lieu.faire("espace", "fiche", ident).sortie
    assert "Rien n'attend" in lieu.faire("espace", "demandes").sortie


def test_fermer_puis_rouvrir_un_jour_ou_une_salle(lieu: Lieu) -> None:
    reserver(lieu, "cour", "22/12 14h-16h")
    reserver(lieu, "salle-du-rez", "24/12 14h-16h")
    lieu.faire("espace", "fermer", "--du", "21/12", "--au", "25/12", "--motif", "congés")
    assert len(lieu.faire("espace", "demandes", "--json").json["a_replacer"]) == 2
    lieu.faire("espace", "rouvrir", "cour", "--du", "22/12")
    assert len(lieu.faire("espace", "demandes", "--json").json["a_replacer"]) == 1
    assert "(congés), sauf Cour mardi 22 décembre" in lieu.faire("espace", "fermer", "--liste").sortie
    reserver(lieu, "cour", "22/12 9h-10h")
    for salle, quand in (("cour", "23/12 9h-10h"), ("salle-du-rez", "22/12 9h-10h")):
        lieu.faire("espace", "reserver", salle, quand, "--objet", "x", code=1)
    assert "n'est pas fermé" in lieu.faire("espace", "rouvrir", "cour", "--du", "22/12", code=2).erreurs


def test_rouvrir_dit_ce_qu_on_avait_promis_malgre_la_fermeture(lieu: Lieu) -> None:
    ident = reserver(lieu, "cour", "22/12 14h-16h")
    lieu.faire(*NOEL)
    forcee = reserver(lieu, "cour", "22/12 15h-17h", "--forcer", "--motif", "chantier")
    assert {a["reservation"] for a in lieu.faire("espace", "demandes", "--json").json["a_replacer"]} == {
        ident
    }
    lieu.faire("espace", "deplacer", ident, "26/12 14h-16h")
    assert "À trancher" not in lieu.faire("espace", "rouvrir").sortie
    assert forcee in lieu.faire("espace", "fiche", forcee).sortie


def test_une_serie_a_travers_une_fermeture(lieu: Lieu) -> None:
    lieu.faire(*NOEL)
    serie = (
        "espace",
        "serie",
        "creer",
        "cour",
        "--regle",
        "chaque mardi 19h-21h",
        "--du",
        "1/12",
        "--au",
        "31/1",
    )
    assert "mardi 22 décembre : Cour est fermée" in lieu.faire(*serie, code=1).erreurs
    assert "8 dates, 1 sautée" in lieu.faire(*serie, "--si-pris", "sauter").sortie


def test_jusqu_a_nouvel_ordre_fermer_une_partie_ferme_le_tout(lieu: Lieu) -> None:
    lieu.faire("espace", "salle", "creer", "tout", "--nom", "Tout", "--compose-de", "cour")
    lieu.faire("espace", "fermer", "cour", "--du", "aujourd'hui", "--sans-fin", "--motif", "dégât des eaux")
    assert "jusqu'à nouvel ordre" in lieu.faire("espace", "fermer", "--liste").sortie
    lieu.faire("espace", "reserver", "tout", "2028-11-24 9h-10h", "--objet", "x", code=1)
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "jeu 20h-23h", "--salle", "tout", code=1)
    lieu.faire("espace", "rouvrir", "cour")
    reserver(lieu, "tout", "2028-11-24 9h-10h")
    assert "Rien n'est fermé" in lieu.faire("espace", "rouvrir", code=2).erreurs


@pytest.mark.long
def test_fermer_trois_cents_reservations_d_un_coup(lieu: Lieu) -> None:
    depart = datetime(2026, 12, 1, 8)
    for n in range(300):
        debut = depart + timedelta(days=n // 10, hours=n % 10)
        ident = f"{debut:%Y-%m-%d}-r-{n:04}"
        lieu.poser(
            f"espace/reservations/{debut:%Y/%m}/{ident}.yaml",
            f"salle: cour\nobjet: r\ndebut: {debut:%Y-%m-%dT%H}:00\nfin: {debut:%Y-%m-%dT%H}:50\n",
            enregistre=n == 299,
        )
    fermer = ("espace", "fermer", "cour", "--du", "1/12", "--au", "31/12", "--motif", "travaux")
    a_replacer = lieu.faire(*fermer, "--json").json["a_replacer"]
    assert len(a_replacer) == 300
    assert all(len(a["propositions"]) == 3 for a in a_replacer)
    assert len(list((lieu.racine / "espace/reservations").rglob("*.yaml"))) == 300
    lieu.faire("espace", "rouvrir")
    assert lieu.faire("espace", "demandes", "--json").json["a_replacer"] == []


def test_les_jours_feries_sont_proposes_puis_fermes_sans_doublon(lieu: Lieu) -> None:
    lieu.faire("espace", "periode", "feries", "--annee", "2027")
    assert "mercredi 21 juillet 2027 (Fête nationale)" in lieu.faire("espace", "periode").sortie
    fermer = ("espace", "fermer", "--periode", "feries", "--motif", "jour férié")
    assert "12 fermetures" in lieu.faire(*fermer).sortie
    assert "plus de date à fermer" in lieu.faire(*fermer, code=2).erreurs
    lieu.faire("espace", "reserver", "cour", "2027-07-21 9h-10h", "--objet", "x", code=1)


def test_une_periode_se_note_et_se_corrige(lieu: Lieu) -> None:
    noter = ("espace", "periode", "vacances-scolaires")
    lieu.faire(*noter, "--du", "2026-12-21", "--au", "2027-01-03", "--quoi", "hiver")
    lieu.faire(*noter, "--du", "2026-12-28", "--oter")
    dit = lieu.faire(*noter).sortie
    assert "du lundi 21 au dimanche 27 décembre 2026 (hiver)" in dit
    assert "du mardi 29 décembre 2026 au dimanche 3 janvier 2027 (hiver)" in dit


def test_les_horaires_se_disent_par_saison(lieu: Lieu) -> None:
    lieu.faire("espace", "horaires", "lun-ven 9h-17h", "sam 10h-minuit")
    lieu.faire("espace", "horaires", "du lundi au vendredi 9h-12h30 et 14h-18h", "mardi et jeudi fermé")
    lieu.faire("espace", "horaires", "lun-dim 9h-16h", "--saison", "été", "--du", "1/7", "--au", "31/8")
    dit = lieu.faire("espace", "horaires").sortie
    assert "lundi     09:00–12:30 et 14:00–18:00" in dit
    assert "mardi     fermé" in dit
    assert "samedi    10:00–00:00" in dit
    assert "Ete, du 1er juillet au 31 août" in dit
    for faux in ("9h-18h", "lun-ven 18h-9h", "lun-ven beaucoup"):
        lieu.faire("espace", "horaires", faux, code=2)


def test_une_salle_se_decrit_se_corrige_et_ne_se_contient_pas(lieu: Lieu) -> None:
    lieu.faire(
        "espace", "salle", "modifier", "cour", "--capacite", "40", "--disposition", "théâtre:60",
        "--equipement", "écran", "--pmr", "--consignes", "Fermer le gaz.",
    )  # fmt: skip
    dit = lieu.faire("espace", "salle", "fiche", "cour").sortie
    for ligne in ("Dispositions : théâtre (60)", "Équipements : écran", "Consignes : Fermer le gaz."):
        assert ligne in dit
    reserver(lieu, "cour", "jeu 9h-10h", "--personnes", "50", "--disposition", "théâtre")
    lieu.faire("espace", "salle", "modifier", "cour", "--compose-de", "cour", code=2)
    lieu.faire("espace", "salle", "modifier", "salle-du-rez", "--partage", code=2)


def test_ce_qui_reste_a_faire_se_calcule_a_la_lecture(lieu: Lieu) -> None:
    lieu.faire("espace", "regle", "creer", "cour", "--salle", "cour", "--moderation")
    demande = reserver(lieu, "cour", "jeu 14h-16h")
    option = reserver(lieu, "salle-du-rez", "lun 14h-16h", "--option", "demain 18h")
    reserver(lieu, "salle-du-rez", "mar 1/12 14h-16h", "--option", "lundi 18h")
    lieu.faire("espace", "fermer", "cour", "--du", "26/11", "--au", "26/11", "--motif", "travaux")
    dues = list(a_faire(ArbreDisque(lieu.racine), date(2026, 11, 24)))
    assert [(d.jour.day, d.phrase, d.commande.split('"')[0].strip()) for d in dues] == [
        (24, "répondre à « réunion »", f"tl espace valider {demande}"),
        (25, "l'option « réunion » tombe mercredi 25 novembre", f"tl espace valider {option}"),
        (26, "replacer « réunion », jeudi 26 novembre", "tl espace demandes"),
    ]


def test_fermer_sans_fin_se_demande(lieu: Lieu) -> None:
    """Sans --au, deux commandes à coller ; une durée dite en une fois se comprend."""
    fermer = ("espace", "fermer", "cour", "--motif", "fuite au plafond", "--du")
    avant = lieu.signature()
    refus = lieu.faire(*fermer, "vendredi", code=2)
    assert "Ce jour seulement, ou jusqu'à nouvel ordre ?" in refus.erreurs
    commandes = [shlex.split(ligne.split(" : ", 1)[1])[1:] for ligne in refus.erreurs.splitlines()[1:]]
    assert [c[-2:] for c in commandes] == [["--au", "2026-11-27"], ["vendredi", "--sans-fin"]]
    assert lieu.signature() == avant
    assert "vendredi 27 novembre (fuite" in lancer(*commandes[0]).sortie
    assert "jusqu'à nouvel ordre (fuite" in lancer(*commandes[1]).sortie
    heure = lieu.faire(*fermer, "samedi 14h", code=2).erreurs
    assert "--au 2026-11-29T00:00" in heure
    assert "du jeudi 3 au samedi 5 décembre" in lieu.faire(*fermer, "du 3 au 5 décembre").sortie
    assert "dimanche 6 décembre, 14:00–16:00" in lieu.faire(*fermer, "6/12 14h-16h").sortie
    assert "choisir" in lieu.faire(*fermer, "9/12", "--au", "9/12", "--sans-fin", code=2).erreurs


def test_une_proposition_se_prend_par_son_numero(lieu: Lieu) -> None:
    ident = reserver(lieu, "cour", "22/12 14h-16h")
    bal = lieu.id("prog", "evenement", "creer", "Bal", "--quand", "23/12 20h-23h", "--salle", "cour")
    dit = lieu.faire(*NOEL).sortie
    propositions = re.findall(r"^ +(\d)  (.+) · (.+)$", dit, re.MULTILINE)
    assert [n for n, _, _ in propositions] == ["1", "2", "3", "4", "5", "6"]
    _, salle, quand = propositions[1]
    deplacee = lieu.faire("espace", "replacer", "2").sortie
    assert f"est déplacée : {salle}, {quand}" in deplacee
    assert quand.split(",")[0] in lieu.faire("espace", "fiche", ident).sortie
    _, salle, quand = propositions[4]
    assert quand in lieu.faire("espace", "replacer", "5").sortie
    assert salle in lieu.faire("prog", "evenement", "fiche", bal).sortie
    assert "Rien n'attend" in lieu.faire("espace", "demandes").sortie
    refus = lieu.faire("espace", "replacer", "9", code=2)
    assert "Aucune proposition ne porte le numéro 9" in refus.erreurs


def test_dire_laquelle_rouvrir_ne_rouvre_que_ce_qu_on_demandait(lieu: Lieu) -> None:
    """Les fermetures d'ailleurs ne se proposent pas ; ce qui se propose garde la salle et les jours dits."""
    for bornes in (("1/12", "20/12"), ("5/1/2027", "6/1/2027")):
        lieu.faire("espace", "fermer", "cour", "--du", bornes[0], "--au", bornes[1], "--motif", "travaux")
    jours = ("--du", "10/12", "--au", "11/12")
    assert "--du" not in lieu.faire("espace", "rouvrir", "cour", *jours, "--essai").erreurs
    lieu.faire("espace", "fermer", "--du", "9/12", "--au", "12/12", "--motif", "inventaire")
    suites = lieu.faire("espace", "rouvrir", "cour", *jours, "--json", code=2).json["refus"]["commandes"]
    assert len(suites) == 2
    for suite in suites:
        mots = suite.split(" : tl ")[1].split()
        assert mots[-5:] == ["cour", *jours]
        lieu.faire(*mots)
    libres = lieu.faire("espace", "fermer", "--liste").sortie
    assert "sauf" in libres and "travaux" in libres
    reserver = ("--objet", "Fête", "--essai")
    lieu.faire("espace", "reserver", "cour", "10/12 14h-16h", *reserver)
    assert "ferm" in lieu.faire("espace", "reserver", "cour", "12/12 14h-16h", *reserver, code=1).erreurs


@pytest.mark.parametrize("mots", [["--oter"], ["--quoi", "Noël"], ["--au", "1/1"]])
def test_une_periode_sans_jours_ne_s_ignore_pas(lieu: Lieu, mots: list[str]) -> None:
    lieu.faire("espace", "periode", "Vac", "--du", "21/12", "--au", "1/1/2027")
    avant = lieu.signature()
    assert "quels jours" in lieu.faire("espace", "periode", "Vac", *mots, code=2).erreurs
    assert lieu.signature() == avant


def test_une_periode_videe_ne_propose_pas_de_la_fermer(lieu: Lieu) -> None:
    jours = ("--du", "21/12", "--au", "1/1/2027")
    assert "fermer --periode vac" in lieu.faire("espace", "periode", "Vac", *jours).sortie
    assert "fermer" not in lieu.faire("espace", "periode", "Vac", *jours, "--oter").sortie


@pytest.mark.parametrize(
    "dites",
    ["lun 9h-12h et 11h-14h", "lun 11h-14h, 9h-12h", "mar 9h-18h et 10h-11h", "lun 9h-minuit et 22h-23h"],
)
def test_des_heures_qui_se_chevauchent_se_refusent(lieu: Lieu, dites: str) -> None:
    assert "se chevauchent" in lieu.faire("espace", "horaires", dites, code=2).erreurs
    lieu.faire("espace", "horaires", "lun 14h-18h et 9h-14h", "--essai")
    assert "Il manque les heures" in lieu.faire("espace", "horaires", "--saison", "ete", code=2).erreurs

"""La boîte à idées et les services, par les vraies commandes."""

from __future__ import annotations

import pytest
from soutien import Lieu


@pytest.fixture
def lea(lieu: Lieu) -> Lieu:
    for nom in ("Léa Petit", "Karim Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    return lieu


def test_une_idee_soutenue_devient_une_activite_qui_dit_d_ou_elle_vient(lea: Lieu) -> None:
    idee = lea.id("prog", "proposer", "Un café des langues", "--de", "@Léa", "--public", "riverains")
    lea.faire("prog", "soutenir", idee, "--personne", "@Karim")
    lea.faire("prog", "soutenir", idee, "--papier", "4")
    refus = lea.faire("prog", "soutenir", idee, "--personne", "@Karim", code=2)
    assert "une voix chacun" in refus.erreurs
    assert "5 soutiens" in lea.faire("prog", "boite").sortie
    quand = ("--quand", "dim 15h-17h", "--quand", "dim 6/12 15h-17h", "--salle", "cour")
    accepte = lea.faire("prog", "accepter", idee, *quand, "--json").json["id"]
    fiche = lea.faire("prog", "evenement", "fiche", accepte, "--json").json
    assert (fiche["proposition"], fiche["publics"], fiche["salles"]) == (idee, ["riverains"], ["cour"])
    assert "Léa" in lea.faire("prog", "boite").sortie
    lea.faire("prog", "repondu", idee)
    assert lea.faire("prog", "boite", "--json").json == {"en_attente": [], "a_rendre": []}
    assert (lea.racine / f"prog/propositions/2026/11/{idee}.yaml").is_file()
    assert lea.faire("verifier").code == 0


def test_une_idee_declinee_attend_que_sa_reponse_soit_rendue(lea: Lieu) -> None:
    idee = lea.id("prog", "proposer", "Une piscine", "--de", "@Léa")
    lea.faire("prog", "repondu", idee, code=2)
    assert "le dire à Léa" in lea.faire("prog", "decliner", idee, "--reponse", "la commune en a une").sortie
    assert "la commune en a une" in lea.faire("prog", "boite").sortie
    lea.faire("prog", "accepter", idee, "--quand", "demain 9h-10h", code=2)
    lea.faire("prog", "repondu", idee)
    assert "a été rendue" in lea.faire("prog", "repondu", idee, code=2).erreurs
    assert len(lea.faire("historique", idee, "--json").json) == 3


def test_une_idee_sans_nom_declinee_quitte_la_boite_avec_ce_que_la_main_y_a_mis(lea: Lieu) -> None:
    idee = lea.id("prog", "proposer", "Une piscine")
    lea.poser(f"prog/propositions-en-cours/{idee}.yaml", "texte: Une piscine  # entendue au marché\n")
    lea.faire("prog", "decliner", idee, "--reponse", "non")
    assert "au marché" in (lea.racine / f"prog/propositions/2026/11/{idee}.yaml").read_text("utf-8")
    lea.faire("defaire", "--oui")
    assert lea.faire("prog", "boite", "--json").json["en_attente"][0]["fiche"]["id"] == idee


def test_celles_qui_attendent_trop_passent_devant_les_plus_soutenues(lea: Lieu) -> None:
    for jour, mot in (("2026-09-01", "ancienne"), ("2026-09-20", "moins"), ("2026-11-20", "aimee")):
        lea.poser(f"prog/propositions-en-cours/{jour}-{mot}-2345.yaml", f"texte: {mot}\n")
    lea.id("prog", "proposer", "neuve")
    lea.faire("prog", "soutenir", "aimee", "--papier", "9")
    ordre = [p["fiche"]["texte"] for p in lea.faire("prog", "boite", "--json").json["en_attente"]]
    assert ordre == ["ancienne", "moins", "aimee", "neuve"]


def test_le_programme_ne_nomme_personne(lea: Lieu) -> None:
    idee = lea.id("prog", "proposer", "Le café de @Léa")
    assert "--titre" in lea.faire("prog", "accepter", idee, "--quand", "demain 9h-10h", code=2).erreurs
    lea.faire("prog", "accepter", idee, "--quand", "demain 9h-10h", "--titre", "Café")


def test_un_service_va_de_l_idee_a_l_arret(lea: Lieu) -> None:
    ident = lea.id("prog", "service", "creer", "Permanence numérique", "--responsable", "@Léa")
    assert "à l'essai" in lea.faire("prog", "service", "perenniser", ident, code=2).erreurs
    assert "24 février 2027" in lea.faire("prog", "service", "essai", ident).sortie
    lea.faire("prog", "service", "perenniser", ident, "--motif", "douze personnes")
    lea.faire("prog", "evenement", "creer", "Permanence", "--quand", "demain 9h-10h", "--service", ident)
    assert lea.faire("prog", "service", "liste", "--json").json[0]["revoir_le"] == "2027-11-24"
    lea.faire("prog", "service", "finir", ident, "--motif", "repris ailleurs")
    assert lea.faire("prog", "service", "liste", "--json").json == []
    vie = lea.faire("prog", "service", "fiche", ident).sortie
    assert "douze personnes" in vie
    assert "repris ailleurs" in vie
    lea.faire("prog", "service", "essai", ident)
    lea.faire("verifier")


def test_un_evenement_se_reporte_et_se_tient(lieu: Lieu) -> None:
    hier = ("prog", "evenement", "creer", "Hier", "--quand", "23 novembre 2026 9h-10h", "--passe")
    passe = lieu.id(*hier)
    assert (
        "14 participants"
        in lieu.faire(
            "prog", "evenement", "tenir", passe, "--participants", "14", "--suite", "à refaire"
        ).sortie
    )
    assert "à refaire" in lieu.faire("prog", "evenement", "fiche", passe).sortie
    assert "déjà eu lieu" in lieu.faire("prog", "evenement", "reporter", passe, code=2).erreurs
    demain = lieu.id("prog", "evenement", "creer", "Demain", "--quand", "demain 9h-10h", "--salle", "cour")
    lieu.faire("prog", "evenement", "tenir", demain, code=2)
    lieu.faire("prog", "evenement", "reporter", demain, "--motif", "malade")
    assert "REPORTÉ (malade)" in lieu.faire("prog", "semaine").sortie
    neuf = lieu.id("prog", "evenement", "reporter", demain, "--quand", "vendredi 9h")
    assert neuf != demain
    assert "REPORTÉ au vendredi 27 novembre" in lieu.faire("prog", "semaine").sortie
    assert neuf in lieu.faire("prog", "evenement", "reporter", demain, code=2).erreurs


def test_un_evenement_dit_pour_qui_il_est(lieu: Lieu) -> None:
    creer = ("prog", "evenement", "creer", "Conte", "--quand", "demain 9h-10h")
    ident = lieu.id(
        *creer, "--age", "6-12", "--langue", "fr", "--langue", "ar", "--acces", "PMR", "--capacite", "12"
    )
    sortie = lieu.faire("prog", "evenement", "fiche", ident).sortie
    assert "Pour : 6-12 ans, en fr et ar" in sortie
    assert "Places : 12" in sortie
    lieu.faire("prog", "evenement", "modifier", ident, "--age", "tous", "--capacite", "0")
    assert "ans" not in lieu.faire("prog", "evenement", "fiche", ident).sortie
    for age in ("douze", "12-6", "0-0", "-"):
        lieu.faire("prog", "evenement", "modifier", ident, f"--age={age}", code=2)


def test_une_idee_devient_une_serie_et_le_service_compte_ce_qu_il_sert(lea: Lieu) -> None:
    besoin = lea.id("accueil", "besoin", "creer", "Comprendre les démarches en ligne")
    idee = lea.id("prog", "proposer", "Une permanence numérique", "--besoin", besoin)
    service = lea.id("prog", "service", "creer", "Permanence numérique")
    regle = ("--regle", "chaque mardi 8h-12h", "--du", "3 novembre 2026", "--service", service)
    serie = lea.id("prog", "serie", "creer", "Permanence", *regle, "--passe")
    lea.faire("prog", "accepter", idee, "--serie", serie, "--quand", "demain 9h-10h", code=2)
    assert "est devenue « Permanence »" in lea.faire("prog", "accepter", idee, "--serie", serie).sortie
    assert lea.faire("prog", "besoins", "--json").json["besoins_sans_activite"] == []
    lea.poser(
        f"prog/services/{service}.yaml",
        "nom: Permanence numérique\netapes:\n  - stade: essai\n    le: 2026-11-01\n",
    )
    lea.faire("accueil", "passage", "riverains", "3")
    lea.faire("prog", "inscrire", f"2026-11-24-{serie}", "--personne", "@Léa", "--accompagne", "1")
    lea.faire("prog", "evenement", "tenir", f"2026-11-17-{serie}", "--participants", "6")
    sortie = lea.faire("prog", "service", "fiche", service).sortie
    assert "4 séances, 6 participants, 2 inscrits, 3 passages pendant ses séances" in sortie
    assert f"Permanence ({serie})" in sortie
    assert lea.faire("verifier").code == 0


def test_ce_qui_n_attend_rien_ne_propose_pas_de_repondre(lieu: Lieu) -> None:
    assert "Répondre" not in lieu.faire("prog", "boite").sortie
    lieu.faire("prog", "proposer", "Un four à pain")
    assert "Répondre : tl prog accepter" in lieu.faire("prog", "boite").sortie


def test_des_services_tous_arretes_ne_sont_pas_aucun_service(lieu: Lieu) -> None:
    assert "Aucun service encore" in lieu.faire("prog", "service", "liste").sortie
    lieu.faire("prog", "service", "creer", "Donnerie")
    lieu.faire("prog", "service", "finir", "donnerie", "--oui")
    dit = lieu.faire("prog", "service", "liste").sortie
    assert "Aucun service encore" not in dit and "tl prog service liste --tout" in dit

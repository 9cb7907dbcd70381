"""Une réservation et le programme : une salle prise fait proposer, et la sienne se met au programme."""

from __future__ import annotations

import shlex

import pytest
from soutien import Lieu

CREER = ("prog", "evenement", "creer")


@pytest.fixture
def reservee(lieu: Lieu) -> str:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--surnom", "karim")
    return lieu.id("espace", "reserver", "cour", "jeudi 18h-21h", "--objet", "Assemblée", "--pour", "@karim")


def test_la_reservation_qui_tient_la_salle_est_proposee_et_la_commande_marche(
    lieu: Lieu, reservee: str
) -> None:
    mots = (
        *CREER,
        "Assemblée des membres",
        "--quand",
        "jeudi 18h30-20h",
        "--salle",
        "cour",
        "--public",
        "membres",
    )
    avant = lieu.signature()
    refus = lieu.faire(*mots, "--json", code=1).json["refus"]
    assert lieu.signature() == avant
    assert refus["code"] == "pas_possible"
    assert refus["reservations"] == [reservee]
    assert len(refus["propositions"]) == 3
    assert "mettre au programme la réservation « Assemblée »" in lieu.faire(*mots, code=1).erreurs
    for commande in refus["commandes"]:
        assert "--public membres" in commande
        lieu.faire(*shlex.split(commande)[1:], "--essai")
    ident = lieu.id(*shlex.split(refus["commandes"][0])[1:])
    fiche = lieu.faire("prog", "evenement", "fiche", ident, "--json").json
    assert (fiche["reservation"], fiche["salles"], fiche["publics"]) == (reservee, ["cour"], ["membres"])
    assert "Tout est en ordre" in lieu.faire("verifier").sortie
    jour = lieu.faire("espace", "jour", "jeudi", "--json").json["occupations"]
    assert [o["id"] for o in jour] == [reservee], "la salle n'est prise qu'une fois"
    assert "déjà au programme" in lieu.faire(*CREER, "X", "--reservation", reservee, code=2).erreurs
    lieu.faire(*CREER, "Autre", "--quand", "jeudi 19h-20h", "--salle", "cour", code=1)


def test_une_reservation_donne_son_moment_et_sa_salle(lieu: Lieu, reservee: str) -> None:
    ident = lieu.id(*CREER, "Assemblée", "--reservation", "assemblee")
    fiche = lieu.faire("prog", "evenement", "fiche", ident, "--json").json
    assert fiche["debut"] == "2026-11-26T18:00:00+01:00"
    assert fiche["salles"] == ["cour"]
    assert f"Salle tenue par : {reservee}" in lieu.faire("prog", "evenement", "fiche", ident).sortie
    assert "Au programme : Assemblée" in lieu.faire("espace", "fiche", reservee).sortie
    dit = lieu.faire("espace", "deplacer", reservee, "vendredi 18h-21h").sortie
    (suite,) = [ligne.partition(" : tl ")[2] for ligne in dit.splitlines() if "Au programme" in ligne]
    lieu.faire(*shlex.split(suite))
    assert "Tout est en ordre" in lieu.faire("verifier").sortie
    assert lieu.faire("espace", "jour", "jeudi", "--json").json["occupations"] == []
    dit = lieu.faire("espace", "annuler", reservee).sortie
    assert f"tl prog evenement annuler {ident}" in dit
    assert [o["id"] for o in lieu.faire("espace", "jour", "vendredi", "--json").json["occupations"]] == [
        ident
    ]


def test_un_evenement_se_monte_et_se_demonte(lieu: Lieu) -> None:
    ident = lieu.id(
        *CREER,
        "Concert",
        "--quand",
        "jeudi 20h-22h",
        "--salle",
        "cour",
        "--montage",
        "2h",
        "--demontage",
        "1h",
    )
    refus = lieu.faire("espace", "reserver", "cour", "jeudi 18h30-19h", "--objet", "X", code=1)
    assert "Concert, montage et démontage compris" in refus.erreurs
    lieu.faire("espace", "reserver", "cour", "jeudi 23h-23h30", "--objet", "Après")
    jeudi = lieu.faire("espace", "jour", "jeudi", "--json").json["preparations"]
    assert [p["heure"] for p in jeudi] == ["18:00", "22:00"]
    dit = lieu.faire("prog", "evenement", "modifier", ident, "--montage", "1h").sortie
    assert "montage : 120 min → 60 min" in dit
    lieu.faire("prog", "evenement", "modifier", ident, "--demontage", "2h", code=1)
    nuit = ("--quand", "samedi 8h-10h", "--salle", "cour", "--montage", "10h")
    lieu.faire(*CREER, "Brocante", *nuit)
    refus = lieu.faire("espace", "reserver", "cour", "vendredi 23h-23h30", "--objet", "Y", code=1)
    assert "Brocante" in refus.erreurs, "le montage commence la veille"
    assert "jours entiers" in lieu.faire(*CREER, "F", "--quand", "1/12", "--montage", "1h", code=2).erreurs
    assert "--quand" in lieu.faire(*CREER, "Sans moment", code=2).erreurs
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_a_plusieurs_salles_on_propose_un_moment_ou_toutes_sont_libres(lieu: Lieu) -> None:
    lieu.faire("espace", "horaires", "lun-ven 9h-22h")
    lieu.faire("espace", "reserver", "salle-du-rez", "jeudi 9h-13h", "--objet", "A")
    lieu.faire("espace", "reserver", "cour", "jeudi 13h-15h", "--objet", "B")
    mots = (*CREER, "Fête", "--quand", "jeudi 10h-12h", "--salle", "cour", "--salle", "salle-du-rez")
    refus = lieu.faire(*mots, "--json", code=1).json["refus"]
    assert refus["propositions"]
    for commande in refus["commandes"]:
        assert commande.count("--salle") == 2
        lieu.faire(*shlex.split(commande)[1:], "--essai")

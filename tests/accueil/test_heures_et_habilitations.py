"""Les heures données et leurs totaux ; les habilitations, leur fin, ce qu'un autre métier en lit."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.accueil.habilitation import fiches
from tiers_lieu_cli.accueil.habilitation.modele import est_habilitee
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.pages.bilan import dire_duree

JOUR = date(2026, 11, 24)


@pytest.fixture
def karim(lieu: Lieu) -> str:
    return lieu.id("accueil", "personne", "creer", "Karim Haddad")


@pytest.mark.parametrize(("minutes", "dite"), [(45, "45 min"), (60, "1 h"), (605, "10 h 05")])
def test_une_duree_se_dit(minutes: int, dite: str) -> None:
    assert dire_duree(minutes) == dite


def test_les_heures_et_leurs_totaux(lieu: Lieu, karim: str) -> None:
    noter = ("accueil", "heures", "noter", "@karim")
    lieu.faire(*noter, "2h30", "--activite", "bar", "--le", "hier")
    lieu.faire(*noter, "45 min", "--activite", "atelier vélo")
    lieu.faire(*noter, "1h", "--activite", "bar", "--le", "2026-10-30")
    lues = lieu.faire("accueil", "heures", "liste", "--json").json
    assert (lues["minutes"], lues["par_activite"]) == (195, {"bar": 150, "atelier vélo": 45})
    lues = lieu.faire("accueil", "heures", "liste", "--du", "1/10", "--par", "mois", "--json").json
    assert lues["par_mois"] == {"2026-10": 60, "2026-11": 195}
    assert "3 h 15" in lieu.faire("accueil", "heures", "liste", "--personne", "@karim").sortie
    assert "arim" not in lieu.git("log", "-p", "--all")


@pytest.mark.parametrize(
    "options",
    [("--activite", " "), ("--activite", "bar", "--le", "demain"), ("--activite", "b", "--evenement", "x")],
)
def test_des_heures_mal_dites_sont_refusees(lieu: Lieu, karim: str, options: tuple[str, ...]) -> None:
    avant = lieu.signature()
    lieu.faire("accueil", "heures", "noter", "@karim", "2h", *options, code=2)
    assert lieu.signature() == avant


def test_une_habilitation_vaut_jusqu_a_son_dernier_jour_puis_se_renouvelle(lieu: Lieu, karim: str) -> None:
    creer = ("accueil", "habilitation", "creer", "@karim", "Fraiseuse")
    lieu.faire(*creer, "--expire", "10/12")
    arbre = ArbreDisque(lieu.racine)

    def vaut(jour: date) -> bool:
        return est_habilitee(arbre, karim, "fraiseuse", jour)

    assert [vaut(date(2026, 11, 23)), vaut(JOUR), vaut(date(2026, 12, 10)), vaut(date(2026, 12, 11))] == [
        False,
        True,
        True,
        False,
    ]
    assert not est_habilitee(arbre, karim, "tour", JOUR)
    (due,) = fiches.a_faire(arbre, JOUR)
    assert due.jour == date(2026, 12, 10)
    assert f"{karim} (fraiseuse), jusqu'au jeudi 10 décembre" in due.phrase
    assert "renouvelée" in lieu.faire(*creer, "--expire", "10/12/2027").sortie
    assert vaut(date(2027, 12, 10))
    assert not list(fiches.a_faire(arbre, JOUR))


def test_une_habilitation_retiree_ne_vaut_plus(lieu: Lieu, karim: str) -> None:
    lieu.faire("accueil", "habilitation", "creer", "@karim", "clé de la cave")
    lieu.faire("accueil", "habilitation", "retirer", "@karim", "clé de la cave", "--motif", "perdue")
    assert not est_habilitee(ArbreDisque(lieu.racine), karim, "cle-de-la-cave", JOUR)
    assert lieu.faire("accueil", "habilitation", "liste", "--json").json == []
    assert "retirée" in lieu.faire("accueil", "habilitation", "liste", "--tout").sortie
    lieu.faire("accueil", "habilitation", "retirer", "@karim", "clé de la cave", code=2)
    lieu.faire("accueil", "habilitation", "retirer", "@karim", "tour", code=2)


def test_verifier_voit_une_habilitation_qui_ne_porte_pas_son_nom(lieu: Lieu, karim: str) -> None:
    lieu.poser(
        f"accueil/habilitations/{karim}-tour.yaml",
        f'personne: {karim}\nsujet: fraiseuse\nobtenue: "2026-11-24"\n',
    )
    assert f"{karim}-fraiseuse.yaml" in lieu.faire("verifier", code=1).sortie


def test_une_habilitation_mal_ecrite_n_empeche_pas_de_lire_les_autres(lieu: Lieu, karim: str) -> None:
    lieu.faire("accueil", "habilitation", "creer", "@karim", "tour")
    fiche = f'personne: {karim}\nsujet: À part\nobtenue: "2026-11-24"\n'
    lieu.poser(f"accueil/habilitations/{karim}-x.yaml", fiche)
    reponse = lieu.faire("accueil", "habilitation", "liste")
    assert "tour" in reponse.sortie and "« sujet » est un mot court" in reponse.erreurs


def test_une_activite_n_est_qu_une_quelle_que_soit_sa_casse(lieu: Lieu, karim: str) -> None:
    noter = ("accueil", "heures", "noter", karim)
    lieu.faire(*noter, "2h", "--activite", "bar")
    lieu.faire(*noter, "1h", "--activite", "BAR")
    lieu.faire(*noter, "1h", "--activite", "Atelier vélo")
    # Une fiche d'avant, ou d'un autre poste.
    lieu.poser(
        "accueil/heures/2026/11/2026-11-24-bar-7k2m.yaml",
        f'personne: {karim}\nactivite: Bar\njour: "2026-11-24"\nduree: 60\n',
    )
    dit = lieu.faire("accueil", "heures", "liste", "--json").json
    assert dit["par_activite"] == {"bar": 240, "Atelier vélo": 60}
    assert {h["activite"] for h in dit["heures"]} == {"bar", "Atelier vélo"}
    assert "Bar" not in lieu.faire("bilan", "mois", "2026-11").sortie


def test_renouveler_au_meme_jour_dit_ou_elle_en_est(lieu: Lieu, karim: str) -> None:
    creer = ("accueil", "habilitation", "creer", karim, "four", "--expire", "24/11/2027")
    lieu.faire(*creer)
    refus = lieu.faire(*creer, code=1).erreurs
    assert "jusqu'au mercredi 24 novembre 2027" in refus and "un autre jour : --expire" in refus

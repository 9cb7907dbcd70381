"""Un kit part, se prolonge, s'annule, attend et revient avec ce qu'il contient ; un lot, en partie aussi."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import Etat, Objet, Pret

MATIN = datetime(2026, 11, 24, 8)
CHAISE = Objet(id="chaise", nom="Chaise", lot=100)


@pytest.fixture
def kits(lieu: Lieu) -> Lieu:
    """Une valise qui contient une perceuse et une boîte, laquelle contient des forets ; trente chaises."""
    for nom in ("Karim Haddad", "Amina Diallo"):
        lieu.faire("accueil", "personne", "creer", nom)
    for nom in ("Perceuse", "Foret"):
        lieu.faire("stock", "objet", "creer", nom)
    lieu.faire("stock", "objet", "creer", "Boîte", "--contient", "foret")
    lieu.faire("stock", "objet", "creer", "Valise", "--contient", "perceuse", "--contient", "boite")
    lieu.faire("stock", "objet", "creer", "Chaise", "--lot", "30")
    return lieu


TOUT = {"valise", "perceuse", "boite", "foret"}


def prets(lieu: Lieu) -> list[dict[str, Any]]:
    return [p["fiche"] for p in lieu.faire("stock", "prets", "--json").json]


def etats(lieu: Lieu) -> dict[str, str]:
    return {p["objet"]: p["etat"] for p in prets(lieu)}


def test_un_kit_revient_en_entier(kits: Lieu) -> None:
    kits.faire("stock", "preter", "valise", "@karim", "--jusqua", "demain")
    assert etats(kits) == dict.fromkeys(TOUT, "dehors")
    assert kits.faire("aujourdhui").sortie.count("stock rendre") <= 1
    rendu = kits.faire("stock", "rendre", "valise", "@karim").sortie
    assert all(nom in rendu for nom in ("Valise", "Perceuse", "Boîte", "Foret"))
    assert etats(kits) == {}
    kits.faire("stock", "preter", "valise", "@amina", "--jusqua", "demain")
    kits.faire("stock", "rendre", "perceuse")
    kits.faire("stock", "rendre", "valise", "--perdu")
    assert etats(kits) == {}
    perdus = {
        o["fiche"]["id"]: o["fiche"]["perdus"] for o in kits.faire("stock", "objet", "liste", "--json").json
    }
    assert perdus == {"valise": 1, "boite": 1, "foret": 1, "perceuse": 0, "chaise": 0}


def test_un_kit_promis_s_annule_ou_part_en_entier(kits: Lieu) -> None:
    kits.faire("stock", "reserver", "valise", "@karim", "--quand", "aujourd'hui 10h-12h")
    kits.faire("stock", "annuler", "valise")
    assert etats(kits) == {}
    kits.faire("stock", "reserver", "valise", "@karim", "--quand", "aujourd'hui 10h-12h")
    assert kits.faire("aujourdhui").sortie.count("tl stock preter") == 1
    kits.faire("stock", "preter", "valise", "@karim")
    assert etats(kits) == dict.fromkeys(TOUT, "dehors")
    assert len(prets(kits)) == 4
    kits.faire("stock", "rendre", "valise")
    assert etats(kits) == {}


def test_un_kit_ne_se_prolonge_pas_si_une_de_ses_pieces_est_promise(kits: Lieu) -> None:
    kits.faire("stock", "preter", "valise", "@karim", "--jusqua", "demain")
    kits.faire("stock", "reserver", "perceuse", "@amina", "--quand", "vendredi 10h-12h")
    avant = kits.signature()
    refus = kits.faire("stock", "prolonger", "valise", "--jusqua", "samedi", code=1).erreurs
    assert "Perceuse" in refus and "Amina" in refus
    assert kits.signature() == avant
    kits.faire("stock", "prolonger", "valise", "--jusqua", "jeudi")
    assert {p["fin"] for p in prets(kits) if p["etat"] == "dehors"} == {"2026-11-26"}


def test_un_kit_refuse_propose_tout_le_kit_quand_tout_est_libre(kits: Lieu) -> None:
    kits.faire("stock", "reserver", "perceuse", "@amina", "--quand", "vendredi 10h-12h")
    kits.faire("stock", "reserver", "foret", "@amina", "--quand", "samedi 10h-12h")
    demande = ("stock", "reserver", "valise", "@karim", "--quand", "vendredi 10h-12h")
    refus = kits.faire(*demande, "--json", code=1).json["refus"]
    assert refus["commandes"]
    for suite in refus["commandes"]:
        assert "tl stock reserver valise" in suite and "2026-11-28T10" not in suite
    kits.faire(*demande, "--attente")
    assert {p["objet"] for p in prets(kits) if p["etat"] == "attente"} == TOUT
    rendu = kits.faire("stock", "annuler", "perceuse", code=2).erreurs
    promis = next(p["id"] for p in prets(kits) if p["objet"] == "perceuse" and p["etat"] == "reserve")
    assert promis in rendu
    dit = kits.faire("stock", "annuler", promis).sortie
    kit = next(p["id"] for p in prets(kits) if p["objet"] == "valise")
    assert f"tl stock reserver valise @Karim --attente-de {kit}" in dit
    kits.faire("stock", "reserver", "valise", "@karim", "--attente-de", kit)
    assert {
        p["objet"] for p in prets(kits) if p["etat"] == "reserve" and p["debut"][:10] == "2026-11-27"
    } == TOUT


def test_un_kit_suit_la_salle_pour_laquelle_on_le_retient(kits: Lieu) -> None:
    kits.faire(
        *("espace", "reserver", "cour", "vendredi 10h-12h", "--objet", "Fête"),
        *("--materiel", "valise", "--pour", "@karim"),
    )
    assert etats(kits) == dict.fromkeys(TOUT, "reserve")
    kits.faire("stock", "annuler", "valise")
    assert etats(kits) == {}


@pytest.mark.parametrize("sur_place", [False, True])
def test_ce_qu_un_refus_de_preter_propose_se_fait(kits: Lieu, sur_place: bool) -> None:
    quand = "aujourd'hui 14h-16h" if sur_place else "2026-11-25..2026-11-30"
    kits.faire(
        "stock", "preter", "perceuse", "@karim", "--quand", "aujourd'hui 14h-18h" if sur_place else quand
    )
    refus = kits.faire("stock", "preter", "perceuse", "@amina", "--quand", quand, "--json", code=1).json
    assert refus["refus"]["commandes"]
    for suite in refus["refus"]["commandes"]:
        mots = suite.split(" : tl ")[1].replace("@p-", "@@p-").split()
        bref = " ".join(mots[mots.index("--quand") + 1 :]).strip("'")
        assert kits.faire(
            *[m.replace("@@", "@") for m in mots[: mots.index("--quand")]], "--quand", bref, "--essai"
        )


def test_un_lot_se_scanne_et_se_rend_par_exemplaire(kits: Lieu) -> None:
    kits.faire("stock", "scanner", "@karim", "--jusqua", "demain", entree="chaise\nChaise\nchaise\n")
    assert [p["combien"] for p in prets(kits)] == [3]
    assert "2 dehors" in kits.faire("stock", "scanner", entree="chaise\n").sortie
    assert [p["combien"] for p in prets(kits)] == [2]
    assert "2 dehors chez Karim" in kits.faire("stock", "rendre", "chaise", "--combien", "3", code=2).erreurs
    kits.faire("stock", "scanner", entree="chaise\nchaise\n")
    assert prets(kits) == []
    kits.faire("stock", "scanner", "@karim", "--jusqua", "demain", entree="valise\nperceuse\n")
    assert len(prets(kits)) == 4
    assert "Refusé" not in kits.faire("stock", "scanner", entree="perceuse\nvalise\n").sortie
    assert prets(kits) == []


def test_un_degat_ne_touche_que_ce_qui_est_abime(kits: Lieu) -> None:
    kits.faire("stock", "preter", "chaise", "@karim", "--jusqua", "demain", "--combien", "10")
    kits.faire("stock", "preter", "chaise", "@karim", "--jusqua", "samedi", "--combien", "5")
    refus = kits.faire("stock", "rendre", "chaise", "@karim", "--degat", "3 cassées", code=2).erreurs
    assert "15 dehors" in refus and "--combien" in refus
    kits.faire("stock", "rendre", "chaise", "@karim", "--combien", "3", "--degat", "cassées")
    assert sorted(p["combien"] for p in prets(kits)) == [5, 7]
    assert "(×12) est de retour" in kits.faire("stock", "rendre", "chaise", "@karim").sortie
    fiche = kits.faire("stock", "objet", "fiche", "chaise", "--json").json
    assert fiche["fiche"]["en_reparation"] == 3
    assert sum(p["combien"] for p in fiche["anciens"]) == 15
    assert "Tout est en ordre" in kits.faire("verifier").sortie


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.data())
def test_ce_qui_revient_et_ce_qui_reste_font_le_tout(comptes: list[int], donnees: st.DataObject) -> None:
    tire = Random(1)
    quand = Creneau(MATIN, MATIN.replace(hour=18))
    dehors: list[Pret] = [
        regles.nouveau(CHAISE, "p-aaaaaa", quand, n, Etat.DEHORS, MATIN, tire, "") for n in comptes
    ]
    combien = donnees.draw(st.integers(1, sum(comptes)))
    revenus = list(regles.revenir(dehors, combien))
    assert sum(n for _, n in revenus) == combien
    assert all(0 < n <= p.combien for p, n in revenus)
    for p, n in revenus:
        if n < p.combien:
            reste, part = regles.detacher(p, n, tire)
            assert (reste.id, reste.combien + part.combien) == (p.id, p.combien)
            assert part.id != p.id and part.sorti_le == p.sorti_le


def test_un_objet_qui_n_est_pas_la_ou_l_on_croit_dit_ou_il_est(kits: Lieu) -> None:
    kits.faire("stock", "preter", "perceuse", "@karim", "--jusqua", "demain")
    refus = kits.faire("stock", "annuler", "perceuse", code=2).erreurs
    assert "n'est ni en file ni promis" in refus and "Il est dehors : tl stock rendre" in refus
    kits.faire("stock", "reserver", "foret", "@karim", "--jusqua", "demain")
    refus = kits.faire("stock", "rendre", "foret", code=2).erreurs
    assert "n'est pas dehors" in refus and "Il est promis : tl stock annuler" in refus


def test_au_lecteur_un_kit_refuse_ne_part_pas_a_moitie(kits: Lieu) -> None:
    kits.faire("stock", "preter", "foret", "@amina", "--jusqua", "demain")
    dit = kits.faire("stock", "scanner", "@karim", "--jusqua", "demain", entree="valise\nchaise\n").sortie
    assert "Refusé : valise" in dit
    assert etats(kits) == {"foret": "dehors", "chaise": "dehors"}


def test_un_lot_ne_devient_pas_plus_petit_que_ce_qui_est_dehors(kits: Lieu) -> None:
    kits.faire("stock", "preter", "chaise", "@karim", "--jusqua", "demain", "--combien", "8")
    kits.faire("stock", "rendre", "chaise", "--combien", "3", "--degat", "cassées")
    refus = kits.faire("stock", "objet", "modifier", "chaise", "--lot", "7", code=2).erreurs
    assert "5 dehors, 3 en réparation" in refus
    kits.faire("stock", "objet", "modifier", "chaise", "--lot", "8")


def test_un_refus_de_mouvement_propose_le_geste_contraire(kits: Lieu) -> None:
    kits.faire("stock", "article", "creer", "Café", "--unite", "kg")
    assert "tl stock sortir cafe" in kits.faire("stock", "entrer", "cafe", "0", code=2).erreurs
    assert "tl stock entrer cafe" in kits.faire("stock", "sortir", "cafe", "0", code=2).erreurs

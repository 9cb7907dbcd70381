"""Habilitations, heures, suivis, mises en lien : chaque règle, et la phrase de chaque refus."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from msgspec import structs
from refus import refus as dire_le_refus

from tiers_lieu_cli.accueil.annonce.modele import Besoin, EtatOffre, Offre
from tiers_lieu_cli.accueil.habilitation import regles as habilitations
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation
from tiers_lieu_cli.accueil.heures import regles as heures
from tiers_lieu_cli.accueil.heures.modele import Heures
from tiers_lieu_cli.accueil.lien import regles as liens
from tiers_lieu_cli.accueil.lien.modele import Lien, Suite
from tiers_lieu_cli.accueil.suivi import regles as suivis
from tiers_lieu_cli.accueil.suivi.modele import Suivi
from tiers_lieu_cli.noyau.echecs import Echec

JOUR = date(2026, 11, 24)


refus = partial(dire_le_refus, sorte=Echec)


# -- habilitations -------------------------------------------------------------


def habilitation(**reste: Any) -> Habilitation:
    donnes = {"personne": "p-aaaaaa", "sujet": "scie", "obtenue": date(2026, 1, 1), **reste}
    return Habilitation(id="p-aaaaaa-scie", **donnes)


def test_un_sujet_est_un_mot() -> None:
    assert habilitations.sujet_propre("Clé de la cave") == "cle-de-la-cave"
    assert refus(habilitations.sujet_propre, " ! ") == (
        "Il manque le sujet. → Exemple : tl accueil habilitation creer @karim fraiseuse"
    )


def test_une_habilitation_neuve() -> None:
    neuve = habilitations.nouvelle("p-aaaaaa", "scie", JOUR, "p-bbbbbb", JOUR)
    assert (neuve.personne, neuve.sujet, neuve.obtenue) == ("p-aaaaaa", "scie", JOUR)
    assert (neuve.avec, neuve.expire) == ("p-bbbbbb", JOUR)
    assert neuve.id == habilitations.nouvelle("p-aaaaaa", "scie", date(2027, 1, 1), "", None).id
    assert refus(habilitations.nouvelle, "p-aaaaaa", "scie", JOUR, "", date(2026, 11, 23)) == (
        "Elle expirerait avant d'être obtenue. → Revoir --le et --expire."
    )
    deja = habilitations.DejaTenue("Karim", "scie", "sans limite")
    assert deja.fait == "Karim a déjà cette habilitation : scie, sans limite."
    assert deja.remede == "Pour la renouveler, donner un autre jour : --expire, ou --le."


def test_retirer_une_fois() -> None:
    retiree = habilitations.retirer(habilitation(), JOUR, "imprudence")
    assert (retiree.retiree, retiree.motif) == (JOUR, "imprudence")
    assert refus(habilitations.retirer, retiree, JOUR, "") == (
        "Elle est déjà retirée, depuis mardi 24 novembre 2026. → "
    )


@pytest.mark.parametrize(
    ("reste", "dit", "renouveler"),
    [
        ({}, "sans limite", False),
        ({"expire": JOUR}, "jusqu'au mardi 24 novembre", True),
        ({"expire": date(2026, 11, 23)}, "expirée depuis lundi 23 novembre", True),
        ({"expire": date(2026, 12, 15)}, "jusqu'au mardi 15 décembre", True),
        ({"expire": date(2026, 12, 16)}, "jusqu'au mercredi 16 décembre", False),
        ({"expire": date(2026, 8, 26)}, "expirée depuis mercredi 26 août", True),
        ({"expire": date(2026, 8, 25)}, "expirée depuis mardi 25 août", False),
        ({"obtenue": date(2026, 11, 25)}, "à partir de mercredi 25 novembre", False),
        ({"obtenue": JOUR}, "sans limite", False),
        ({"retiree": JOUR, "expire": JOUR}, "retirée mardi 24 novembre", False),
        ({"retiree": date(2026, 11, 25), "expire": JOUR}, "jusqu'au mardi 24 novembre", False),
    ],
)
def test_ou_elle_en_est(reste: dict[str, Any], dit: str, renouveler: bool) -> None:
    assert habilitations.dire_etat(habilitation(**reste), JOUR) == dit
    assert habilitations.est_a_renouveler(habilitation(**reste), JOUR) is renouveler


# -- heures --------------------------------------------------------------------


def donnees(jour: date, duree: int, activite: str = "bar", personne: str = "p-aaaaaa") -> Heures:
    ident = f"{jour}-{activite}-{duree}"
    return Heures(id=ident, personne=personne, activite=activite, jour=jour, duree=duree)


def test_des_heures_neuves() -> None:
    neuves = heures.nouvelles(
        "p-aaaaaa", "  Atelier   vélo ", JOUR, timedelta(hours=2, minutes=30), "e", Random(1)
    )
    assert neuves.id.startswith("2026-11-24-atelier-velo-")
    assert (neuves.personne, neuves.activite, neuves.jour) == ("p-aaaaaa", "Atelier vélo", JOUR)
    assert (neuves.duree, neuves.evenement) == (150, "e")
    sans_mot = heures.nouvelles("p-aaaaaa", "😀", JOUR, timedelta(hours=1), "", Random(1))
    assert sans_mot.id.startswith("2026-11-24-heures-")
    assert heures.activite_propre("é" * 80) == "é" * 80
    exemple = "Exemple : tl accueil heures noter @karim 2h30 --activite bar"
    for dite in (" ", "é" * 81):
        assert refus(heures.activite_propre, dite) == f"Une activité se dit en 1 à 80 caractères. → {exemple}"


def test_un_jour_a_vingt_quatre_heures() -> None:
    assert heures.minutes(timedelta(days=1)) == 1440
    assert heures.minutes(timedelta(seconds=91)) == 2
    assert refus(heures.minutes, timedelta(days=1, seconds=1)) == (
        "Plus de 24 heures en un jour ? → Noter chaque jour à part, avec --le."
    )


def test_ce_qui_est_de_la_periode() -> None:
    avant, debut, fin, apres = (donnees(date(2026, 11, n), n) for n in (9, 10, 20, 21))
    autre = donnees(date(2026, 11, 10), 1, personne="p-bbbbbb")
    toutes = [apres, fin, debut, autre, avant]
    bornes = (date(2026, 11, 10), date(2026, 11, 20))
    assert heures.de_la_periode(toutes, *bornes) == [autre, debut, fin]
    assert heures.de_la_periode(toutes, *bornes, {"p-bbbbbb"}) == [autre]
    assert heures.de_la_periode(toutes, *bornes, set()) == []


def test_les_totaux() -> None:
    toutes = [
        donnees(date(2026, 12, 1), 90, "bar"),
        donnees(date(2026, 11, 1), 30, "vélo", "p-bbbbbb"),
        donnees(date(2026, 11, 2), 60, "vélo"),
        donnees(date(2026, 11, 3), 10, "art"),
    ]
    par = heures.totaux
    assert list(par(toutes, heures.Par.ACTIVITE).items()) == [("bar", 90), ("vélo", 90), ("art", 10)]
    assert par(toutes, heures.Par.PERSONNE) == {"p-aaaaaa": 160, "p-bbbbbb": 30}
    assert list(par(toutes, heures.Par.MOIS).items()) == [("2026-11", 100), ("2026-12", 90)]
    assert [heures.dire_mois(m) for m in ("2026-01", "2026-12")] == ["janvier 2026", "décembre 2026"]


# -- suivis --------------------------------------------------------------------


def suivi(**reste: Any) -> Suivi:
    return Suivi(id="s", personne="p-aaaaaa", le=JOUR, texte="Aide au CV", **reste)


def test_un_suivi_neuf() -> None:
    vendredi = date(2026, 11, 27)
    neuf = suivis.nouveau(
        "p-aaaaaa", " Aide  au CV ", "p-bbbbbb", " relire ", vendredi, JOUR, Random(1), "cv"
    )
    assert neuf.id.startswith("2026-11-24-suivi-")
    assert (neuf.personne, neuf.le, neuf.texte, neuf.par) == ("p-aaaaaa", JOUR, "Aide au CV", "p-bbbbbb")
    assert (neuf.prochain, neuf.pour, neuf.formation) == ("relire", vendredi, "cv")
    simple = suivis.nouveau("p-aaaaaa", "Vu", "", " ", None, JOUR, Random(1))
    assert (simple.prochain, simple.pour, simple.formation) == ("", None, "")
    deux = 'Un prochain pas a une date. → Donner les deux : --prochain "relire le CV" --pour vendredi'
    assert refus(suivis.nouveau, "p-aaaaaa", "Vu", "", "relire", None, JOUR, Random(1)) == deux
    assert refus(suivis.nouveau, "p-aaaaaa", "Vu", "", "", JOUR, JOUR, Random(1)) == deux
    assert "Un suivi" in refus(suivis.nouveau, "p-aaaaaa", " ", "", "", None, JOUR, Random(1))
    longue = refus(suivis.nouveau, "p-aaaaaa", "Vu", "", "é" * 5000, JOUR, JOUR, Random(1))
    assert "Le prochain pas" in longue


def test_le_prochain_pas() -> None:
    ouvert = suivi(prochain="relire le CV", pour=date(2026, 11, 27))
    assert suivis.dire_la_suite(ouvert, JOUR) == "relire le CV, vendredi 27 novembre"
    fait = suivis.faire(ouvert, JOUR)
    assert fait.fait == JOUR
    assert suivis.dire_la_suite(fait, JOUR) == "relire le CV, fait mardi 24 novembre"
    for clos in (fait, suivi()):
        assert refus(suivis.faire, clos, JOUR) == "Ce suivi n'a pas de prochain pas à faire. → "
    assert suivis.dire_la_suite(suivi(), JOUR) == ""
    assert suivis.dire_la_suite(suivi(formation="permis-vélo"), JOUR) == "formation permis-vélo"


# -- mises en lien --------------------------------------------------------------

BESOIN = Besoin(id="2026-11-24-velo-b7k2", personne="p-aaaaaa", texte="Réparer un vélo", entendu=JOUR)
OFFRE = Offre(id="2026-11-24-mecanique-o7k2", personne="p-bbbbbb", texte="Mécanique", entendu=JOUR)
GENS = ("p-aaaaaa", "p-bbbbbb")


def lien(*accords: str, **reste: Any) -> Lien:
    donnes = {
        "besoin": BESOIN.id,
        "offre": OFFRE.id,
        "propose": JOUR,
        "personnes": GENS,
        "accords": accords,
        **reste,
    }
    return Lien(id="l", **donnes)


FAIT = lien(*GENS, presente=JOUR)


def test_un_lien_neuf() -> None:
    propose = liens.nouveau(BESOIN, OFFRE, GENS, {"p-bbbbbb"}, JOUR, Random(1))
    assert propose.id.startswith("2026-11-24-reparer-un-velo-")
    assert (propose.besoin, propose.offre, propose.propose) == (BESOIN.id, OFFRE.id, JOUR)
    assert (propose.personnes, propose.accords, propose.presente) == (GENS, ("p-bbbbbb",), None)
    assert liens.nouveau(BESOIN, OFFRE, GENS, GENS, JOUR, Random(1)).presente == JOUR
    memes = refus(liens.nouveau, BESOIN, OFFRE, ("p-aaaaaa", "p-aaaaaa"), (), JOUR, Random(1))
    assert memes == (
        f"Le besoin et l'offre sont de la même personne. → Revoir : tl accueil besoin fiche {BESOIN.id}"
    )


def test_on_ne_relie_que_ce_qui_attend() -> None:
    comble = liens.besoin_apres(BESOIN, lien(*GENS, suite=Suite.COMBLE, revu=JOUR), JOUR, autres=False)
    assert refus(liens.nouveau, comble, OFFRE, GENS, (), JOUR, Random(1)).endswith(
        "→ Rouvrir d'abord : tl accueil besoin modifier 2026-11-24-velo-b7k2 --etat exprime"
    )
    deja = refus(liens.nouveau, comble, OFFRE, GENS, (), JOUR, Random(1))
    assert deja.startswith("« Réparer un vélo » : ")
    retiree = structs.replace(OFFRE, etat=EtatOffre.RETIREE)
    assert refus(liens.nouveau, BESOIN, retiree, GENS, (), JOUR, Random(1)).endswith(
        "→ Rouvrir d'abord : tl accueil offre modifier 2026-11-24-mecanique-o7k2 --etat disponible"
    )


def test_un_accord_puis_l_autre() -> None:
    un = liens.accorder(lien(), "p-aaaaaa", JOUR)
    assert (un.accords, un.presente) == (("p-aaaaaa",), None)
    deux = liens.accorder(un, "p-bbbbbb", JOUR)
    assert (deux.accords, deux.presente) == (GENS, JOUR)
    assert refus(liens.accorder, un, "p-aaaaaa", JOUR) == "Son accord est déjà noté. → "
    assert refus(liens.accorder, un, "p-cccccc", JOUR) == "Cette personne n'est pas de cette mise en lien. → "


def test_ce_qu_un_lien_donne() -> None:
    suivi_ = liens.donner_suite(FAIT, Suite.EN_COURS, JOUR, "se voient mardi")
    assert (suivi_.suite, suivi_.revu, suivi_.note) == (Suite.EN_COURS, JOUR, "se voient mardi")
    comble = liens.donner_suite(suivi_, Suite.COMBLE, JOUR, "")
    assert comble.note == "se voient mardi"
    assert refus(liens.donner_suite, comble, Suite.EN_COURS, JOUR, "") == (
        "Cette mise en lien est déjà close : besoin comblé. → "
    )
    pas_encore = refus(liens.donner_suite, lien("p-aaaaaa"), Suite.COMBLE, JOUR, "")
    assert pas_encore.startswith(
        "Tout le monde n'a pas encore accepté cette mise en lien. → Noter un accord : "
    )
    assert liens.donner_suite(lien(), Suite.SANS_SUITE, JOUR, "").suite is Suite.SANS_SUITE


def test_ce_que_devient_le_besoin() -> None:
    relie = liens.besoin_apres(BESOIN, FAIT, JOUR, autres=False)
    assert relie != BESOIN
    assert liens.besoin_apres(BESOIN, lien(), JOUR, autres=False) == BESOIN
    sans = structs.replace(FAIT, suite=Suite.SANS_SUITE, revu=JOUR)
    assert liens.besoin_apres(relie, sans, JOUR, autres=True) == relie
    assert liens.besoin_apres(relie, sans, JOUR, autres=False).etat == BESOIN.etat
    comble = liens.besoin_apres(relie, structs.replace(FAIT, suite=Suite.COMBLE), JOUR, autres=False)
    assert not comble.est_ouvert


@pytest.mark.parametrize(
    ("un", "revoir", "dit"),
    [
        (lien(), None, "accord à demander"),
        (FAIT, date(2026, 12, 8), "on attend"),
        (structs.replace(FAIT, suite=Suite.EN_COURS, revu=date(2026, 12, 1)), date(2026, 12, 15), "en cours"),
        (structs.replace(FAIT, suite=Suite.COMBLE, revu=JOUR), None, "besoin comblé"),
        (structs.replace(lien(), suite=Suite.SANS_SUITE, revu=JOUR), None, "sans suite"),
    ],
)
def test_quand_le_revoir_et_ou_il_en_est(un: Lien, revoir: date | None, dit: str) -> None:
    assert liens.a_revoir_le(un) == revoir
    assert liens.dire_suite(un) == dit


def test_les_deux_se_disent() -> None:
    assert liens.dire_les_deux(BESOIN, OFFRE) == "p-aaaaaa ↔ p-bbbbbb"
    anonyme = structs.replace(BESOIN, personne="")
    assert liens.dire_les_deux(anonyme, None) == "« Réparer un vélo » ↔ ?"

"""Les règles des clés, une à une : qui peut en recevoir, laquelle revient, ce qu'une perte oblige à faire."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from random import Random

import pytest
from refus import refus as dire_le_refus

from tiers_lieu_cli.espace.cle.modele import Cle, Fin, PretDeCle, Sorte
from tiers_lieu_cli.espace.cle.regles import (
    PlusDExemplaire,
    SecretDansLArchive,
    apres_perte,
    choisir,
    de_la_cle,
    dire_retour,
    est_a_changer,
    exiger_assez,
    exiger_un_exemplaire,
    finir,
    refuser_le_secret,
)
from tiers_lieu_cli.noyau.echecs import Echec

JOUR = date(2026, 11, 24)
GRANDE = Cle(id="grande", nom="Grande clé", exemplaires=2, ouvre=("cour", "rez"), aussi=("le portail",))
SEULE = Cle(id="seule", nom="Petite clé")
CODE = Cle(id="code", nom="Alarme", sorte=Sorte.CODE, exemplaires=0)
BADGE = Cle(id="badge", nom="Badge vert", sorte=Sorte.BADGE, ouvre=("cour", "rez"))


def pret(
    ident: str, cle: str = "grande", a: str = "", societe: str = "", depuis: str = "2026-11-20T09:00"
) -> PretDeCle:
    return PretDeCle(id=ident, cle=cle, depuis=depuis, a=a, societe=societe)


A, B, C = (
    pret("a", a="p-aaaaaa"),
    pret("b", a="p-bbbbbb", depuis="2026-11-19T09:00"),
    pret("c", societe="Nettoyage & Co"),
)


refus = partial(dire_le_refus, sorte=Echec)


@pytest.mark.parametrize(
    ("sorte", "texte", "passe"),
    [
        (Sorte.CODE, "1234", False),
        (Sorte.CODE, "c'est 1-2-3", False),
        (Sorte.CODE, "12 mars", True),
        (Sorte.CODE, "", True),
        (Sorte.CLE, "1234", True),
        (Sorte.BADGE, "n° 1234", True),
    ],
)
def test_un_code_ne_se_compose_pas_depuis_l_archive(sorte: Sorte, texte: str, passe: bool) -> None:
    if passe:
        refuser_le_secret(sorte, "rien", texte)
    else:
        dit = refus(refuser_le_secret, sorte, "rien", texte)
        assert dit == (
            "Les chiffres d'un code ne s'écrivent pas ici : l'archive est permanente. → "
            "Noter seulement qui l'a reçu, et quand il a changé."
        )


def test_le_secret_est_un_refus_d_usage() -> None:
    assert SecretDansLArchive().code == 2


def test_on_ne_prete_que_ce_qui_reste() -> None:
    exiger_un_exemplaire(GRANDE, [A, pret("x", cle="seule", a="p-cccccc")])
    dit = refus(exiger_un_exemplaire, GRANDE, [A, B])
    assert dit == (
        "Les 2 exemplaires de « Grande clé » sont dehors : p-bbbbbb, p-aaaaaa. → "
        "En faire rendre un : tl espace cle rendre grande"
    )
    dit = refus(exiger_un_exemplaire, SEULE, [pret("x", cle="seule", societe="Ets Lambert")])
    assert dit.startswith("« Petite clé » est dehors : Ets Lambert. →")
    exiger_un_exemplaire(CODE, [pret("x", cle="code", a="p-aaaaaa")] * 9)
    sans = Cle(id="sans", nom="Perdue", exemplaires=0)
    assert refus(exiger_un_exemplaire, sans, []).startswith("« Perdue » n'a plus d'exemplaire. →")
    assert isinstance(PlusDExemplaire(sans, ""), Echec)


def test_une_cle_retiree_ne_se_prete_plus() -> None:
    retiree = Cle(id="vieille", nom="Vieille", exemplaires=3, retiree=JOUR)
    assert refus(exiger_un_exemplaire, retiree, []) == (
        "« Vieille » est retirée du trousseau. → Voir ce qui reste : tl espace cle liste"
    )


def test_jamais_moins_d_exemplaires_que_dehors() -> None:
    exiger_assez(GRANDE, [A, B])
    exiger_assez(CODE, [pret("x", cle="code", a="p-aaaaaa")])
    assert refus(exiger_assez, SEULE, [pret("x", "seule", "p-aaaaaa"), pret("y", "seule", "p-bbbbbb")]) == (
        "2 exemplaires sont dehors : p-aaaaaa, p-bbbbbb. → Les reprendre d'abord."
    )


def test_le_plus_ancien_pret_d_abord() -> None:
    assert de_la_cle([A, B, C, pret("z", cle="autre", a="p-dddddd")], "grande") == [B, A, C]


def test_on_dit_de_quel_exemplaire_on_parle() -> None:
    assert choisir(GRANDE, [A], "") is A
    assert choisir(GRANDE, [B, A], "p-aaaaaa") is A
    assert choisir(GRANDE, [A, pret("a2", a="p-aaaaaa")], "p-aaaaaa") is A
    assert refus(choisir, GRANDE, [B, C], "") == (
        "Plusieurs personnes ont « Grande clé » : p-bbbbbb, Nettoyage & Co. → Dire laquelle : @QUI."
    )
    voir = "Voir qui a quoi : tl espace cle liste --dehors"
    assert refus(choisir, GRANDE, [B], "p-aaaaaa") == (
        f"Aucun exemplaire de « Grande clé » n'est aux mains de p-aaaaaa. → {voir}"
    )
    assert refus(choisir, GRANDE, [], "") == (
        f"Aucun exemplaire de « Grande clé » n'est aux mains de quelqu’un. → {voir}"
    )


def test_finir_un_pret() -> None:
    fini = finir(A, Fin.RENDUE, datetime(2026, 11, 24, 8, 52), "tordue")
    assert (fini.fin, fini.fini_le, fini.remarque) == (Fin.RENDUE, "2026-11-24T08:52", "tordue")
    remarquee = PretDeCle(
        id="r", cle="grande", depuis="2026-11-20T09:00", a="p-aaaaaa", remarque="avec le badge"
    )
    assert finir(remarquee, Fin.PERDUE, datetime(2026, 11, 20, 9)).remarque == "avec le badge"
    assert "remise que le vendredi 20 novembre 2026" in refus(
        finir, A, Fin.RENDUE, datetime(2026, 11, 20, 8, 59)
    )


def test_perdre_une_cle_change_chaque_serrure_et_previent_les_autres() -> None:
    taches = apres_perte(GRANDE, [A, C, A], {"cour": "La cour"}, JOUR, Random(1))
    assert [(t.titre, t.salle) for t in taches] == [
        ("changer la serrure : La cour", "cour"),
        ("changer la serrure : rez", "rez"),
        ("changer la serrure : le portail", ""),
        ("prévenir de la perte de « Grande clé »", ""),
    ]
    assert {(t.pour_le, t.depuis, t.liens) for t in taches} == {(JOUR, JOUR, ("grande",))}
    assert [t.note for t in taches] == ["", "", "", "Ont aussi un exemplaire : @p-aaaaaa Nettoyage & Co"]
    assert [est_a_changer(t, GRANDE) for t in taches] == [True, True, True, False]
    assert not est_a_changer(taches[0], SEULE)


@pytest.mark.parametrize(
    ("cle", "titre", "salle"),
    [
        (SEULE, "changer la serrure de « Petite clé »", ""),
        (BADGE, "désactiver le badge « Badge vert »", "cour"),
        (CODE, "changer le code « Alarme »", ""),
    ],
)
def test_chaque_sorte_de_perte_a_son_geste(cle: Cle, titre: str, salle: str) -> None:
    premiere, prevenir = apres_perte(cle, [], {}, JOUR, Random(1))
    assert (premiere.titre, premiere.salle, prevenir.note) == (titre, salle, "")
    assert est_a_changer(premiere, cle)


def test_quand_elle_doit_revenir() -> None:
    assert dire_retour(A, JOUR) == ""
    promise = PretDeCle(
        id="r", cle="grande", depuis="2026-11-20T09:00", a="p-aaaaaa", rendre_le=date(2026, 11, 23)
    )
    assert dire_retour(promise, JOUR) == "en retard de 1 jour"

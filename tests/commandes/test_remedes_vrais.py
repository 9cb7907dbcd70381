"""Un remède ne propose que des options que la commande a, et la façon de dire qu'il donne marche."""

from __future__ import annotations

import re

import pytest
from soutien import Lieu

_OPTION = re.compile(r"--[a-z][a-z-]+")


@pytest.fixture
def garni(lieu: Lieu) -> Lieu:
    for mots in (
        ("accueil", "personne", "creer", "Karim Haddad"),
        ("accueil", "passage", "riverains", "3"),
        ("accueil", "suivi", "noter", "@karim", "Vu"),
        ("accueil", "heures", "noter", "@karim", "2h", "--activite", "bar"),
        ("accueil", "besoin", "creer", "Un four"),
        ("accueil", "offre", "creer", "Un four"),
        ("prog", "evenement", "creer", "Chorale", "--quand", "demain 9h-10h"),
        ("prog", "evenement", "creer", "Danse", "--chaque", "chaque mardi 19h-21h"),
        ("espace", "reserver", "cour", "demain 9h-10h", "--objet", "Chorale"),
    ):
        lieu.faire(*mots, code=None)
    return lieu


def refus(lieu: Lieu, *mots: str) -> str:
    """Le remède de ce refus, dont chaque option est dans l'aide de la commande."""
    dit = lieu.faire(*mots, code=2).erreurs
    remede = dit.partition("→")[2]
    commande = [mot for n, mot in enumerate(mots) if not any(m.startswith("--") for m in mots[: n + 1])]
    for fin in range(len(commande), 0, -1):
        aide = lieu.faire(*commande[:fin], "--help", code=None)
        if aide.code == 0 and "Options" in aide.sortie and "Commandes" not in aide.sortie:
            connues = set(_OPTION.findall(aide.sortie.partition("Options")[2]))
            assert set(_OPTION.findall(remede)) <= connues, remede
            return remede
    pytest.fail(f"aucune aide : {mots}")


@pytest.mark.parametrize(
    ("mots", "permise"),
    [
        (("accueil", "habilitation", "creer", "@karim", "four", "--expire", "{jour}"), True),
        (("accueil", "suivi", "noter", "@karim", "Vu", "--prochain", "x", "--prochain-le", "{jour}"), True),
        (("journal", "rappel", "Appeler", "--le", "{jour}"), True),
        (("journal", "noter", "Vu", "--suite", "{jour}"), True),
        (("journal", "decision", "creer", "Ouvrir", "--decision", "Oui", "--revoir", "{jour}"), True),
        (("prog", "evenement", "creer", "Bal", "--quand", "{jour} 9h-10h"), True),
        (("espace", "reserver", "salle-du-rez", "{jour} 9h-10h", "--objet", "Bal"), True),
        (("prog", "equipe", "trous", "--au", "{jour}"), False),
    ],
)
def test_une_date_passee_dit_ce_que_cette_commande_permet(
    garni: Lieu, mots: tuple[str, ...], permise: bool
) -> None:
    remede = refus(garni, *(mot.format(jour="hier") for mot in mots))
    aide = garni.faire(*mots[:3], "--help", code=None)
    aide = aide if aide.code == 0 else garni.faire(*mots[:2], "--help")
    passe = ("--passe",) if "--passe" in aide.sortie else ()
    assert ("avec son année" in remede) is (permise and not passe)
    assert ("--passe" in remede) is bool(passe)
    # Ce que dit le remède se fait.
    avec = garni.faire(
        *(mot.format(jour="hier" if passe else "2026-11-23") for mot in mots), *passe, code=None
    )
    assert ("déjà passé" in avec.erreurs) is not permise, avec.erreurs


@pytest.mark.parametrize(
    ("mots", "vraie"),
    [
        (("accueil", "modifier-passage"), "--quand"),
        (("accueil", "suivi", "modifier", "suivi"), "--texte"),
        (("accueil", "heures", "modifier", "bar"), "--duree"),
        (("accueil", "besoin", "modifier", "un-four"), "--texte"),
        (("accueil", "offre", "modifier", "un-four"), "--texte"),
        (("prog", "evenement", "modifier", "chorale"), "--salle"),
        (("espace", "salle", "modifier", "cour"), "--capacite"),
        (("accueil", "personne", "modifier", "@karim"), "--telephone"),
    ],
)
def test_rien_de_dit_nomme_les_vraies_options(garni: Lieu, mots: tuple[str, ...], vraie: str) -> None:
    assert vraie in refus(garni, *mots)

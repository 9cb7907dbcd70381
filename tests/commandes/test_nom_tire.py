"""Une fiche datée doit la fin de son nom au sort : tomber sur un nom pris n'est la faute de personne."""

from __future__ import annotations

import re

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.contexte import GRAINE
from tiers_lieu_cli.noyau.fiches.identifiants import HasardDuSysteme, est_tire


@pytest.fixture
def meme_sort(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> Lieu:
    """Un lieu où chaque commande tire d'abord le même nom que la précédente."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    lieu.faire("stock", "objet", "creer", "Scie")
    lieu.faire("espace", "cle", "creer", "cave")
    monkeypatch.setenv(GRAINE, "1")
    return lieu


@pytest.mark.parametrize(
    "mots",
    [
        "journal noter Livraison",
        "accueil passage riverains 3",
        "accueil besoin creer Vélo",
        "accueil heures noter @karim 2h --activite bar",
        "stock entrer cafe 2",
        "stock sortir cafe 1 --oui",
        "stock reserver scie @karim --quand demain-10h-12h | stock annuler scie",
        "espace cle remettre cave @karim | espace cle rendre cave",
        "prog serie creer Chorale --regle chaque-mardi-19h-21h --du mardi --ailleurs Église",
    ],
)
def test_ce_qui_revient_le_meme_jour_prend_un_autre_nom(meme_sort: Lieu, mots: str) -> None:
    avant = int(meme_sort.git("rev-list", "--count", "HEAD"))
    gestes = [[_dite(mot) for mot in geste.split()] for geste in mots.split(" | ")]
    for _ in range(4):
        for geste in gestes:
            meme_sort.faire(*geste)
    assert int(meme_sort.git("rev-list", "--count", "HEAD")) == avant + 4 * len(gestes)
    meme_sort.faire("verifier")


def _dite(mot: str) -> str:
    return {"demain-10h-12h": "demain 10h-12h", "chaque-mardi-19h-21h": "chaque mardi 19h-21h"}.get(mot, mot)


def test_l_essai_aussi(meme_sort: Lieu) -> None:
    meme_sort.faire("journal", "noter", "Livraison")
    meme_sort.faire("journal", "noter", "Livraison", "--essai")


def test_un_sort_qui_se_repete_sans_fin_se_dit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HasardDuSysteme, "choice", lambda _, parmi: parmi[-1])
    lieu.faire("journal", "noter", "Livraison")
    refus = lieu.faire("journal", "noter", "Livraison", code=1).erreurs
    assert refus.startswith("journal/notes/2026/11/2026-11-24-0852-livraison-zzzz.md existe déjà.")
    assert lieu.git("status", "--porcelain") == ""


def test_un_nom_choisi_reste_refuse(lieu: Lieu) -> None:
    lieu.faire("espace", "salle", "creer", "atelier", "--nom", "Atelier")
    assert "atelier" in lieu.faire("espace", "salle", "creer", "atelier", "--nom", "Atelier", code=1).erreurs


@pytest.mark.parametrize(
    ("chemin", "tire"),
    [
        ("journal/notes/2026/11/2026-11-24-0852-livraison-q2x7.md", True),
        ("prog/series/chorale-k3p9.yaml", True),
        ("reglements/2026/04/2026-04-10-dfc5cd71-rkk3s.yaml", True),
        ("espace/salles/salle-du-rez.yaml", False),
        ("lieu.yaml", False),
    ],
)
def test_un_nom_tire_se_reconnait(chemin: str, tire: bool) -> None:
    assert est_tire(chemin) is tire


@pytest.mark.parametrize(
    "mots",
    [
        ("convention", "partenaire", "creer", "Atelier de @Amina"),
        ("stock", "objet", "creer", "Atelier de @Amina"),
        ("stock", "article", "creer", "Atelier de @Amina", "--unite", "kg"),
        ("prog", "service", "creer", "Atelier de @Amina"),
        ("prog", "formation", "creer", "Atelier de @Amina"),
        ("prog", "evenement", "creer", "Atelier de @Amina", "--quand", "jeudi 14h-16h"),
        ("prog", "serie", "creer", "Atelier de @Amina", "--regle", "chaque mardi 19h-21h"),
        ("espace", "reserver", "cour", "jeudi 14h-16h", "--objet", "Atelier de @Amina"),
        ("regles", "creer", "Atelier de @Amina", "--texte", "x"),
        ("journal", "decision", "creer", "Atelier de @Amina", "--decision", "x"),
    ],
    ids=lambda mots: " ".join(mots[:2]),
)
def test_un_nom_de_fiche_ne_cite_personne(lieu: Lieu, mots: tuple[str, ...]) -> None:
    """Il resterait dans l'archive après un effacement."""
    lieu.faire("accueil", "personne", "creer", "Amina Benali")
    assert not re.search(r"\bp-[a-z0-9]{6}\b", lieu.id(*mots))

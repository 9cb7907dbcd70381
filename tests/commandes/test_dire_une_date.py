"""Un mercredi au comptoir : des dates dites, relues dans la réponse, ou demandées avec de quoi les taper."""

from __future__ import annotations

import shlex

import pytest
from soutien import Lieu

RESERVER = ("espace", "reserver", "rez", "--objet", "essai")


@pytest.fixture
def mercredi(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> Lieu:
    lieu.faire("espace", "salle", "creer", "rez", "--nom", "Salle du rez")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T10:00+01:00")
    return lieu


def test_une_date_dite_se_relit_dans_la_reponse(mercredi: Lieu) -> None:
    for dite, relue in (
        ("samedi 14 à 18h", "samedi 28 novembre, 14:00–18:00"),
        ("mardi en huit 14h-16h", "mardi 8 décembre, 14:00–16:00"),
        ("27 mars 22h-2h", "samedi 27 mars 2027, 22:00–03:00"),
    ):
        assert relue in mercredi.faire(*RESERVER, dite).sortie
    soir = mercredi.faire(*RESERVER, "27/3/2027 18h", "--jusqua", "minuit", "--essai", code=None)
    assert "18:00–00:00" in soir.sortie + soir.erreurs
    serie = ("prog", "serie", "creer", "Jeux", "--du", "1/12", "--au", "30/6", "--regle")
    assert (
        "le 1er samedi du mois, 14:00–18:00" in mercredi.faire(*serie, "chaque premier samedi 14h-18h").sortie
    )


def test_chaque_commande_proposee_marche_telle_quelle_et_ne_change_que_la_date(mercredi: Lieu) -> None:
    demande = mercredi.faire(*RESERVER[:-1], "vendredi prochain", "vendredi prochain 14h-16h", code=2)
    proposees = [ligne.partition(" : ")[2] for ligne in demande.erreurs.splitlines() if "→" in ligne]
    assert len(proposees) == 2
    for proposee, relue in zip(proposees, ("vendredi 27 novembre", "vendredi 4 décembre"), strict=True):
        mots = shlex.split(proposee)
        assert "vendredi prochain" in mots
        assert relue in mercredi.faire(*mots[mots.index("espace") :]).sortie


def test_une_date_passee_ou_qui_n_existe_pas_se_dit(mercredi: Lieu) -> None:
    avant = mercredi.signature()
    assert (
        "déjà passé : mardi 24 novembre 2026" in mercredi.faire(*RESERVER, "mar 24/11 9h-10h", code=2).erreurs
    )
    assert "Février 2027 finit le 28" in mercredi.faire(*RESERVER, "31/2 9h-10h", code=2).erreurs
    deux_fois = mercredi.faire(*RESERVER, "demain 18h-20h", "--jusqua", "22h", code=2)
    assert "La fin est dite deux fois" in deux_fois.erreurs
    assert mercredi.signature() == avant

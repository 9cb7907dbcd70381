"""Un service, règle par règle : ce qu'un refus dit, ce qui montre qu'il sert, comment il se dit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.prog.inscription.modele import Etat as EtatInscrit
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.service.modele import Etape, Service, Stade
from tiers_lieu_cli.prog.service.regles import (
    PassageRefuse,
    Usage,
    debut_de_l_usage,
    dire,
    dire_usage,
    mesurer,
    passer,
)

IDEE, ESSAI, PERENNE, ARRETE = Stade.IDEE, Stade.ESSAI, Stade.PERENNE, Stade.ARRETE
JOUR = date(2026, 11, 24)


def service(stade: Stade, le: date = date(2026, 3, 1)) -> Service:
    etapes = (Etape(stade=IDEE, le=date(2026, 1, 1)), Etape(stade=stade, le=le))
    return Service(id="pret", nom="Prêt", etapes=etapes)


@pytest.mark.parametrize(
    ("stade", "vers", "dit", "remede"),
    [
        (ESSAI, ESSAI, "« Prêt » est déjà à l'essai, depuis le dimanche 1er mars 2026.", ""),
        (
            IDEE,
            PERENNE,
            "« Prêt » est idée : il ne peut pas devenir pérenne.",
            "Le mettre d'abord à l'essai : tl prog service essai pret",
        ),
        (
            ARRETE,
            PERENNE,
            "« Prêt » est arrêté : il ne peut pas devenir pérenne.",
            "Le reprendre à l'essai : tl prog service essai pret",
        ),
        (PERENNE, ESSAI, "« Prêt » est pérenne : il ne peut pas devenir à l'essai.", ""),
    ],
)
def test_un_passage_refuse_dit_le_chemin(stade: Stade, vers: Stade, dit: str, remede: str) -> None:
    with pytest.raises(PassageRefuse) as refus:
        passer(service(stade), vers, JOUR, "", None)
    assert (refus.value.fait, refus.value.remede) == (dit, remede)


def seance(ident: str, **reste: Any) -> Evenement:
    return Evenement(id=ident, titre="Permanence", debut="2026-11-20T14:00", fin="2026-11-20T17:00", **reste)


def inscrit(evenement: Evenement, rang: int, **reste: Any) -> Inscription:
    donnes = {"groupe": 1, "demandee": "2026-11-01T10:00:00", **reste}
    return Inscription(id=f"{evenement.id}-{rang}", evenement=evenement.id, **donnes)


def entree(moment: str, nombre: int = 1, sens: Mouvement = Mouvement.ARRIVEE) -> Passage:
    return Passage(id=moment, moment=moment, public="voisin", nombre=nombre, sens=sens)


def test_ce_qui_montre_qu_il_sert() -> None:
    comptee, feuille = seance("2026-11-20-une", participants=7), seance("2026-11-20-deux")
    rien = seance("2026-11-20-trois")
    ecartees = [
        seance("2026-11-20-annulee", etat=Etat.ANNULE, participants=99),
        seance("2026-11-20-brouillon", etat=Etat.BROUILLON, participants=99),
    ]
    inscriptions = {
        feuille.id: [
            inscrit(feuille, 1, groupe=3, presents=2),
            inscrit(feuille, 2, accompagne=1, presents=0),
            inscrit(feuille, 3, etat=EtatInscrit.EN_ATTENTE),
        ],
        "2026-11-20-annulee": [inscrit(ecartees[0], 1, groupe=50)],
    }
    passages = [
        entree("2026-11-20T13:44"),
        entree("2026-11-20T13:45", 2),
        entree("2026-11-20T16:59", 3),
        entree("2026-11-20T17:00"),
        entree("2026-11-20T15:00", sens=Mouvement.DEPART),
        entree("2026-11-20"),
    ]
    usage = mesurer(date(2026, 3, 1), [comptee, feuille, rien, *ecartees], inscriptions, passages)
    assert usage == Usage(date(2026, 3, 1), seances=3, participants=9, inscrits=5, passages=5)


def test_on_compte_un_an_au_plus() -> None:
    assert debut_de_l_usage(service(ESSAI), JOUR) == date(2026, 3, 1)
    assert debut_de_l_usage(service(PERENNE, date(2020, 1, 1)), JOUR) == date(2025, 11, 24)


@pytest.mark.parametrize(
    ("comptes", "dit"),
    [
        ((0, 0, 0, 0), "aucune séance encore"),
        ((1, 1, 1, 1), "1 séance, 1 participant, 1 inscrit, 1 passage pendant ses séances"),
        ((12, 84, 0, 0), "12 séances, 84 participants"),
        ((2, 0, 31, 96), "2 séances, 31 inscrits, 96 passages pendant ses séances"),
    ],
)
def test_son_usage_se_dit(comptes: tuple[int, int, int, int], dit: str) -> None:
    assert dire_usage(Usage(JOUR, *comptes)) == dit


@pytest.mark.parametrize(
    ("stade", "dit"),
    [(IDEE, "idée"), (ESSAI, "à l'essai"), (PERENNE, "pérenne"), (ARRETE, "arrêté")],
)
def test_son_stade_se_dit(stade: Stade, dit: str) -> None:
    assert dire(service(stade)) == f"{dit} depuis le 1er mars 2026"

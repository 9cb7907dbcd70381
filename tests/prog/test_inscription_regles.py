"""Les inscriptions, règle par règle : ce qui se refuse, ce qui se répond, et la feuille de présence."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from msgspec import structs
from refus import refus

from tiers_lieu_cli.prog.inscription.modele import Etat, Inscription
from tiers_lieu_cli.prog.inscription.regles import (
    Affluence,
    DejaInscrite,
    Presences,
    a_emarger,
    absents,
    affluence,
    arrivee,
    arriver,
    de_groupe,
    de_personne,
    de_trop,
    dire_la_place,
    dire_le_surnombre,
    dire_le_tour,
    dire_qui,
    en_ordre,
    exiger_ouvert,
    exiger_que_tous_tiennent,
    noter,
    participants,
    placer,
    promouvoir,
    reprendre,
    retirer,
    suivre,
    venir,
)
from tiers_lieu_cli.prog.modele import Etat as EtatEvenement
from tiers_lieu_cli.prog.modele import Evenement

VELO = Evenement(id="2026-11-24-velo-7k2m", titre="Vélo", debut="2026-11-24T18:30", fin="2026-11-24T20:00")
A_DEUX, A_QUATRE = (structs.replace(VELO, capacite=n) for n in (2, 4))
MATIN = datetime(2026, 11, 20, 9, 0, 0, 7)
INSCRITE, EN_ATTENTE, RETIREE, SUR_PLACE = Etat


def inscrit(n: int, etat: Etat = INSCRITE, places: int = 1, **reste: Any) -> Inscription:
    demande = de_personne(VELO, f"p-{n:06}", MATIN + timedelta(minutes=n))
    return structs.replace(demande, etat=etat, accompagne=places - 1, **reste)


# -- demander ------------------------------------------------------------------


def test_une_demande() -> None:
    seule = de_personne(VELO, "p-aaaaaa", MATIN)
    assert (seule.id, seule.evenement) == ("2026-11-24-velo-7k2m-p-aaaaaa", VELO.id)
    assert (seule.demandee, seule.personne, seule.groupe) == ("2026-11-20T09:00:00.000007", "p-aaaaaa", 0)
    classe = de_groupe(VELO, 22, MATIN, Random(1))
    assert classe.id.startswith("2026-11-24-velo-7k2m-groupe-")
    assert len(classe.id) == len("2026-11-24-velo-7k2m-groupe-") + 4
    assert (classe.evenement, classe.groupe, classe.personne) == (VELO.id, 22, "")
    assert classe.demandee == "2026-11-20T09:00:00.000007"


def test_on_ne_s_inscrit_qu_a_ce_qui_aura_lieu_chez_nous() -> None:
    exiger_ouvert(VELO)
    ami = structs.replace(VELO, calendrier="voisins")
    assert refus(exiger_ouvert, ami) == "« Vélo » est d'un agenda ami : on s'y inscrit chez eux. → "
    annule = structs.replace(VELO, etat=EtatEvenement.ANNULE)
    assert refus(exiger_ouvert, annule) == "« Vélo » n'a pas lieu à cette date. → "
    reporte = structs.replace(VELO, etat=EtatEvenement.REPORTE, reporte_a="2026-12-01-velo-7k2m")
    assert refus(exiger_ouvert, reporte).endswith("→ Inscrire à la nouvelle date : 2026-12-01-velo-7k2m")


def test_qui_s_etait_deja_inscrit() -> None:
    neuve = structs.replace(inscrit(1), demandee="2026-11-23T09:00:00")
    attend = inscrit(1, EN_ATTENTE)
    assert reprendre(VELO, attend, neuve).demandee == attend.demandee
    assert reprendre(VELO, inscrit(1, RETIREE), neuve) == neuve
    for etat in (INSCRITE, SUR_PLACE):
        assert refus(reprendre, VELO, inscrit(1, etat), neuve) == (
            "p-000001 est déjà inscrit·e à « Vélo ». → Voir la liste : tl prog inscrits 2026-11-24-velo-7k2m"
        )
    assert "déjà sur la liste d'attente" in DejaInscrite(VELO, attend).fait


def test_un_groupe_ne_grandit_que_s_il_tient() -> None:
    deja = [inscrit(1, places=2), inscrit(2)]
    exiger_que_tous_tiennent(A_QUATRE, deja, deja[0], inscrit(1, places=3))
    exiger_que_tous_tiennent(VELO, deja, deja[0], inscrit(1, places=99))
    exiger_que_tous_tiennent(A_QUATRE, deja, inscrit(1, EN_ATTENTE), inscrit(1, places=9))
    assert refus(exiger_que_tous_tiennent, A_QUATRE, deja, deja[0], inscrit(1, places=5)) == (
        "« Vélo » n'a que 3 places pour 5 personnes. → Ils gardent leurs 2 places. "
        "Les autres, en attente : tl prog inscrire 2026-11-24-velo-7k2m --groupe 2"
    )


def test_on_arrive_toujours_apres() -> None:
    assert arrivee(MATIN, []) == MATIN
    deja = [inscrit(1), inscrit(3), inscrit(2)]
    apres = datetime.fromisoformat(deja[1].demandee) + timedelta(microseconds=1)
    assert arrivee(MATIN, deja) == apres
    assert arrivee(MATIN + timedelta(days=1), deja) == MATIN + timedelta(days=1)


def test_retirer_une_fois() -> None:
    assert retirer(inscrit(1)).etat is RETIREE
    assert retirer(inscrit(1, EN_ATTENTE)).etat is RETIREE
    assert refus(retirer, inscrit(1, RETIREE)) == "p-000001 : n'est plus inscrit·e. → "


# -- la place ------------------------------------------------------------------


def test_les_places_prises() -> None:
    tous = [inscrit(1, places=2), inscrit(2, EN_ATTENTE, 3), inscrit(3, RETIREE, 4), inscrit(4, SUR_PLACE)]
    assert affluence(4, tous) == Affluence(4, 2, 3)
    assert Affluence(4, 2, 3).libres == 2
    assert [Affluence(4, n, 0).est_complet for n in (3, 4, 5)] == [False, True, True]
    assert not Affluence(0, 9, 0).est_complet
    assert Affluence(12, 15, 0).dire() == "3 inscrits de trop"
    assert Affluence(0, 1, 1).dire() == "1 inscrit, 1 en attente"


def test_la_place_d_une_demande() -> None:
    assert placer(2, [inscrit(1)], inscrit(2)).etat is INSCRITE
    assert placer(2, [inscrit(1), inscrit(2)], inscrit(3)).etat is EN_ATTENTE
    assert placer(0, [inscrit(1), inscrit(2)], inscrit(3)).etat is INSCRITE
    # Quelqu'un attend depuis plus longtemps, et tient : la place est pour lui.
    assert placer(2, [inscrit(1), inscrit(2, EN_ATTENTE)], inscrit(3)).etat is EN_ATTENTE


def test_apres_deux_depassements_les_places_sont_gardees() -> None:
    grand = inscrit(2, EN_ATTENTE, 3)
    un_passe = [inscrit(1, places=2), grand, inscrit(3, RETIREE), inscrit(4, EN_ATTENTE)]
    assert [i.id for i in promouvoir(4, un_passe)] == [inscrit(4).id]
    deux_passes = [inscrit(1), grand, inscrit(3, RETIREE), inscrit(4), inscrit(5, EN_ATTENTE)]
    assert promouvoir(4, deux_passes) == []
    trop_grand = [inscrit(1), inscrit(2, EN_ATTENTE, 9), inscrit(3), inscrit(4), inscrit(5, EN_ATTENTE)]
    assert [i.id for i in promouvoir(4, trop_grand)] == [inscrit(5).id]


def test_ce_qu_on_repond_a_qui_demande() -> None:
    assert dire_la_place(A_QUATRE, inscrit(2), [inscrit(1), inscrit(2)]) == (
        "p-000002 : inscrit·e à « Vélo » (2 sur 4)."
    )
    pleine = [inscrit(1, places=2), inscrit(5, EN_ATTENTE)]
    assert dire_la_place(A_DEUX, inscrit(3, EN_ATTENTE), pleine) == (
        "« Vélo » est complet : p-000003 est 1er sur la liste d'attente."
    )
    assert dire_la_place(A_DEUX, inscrit(6, EN_ATTENTE), pleine).endswith("est 2e sur la liste d'attente.")
    reste = [inscrit(1, places=2)]
    assert "n'a plus que 2 places : " in dire_la_place(A_QUATRE, inscrit(3, EN_ATTENTE, 3), reste)
    une = [inscrit(1, places=3)]
    assert "n'a plus que 1 place : " in dire_la_place(A_QUATRE, inscrit(3, EN_ATTENTE, 3), une)


def test_ce_qu_il_faut_savoir_de_l_ordre() -> None:
    devant = inscrit(1, EN_ATTENTE)
    (hors,) = dire_le_tour(A_DEUX, inscrit(2), [devant, inscrit(2, EN_ATTENTE)])
    assert hors.startswith("Attention, hors de son tour : p-000001")
    assert hors.endswith(" attend depuis plus longtemps.")
    assert list(dire_le_tour(A_DEUX, inscrit(1), [inscrit(2, EN_ATTENTE)])) == []
    assert list(dire_le_tour(A_DEUX, inscrit(2), [inscrit(1, EN_ATTENTE, 3)])) == []
    assert list(dire_le_tour(A_DEUX, inscrit(1, EN_ATTENTE, 3), [])) == [
        "Il n'y aura jamais 3 places sur 2 : rien ne leur est gardé."
    ]
    (gardees,) = dire_le_tour(A_QUATRE, inscrit(5, EN_ATTENTE), [inscrit(1), inscrit(2, EN_ATTENTE, 4)])
    assert gardees.startswith("Les places libres sont gardées pour p-000002 + 3")
    assert gardees.endswith(", qu'on a déjà dépassé.")
    assert list(dire_le_tour(A_DEUX, inscrit(5, EN_ATTENTE), [inscrit(1), inscrit(2)])) == []


def test_moins_de_places_que_d_inscrits() -> None:
    tous = [inscrit(1), inscrit(4, places=2), inscrit(2), inscrit(3, EN_ATTENTE)]
    assert de_trop(4, tous) == []
    assert de_trop(3, tous) == [inscrit(4, places=2)]
    assert de_trop(1, tous) == [inscrit(2), inscrit(4, places=2)]
    assert de_trop(0, tous) == []
    dits = list(dire_le_surnombre(A_DEUX, tous))
    assert dits[0].startswith("Attention : 4 inscrits pour 2 places ; les derniers : p-000004 + 1")
    assert dits[-1] == "    tl prog desinscrire 2026-11-24-velo-7k2m"
    assert "1 inscrit pour" not in dits[0]
    (seul, *_) = dire_le_surnombre(structs.replace(A_DEUX, capacite=1), tous[:1] + tous[2:3])
    assert seul.startswith("Attention : 2 inscrits pour 1 place ;")
    assert list(dire_le_surnombre(A_QUATRE, tous)) == []


def test_en_ordre() -> None:
    tous = [inscrit(4, SUR_PLACE), inscrit(3, RETIREE), inscrit(5), inscrit(2, EN_ATTENTE), inscrit(1)]
    assert [i.personne[-1] for i in en_ordre(tous)] == ["1", "5", "2", "3", "4"]


@pytest.mark.parametrize(
    ("reste", "nom", "dit"),
    [
        ({"personne": "p-aaaaaa"}, "", "p-aaaaaa"),
        ({"personne": "p-aaaaaa"}, "Léa", "Léa"),
        ({"personne": "p-aaaaaa", "accompagne": 1}, "Léa", "Léa + 1"),
        ({"personne": "p-aaaaaa", "groupe": 3}, "Léa", "Léa (3 places)"),
        ({"personne": "p-aaaaaa", "groupe": 3, "accompagne": 2}, "Léa", "Léa (3 places) + 2"),
        ({"groupe": 22}, "", "Groupe de 22"),
        ({"groupe": 22, "accompagne": 2}, "", "Groupe de 22 + 2"),
    ],
)
def test_qui_s_inscrit_se_dit(reste: dict[str, Any], nom: str, dit: str) -> None:
    demande = Inscription(id=f"{VELO.id}-x", evenement=VELO.id, demandee="2026-11-20T09:00:00", **reste)
    assert dire_qui(demande, nom) == dit


# -- la feuille de présence -------------------------------------------------------


def test_venir() -> None:
    assert venir(inscrit(1, places=3)).presents == 3
    assert venir(inscrit(1, places=3), 2).presents == 2
    assert venir(inscrit(1), 0).etat is INSCRITE
    for etat in (EN_ATTENTE, RETIREE):
        assert venir(inscrit(1, etat)).etat is SUR_PLACE
        assert venir(inscrit(1, etat), 0).etat is etat
    sans_prevenir = arriver(inscrit(1, places=2), None)
    assert (sans_prevenir.etat, sans_prevenir.presents) == (SUR_PLACE, 2)
    assert arriver(inscrit(1, places=2), 1).presents == 1


def test_noter_ne_rend_que_ce_qui_change() -> None:
    une, deux, trois = inscrit(1, places=2), inscrit(2), inscrit(3, EN_ATTENTE)
    notee = inscrit(4, presents=1)
    tous = [une, deux, trois, notee]
    assert noter(tous, Presences()) == []
    assert noter(tous, Presences(venus={une.id: None, notee.id: 1})) == [venir(une)]
    assert noter(tous, Presences(venus={une.id: 1}, reste=False)) == [venir(une, 1), venir(deux, 0)]
    assert noter(tous, Presences(reste=True)) == [venir(une), venir(deux)]
    assert noter(tous, Presences(venus={trois.id: None})) == [venir(trois)]


def test_ce_que_la_feuille_compte() -> None:
    tous = [
        inscrit(1, places=3, presents=1),
        inscrit(2),
        inscrit(3, EN_ATTENTE),
        inscrit(4, SUR_PLACE, presents=2),
    ]
    assert a_emarger(tous) == [inscrit(2)]
    assert absents(tous) == 2
    assert absents([inscrit(1, presents=3), inscrit(2, RETIREE, places=5, presents=0)]) == 0
    assert participants(VELO, tous) == 3
    assert participants(VELO, [inscrit(1)]) is None
    assert participants(structs.replace(VELO, participants=0), tous) == 0


def test_une_inscription_suit_l_evenement() -> None:
    ailleurs = structs.replace(VELO, id="2026-12-01-velo-7k2m")
    suivie = suivre(inscrit(1, presents=1), VELO, ailleurs)
    assert (suivie.id, suivie.evenement, suivie.presents) == (
        "2026-12-01-velo-7k2m-p-000001",
        "2026-12-01-velo-7k2m",
        None,
    )

"""Les règles des inscriptions : la place, l'attente, qui est venu."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.prog.inscription import regles
from tiers_lieu_cli.prog.inscription.modele import Etat, Inscription
from tiers_lieu_cli.prog.inscription.regles import Presences
from tiers_lieu_cli.prog.modele import Evenement

VELO = Evenement(id="2026-11-24-velo-7k2m", titre="Vélo", debut="2026-11-24T18:30", fin="2026-11-24T20:00")
VELO_A_DEUX = structs.replace(VELO, capacite=2)
MATIN = datetime(2026, 11, 20, 9)


def inscrite(n: int, places: int = 1, etat: Etat = Etat.INSCRITE, minute: int = 0) -> Inscription:
    demande = regles.de_personne(VELO, f"p-{n:06}", MATIN.replace(minute=minute))
    return structs.replace(demande, accompagne=places - 1, etat=etat)


@pytest.mark.parametrize(
    ("capacite", "prises", "attendent", "dit"),
    [
        (0, 0, 0, ""),
        (0, 8, 0, "8 inscrits"),
        (12, 0, 0, ""),
        (12, 8, 0, "8 sur 12"),
        (12, 12, 0, "complet"),
        (12, 12, 2, "complet, 2 en attente"),
        (12, 13, 1, "1 inscrit de trop, 1 en attente"),
    ],
)
def test_l_affluence_se_dit(capacite: int, prises: int, attendent: int, dit: str) -> None:
    assert regles.Affluence(capacite, prises, attendent).dire() == dit


def test_un_grand_groupe_qui_ne_tient_pas_ne_retient_pas_les_suivants() -> None:
    liste = [
        inscrite(1, 2),
        inscrite(2, 3, Etat.EN_ATTENTE, minute=1),
        inscrite(3, 1, Etat.EN_ATTENTE, minute=2),
        inscrite(4, 1, Etat.EN_ATTENTE, minute=3),
    ]
    assert [i.personne for i in regles.promouvoir(4, liste)] == ["p-000003", "p-000004"]


demandes = st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=25)


def jouer(gestes: list[tuple[int, bool]], capacite: int) -> Iterator[dict[str, Inscription]]:
    """Des inscriptions et des départs mêlés ; la liste après chacun."""
    hasard = Random(1)
    liste: dict[str, Inscription] = {}
    for n, (places, part) in enumerate(gestes):
        if part and any(i.est_attendue for i in liste.values()):
            qui = hasard.choice([i for i in liste.values() if i.est_attendue])
            liste[qui.id] = regles.retirer(qui)
            for promue in regles.promouvoir(capacite, liste.values()):
                liste[promue.id] = promue
        else:
            demande = regles.placer(capacite, liste.values(), inscrite(n, places, minute=n))
            liste[demande.id] = demande
        yield liste


@given(demandes, st.integers(0, 12))
def test_jamais_plus_d_inscrits_que_de_places_et_l_ordre_ne_depend_que_de_l_arrivee(
    gestes: list[tuple[int, bool]], capacite: int
) -> None:
    for liste in jouer(gestes, capacite):
        affluence = regles.affluence(capacite, liste.values())
        assert not capacite or affluence.libres >= 0
        assert regles.promouvoir(capacite, liste.values()) == []
        assert regles.promouvoir(capacite + 5, reversed(list(liste.values()))) == regles.promouvoir(
            capacite + 5, liste.values()
        )
        if not capacite:
            assert affluence.attendent == 0


@given(demandes, st.integers(1, 12))
def test_un_groupe_n_est_jamais_depasse_plus_que_la_regle_ne_le_dit(
    gestes: list[tuple[int, bool]], capacite: int
) -> None:
    for liste in jouer(gestes, capacite):
        for g in liste.values():
            apres = sum(i.est_attendue and i.rang > g.rang for i in liste.values())
            if g.attend and g.places <= capacite:
                assert apres <= regles.DEPASSEMENTS
            # Tant que la règle n'a pas joué, nul n'attend pour rien.
            if g.attend and g.places <= regles.affluence(capacite, liste.values()).libres:
                assert any(
                    autre.attend
                    and autre.rang < g.rang
                    and g.places < autre.places <= capacite
                    and sum(not i.attend and i.rang > autre.rang for i in liste.values())
                    >= regles.DEPASSEMENTS
                    for autre in liste.values()
                )


@given(st.integers(1, 8), st.lists(st.integers(1, 2), max_size=30))
def test_quand_chacun_part_l_un_apres_l_autre_le_groupe_finit_par_entrer(
    groupe: int, suivants: list[int]
) -> None:
    capacite = 8
    liste = {i.id: i for i in (inscrite(n) for n in range(capacite))}
    for n, places in enumerate([groupe, *suivants], start=capacite):
        demande = regles.placer(capacite, liste.values(), inscrite(n, places, minute=n))
        liste[demande.id] = demande
    grand = f"{VELO.id}-p-{capacite:06}"
    # Ceux qui étaient là, puis ceux qui l'ont dépassé.
    for _ in range(capacite + regles.DEPASSEMENTS):
        assis = [i for i in liste.values() if i.est_attendue]
        parti = regles.retirer(min(assis, key=lambda i: i.rang))
        liste[parti.id] = parti
        for promue in regles.promouvoir(capacite, liste.values()):
            liste[promue.id] = promue
        if liste[grand].est_attendue:
            return
    raise AssertionError("dépassé pour toujours")


def test_deux_demandes_du_meme_instant_gardent_l_ordre_ou_elles_sont_dites() -> None:
    deja: list[Inscription] = []
    for n in (9, 3, 7, 1):
        moment = regles.arrivee(MATIN, deja)
        deja.append(regles.placer(2, deja, regles.de_personne(VELO, f"p-{n:06}", moment)))
    assert [i.personne[-1] for i in sorted(deja, key=lambda i: i.rang)] == ["9", "3", "7", "1"]
    rangs = [regles.dire_la_place(VELO_A_DEUX, i, deja).split(" est ")[-1] for i in deja[2:]]
    assert rangs == ["1er sur la liste d'attente.", "2e sur la liste d'attente."]


@pytest.mark.parametrize(
    ("places", "attente", "dit"),
    [
        (1, [], []),
        (1, [3], ["Attention, hors de son tour : p-000001 (3 places)"]),
        (1, [30], []),
        (12, [], ["Il n'y aura jamais 12 places sur 10"]),
    ],
)
def test_ce_qui_se_dit_du_tour(places: int, attente: list[int], dit: list[str]) -> None:
    plein = structs.replace(VELO_A_DEUX, capacite=10)
    deja = [inscrite(0, 8)]
    for n, groupe in enumerate(attente, start=1):
        deja.append(structs.replace(inscrite(n, etat=Etat.EN_ATTENTE, minute=n), groupe=groupe))
    neuve = regles.placer(10, deja, inscrite(50, places, minute=50))
    phrases = list(regles.dire_le_tour(plein, neuve, deja))
    assert len(phrases) == len(dit)
    assert all(phrase.startswith(debut) for phrase, debut in zip(phrases, dit, strict=True))


def test_deux_postes_ont_promis_la_derniere_place_les_derniers_sont_nommes() -> None:
    liste = [inscrite(1, minute=3), inscrite(2, minute=1), inscrite(3, minute=2)]
    assert [i.personne for i in regles.de_trop(2, liste)] == ["p-000001"]
    assert regles.de_trop(3, liste) == []
    assert regles.de_trop(0, liste) == []


def test_qui_revient_garde_son_rang_ou_reprend_la_file() -> None:
    attend = inscrite(1, etat=Etat.EN_ATTENTE, minute=1)
    demande = inscrite(1, minute=9)
    assert regles.reprendre(VELO, attend, demande).demandee == attend.demandee
    partie = structs.replace(attend, etat=Etat.RETIREE)
    assert regles.reprendre(VELO, partie, demande).demandee == demande.demandee
    with pytest.raises(regles.DejaInscrite):
        regles.reprendre(VELO, inscrite(1), demande)


def test_une_absence_est_notee_comme_un_fait() -> None:
    liste = [inscrite(1, 3), inscrite(2), inscrite(3, etat=Etat.EN_ATTENTE), inscrite(4)]
    dites = Presences(venus={liste[0].id: 2, liste[2].id: None}, reste=False)
    notees = {i.personne: i for i in regles.noter(liste, dites)}
    assert {q: i.presents for q, i in notees.items()} == {
        "p-000001": 2,
        "p-000002": 0,
        "p-000003": 1,
        "p-000004": 0,
    }
    assert notees["p-000003"].etat is Etat.SUR_PLACE
    assert regles.venus(notees.values()) == 3
    assert regles.absents(notees.values()) == 3
    assert regles.noter(notees.values(), dites) == []
    assert regles.venus(liste) is None

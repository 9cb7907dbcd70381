"""La boîte à idées, les besoins que le programme oublie, les voisins du même soir : leurs règles."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.accueil.annonce.modele import Besoin, EtatBesoin
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.prog.besoin import regles as besoins
from tiers_lieu_cli.prog.idee import regles
from tiers_lieu_cli.prog.idee.modele import Idee, Sort
from tiers_lieu_cli.prog.modele import AgendaAmi, Etat, Evenement
from tiers_lieu_cli.prog.reseau import regles as reseau
from tiers_lieu_cli.prog.service.modele import Etape, Service, Stade

JOUR = date(2026, 11, 24)


def idee(depuis: int = 0, mot: str = "banc", **champs: object) -> Idee:
    jour = JOUR - timedelta(days=depuis)
    return Idee(id=f"{jour}-{mot}-7k2m", texte=f"{mot.capitalize()}\n\nsuite", **champs)  # type: ignore[arg-type]


# -- la boîte -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "de", "rendue", "attend", "finie"),
    [
        (Sort.EN_ATTENTE, "", False, True, False),
        (Sort.EN_ATTENTE, "p-7k2m9x", False, True, False),
        (Sort.ACCEPTEE, "", False, False, True),
        (Sort.DECLINEE, "p-7k2m9x", False, False, False),
        (Sort.DECLINEE, "p-7k2m9x", True, False, True),
    ],
)
def test_une_idee_reste_dans_la_boite_tant_qu_on_doit_une_reponse(
    sort: Sort, de: str, rendue: bool, attend: bool, finie: bool
) -> None:
    i = idee(sort=sort, de=de, rendue=JOUR if rendue else None)
    assert (i.attend_une_decision, i.est_finie) == (attend, finie)


def test_on_ne_decide_qu_une_fois_et_l_on_ne_rend_que_ce_qu_on_a_decide() -> None:
    neuve = idee(de="p-7k2m9x")
    with pytest.raises(ErreurUsage, match="pas encore de réponse"):
        regles.rendre(neuve, JOUR)
    acceptee = regles.accepter(neuve, JOUR, "oui", ("2026-12-01-banc-q2x7",), "")
    declinee = regles.decliner(neuve, JOUR, "non")
    assert (acceptee.sort, acceptee.decidee, acceptee.evenements) == (
        Sort.ACCEPTEE,
        JOUR,
        ("2026-12-01-banc-q2x7",),
    )
    for decidee in (acceptee, declinee):
        with pytest.raises(regles.DejaDecidee):
            regles.accepter(decidee, JOUR, "", (), "")
        with pytest.raises(regles.DejaDecidee):
            regles.decliner(decidee, JOUR, "")
        rendue = regles.rendre(decidee, JOUR)
        assert rendue.est_finie and rendue.rendue == JOUR
        with pytest.raises(ErreurUsage, match="a été rendue"):
            regles.rendre(rendue, JOUR)
    with pytest.raises(ErreurUsage, match="n'attend personne"):
        regles.rendre(regles.decliner(idee(), JOUR, "non"), JOUR)
    assert "p-7k2m9x" in regles.suite_de_la_reponse(declinee)
    assert regles.suite_de_la_reponse(idee()) == "tl prog boite"


def test_son_nom_et_son_titre_au_programme_ne_nomment_personne() -> None:
    neuve = regles.nouvelle("Le café de @p-7k2m9x au jardin", JOUR, "", (), (), Random(1))
    assert "7k2m9x" not in neuve.id and neuve.deposee == JOUR
    with pytest.raises(ErreurUsage, match="nomme quelqu'un"):
        regles.titre_au_programme(neuve)
    assert regles.titre_au_programme(idee()) == "Banc"


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)), min_size=1, max_size=8))
def test_ce_qui_attend_trop_passe_devant_puis_ce_qui_est_soutenu(faits: list[tuple[int, int]]) -> None:
    idees = [idee(depuis, f"mot{n}") for n, (depuis, _) in enumerate(faits)]
    voix = {i.id: combien for i, (_, combien) in zip(idees, faits, strict=True)}
    rangees = regles.ranger(reversed(idees), voix, JOUR)
    assert sorted(i.id for i in rangees) == sorted(i.id for i in idees)
    for avant, apres in pairwise(rangees):
        trop = [regles.attend_trop(i, JOUR) for i in (avant, apres)]
        assert trop != [False, True]
        if trop == [True, True]:
            assert avant.deposee <= apres.deposee
        elif trop == [False, False]:
            assert (-voix[avant.id], avant.deposee) <= (-voix[apres.id], apres.deposee)


@pytest.mark.parametrize(("jours", "trop"), [(30, False), (31, True)])
def test_un_mois_est_un_delai_convenable(jours: int, trop: bool) -> None:
    assert regles.attend_trop(idee(jours), JOUR) is trop


def test_une_voix_par_personne_et_les_billets_se_comptent() -> None:
    i = idee()
    soutiens = [regles.soutien_de(i, "p-7k2m9x"), regles.soutien_sur_papier(i, 7, Random(1))]
    assert regles.compter(soutiens) == {i.id: 8}
    assert regles.soutien_de(i, "p-7k2m9x").id == soutiens[0].id
    assert [regles.dire_voix(n) for n in (0, 1, 8)] == ["sans soutien", "1 soutien", "8 soutiens"]


# -- ce que le programme oublie -----------------------------------------------


def evenement(n: int, **champs: object) -> Evenement:
    bornes = {"debut": "2026-11-24T18:00", "fin": "2026-11-24T20:00"}
    return Evenement(**{"id": f"2026-11-24-velo-{n:04}", "titre": f"Vélo {n}", **bornes, **champs})  # type: ignore[arg-type]


def besoin(mot: str, **champs: object) -> Besoin:
    return Besoin(**{"id": mot, "texte": mot, "entendu": JOUR, **champs})  # type: ignore[arg-type]


def test_un_besoin_est_servi_par_ce_qui_vit() -> None:
    arrete = Service(id="s", nom="S", etapes=(Etape(stade=Stade.ARRETE, le=JOUR),), besoins=("arrete",))
    ouvert = structs.replace(arrete, etapes=(Etape(stade=Stade.IDEE, le=JOUR),), besoins=("service",))
    servis = besoins.repondus(
        [evenement(1, besoins=("tenu",)), evenement(2, besoins=("annule",), etat=Etat.ANNULE)],
        [],
        [arrete, ouvert],
        [idee(besoins=("idee",))],
    )
    assert servis == {"tenu", "service", "idee"}
    oublies = [
        besoin("vieux", entendu=JOUR - timedelta(days=9)),
        besoin("urgent", urgent=True),
        besoin("tenu"),
        besoin("clos", etat=EtatBesoin.COMBLE),
    ]
    assert [b.id for b in besoins.sans_activite(oublies, servis)] == ["urgent", "vieux"]


def test_une_activite_vient_d_un_besoin_ou_de_celui_de_son_service() -> None:
    ne = Service(id="ne", nom="S", etapes=(Etape(stade=Stade.IDEE, le=JOUR),), besoins=("b",))
    venues = [
        evenement(1),
        evenement(2, besoins=("b",)),
        evenement(3, service="ne"),
        evenement(4, service="autre"),
        evenement(5, etat=Etat.ANNULE),
        evenement(6, calendrier="fablab"),
    ]
    assert [titre for _, titre in besoins.sans_besoin(venues, [ne])] == ["Vélo 1", "Vélo 4"]


# -- les voisins --------------------------------------------------------------


@pytest.mark.parametrize(
    ("notre", "leur", "heurt"),
    [
        ({}, {}, True),
        ({}, {"publics": ("membres",)}, False),
        ({}, {"publics": ()}, False),
        ({"interne": True}, {}, False),
        ({"etat": Etat.ANNULE}, {}, False),
        ({}, {"debut": "2026-11-24T21:00", "fin": "2026-11-24T23:00"}, True),
        ({}, {"debut": "2026-11-24T10:00", "fin": "2026-11-24T12:00"}, False),
        ({}, {"debut": "2026-11-24T10:00", "fin": "2026-11-24T18:30"}, True),
        ({}, {"debut": "2026-11-25T18:00", "fin": "2026-11-25T20:00"}, False),
        ({}, {"debut": "2026-11-24", "fin": "2026-11-24"}, False),
    ],
)
def test_deux_soirees_du_meme_public_se_heurtent(
    notre: dict[str, object], leur: dict[str, object], heurt: bool
) -> None:
    a_nous = evenement(1, **{"publics": ("riverains",), **notre})
    chez_eux = evenement(2, **{"publics": ("riverains",), "calendrier": "fablab", **leur})
    assert bool(list(reseau.heurts([a_nous, chez_eux]))) is heurt
    assert list(reseau.heurts([a_nous, structs.replace(a_nous, id="2026-11-24-velo-0003")])) == []


@pytest.mark.parametrize(
    ("champs", "a_relire"),
    [
        ({}, True),
        ({"lu_le": "2026-11-10T09:00"}, False),
        ({"lu_le": "2026-11-09T09:00"}, True),
        ({"source": ""}, False),
    ],
)
def test_un_agenda_se_relit_apres_deux_semaines(champs: dict[str, str], a_relire: bool) -> None:
    suivi = AgendaAmi(**{"id": "fablab", "nom": "Fablab", "source": "https://exemple.be/a.ics", **champs})
    assert reseau.est_a_relire(suivi, JOUR) is a_relire

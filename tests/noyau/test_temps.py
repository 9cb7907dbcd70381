"""Les heures murales et le temps qui passe : les deux nuits de l'année où la montre saute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

BRUXELLES = ZoneInfo("Europe/Brussels")
#: Décalages d'une demi-heure (Lord Howe), changements à minuit (La Havane), aucun (UTC).
FUSEAUX = [BRUXELLES, *map(ZoneInfo, ("Europe/London", "Australia/Lord_Howe", "America/Havana", "UTC"))]


def lire(bornes: str) -> Creneau:
    debut, fin = bornes.split("/")
    return Creneau(datetime.fromisoformat(debut), datetime.fromisoformat(fin))


@pytest.mark.parametrize(
    ("bornes", "minutes"),
    [
        ("2027-03-27T22:00/2027-03-28T07:00", 8 * 60),
        ("2027-03-27T22:00/2027-03-28T02:00", 4 * 60),
        ("2027-03-27T22:00/2027-03-28T02:30", 4 * 60),
        ("2027-03-27T22:00/2027-03-28T03:00", 4 * 60),
        ("2027-03-28T02:10/2027-03-28T02:50", 0),
        ("2027-10-30T22:00/2027-10-31T07:00", 10 * 60),
        ("2027-10-31T02:30/2027-10-31T04:00", 150),
        ("2026-11-24T22:00/2026-11-25T02:00", 4 * 60),
        ("2027-03-28T00:00/2027-03-29T00:00", 23 * 60),
        ("2027-10-31T00:00/2027-11-01T00:00", 25 * 60),
        ("2026-11-01T00:00/2027-11-01T00:00", 365 * 24 * 60),
    ],
)
def test_le_temps_qui_passe_vraiment(bornes: str, minutes: int) -> None:
    assert temps.duree_reelle(lire(bornes), BRUXELLES) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("mural", "fuseau", "attendu"),
    [
        ("2027-03-28T02:00", "Europe/Brussels", "2027-03-28T03:00"),
        ("2027-03-28T02:59", "Europe/Brussels", "2027-03-28T03:00"),
        ("2027-03-28T01:59", "Europe/Brussels", "2027-03-28T01:59"),
        ("2027-03-28T03:00", "Europe/Brussels", "2027-03-28T03:00"),
        ("2027-10-31T02:30", "Europe/Brussels", "2027-10-31T02:30"),
        ("2027-03-28T01:30", "Europe/London", "2027-03-28T02:00"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04T02:30"),
        ("2027-03-14T00:30", "America/Havana", "2027-03-14T01:00"),
    ],
)
def test_une_heure_qui_n_existe_pas_est_l_instant_du_changement(
    mural: str, fuseau: str, attendu: str
) -> None:
    rendue = temps.existante(datetime.fromisoformat(mural), ZoneInfo(fuseau))
    assert rendue == datetime.fromisoformat(attendu)
    assert temps.existe(rendue, ZoneInfo(fuseau))


@pytest.mark.parametrize(
    ("bornes", "dit"),
    [
        ("2026-11-24T18:30/2026-11-24T20:00", "mardi 24 novembre, 18:30–20:00"),
        ("2026-11-24T22:00/2026-11-25T10:00", "mardi 24 novembre, 22:00–10:00"),
        ("2026-11-24T22:00/2026-11-25T10:01", "du mardi 24 à 22:00 au mercredi 25 novembre à 10:01"),
        ("2026-11-24T10:00/2026-11-25T09:00", "du mardi 24 à 10:00 au mercredi 25 novembre à 09:00"),
        ("2026-11-24T10:00/2026-11-25T00:00", "mardi 24 novembre, 10:00–00:00"),
        ("2026-11-24T10:00/2026-11-27T00:00", "du mardi 24 à 10:00 au jeudi 26 novembre à minuit"),
        (
            "2026-12-30T10:00/2027-01-02T12:00",
            "du mercredi 30 décembre 2026 à 10:00 au samedi 2 janvier 2027 à 12:00",
        ),
    ],
)
def test_un_creneau_se_dit(bornes: str, dit: str) -> None:
    assert temps.dire_creneau(lire(bornes), date(2026, 11, 1)) == dit


def test_un_mois_avant_est_au_calendrier() -> None:
    avant = {
        jour: temps.un_mois_avant(jour) for jour in (date(2027, 1, 31), date(2027, 3, 31), date(2027, 2, 1))
    }
    assert [*map(str, avant.values())] == ["2026-12-31", "2027-02-28", "2027-01-01"]


@pytest.mark.parametrize(
    ("du", "dit"),
    [
        ("2026-11-21", "en retard de 3 jours"),
        ("2026-11-23", "en retard de 1 jour"),
        ("2026-11-24", "aujourd'hui"),
        ("2026-12-01", "mardi 1er décembre"),
        ("2027-01-05", "mardi 5 janvier 2027"),
    ],
)
def test_une_echeance_se_dit(du: str, dit: str) -> None:
    assert temps.dire_echeance(date.fromisoformat(du), date(2026, 11, 24)) == dit


def test_ce_qui_reste_d_un_creneau_quand_on_en_rend_une_part() -> None:
    jour = Creneau.de_jours(date(2026, 11, 24), date(2026, 11, 26))
    milieu = Creneau.de_jours(date(2026, 11, 25), date(2026, 11, 25))
    assert [temps.dire_creneau(reste) for reste in temps.oter(jour, milieu)] == [
        "mardi 24 novembre 2026",
        "jeudi 26 novembre 2026",
    ]
    soir = lire("2026-11-25T18:00/2026-11-25T20:00")
    assert [reste.jours_entiers for reste in temps.oter(jour, soir)] == [False, False]
    assert temps.oter(soir, jour) == []
    assert temps.oter(soir, milieu) == []
    assert temps.oter(milieu, lire("2026-11-26T00:00/2026-11-26T01:00")) == [milieu]
    assert temps.commun(milieu, soir) == soir
    assert temps.commun(soir, lire("2026-11-25T20:00/2026-11-25T21:00")) is None


@pytest.mark.parametrize(
    ("ident", "bornes", "tient"),
    [
        ("2026-11-24-x", "2026-11-24T18:00/2026-12-31T20:00", True),
        ("2026-11-24-x", "2026-11-24T18:00/2027-01-01T00:00", True),
        ("2026-11-24-x", "2026-11-24T18:00/2027-01-01T00:01", False),
        ("2026-11-24-x", "2026-10-31T18:00/2026-11-24T20:00", False),
        ("2026-12-24-x", "2027-01-31T18:00/2027-01-31T20:00", True),
    ],
)
def test_une_fenetre_trouve_un_fait_dans_son_mois_ou_le_suivant(ident: str, bornes: str, tient: bool) -> None:
    assert temps.tient_dans_son_mois(ident, lire(bornes)) is tient


def test_les_mois_d_une_periode() -> None:
    assert temps.mois_entre(date(2026, 11, 30), date(2027, 1, 1)) == [(2026, 11), (2026, 12), (2027, 1)]


autour = st.sampled_from(["2027-03-28", "2027-10-31", "2026-10-04", "2027-04-04", "2027-03-14", "2026-11-24"])
murales = st.builds(
    lambda jour, minutes: datetime.fromisoformat(jour) + timedelta(minutes=minutes),
    autour,
    st.integers(-300, 600),
)


@given(murales, murales, murales, st.sampled_from(FUSEAUX))
def test_les_durees_s_ajoutent_et_ne_reculent_pas(
    a: datetime, b: datetime, c: datetime, fuseau: ZoneInfo
) -> None:
    un, deux, trois = sorted({a, b, c} | {a + timedelta(days=400), a + timedelta(days=401)})[:3]
    parts = [temps.duree_reelle(Creneau(*bornes), fuseau) for bornes in ((un, deux), (deux, trois))]
    if all(temps.existe(m, fuseau) and not temps.est_double(m, fuseau) for m in (un, deux, trois)):
        assert sum(parts, timedelta()) == temps.duree_reelle(Creneau(un, trois), fuseau)
    assert min(parts) >= timedelta()


@given(murales, st.sampled_from(FUSEAUX))
def test_l_instant_est_celui_de_la_bibliotheque(mural: datetime, fuseau: ZoneInfo) -> None:
    assert temps.existante(temps.existante(mural, fuseau), fuseau) == temps.existante(mural, fuseau)
    if temps.existe(mural, fuseau):
        assert temps.instant(mural, fuseau) == mural.replace(tzinfo=fuseau).astimezone(UTC)
        assert temps.existante(mural, fuseau) == mural

"""Une règle gardée telle qu'elle est venue : lue ligne à ligne, suivie, et réécrite."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.temps.proprietes_ics import proprietes
from tiers_lieu_cli.noyau.temps.regle_etrangere import (
    DATES_COMPTEES,
    comptees,
    creneau_le,
    dates,
    dernier_moment,
    en_est_une,
    fin,
    lire,
    lire_duree,
    lire_moment,
)
from tiers_lieu_cli.noyau.temps.temps import Creneau

LIEU = "X-WR-TIMEZONE:Europe/Brussels"
TOUJOURS = date(2100, 1, 1)


def regle(*lignes: str, depart: str = "DTSTART:20261201T100000", duree: str = "DURATION:PT2H") -> str:
    return "\n".join(filter(None, (depart, duree, *lignes, LIEU)))


def jours(texte: str, du: date = date(2026, 1, 1), au: date = date(2027, 12, 31)) -> list[str]:
    return [
        f"{d.creneau.debut:%y%m%d.%H%M}" + (f"/{d.heure}" if d.heure else "") for d in dates(texte, du, au)
    ]


def ecrire(texte: str, du: date = date(2026, 1, 1), au: date | None = None) -> dict[str, str]:
    return {
        p.nom: ("=".join(p.parametre) + ":" if p.parametre else "") + p.valeur
        for p in proprietes(texte, du, au)
    }


# -- lire ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("20261201T101530", datetime(2026, 12, 1, 10, 15, 30)),
        ("20261201T1015", datetime(2026, 12, 1, 10, 15)),
        ("20261201T101560Z", datetime(2026, 12, 1, 10, 15, 59)),
        ("20261201", datetime(2026, 12, 1)),
    ],
)
def test_un_moment(ecrit: str, lu: datetime) -> None:
    assert lire_moment(ecrit) == lu


@pytest.mark.parametrize(
    "ecrit", ["", "2026-12-01", "20261201T10", "20261201T101500ZZ", "20261301", "20261201T250000"]
)
def test_un_moment_qui_n_en_est_pas_un(ecrit: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une date"):
        lire_moment(ecrit)


@pytest.mark.parametrize(
    ("ecrite", "au_mur", "reelle"),
    [
        ("PT2H", timedelta(), timedelta(hours=2)),
        ("P1D", timedelta(days=1), timedelta()),
        ("P2W", timedelta(weeks=2), timedelta()),
        ("+P1DT2H3M4S", timedelta(days=1), timedelta(hours=2, minutes=3, seconds=4)),
        ("PT0S", timedelta(), timedelta()),
    ],
)
def test_une_duree(ecrite: str, au_mur: timedelta, reelle: timedelta) -> None:
    assert lire_duree(ecrite) == (au_mur, reelle)


@pytest.mark.parametrize("ecrite", ["", "P", "PT", "-PT2H", "2H", "P1H", "P1DT"])
def test_une_duree_qui_n_en_est_pas_une(ecrite: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une durée"):
        lire_duree(ecrite)


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("DTSTART:20261201T100000\nRRULE:FREQ=DAILY", "X-WR-TIMEZONE"),
        (regle("RRULE:FREQ=DAILY").replace("Brussels", "Lieche"), "X-WR-TIMEZONE"),
        (regle(), "une règle a une ligne RRULE ou RDATE"),
        (regle("SUMMARY:Chorale", "RRULE:FREQ=DAILY"), "« SUMMARY:Chorale » n'est pas une ligne de règle"),
        (regle("RRULE:FREQ=DAILY", depart=""), "n'est pas une date"),
        (
            regle("RRULE:FREQ=DAILY", depart="DTSTART;TZID=Ici:20261201T100000"),
            "le fuseau « Ici » est inconnu",
        ),
        (regle("RRULE:FREQ=DAILY", duree="DTEND:20261201T095959"), "finit avant de commencer"),
        (regle("RRULE:FREQ=SECONDLY"), "que l'outil n'admet pas"),
        (regle("RRULE:FREQ=DAILY;INTERVAL=0"), "que l'outil n'admet pas"),
        (regle("RRULE:INTERVAL=2"), "que l'outil n'admet pas"),
        (regle("RRULE:FREQ=WEEKLY;BYDAY=mardi"), "n'est pas une règle"),
        (regle("RRULE:FREQ=MONTHLY;BYDAY=6MO"), "est une règle impossible"),
        (regle("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-6MO"), "est une règle impossible"),
        (regle("RRULE:FREQ=YEARLY;BYDAY=54MO"), "est une règle impossible"),
        (regle("RRULE:FREQ=WEEKLY;BYDAY=ZZ"), "est une règle impossible"),
        (regle("RRULE:FREQ=DAILY", "EXRULE:FREQ=JAMAIS"), "que l'outil n'admet pas"),
        (regle("RRULE:FREQ=DAILY", "EXDATE:demain"), "n'est pas une date"),
    ],
)
def test_ce_qui_ne_se_comprend_pas(texte: str, dit: str) -> None:
    with pytest.raises(ValueError, match=dit):
        lire(texte)


def test_ce_qu_on_en_lit() -> None:
    lue = lire(regle("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY", "RDATE:20261224T090000,20261225T090000"))
    assert (lue.tzid, lue.jours_entiers, lue.duree_ecrite) == ("", False, ("DURATION", "PT2H"))
    assert (lue.regles, lue.regles_otees) == (("FREQ=DAILY",), ("FREQ=WEEKLY",))
    assert len(lue.ajouts) == 2
    assert lire(regle("RRULE:FREQ=DAILY", depart="DTSTART:20261201T100000Z")).tzid == "UTC"
    assert (
        lire(regle("RRULE:FREQ=DAILY", depart="DTSTART;TZID=Asia/Tokyo:20261201T100000")).tzid == "Asia/Tokyo"
    )
    assert en_est_une(regle("RRULE:FREQ=DAILY"))
    assert not en_est_une("FREQ=DAILY")


# -- suivre -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "attendues"),
    [
        (regle("RRULE:FREQ=DAILY;COUNT=3"), ["261201.1000", "261202.1000", "261203.1000"]),
        (regle("RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261202T100000"), ["261201.1000", "261203.1000"]),
        (regle("RRULE:FREQ=DAILY;UNTIL=20261202"), ["261201.1000", "261202.1000"]),
        (regle("RRULE:FREQ=DAILY;UNTIL=20261202T095959"), ["261201.1000"]),
        # 9 h en temps universel est 10 h à Liège en hiver.
        (regle("RRULE:FREQ=DAILY;UNTIL=20261202T090000Z"), ["261201.1000", "261202.1000"]),
        (regle("RRULE:FREQ=DAILY;UNTIL=20261202T085959Z"), ["261201.1000"]),
        (regle("RDATE:20261203T140000"), ["261201.1000", "261203.1400/1400"]),
        (
            regle("RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2"),
            ["261202.1000", "261204.1000"],
        ),
        (
            regle("RRULE:FREQ=DAILY;COUNT=2", depart="DTSTART;TZID=Asia/Tokyo:20261201T100000"),
            ["261201.0200", "261202.0200"],
        ),
        (
            regle("RRULE:FREQ=HOURLY;INTERVAL=4;COUNT=3"),
            ["261201.1000", "261201.1400/1400", "261201.1800/1800"],
        ),
        (
            regle("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4"),
            ["261201.1000", "261203.1000", "261215.1000", "261217.1000"],
        ),
        # Ce que la règle ne dit pas vient de DTSTART : le mardi de la semaine 50.
        (
            regle("RRULE:FREQ=YEARLY;BYWEEKNO=50;COUNT=2"),
            ["261201.1000", "261208.1000", "271214.1000"],
        ),
    ],
)
def test_les_dates_d_une_regle(texte: str, attendues: list[str]) -> None:
    assert jours(texte) == attendues


def test_une_fenetre_ne_donne_que_la_sienne() -> None:
    texte = regle("RRULE:FREQ=WEEKLY;INTERVAL=2")
    assert jours(texte, date(2030, 1, 1), date(2030, 1, 31)) == ["300108.1000", "300122.1000"]
    assert jours(texte, date(2026, 12, 1), date(2026, 12, 1)) == ["261201.1000"]
    assert jours(texte, date(2026, 1, 1), date(2026, 11, 30)) == []


def test_une_regle_sans_fin_se_suit_sans_fin() -> None:
    premieres = islice(dates(regle("RRULE:FREQ=YEARLY"), date.min, date.max), 40)
    assert [d.jour.year for d in premieres] == list(range(2026, 2066))


@pytest.mark.parametrize(
    ("duree", "fin_attendue"),
    [
        ("DURATION:PT2H", "2026-03-28T22:00"),
        ("DURATION:P1D", "2026-03-29T20:00"),
        # Sept vraies heures, la nuit où l'horloge avance, en font huit au mur.
        ("DURATION:PT7H", "2026-03-29T04:00"),
        ("DTEND:20260329T030000", "2026-03-29T03:00"),
        ("DURATION:PT0S", "2026-03-28T20:00:00.000001"),
        ("", "2026-03-28T20:00:00.000001"),
    ],
)
def test_des_jours_au_mur_et_de_vraies_heures(duree: str, fin_attendue: str) -> None:
    texte = regle("RRULE:FREQ=YEARLY", depart="DTSTART:20260328T200000", duree=duree)
    assert creneau_le(texte, date(2026, 3, 28)).fin == datetime.fromisoformat(fin_attendue)


def test_des_jours_entiers() -> None:
    deux = regle("RRULE:FREQ=YEARLY", depart="DTSTART;VALUE=DATE:20261224", duree="DURATION:P2D")
    assert creneau_le(deux, date(2027, 12, 24)) == Creneau.de_jours(date(2027, 12, 24), date(2027, 12, 25))
    un = regle("RRULE:FREQ=YEARLY", depart="DTSTART;VALUE=DATE:20261224", duree="")
    assert creneau_le(un, date(2026, 12, 24)) == Creneau.de_jours(date(2026, 12, 24), date(2026, 12, 24))


def test_un_jour_hors_de_la_regle_a_l_heure_qu_elle_y_donnerait() -> None:
    texte = regle("RRULE:FREQ=WEEKLY")
    assert creneau_le(texte, date(2026, 12, 3)) == Creneau(
        datetime(2026, 12, 3, 10), datetime(2026, 12, 3, 12)
    )


def test_deux_dates_d_un_jour_ont_chacune_leur_nom() -> None:
    """Le soir de Montréal passe minuit à Liège ; un changement d'heure y met deux dates le même jour."""
    texte = regle(
        "RRULE:FREQ=HOURLY;INTERVAL=23;COUNT=40", depart="DTSTART;TZID=America/Montreal:20261201T180000"
    )
    noms = [(d.jour, d.heure) for d in dates(texte, date(2026, 1, 1), TOUJOURS)]
    assert len(set(noms)) == len(noms) == 40


@pytest.mark.parametrize(
    ("depart", "jusque", "moment"),
    [
        ("DTSTART:20261201T100000", "20261210", datetime(2026, 12, 10, 23, 59, 59)),
        ("DTSTART:20261201T100000", "20261210T120000", datetime(2026, 12, 10, 12)),
        ("DTSTART:20261201T100000", "20261210T120000Z", datetime(2026, 12, 10, 13)),
        ("DTSTART:20261201T100000Z", "20261210T120000Z", datetime(2026, 12, 10, 12)),
        ("DTSTART;VALUE=DATE:20261201", "20261210T000000Z", datetime(2026, 12, 10)),
        ("DTSTART;VALUE=DATE:20261201", "20261210T235900Z", datetime(2026, 12, 10, 23, 59)),
        ("DTSTART;VALUE=DATE:20261201", "20261210T230000Z", datetime(2026, 12, 11)),
    ],
)
def test_ce_que_until_admet(depart: str, jusque: str, moment: datetime) -> None:
    assert dernier_moment(lire(regle("RRULE:FREQ=DAILY", depart=depart, duree="")), jusque) == moment


@pytest.mark.parametrize(
    ("lignes", "dernier"),
    [
        (["RRULE:FREQ=DAILY"], None),
        (["RRULE:FREQ=DAILY;UNTIL=20261210"], date(2026, 12, 10)),
        (["RRULE:FREQ=DAILY;COUNT=3"], date(2026, 12, 3)),
        (["RRULE:FREQ=DAILY;COUNT=3", "RDATE:20270105T100000"], date(2027, 1, 5)),
        (["RDATE:20261101T100000"], date(2026, 12, 1)),
        (["RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=WEEKLY"], None),
    ],
)
def test_son_dernier_jour(lignes: list[str], dernier: date | None) -> None:
    assert fin(lire(regle(*lignes))) == dernier


def test_trop_comptee_elle_est_sans_fin() -> None:
    comptee = f"FREQ=HOURLY;COUNT={DATES_COMPTEES}"
    lue = lire(regle(f"RRULE:{comptee}"))
    assert len(comptees(lue, comptee) or ()) == DATES_COMPTEES
    assert comptees(lue, f"FREQ=HOURLY;COUNT={DATES_COMPTEES + 1}") is None
    assert comptees(lue, "FREQ=DAILY") is None
    assert len(comptees(lue, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=5") or ()) == 5


regles = st.builds(
    lambda f, n, j: (
        f"FREQ={f};INTERVAL={n}" + (f";BYDAY={','.join(sorted(j))}" if j and f == "WEEKLY" else "")
    ),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3),
)


@given(regles, st.integers(0, 1500), st.integers(0, 500))
def test_une_fenetre_est_celle_du_moteur_suivi_depuis_le_debut(dite: str, apres: int, dure: int) -> None:
    """Avancer dans la règle sans la suivre depuis son début n'y change aucune date."""
    du = date(2026, 12, 1) + timedelta(days=apres)
    au = du + timedelta(days=dure)
    moteur = rrulestr(dite, dtstart=datetime(2026, 12, 1, 10))
    attendues = {m.date() for m in moteur.between(datetime(2026, 12, 1), datetime(2033, 1, 1), inc=True)}
    attendues.add(date(2026, 12, 1))
    trouvees = [d.jour for d in dates(regle(f"RRULE:{dite}"), du, au)]
    assert trouvees == sorted(j for j in attendues if du <= j <= au)


# -- écrire -------------------------------------------------------------------


def test_reecrite_telle_qu_elle_est_venue() -> None:
    texte = regle(
        "RRULE:FREQ=WEEKLY;COUNT=9", "EXRULE:FREQ=MONTHLY", "RDATE:20261224T090000", "EXDATE:20261208T100000"
    )
    assert ecrire(texte) == {
        "DTSTART": "TZID=Europe/Brussels:20261201T100000",
        "DURATION": "PT2H",
        "RRULE": "FREQ=WEEKLY;COUNT=9",
        "EXRULE": "FREQ=MONTHLY",
        "RDATE": "TZID=Europe/Brussels:20261224T090000",
        "EXDATE": "TZID=Europe/Brussels:20261208T100000",
    }
    utc = regle("RRULE:FREQ=DAILY", depart="DTSTART:20261201T100000Z", duree="DTEND:20261201T110000Z")
    assert ecrire(utc) == {"DTSTART": "20261201T100000Z", "DTEND": "20261201T110000Z", "RRULE": "FREQ=DAILY"}
    entiere = regle("RRULE:FREQ=YEARLY", depart="DTSTART;VALUE=DATE:20261224", duree="")
    assert ecrire(entiere) == {"DTSTART": "VALUE=DATE:20261224", "RRULE": "FREQ=YEARLY"}


@pytest.mark.parametrize(
    ("dite", "au", "ecrite"),
    [
        ("FREQ=DAILY", None, "FREQ=DAILY"),
        ("FREQ=DAILY", date(2026, 12, 10), "FREQ=DAILY;UNTIL=20261211T085959Z"),
        ("FREQ=DAILY;UNTIL=20261205", date(2026, 12, 10), "FREQ=DAILY;UNTIL=20261205T225959Z"),
        ("FREQ=DAILY;UNTIL=20261225", date(2026, 12, 10), "FREQ=DAILY;UNTIL=20261211T085959Z"),
        ("FREQ=DAILY;COUNT=5", date(2026, 12, 10), "FREQ=DAILY;COUNT=5"),
        ("FREQ=DAILY;COUNT=50", date(2026, 12, 10), "FREQ=DAILY;UNTIL=20261211T085959Z"),
    ],
)
def test_sa_fin_est_celle_de_la_serie(dite: str, au: date | None, ecrite: str) -> None:
    assert ecrire(regle(f"RRULE:{dite}"), au=au)["RRULE"] == ecrite


def test_repris_en_route_un_compte_devient_un_jour() -> None:
    suite = ecrire(
        regle("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261201T100000,20261215T100000"), date(2026, 12, 2)
    )
    assert suite["DTSTART"] == "TZID=Europe/Brussels:20261208T100000"
    assert suite["RRULE"] == "FREQ=WEEKLY;UNTIL=20261215T090000Z"
    assert suite["EXDATE"] == "TZID=Europe/Brussels:20261215T100000"
    bornee = ecrire(regle("RRULE:FREQ=WEEKLY", "RDATE:20270105T090000"), au=date(2026, 12, 31))
    assert "RDATE" not in bornee
    entiere = regle("RRULE:FREQ=DAILY;COUNT=5", depart="DTSTART;VALUE=DATE:20261224", duree="")
    assert ecrire(entiere, date(2026, 12, 26))["RRULE"] == "FREQ=DAILY;UNTIL=20261228"

"""Les dates d'une série : celles de dateutil, quelle que soit la fenêtre ; dites et relues pareil."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.recurrence import (
    Ecart,
    PasUneDate,
    Quoi,
    Recurrence,
    ajouter,
    couper,
    dates,
    ecarter,
    occurrences,
    premiere,
)
from tiers_lieu_cli.noyau.temps.regle_dite import RegleIncomprise, dire, lire_recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import lire_rrule
from tiers_lieu_cli.noyau.temps.temps import Creneau

LE_24 = date(2026, 11, 24)
_JOURS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@pytest.mark.parametrize(
    "fausse",
    [
        *("FREQ=SECONDLY", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=1TU", "FREQ=YEARLY;BYDAY=20MO", "TU"),
        *("FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;BYHOUR=3", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=DAILY;FREQ=DAILY"),
    ],
)
def test_une_regle_ecrite_fausse_est_refusee(fausse: str) -> None:
    with pytest.raises(ValueError, match="règle"):
        lire_rrule(fausse)


semaines = st.builds(
    lambda n, jours: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(sorted(jours, key=_JOURS.index))}",
    st.integers(1, 5),
    st.sets(st.sampled_from(_JOURS), min_size=1, max_size=4),
)
mensuelles = st.builds(
    lambda n, quoi: f"FREQ=MONTHLY;INTERVAL={n};{quoi}",
    st.integers(1, 4),
    st.one_of(
        st.builds("BYDAY={}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(_JOURS)),
        st.builds("BYMONTHDAY={}".format, st.sampled_from([1, 15, 29, 30, 31, -1, -3])),
        st.just("BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        st.just("BYDAY=FR;BYMONTHDAY=13"),
        st.builds("BYDAY={}{},{}{}".format, *[st.sampled_from([1, 3, -1]), st.sampled_from(_JOURS)] * 2),
    ),
)
autres = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 40)),
    st.builds("FREQ=YEARLY;INTERVAL={};BYMONTHDAY=29;BYMONTH=2".format, st.integers(1, 4)),
    st.builds("FREQ=YEARLY;BYDAY={}SU;BYMONTH={}".format, st.sampled_from([1, 4, -1]), st.integers(1, 12)),
    st.builds(
        lambda mois: f"FREQ=WEEKLY;BYDAY=TU;BYMONTH={','.join(map(str, sorted(mois)))}",
        st.sets(st.integers(1, 12), min_size=1, max_size=11),
    ),
)
regles = st.one_of(semaines, mensuelles, autres)
jours = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@given(regles, jours, st.integers(-400, 3000), st.integers(0, 800))
def test_les_dates_sont_celles_de_dateutil(regle: str, depart: date, ecart: int, largeur: int) -> None:
    premier = premiere(regle, depart)
    if premier is None:
        return
    du = premier + timedelta(days=ecart)
    au = du + timedelta(days=largeur)
    attendues = rrulestr(regle, dtstart=datetime.combine(premier, datetime.min.time())).between(
        *(datetime.combine(jour, datetime.min.time()) for jour in (du, au)), inc=True
    )
    assert [*dates(Recurrence(regle=regle, du=str(premier)), du, au)] == [d.date() for d in attendues]


@given(regles, jours)
def test_ce_qui_est_dit_se_relit(regle: str, depart: date) -> None:
    premier = premiere(regle, depart)
    if premier is None:
        return
    serie = Recurrence(
        regle=str(lire_rrule(regle)), du=str(premier), debut="19:00", fin="21:00", sauf=("feries",)
    )
    dite = dire(serie)
    if not dite.startswith("selon la règle"):
        relue = lire_recurrence(dite, premier, None)
        du, au = premier, premier + timedelta(days=900)
        assert [*dates(relue, du, au)] == [*dates(serie, du, au)], dite
        assert (relue.debut, relue.fin, relue.sauf) == ("19:00", "21:00", ("feries",))


@given(regles, jours, st.integers(1, 12))
def test_couper_ne_perd_ni_n_ajoute_de_date(regle: str, depart: date, rang: int) -> None:
    premier = premiere(regle, depart)
    if premier is None:
        return
    fin = premier + timedelta(days=1500)
    serie = Recurrence(regle=regle, du=str(premier), au=str(fin))
    toutes = [*dates(serie, premier, fin)]
    if rang >= len(toutes):
        return
    avant, apres = couper(serie, toutes[rang])
    assert [*dates(avant, premier, fin)] == toutes[:rang]
    assert [*dates(apres, premier, fin)] == toutes[rang:]


def fenetre(du: date, au: date) -> Creneau:
    return Creneau.de_jours(du, au)


MARDIS = Recurrence(regle="FREQ=WEEKLY;BYDAY=TU", du="2026-11-24", debut="22:00", fin="02:00")


@given(jours, st.integers(0, 40), st.integers(0, 40))
def test_une_fenetre_est_la_reunion_de_ses_moities(depart: date, a: int, b: int) -> None:
    milieu = depart + timedelta(days=a)
    moitie = occurrences(MARDIS, fenetre(depart, milieu))
    suite = occurrences(MARDIS, fenetre(milieu, milieu + timedelta(days=b)))
    entiere = occurrences(MARDIS, fenetre(depart, milieu + timedelta(days=b)))
    assert {o.jour for o in entiere} == {o.jour for o in (*moitie, *suite)}


def test_une_nuit_se_voit_aussi_du_lendemain_matin() -> None:
    (nuit,) = occurrences(MARDIS, fenetre(date(2026, 11, 25), date(2026, 11, 25)))
    assert nuit.creneau == Creneau(datetime(2026, 11, 24, 22), datetime(2026, 11, 25, 2))


def test_sauter_deplacer_rajouter() -> None:
    decembre = fenetre(date(2026, 12, 1), date(2026, 12, 31))
    sautee = ecarter(MARDIS, date(2026, 12, 8), Ecart(quoi=Quoi.SAUTE))
    assert [o.jour.day for o in occurrences(sautee, decembre)] == [1, 15, 22, 29]
    assert ajouter(sautee, date(2026, 12, 8)) == MARDIS
    loin = Ecart(quoi=Quoi.DEPLACE, debut="2027-03-01T10:00", fin="2027-03-01T12:00")
    deplacee = ecarter(sautee, date(2026, 12, 15), loin)
    assert [o.jour.day for o in occurrences(deplacee, decembre)] == [1, 22, 29]
    assert [o.jour for o in occurrences(deplacee, fenetre(date(2027, 3, 1), date(2027, 3, 1)))] == [
        date(2026, 12, 15)
    ]
    de_plus = ajouter(MARDIS, date(2026, 12, 3))
    assert [o.jour.day for o in occurrences(de_plus, decembre)] == [1, 3, 8, 15, 22, 29]
    with pytest.raises(PasUneDate, match="mercredi 2 décembre") as refus:
        ecarter(MARDIS, date(2026, 12, 2), Ecart(quoi=Quoi.SAUTE))
    assert "mardi 1er décembre 2026 ou mardi 8 décembre 2026" in refus.value.remede
    with pytest.raises(ErreurUsage, match="déjà lieu"):
        ajouter(MARDIS, date(2026, 12, 8))


def test_sauf_les_jours_de_cette_nature_a_moins_qu_on_les_rajoute() -> None:
    serie = Recurrence(regle="FREQ=WEEKLY;BYDAY=TU", du="2026-12-01", sauf=("vacances-scolaires",))
    vacances = {date(2026, 12, 22), date(2026, 12, 29)}
    decembre = fenetre(date(2026, 12, 1), date(2026, 12, 31))
    exclus = {"vacances-scolaires": vacances}
    assert [o.jour.day for o in occurrences(serie, decembre, exclus)] == [1, 8, 15]
    assert len(occurrences(serie, decembre)) == 5
    rajoutee = ajouter(serie, date(2026, 12, 22), exclus)
    assert [o.jour.day for o in occurrences(rajoutee, decembre, exclus)] == [1, 8, 15, 22]


def test_la_premiere_date_est_la_premiere_qui_vient() -> None:
    assert lire_recurrence("un lundi sur deux", LE_24, None).du == "2026-11-30"
    with pytest.raises(RegleIncomprise, match="aucune date"):
        lire_recurrence("le 31 du mois", LE_24, date(2026, 12, 15))

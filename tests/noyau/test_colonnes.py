"""Les dates et les heures d'un tableau : comprises, ou fautives ; jamais supposées."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import colonnes, temps
from tiers_lieu_cli.noyau.temps.colonnes import Case, CaseFautive, Ordre

BRUXELLES = ZoneInfo("Europe/Brussels")


def lire(texte: str, ordre: Ordre = Ordre.JOUR_DABORD) -> str:
    """La case redite : « 2026-12-15 10:30 »."""
    case = colonnes.lire_case(texte, BRUXELLES, ordre)
    heure = "" if case.heure is None else "minuit" if case.minuit else temps.ecrire_heure(case.heure)
    return f"{case.jour or ''} {heure}".strip()


@pytest.mark.parametrize(
    ("texte", "minutes"),
    [
        ("10:30", 630),
        ("10.30", 630),
        ("10h30", 630),
        ("10H30", 630),
        ("10 h 30", 630),
        ("10u30", 630),
        ("10 heures 30", 630),
        ("1030", 630),
        ("930", 570),
        ("0930", 570),
        ("103000", 630),
        ("10:30:00", 630),
        (" 10:30\u202f", 630),
        ("10", 600),
        ("10h", 600),
        ("10 h", 600),
        ("10 heures", 600),
        ("2:30 pm", 870),
        ("2:30 p.m.", 870),
        ("12 am", 0),
        ("12 PM", 720),
        ("midi", 720),
        ("noon", 720),
        ("minuit", 1440),
        ("24:00", 1440),
        ("0:00", 0),
    ],
)
def test_une_heure(texte: str, minutes: int) -> None:
    # « minuit », en un mot, ne dit pas encore lequel des deux.
    minuit = texte == "minuit"
    attendue = Case(heure=timedelta(minutes=0 if minuit else minutes), minuit=minuit)
    assert colonnes.lire_case(texte, UTC) == attendue


@pytest.mark.parametrize(
    "texte",
    [
        *("10:75", "25:30", "24:30", "10.5", "10,5", "10,30", "0.4375", "10:3", "13pm", "0 am", "1075"),
        *("10:30:15", "10h75", "matin", "vers 10h", "10h-12h", "10:30 CET", "toute la journée", "-", "?"),
        *("10h30h", "99", "12345678"),
    ],
)
def test_ce_qui_n_est_pas_une_heure_est_une_faute(texte: str) -> None:
    with pytest.raises(CaseFautive):
        colonnes.lire_case(texte, UTC)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("", ""),
        ("15/12/2026", "2026-12-15"),
        ("15-12-2026", "2026-12-15"),
        ("15.12.26", "2026-12-15"),
        ("2026-12-15", "2026-12-15"),
        ("2026/12/15", "2026-12-15"),
        ("20261215", "2026-12-15"),
        ("15 décembre 2026", "2026-12-15"),
        ("1er déc. 2026", "2026-12-01"),
        ("mardi 15 décembre 2026", "2026-12-15"),
        ("mar. 15/12/2026", "2026-12-15"),
        ("Tuesday, December 15, 2026", "2026-12-15"),
        ("Dec 15th 2026", "2026-12-15"),
        ("15/12/2026 10.30", "2026-12-15 10:30"),
        ("15/12/2026 10", "2026-12-15 10:00"),
        ("15/12/2026 10 h 30", "2026-12-15 10:30"),
        ("15/12/2026 à 10u30", "2026-12-15 10:30"),
        ("15/12/2026, 10:30", "2026-12-15 10:30"),
        ("15/12/2026 1030", "2026-12-15 10:30"),
        ("15/12/2026\u00a010:30", "2026-12-15 10:30"),
        ("15/12/2026 midi", "2026-12-15 12:00"),
        ("15/12/2026 minuit", "2026-12-15 minuit"),
        ("10:30:00 - mardi 15 décembre 2026", "2026-12-15 10:30"),
        ("Tue, Dec 15, 2026 2:30 PM", "2026-12-15 14:30"),
        ("2026-12-15T10:30", "2026-12-15 10:30"),
        ("2026-12-15 10:30:00", "2026-12-15 10:30"),
        ("2027-01-04T10:00:00Z", "2027-01-04 11:00"),
        ("20270104T100000Z", "2027-01-04 11:00"),
        ("2027-07-05T10:00:00+00:00", "2027-07-05 12:00"),
        ("2027-07-05 10:00:00+0000", "2027-07-05 12:00"),
        ("2027-07-06T23:30:00.000Z", "2027-07-07 01:30"),
        ("2027-07-08T10:00-04:00", "2027-07-08 16:00"),
        ("2027-07-08 10:00:00-04:00", "2027-07-08 16:00"),
        ("2027-07-08 10:00 UTC", "2027-07-08 12:00"),
        ("10:30", "10:30"),
    ],
)
def test_une_case(texte: str, attendu: str) -> None:
    assert lire(texte) == attendu


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("12/31/2026", "le jour d'abord"),
        ("31/02/2026", "pas une date"),
        ("15/12", "il manque l'année"),
        ("lundi 15/12/2026", "est un mardi"),
        ("15/12/2026 10:75", "heure de la journée"),
        ("15/12/2026 25:30", "heure de la journée"),
        ("2026-12-15 10:00-12:00", "pas une heure"),
        ("15/12/2026 10:00-04:00", "pas une heure"),
        ("15/12/2026 environ 10h", "pas une heure"),
        ("15/12/2026 16/12/2026", "pas une heure"),
        ("15 jui 2026", "pas une date"),
        ("demain", "pas une heure"),
        ("46371", "pas une heure"),
        ("31/12/9999 24:00", "pas une date"),
        ("0001-01-01T00:00+14:00", "pas une date"),
    ],
)
def test_une_case_fautive_le_dit(texte: str, dit: str) -> None:
    with pytest.raises(CaseFautive, match=dit):
        lire(texte)


def test_le_mois_d_abord_se_lit_si_on_l_a_dit() -> None:
    assert lire("12/31/2026 10:00", Ordre.MOIS_DABORD) == "2026-12-31 10:00"
    assert lire("01/02/2026") == "2026-02-01"
    assert lire("01/02/2026", Ordre.MOIS_DABORD) == "2026-01-02"


@pytest.mark.parametrize(
    ("valeurs", "ordre"),
    [
        (["12/31/2026 10:00", "12/01/2026 10:00", "12/05/2026 14:00"], Ordre.MOIS_DABORD),
        (["01/02/2026", "31/12/2026"], Ordre.JOUR_DABORD),
        (["01/02/2026", "05/05/2026", "", "n'importe quoi"], Ordre.INDECIDABLE),
        (["31/12/2026", "12/31/2026"], Ordre.CONTRADICTOIRE),
        (["2026-12-31", "31 décembre 2026", "2027-01-04T10:00:00Z"], Ordre.INDECIDABLE),
        (["mardi 12/01/2027"], Ordre.JOUR_DABORD),
        (["Tue 01/12/2027"], Ordre.MOIS_DABORD),
        (["32/13/2026"], Ordre.INDECIDABLE),
        ([], Ordre.INDECIDABLE),
    ],
)
def test_l_ordre_se_prouve_sur_la_colonne(valeurs: list[str], ordre: Ordre) -> None:
    assert colonnes.ordre_des_dates(valeurs) is ordre


def creneau(debut: str, fin: str = "", duree: timedelta | None = None) -> str:
    cases = (colonnes.lire_case(texte, BRUXELLES) for texte in (debut, fin))
    return temps.dire_creneau(colonnes.lire_creneau(*cases, duree))


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [
        ("15/12/2026 10:30", "15/12/2026 11:30", "mardi 15 décembre 2026, 10:30–11:30"),
        ("15/12/2026 10:30", "11:30", "mardi 15 décembre 2026, 10:30–11:30"),
        ("15/12/2026 22:00", "02:00", "mardi 15 décembre 2026, 22:00–02:00"),
        ("15/12/2026 22:00", "16/12/2026 02:00", "mardi 15 décembre 2026, 22:00–02:00"),
        ("15/12/2026 20:00", "minuit", "mardi 15 décembre 2026, 20:00–00:00"),
        ("15/12/2026 20:00", "15/12/2026 24:00", "mardi 15 décembre 2026, 20:00–00:00"),
        ("15/12/2026 20:00", "16/12/2026 00:00", "mardi 15 décembre 2026, 20:00–00:00"),
        ("15/12/2026", "", "mardi 15 décembre 2026"),
        ("15/12/2026", "17/12/2026", "du mardi 15 au jeudi 17 décembre 2026"),
    ],
)
def test_un_creneau(debut: str, fin: str, attendu: str) -> None:
    assert creneau(debut, fin) == attendu


@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        ("20/01/2027 10:00", "20/01/2027 09:00", "finit avant"),
        ("22/01/2027 14:00", "22/01/2027 14:00", "finit quand"),
        ("25/01/2027 10:00", "24/01/2027 12:00", "finit avant"),
        ("25/01/2027", "24/01/2027", "finit avant"),
        ("20/01/2027 20:00", "18:30", "finit avant"),
        ("20/01/2027 10:00", "", "ni fin ni durée"),
        ("20/01/2027 10:00", "21/01/2027", "l'heure de fin"),
        ("20/01/2027", "12:00", "l'heure de début"),
        ("10:00", "12:00", "pas de date"),
        ("20/01/2027 minuit", "02:00", "minuit"),
        ("20/01/2027 20:00", "21/01/2027 minuit", "minuit"),
    ],
)
def test_un_creneau_ne_s_arrondit_jamais_a_la_journee(debut: str, fin: str, dit: str) -> None:
    with pytest.raises(CaseFautive, match=dit):
        creneau(debut, fin)


def test_une_duree_fait_la_fin_et_ne_la_contredit_pas() -> None:
    une_heure = timedelta(hours=1)
    assert creneau("15/12/2026 10:30", "", une_heure) == "mardi 15 décembre 2026, 10:30–11:30"
    assert creneau("15/12/2026 10:30", "11:30", une_heure) == "mardi 15 décembre 2026, 10:30–11:30"
    with pytest.raises(CaseFautive, match="se contredisent"):
        creneau("15/12/2026 10:30", "12:30", une_heure)


def test_quatre_colonnes_font_deux_cases() -> None:
    jour, heure = Case(date(2026, 12, 15)), Case(heure=timedelta(hours=10))
    assert colonnes.reunir(jour, heure) == Case(date(2026, 12, 15), timedelta(hours=10))
    assert colonnes.reunir(jour, Case()) == jour
    assert colonnes.reunir(jour, jour) == jour
    with pytest.raises(CaseFautive):
        colonnes.reunir(jour, Case(date(2026, 12, 16)))


instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(
    lambda d: d.replace(second=0, microsecond=0)
)
FORMES = [
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %Hh%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%dT%H%M%S",
    "%d-%m-%Y %H.%M",
    "%d/%m/%Y %H%M",
]


@given(instants, st.sampled_from(FORMES))
def test_chaque_forme_se_relit(instant: datetime, forme: str) -> None:
    assert lire(instant.strftime(forme)) == f"{instant:%Y-%m-%d %H:%M}"


@given(instants, st.integers(-14, 14))
def test_un_decalage_se_convertit_a_l_heure_du_lieu(instant: datetime, heures: int) -> None:
    ecrit = f"{instant:%Y-%m-%dT%H:%M}{heures:+03}:00"
    local = (instant.replace(tzinfo=UTC) - timedelta(hours=heures)).astimezone(BRUXELLES)
    assert lire(ecrit) == f"{local:%Y-%m-%d %H:%M}"


@given(st.lists(instants, max_size=8), st.booleans())
def test_une_colonne_prouve_son_ordre_ou_se_tait(jours: list[datetime], a_l_americaine: bool) -> None:
    forme, vrai = ("%m/%d/%Y", Ordre.MOIS_DABORD) if a_l_americaine else ("%d/%m/%Y", Ordre.JOUR_DABORD)
    prouve = any(jour.day > 12 for jour in jours)
    attendu = vrai if prouve else Ordre.INDECIDABLE
    assert colonnes.ordre_des_dates(jour.strftime(forme) for jour in jours) is attendu


@given(st.text(max_size=40) | st.from_regex(r"[0-9:/.hu TZ+-]{0,25}", fullmatch=True))
def test_rien_d_autre_qu_une_faute_ne_sort_d_une_case(texte: str) -> None:
    colonnes.ordre_des_dates([texte])
    for ordre in (Ordre.JOUR_DABORD, Ordre.MOIS_DABORD):
        try:
            lue = colonnes.lire_case(texte, BRUXELLES, ordre)
        except ErreurUsage:
            continue
        assert lue != Case() or not any(c.isalnum() for c in texte)

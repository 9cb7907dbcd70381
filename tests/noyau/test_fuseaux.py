"""L'heure qu'il est, et les fuseaux qu'un fichier définit : ceux du monde en sont l'oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.fuseaux import FuseauDuFichier, abreger, du_monde
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

LIEGE = ZoneInfo("Europe/Brussels")
CHEZ_NOUS = """BEGIN:VTIMEZONE
TZID:Liège
X-LIC-LOCATION:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART;VALUE=DATE-TIME:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE"""
ICI = FuseauDuFichier(CHEZ_NOUS)


@given(st.datetimes(datetime(1997, 1, 1), datetime(2099, 12, 31)), st.booleans())
def test_un_fuseau_ecrit_donne_l_heure_de_celui_du_monde(mural: datetime, second: bool) -> None:
    mural = mural.replace(fold=int(second))
    assert mural.replace(tzinfo=ICI).utcoffset() == mural.replace(tzinfo=LIEGE).utcoffset()
    la_bas = mural.replace(tzinfo=UTC)
    assert la_bas.astimezone(ICI).replace(tzinfo=None) == la_bas.astimezone(LIEGE).replace(tzinfo=None)
    assert la_bas.astimezone(ICI).fold == la_bas.astimezone(LIEGE).fold


@pytest.mark.parametrize(
    "mural", ["2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25T03:00", "2026-03-29T03:00"]
)
def test_aux_heures_qui_manquent_ou_doublent(mural: str) -> None:
    for pli in (0, 1):
        heure = datetime.fromisoformat(mural).replace(fold=pli)
        assert heure.replace(tzinfo=ICI).utcoffset() == heure.replace(tzinfo=LIEGE).utcoffset(), pli


def fixe(*lignes: str) -> FuseauDuFichier:
    corps = ("BEGIN:STANDARD", "DTSTART:20000101T000000", *lignes, "END:STANDARD")
    return FuseauDuFichier("\n".join(("BEGIN:VTIMEZONE", *corps, "END:VTIMEZONE")))


@pytest.mark.parametrize(
    ("ecrit", "ecart"),
    [
        ("+0530", timedelta(hours=5, minutes=30)),
        ("-0330", -timedelta(hours=3, minutes=30)),
        ("0000", timedelta()),
        ("+001730", timedelta(minutes=17, seconds=30)),
        ("+2359", timedelta(hours=23, minutes=59)),
    ],
)
def test_un_decalage(ecrit: str, ecart: timedelta) -> None:
    fuseau = fixe(f"TZOFFSETFROM:{ecrit}", f"TZOFFSETTO:{ecrit}")
    moment = datetime(2026, 11, 24, 8, tzinfo=fuseau)
    assert (moment.utcoffset(), moment.dst(), moment.tzname()) == (ecart, timedelta(), None)


@pytest.mark.parametrize("ecrit", ["+2400", "+05", "+05300", "5:30", "+0560", "+05:30", "٠٥٣٠", ""])
def test_un_decalage_qui_n_en_est_pas_un(ecrit: str) -> None:
    with pytest.raises(ValueError, match="n'est pas un décalage horaire"):
        fixe(f"TZOFFSETFROM:{ecrit}", f"TZOFFSETTO:{ecrit}")


def test_avant_le_premier_changement_l_heure_d_avant() -> None:
    fuseau = fixe("TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")
    assert datetime(1999, 12, 31, 23, 59, tzinfo=fuseau).utcoffset() == timedelta(hours=1)
    assert datetime(2000, 1, 1, 1, tzinfo=fuseau).utcoffset() == timedelta(hours=2)


def test_des_changements_ecrits_un_a_un_et_jusqu_a_un_jour() -> None:
    fuseau = fixe("TZOFFSETFROM:+0100", "TZOFFSETTO:+0300", "RDATE:20050101T000000,20060101T000000Z/PT1H")
    assert datetime(2005, 6, 1, tzinfo=fuseau).utcoffset() == timedelta(hours=3)
    bornee = CHEZ_NOUS.replace("BYDAY=-1SU", "BYDAY=-1SU;UNTIL=20061231T000000Z")
    assert datetime(2006, 7, 1, tzinfo=FuseauDuFichier(bornee)).utcoffset() == timedelta(hours=2)
    assert datetime(2007, 7, 1, tzinfo=FuseauDuFichier(bornee)).utcoffset() == timedelta(hours=1)
    # UNTIL est en UTC : 2 h du matin à Liège, le dernier dimanche de mars, c'est 1 h là-bas.
    juste = CHEZ_NOUS.replace("BYMONTH=3;BYDAY=-1SU", "BYMONTH=3;BYDAY=-1SU;UNTIL=20060326T010000Z")
    assert datetime(2006, 7, 1, tzinfo=FuseauDuFichier(juste)).utcoffset() == timedelta(hours=2)
    trop_tot = CHEZ_NOUS.replace("BYMONTH=3;BYDAY=-1SU", "BYMONTH=3;BYDAY=-1SU;UNTIL=20060326T005959Z")
    assert datetime(2006, 7, 1, tzinfo=FuseauDuFichier(trop_tot)).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("vtimezone", "dit"),
    [
        ("", "ce fuseau ne définit aucune heure"),
        ("BEGIN:VTIMEZONE\nEND:VTIMEZONE", "ce fuseau ne définit aucune heure"),
        ("BEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD", "il lui manque une ligne"),
        (CHEZ_NOUS.replace("BYDAY=-1SU", "BYDAY=ZZ"), "BYDAY=ZZ » est une règle impossible"),
        (CHEZ_NOUS.replace("19960331T020000", "« hier » n'est pas une date"), "hier"),
    ],
)
def test_un_fuseau_qui_ne_se_comprend_pas(vtimezone: str, dit: str) -> None:
    with pytest.raises(ValueError, match=dit):
        FuseauDuFichier(vtimezone)


def test_abreger_ne_garde_que_l_heure() -> None:
    abrege = abreger(CHEZ_NOUS)
    assert "TZNAME" not in abrege
    assert "X-LIC" not in abrege
    assert abrege.splitlines()[2:5] == CHEZ_NOUS.splitlines()[3:6]
    assert len(abrege.splitlines()) == len(CHEZ_NOUS.splitlines()) - 2
    assert datetime(2026, 7, 1, tzinfo=FuseauDuFichier(abrege)).utcoffset() == timedelta(hours=2)


def test_ceux_du_monde() -> None:
    assert du_monde("Europe/Brussels") == LIEGE
    assert [du_monde(nom) for nom in ("Liège", "../etc/passwd", "", "Europe")] == [None] * 4


# -- l'horloge ----------------------------------------------------------------

ARRETEE = Horloge(LIEGE, datetime(2026, 11, 24, 23, 30, 15, 7, UTC))


def test_l_heure_du_lieu() -> None:
    assert ARRETEE.maintenant().isoformat() == "2026-11-25T00:30:15.000007+01:00"
    assert ARRETEE.murale() == datetime(2026, 11, 25, 0, 30)
    assert ARRETEE.a_la_microseconde() == datetime(2026, 11, 25, 0, 30, 15, 7)
    assert ARRETEE.aujourdhui() == date(2026, 11, 25)
    assert Horloge(UTC).maintenant().tzinfo is UTC


@pytest.mark.parametrize(
    ("deja", "arrivee"),
    [
        ((), "2026-11-25T00:30:15.000007"),
        (("2026-11-25T00:30:15.000006",), "2026-11-25T00:30:15.000007"),
        (("2026-11-25T00:30:15.000007",), "2026-11-25T00:30:15.000008"),
        (("2026-11-25T00:31:00.000000", "2026-11-24T00:00:00.000000"), "2026-11-25T00:31:00.000001"),
        (("", ""), "2026-11-25T00:30:15.000007"),
    ],
)
def test_dans_une_file_on_arrive_apres(deja: tuple[str, ...], arrivee: str) -> None:
    assert ARRETEE.arrivee(deja) == arrivee


@pytest.mark.parametrize("texte", ["", "2026-11-24T08:52+01:00"])
def test_une_heure_imposee(texte: str) -> None:
    voulue = datetime(2026, 11, 24, 7, 52, tzinfo=UTC) if texte else None
    assert heure_imposee({"TIERS_LIEU_MAINTENANT": texte}) == voulue
    assert heure_imposee({}) is None


@pytest.mark.parametrize("texte", ["demain", "2026-11-24T08:52"])
def test_une_heure_imposee_a_son_decalage(texte: str) -> None:
    with pytest.raises(ErreurUsage) as refus:
        heure_imposee({"TIERS_LIEU_MAINTENANT": texte})
    assert (
        refus.value.fait == f"TIERS_LIEU_MAINTENANT vaut « {texte} », qui n'est pas une heure avec décalage."
    )
    assert refus.value.remede == "Écrire par exemple 2026-11-24T08:52+01:00."

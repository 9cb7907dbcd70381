"""Lire des agendas venus d'ailleurs : réels, faux ou hostiles (`ical.md` § 2)."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soutien import AGENDAS_REELS

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, AgendaRefuse, lire_agenda
from tiers_lieu_cli.noyau.agenda.lecteur_ics import Lecture, Refus, lire

BRUXELLES = ZoneInfo("Europe/Brussels")
AUJOURDHUI = date(2026, 11, 24)


def agenda(*lignes: str, autour: str = "") -> bytes:
    corps = "\r\n".join(lignes)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//essai//FR\r\n"
        f"{autour}BEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:Essai\r\n{corps}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def lu(octets: bytes, du: date | None = None, au: date | None = None, delai: float = 20.0) -> AgendaLu:
    return lire_agenda(
        octets,
        nom_du_fichier="essai.ics",
        fuseau=BRUXELLES,
        aujourdhui=AUJOURDHUI,
        du=du,
        au=au,
        delai=delai,
    )


def ici(octets: bytes, du: date | None = None, au: date | None = None) -> Lecture:
    """La même lecture, dans ce processus : pour les essais nombreux."""
    lecture = Lecture(BRUXELLES, AUJOURDHUI, du, au)
    lire(octets, lecture)
    return lecture


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "vide"),
        (b"<!doctype html><p>404", "page web"),
        (b'{"a": 1}', "JSON"),
        ("\ufeffBEGIN:VCALENDAR".encode("utf-16"), "UTF-16"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "coupé"),
        (b"bonjour", "autre texte"),
        (agenda("DTSTART:20261124T100000Z", autour="n'importe quoi\r\n"), "mal écrit"),
        (
            agenda(
                "DTSTART:20261124T100000Z",
                autour="BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n",
            ),
            "mal écrit",
        ),
        (b"x" * (2 * 1024 * 1024 + 1), "2 Mio"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_agenda_est_refuse_en_une_phrase(octets: bytes, dit: str) -> None:
    with pytest.raises(AgendaRefuse, match=dit) as refus:
        lu(octets)
    assert refus.value.fait.startswith("essai.ics ")
    assert refus.value.remede


@pytest.mark.parametrize(
    ("lignes", "dit"),
    [
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=SECONDLY"], "rythme"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=SECONDLY;COUNT=999999999"], "rythme"),
        (["DTSTART:19700101T100000Z", "RRULE:FREQ=MINUTELY"], "rythme"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;INTERVAL=0"], "impossible"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;INTERVAL=-1"], ""),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=PARFOIS"], ""),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1"], "plusieurs fois"),
        (["DTSTART:16010101T100000Z", "RRULE:FREQ=HOURLY"], "1601"),
        (["DTSTART;TZID=Lune/Tycho:20261124T100000"], "Lune/Tycho"),
        (["DTSTART;TZID=GMT Standard Time 1:20261124T100000"], "fuseau"),
        (["DTSTART:20261399T100000"], "DTSTART"),
        (["SEQUENCE:1"], "pas de date"),
        (["DTSTART:20261124T100000Z", "DURATION:P999999999D"], "démesurée"),
        (["DTSTART:20261124T100000Z", "DTEND:20261124T090000Z"], "finit avant"),
        (["DTSTART:20261124T100000Z", "DTSTART:20261125T100000Z"], "plusieurs DTSTART"),
    ],
)
def test_un_evenement_abime_est_laisse_et_nomme_sans_perdre_les_bons(lignes: list[str], dit: str) -> None:
    bon = "BEGIN:VEVENT\r\nUID:bon\r\nSUMMARY:Bon\r\nDTSTART:20261125T100000Z\r\nEND:VEVENT\r\n"
    resultat = lu(agenda(*lignes, autour=bon))
    assert [e.titre for e in resultat.evenements] == ["Bon"]
    (defaut,) = resultat.defauts
    assert "Essai" in defaut
    assert dit in defaut


def test_un_fuseau_au_nom_demesure_ne_casse_rien() -> None:
    octets = agenda(f"DTSTART;TZID={'A' * 300}:20261124T100000")
    try:
        evenements = lu(octets).evenements
    except AgendaRefuse:
        evenements = ()
    assert evenements == ()


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (["DTSTART:20261124T100000Z", "DTEND:20261124T113000Z"], ("2026-11-24T11:00", "2026-11-24T12:30")),
        (["DTSTART:20261124T100000", "DURATION:PT1H"], ("2026-11-24T10:00", "2026-11-24T11:00")),
        (["DTSTART;TZID=Romance Standard Time:20261124T100000"], ("2026-11-24T10:00", "2026-11-24T10:30")),
        (["DTSTART;TZID=America/Montreal:20261124T100000"], ("2026-11-24T16:00", "2026-11-24T16:30")),
        (["DTSTART;VALUE=DATE:20261124"], ("2026-11-24", "2026-11-25")),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"], ("2026-11-24", "2026-11-25")),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"], ("2026-11-24", "2026-11-27")),
    ],
)
def test_les_heures_deviennent_celles_du_lieu(lignes: list[str], attendu: tuple[str, str]) -> None:
    (e,) = ici(agenda(*lignes)).evenements
    assert (e["debut"], e["fin"]) == attendu


def test_une_serie_garde_son_heure_a_travers_les_changements_d_heure() -> None:
    lignes = ["DTSTART;TZID=Europe/Brussels:20260301T190000", "RRULE:FREQ=WEEKLY;COUNT=40"]
    heures = {str(e["debut"])[11:] for e in ici(agenda(*lignes)).evenements}
    assert heures == {"19:00"}


def test_une_serie_sans_fin_est_prise_autour_d_aujourd_hui() -> None:
    jours = [
        str(e["debut"])[:10] for e in ici(agenda("DTSTART:20100104T180000Z", "RRULE:FREQ=WEEKLY")).evenements
    ]
    assert 54 <= len(jours) <= 60
    assert min(jours) >= "2026-10-20"
    assert max(jours) <= "2027-11-30"


def test_une_occurrence_deplacee_garde_sa_cle_et_l_annulee_est_marquee() -> None:
    serie = (
        "BEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:Série\r\nDTSTART:20261201T180000Z\r\n"
        "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\n"
    )
    lecture = ici(
        agenda(
            "RECURRENCE-ID:20261202T180000Z",
            "DTSTART:20261210T100000Z",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:u1",
            "RECURRENCE-ID:20261203T180000Z",
            "DTSTART:20261203T180000Z",
            "STATUS:CANCELLED",
            autour=serie,
        )
    )
    par_cle = {str(e["occurrence"]): e for e in lecture.evenements}
    assert sorted(par_cle) == ["2026-12-01T18:00Z", "2026-12-02T18:00Z", "2026-12-03T18:00Z"]
    assert par_cle["2026-12-02T18:00Z"]["debut"] == "2026-12-10T11:00"
    assert par_cle["2026-12-03T18:00Z"]["annule"] is True


def test_ni_invite_ni_organisateur_ni_adresse_ne_passent() -> None:
    (e,) = ici(
        agenda(
            "DTSTART:20261124T100000Z",
            "ORGANIZER;CN=Jeanne Dupont:mailto:jeanne@exemple.be",
            "ATTENDEE;CN=Paul:mailto:paul@exemple.be",
            "CONTACT:Jeanne\\, 0470",
        )
    ).evenements
    assert not re.search("jeanne|paul|0470", repr(e), re.IGNORECASE)


def test_un_fichier_latin_1_n_est_pas_abime_en_silence() -> None:
    resultat = lu(agenda("DTSTART:20261124T100000Z", "LOCATION:Liège").decode().encode("latin-1"))
    assert resultat.evenements[0].lieu == "Liège"
    assert "vérifier les accents" in resultat.defauts[0]


def test_deux_fichiers_ne_partagent_pas_leurs_fuseaux() -> None:
    """icalendar garde les fuseaux d'un fichier au suivant ; un processus par fichier l'empêche."""

    def perso(decalage: str) -> bytes:
        zone = (
            "BEGIN:VTIMEZONE\r\nTZID:Perso\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
            f"TZOFFSETFROM:{decalage}\r\nTZOFFSETTO:{decalage}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        )
        return agenda("DTSTART;TZID=Perso:20261124T120000", autour=zone)

    heures = [lu(perso(d)).evenements[0].creneau.debut.hour for d in ("+0500", "-0800")]
    assert heures == [8, 21]
    assert lu(agenda("DTSTART;TZID=Perso:20261124T120000")).evenements == ()


def test_trop_d_occurrences_est_refuse_avec_le_remede() -> None:
    lignes = ["DTSTART:20261124T000000Z", "RRULE:FREQ=HOURLY"]
    with pytest.raises(Refus, match="--du et --au"):
        ici(agenda(*lignes))
    assert len(ici(agenda(*lignes), date(2026, 12, 1), date(2026, 12, 1)).evenements) == 24


@pytest.mark.long
def test_une_lecture_qui_n_en_finit_pas_est_arretee() -> None:
    enorme = agenda("DTSTART:20261124T100000Z", *["X-A:b"] * 150_000)
    with pytest.raises(AgendaRefuse, match="trop de temps"):
        lu(enorme, delai=0.3)


#: Là où notre compte diffère de SOURCES.md, et pourquoi.
ECARTS = {
    "khal__event_dt_multi_uid.ics": 3,  # deux événements distincts sous un même UID : les deux sont gardés
    "ical.js__google_birthday.ics": 2,  # RDATE abîmé : la série est laissée, ses deux autres dates restent
    "icalendar__broken_dtstart.ics": 0,
    "icalendar__issue_1050_multiple_calendars.ics": 0,
    "icalendar__bom_calendar.ics": 0,
    "icalendar__rfc_7986_properties.ics": 0,
}
REFUSES = {"icalendar__issue_104_broken_calendar.ics", "khal__invalid_tzoffset.ics"}


@pytest.mark.skipif(not AGENDAS_REELS.is_dir(), reason="les agendas réels ne sont pas à côté du dépôt")
@pytest.mark.parametrize("nom", sorted(f.name for f in AGENDAS_REELS.glob("*.ics")))
def test_les_agendas_reels_donnent_le_compte_annonce(nom: str) -> None:
    octets = (AGENDAS_REELS / nom).read_bytes()
    if nom in REFUSES:
        with pytest.raises(AgendaRefuse):
            lu(octets)
        return
    sources = (AGENDAS_REELS / "SOURCES.md").read_text("utf-8")
    ligne = next(ligne for ligne in sources.splitlines() if ligne.startswith(f"| {nom} "))
    annonce = ligne.split("|")[7].strip()
    hors_fuseaux = (
        re.sub(rb"(?s)BEGIN:VTIMEZONE.*?END:VTIMEZONE", b"", octets)
        .replace(b"\r\n ", b"")
        .replace(b"\n ", b"")
    )
    annees = [int(a) for a in re.findall(rb"DTSTART[^:\n]*:\s*(\d{4})", hors_fuseaux)] or [2020]
    fenetre = date(min(annees), 1, 1), date(min(annees) + 2, 1, 1)
    compte = len(lu(octets, *fenetre).evenements)
    assert compte == ECARTS[nom] if nom in ECARTS else compte == int(annonce)


BASE = agenda(
    "DTSTART;TZID=Europe/Brussels:20261124T100000",
    "DTEND;TZID=Europe/Brussels:20261124T110000",
    "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU",
    "EXDATE;TZID=Europe/Brussels:20261201T100000",
    "CATEGORIES:a,b",
    "DESCRIPTION:long\\ntexte",
).split(b"\r\n")


@given(st.data())
@settings(max_examples=150)
def test_un_agenda_abime_au_hasard_est_lu_ou_refuse_jamais_plus(data: st.DataObject) -> None:
    lignes = list(BASE)
    for _ in range(data.draw(st.integers(1, 5))):
        rang = data.draw(st.integers(0, len(lignes) - 1))
        geste = data.draw(st.sampled_from(["ote", "double", "melange", "octets", "coupe"]))
        if geste == "ote" and len(lignes) > 1:
            del lignes[rang]
        elif geste == "double":
            lignes.insert(rang, lignes[rang])
        elif geste == "melange":
            autre = data.draw(st.integers(0, len(lignes) - 1))
            lignes[rang], lignes[autre] = lignes[autre], lignes[rang]
        elif geste == "octets":
            lignes[rang] += data.draw(st.binary(max_size=8))
        else:
            lignes[rang] = lignes[rang][: data.draw(st.integers(0, 40))]
    try:
        for e in ici(b"\r\n".join(lignes)).evenements:
            assert str(e["debut"]) < str(e["fin"])
    except Refus as refus:
        phrase = str(refus)
    else:
        phrase = "lu"
    assert phrase

"""Le flux d'agenda, relu par de vrais lecteurs : icalendar, recurring-ical-events, ical.js, khal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from oracles import Vue, installer

from tiers_lieu_cli.noyau.agenda.flux import Publication, ecrire_flux, vtimezone
from tiers_lieu_cli.noyau.systeme import inoffensif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

BRUXELLES = ZoneInfo("Europe/Brussels")
VU = datetime(2026, 11, 24, 7, 52, tzinfo=UTC)


def publication(**champs: object) -> Publication:
    sans = {
        "uid": "2026-11-24-velo-7k2m@passerelle.example",
        "creneau": Creneau(datetime(2026, 11, 24, 18, 30), datetime(2026, 11, 24, 20)),
        "titre": "Atelier vélo",
        "sequence": 0,
        "cree": VU,
        "modifie": VU,
    }
    return Publication(**{**sans, **champs})  # type: ignore[arg-type]


def flux(*publications: Publication, nom: str = "La Passerelle", fuseau: ZoneInfo = BRUXELLES) -> bytes:
    return b"".join(ecrire_flux(nom, publications, fuseau))


EXEMPLES = (
    publication(
        lieu="cour, rue du Pont 12",
        description="On répare ; venez\nnombreux, C:\\New",
        categories=("vélo", "riverains"),
        url="https://passerelle.example/velo",
        sequence=3,
        modifie=VU + timedelta(hours=2),
    ),
    publication(uid="b@x", annule=True, titre="Chorale " + "👩‍👩‍👧" * 20),
    publication(uid="c@x", titre="Fête", creneau=Creneau.de_jours(date(2026, 11, 28), date(2026, 11, 29))),
    publication(uid="d@x", creneau=Creneau(datetime(2026, 11, 27, 22), datetime(2026, 11, 28, 2))),
)


def test_le_flux_a_son_fichier_d_or(or_: Callable[[str, bytes], None]) -> None:
    or_("flux.ics", flux(*EXEMPLES))
    assert flux(*reversed(EXEMPLES)) == flux(*EXEMPLES)


@pytest.mark.parametrize(
    "ligne",
    [
        "METHOD:PUBLISH",
        "NAME:La Passerelle",
        "X-WR-CALNAME:La Passerelle",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "X-WR-TIMEZONE:Europe/Brussels",
        "UID:2026-11-24-velo-7k2m@passerelle.example",
        "SEQUENCE:3",
        "DTSTAMP:20261124T095200Z",
        "LAST-MODIFIED:20261124T095200Z",
        "CREATED:20261124T075200Z",
        "DTSTART;TZID=Europe/Brussels:20261124T183000",
        "DTSTART;VALUE=DATE:20261128",
        "DTEND;VALUE=DATE:20261130",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "STATUS:CANCELLED",
        "STATUS:CONFIRMED",
        "CATEGORIES:riverains,vélo",
        "DESCRIPTION:On répare \\; venez\\nnombreux\\, C:\\\\New",
    ],
)
def test_chaque_piege_des_agendas_a_sa_ligne(ligne: str) -> None:
    assert ligne in flux(*EXEMPLES).decode().split("\r\n")


def test_ce_qu_un_flux_public_ne_porte_jamais() -> None:
    texte = flux(*EXEMPLES).decode()
    assert "VALARM" not in texte
    assert "SUMMARY:ANNULÉ — Chorale" in texte
    assert all(len(ligne) <= 75 for ligne in flux(*EXEMPLES).split(b"\r\n"))
    assert all(b"\n" not in ligne for ligne in flux(*EXEMPLES).split(b"\r\n"))


def test_rien_ne_se_glisse_par_un_nom_ou_une_adresse() -> None:
    piege = "x\r\nEND:VCALENDAR\r\nBEGIN:VEVENT\x00\ud800"
    texte = flux(publication(titre=piege, lieu=piege, url=piege, categories=(piege,)), nom=piege)
    assert texte.count(b"\r\nBEGIN:VEVENT") == 1
    assert b"\x00" not in texte
    assert len(Calendar.from_ical(texte).walk("VEVENT")) == 1


def test_un_flux_vide_reste_un_agenda() -> None:
    assert Calendar.from_ical(flux()).walk("VEVENT") == []


def offsets(zone: bytes) -> list[timedelta | None]:
    tz = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + zone + b"END:VCALENDAR\r\n").walk("VTIMEZONE")[0]
    lu = tz.to_tz(lookup_tzid=False)
    debut = datetime(2024, 1, 1, tzinfo=UTC)
    return [(debut + n * timedelta(hours=1)).astimezone(lu).utcoffset() for n in range(24 * 366 * 3)]


@pytest.mark.long
@pytest.mark.parametrize("nom", ["Europe/Brussels", "Europe/Paris", "Europe/London", "America/Montreal"])
def test_la_definition_du_fuseau_est_juste_heure_par_heure(nom: str) -> None:
    fuseau = ZoneInfo(nom)
    debut = datetime(2024, 1, 1, tzinfo=UTC)
    justes = [(debut + n * timedelta(hours=1)).astimezone(fuseau).utcoffset() for n in range(24 * 366 * 3)]
    assert offsets(vtimezone(fuseau, {2024, 2025, 2026})) == justes


def test_le_fuseau_de_bruxelles_est_constant() -> None:
    assert vtimezone(BRUXELLES, {2026}) == vtimezone(BRUXELLES, {1998, 2060})
    assert b"T020000" in vtimezone(BRUXELLES, {2026})


@pytest.mark.long
def test_tout_fuseau_connu_se_decrit() -> None:
    for nom in sorted(available_timezones())[::25]:
        assert vtimezone(ZoneInfo(nom), {2026}).startswith(b"BEGIN:VTIMEZONE\r\nTZID:")


textes = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60).map(
    lambda t: " ".join(t.split())
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(
    lambda d: d.replace(second=0, microsecond=0)
) | st.sampled_from([datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 23)])


@st.composite
def publications(draw: st.DrawFn) -> list[Publication]:
    faites = []
    for n in range(draw(st.integers(0, 5))):
        debut = draw(moments.filter(lambda d: temps.existe(d, BRUXELLES)))
        if draw(st.booleans()):
            creneau = Creneau.de_jours(debut.date(), debut.date() + timedelta(days=draw(st.integers(0, 40))))
        else:
            fin = debut + timedelta(minutes=draw(st.integers(1, 3000)))
            creneau = Creneau(debut, fin if temps.existe(fin, BRUXELLES) else fin + timedelta(hours=1))
        faites.append(
            publication(
                uid=f"{n}@x",
                creneau=creneau,
                titre=draw(textes.filter(bool)),
                description=draw(textes),
                annule=draw(st.booleans()),
                sequence=draw(st.integers(0, 50)),
            )
        )
    return faites


def attendues(faites: list[Publication]) -> set[tuple[str, str, str]]:
    """(uid, début, fin) que tout lecteur doit trouver."""

    def dire(quand: datetime, jours: bool) -> str:
        aware = quand.replace(tzinfo=BRUXELLES).astimezone(UTC)
        return str(quand.date()) if jours else f"{aware:%Y-%m-%dT%H:%M:%S}.000Z"

    return {
        (p.uid, dire(p.creneau.debut, p.creneau.jours_entiers), dire(p.creneau.fin, p.creneau.jours_entiers))
        for p in faites
    }


@given(publications())
@settings(max_examples=60)
def test_icalendar_relit_ce_qu_on_a_ecrit(faites: list[Publication]) -> None:
    lus = {str(e["UID"]): e for e in Calendar.from_ical(flux(*faites)).walk("VEVENT")}
    for p in faites:
        e = lus.pop(p.uid)
        # Ce qui ne se voit pas y est écrit en clair.
        titre, description = (
            inoffensif(f"ANNULÉ — {p.titre}" if p.annule else p.titre),
            inoffensif(p.description),
        )
        # icalendar lit « \\N » comme un saut de ligne ; notre échappement est celui de la RFC.
        if "\\" not in p.titre + p.description:
            assert str(e["SUMMARY"]) == titre
            assert str(e.get("DESCRIPTION", "")) == description
        assert (e["STATUS"] == "CANCELLED") is p.annule
    assert lus == {}


@given(publications())
@settings(max_examples=40)
def test_recurring_ical_events_trouve_les_memes_occurrences(faites: list[Publication]) -> None:
    trouvees = set()
    for e in recurring_ical_events.of(Calendar.from_ical(flux(*faites))).between(
        date(2023, 1, 1), date(2029, 1, 1)
    ):
        bornes = [e["DTSTART"].dt, e["DTEND"].dt]
        dites = [
            f"{b.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z" if isinstance(b, datetime) else str(b)
            for b in bornes
        ]
        trouvees.add((str(e["UID"]), *dites))
    assert trouvees == attendues(faites)


@pytest.mark.long
@given(faites=publications())
@settings(max_examples=12)
def test_ical_js_trouve_les_memes_occurrences(
    ical_js: Callable[[bytes], list[Vue]], faites: list[Publication]
) -> None:
    # Une heure qui a lieu deux fois est pour nous la première (RFC 5545 § 3.3.5), pour ical.js la seconde.
    sures = [p for p in faites if not any(temps.est_double(b, BRUXELLES) for b in bornes(p.creneau))]
    assert {vue[:3] for vue in ical_js(flux(*sures))} == attendues(sures)


def bornes(creneau: Creneau) -> tuple[datetime, datetime]:
    return creneau.debut, creneau.fin


@pytest.mark.long
def test_khal_ouvre_le_flux_et_montre_les_memes_heures(tmp_path: Path) -> None:
    khal = installer("khal", "khal==0.14.1") / "khal"
    (tmp_path / "agenda").mkdir()
    config = tmp_path / "config"
    config.write_text(
        f"[calendars]\n[[lieu]]\npath = {tmp_path}/agenda\n"
        "[locale]\nlocal_timezone = Europe/Brussels\ndefault_timezone = Europe/Brussels\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n",
        "utf-8",
    )
    (tmp_path / "flux.ics").write_bytes(flux(*EXEMPLES))
    env = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def faire(*mots: str) -> str:
        fait = subprocess.run(
            [str(khal), "-c", str(config), *mots], capture_output=True, text=True, check=True, env=env
        )
        return fait.stdout

    faire("import", "--batch", "-a", "lieu", str(tmp_path / "flux.ics"))
    liste = faire("list", "--format", "{start-end-time-style} {title}", "2026-11-24", "7d")
    assert "18:30-20:00 Atelier vélo" in liste
    assert "ANNULÉ — Chorale" in liste
    assert "Fête" in liste
    assert "22:00→ Atelier vélo" in liste

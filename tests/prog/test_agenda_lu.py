"""Lire des agendas venus d'ailleurs : réels, faux ou hostiles (RFC 5545, 5546, 7986)."""

from __future__ import annotations

import contextlib
import re
import warnings
from datetime import date, datetime, timedelta

import pytest
import recurring_ical_events
from agendas import BRUXELLES, agenda, dates, lu, seul
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from soutien import AGENDAS_REELS

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaRefuse, developper, lire_agenda, restreindre
from tiers_lieu_cli.noyau.agenda.lecteur_champs import couper
from tiers_lieu_cli.noyau.agenda.lecteur_ics import Refus
from tiers_lieu_cli.noyau.temps.recurrence import Quoi
from tiers_lieu_cli.noyau.temps.temps import INSTANT, Creneau, ecrire_bornes

TOUJOURS = (date(1950, 1, 1), date(2100, 1, 1))
BON = ["UID:bon", "SUMMARY:Bon", "DTSTART:20261125T100000Z"]
#: Un mot persan et une famille, que des liants invisibles (ZWNJ, ZWJ) tiennent ensemble.
LIANTS = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469\u200d\U0001f467"
TREIZE = ",".join(map(str, range(13)))
MAINTENANT = ["UID:u1", "DTSTART:20261124T100000Z"]


# -- le fichier ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "vide"),
        (b"<!doctype html><p>404", "page web"),
        (b'{"a": 1}', "JSON"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "coupé"),
        (agenda(MAINTENANT)[:-40], "coupé"),
        (b"bonjour", "autre texte"),
        (agenda(*[MAINTENANT] * 10_001), "plus de 10000"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_agenda_est_refuse(octets: bytes, dit: str) -> None:
    with pytest.raises(Refus, match=dit):
        lu(octets)


def test_le_refus_d_un_fichier_est_une_phrase_avec_un_remede() -> None:
    for octets, dit in ((b"<html>", "page web"), (b"x" * (4 * 1024 * 1024 + 1), "4 Mio")):
        with pytest.raises(AgendaRefuse, match=dit) as refus:
            lire_agenda(octets, nom_du_fichier="essai.ics", fuseau=BRUXELLES)
        assert refus.value.fait.startswith("essai.ics ")
        assert refus.value.remede


def test_une_lecture_qui_n_en_finit_pas_est_arretee() -> None:
    sans_fin = agenda([*MAINTENANT, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
    with pytest.raises(AgendaRefuse, match="trop de temps"):
        lire_agenda(sans_fin, nom_du_fichier="essai.ics", fuseau=BRUXELLES, delai=0.5)


@pytest.mark.parametrize(
    "autour",
    [
        b"n'importe quoi\r\n",
        b"BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n",
        b"BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+5328\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
        b"BEGIN:VTODO\r\nDUE:jamais\r\nBEGIN:VALARM\r\nTRIGGER:PT-2H\r\nEND:VALARM\r\nEND:VTODO\r\n",
        b"BEGIN:VFREEBUSY\r\nFREEBUSY:19970308T160000Z/PT-3H\r\nEND:VFREEBUSY\r\n",
        b"BEGIN:X-INCONNU\r\nX;=:\r\nEND:X-INCONNU\r\n\r\n\r\n",
    ],
)
def test_ce_qu_on_ne_garde_pas_ne_fait_rien_perdre(autour: bytes) -> None:
    octets = agenda(MAINTENANT, BON)
    lue = lu(octets.replace(b"BEGIN:VEVENT", autour + b"BEGIN:VEVENT", 1))
    assert len(lue.evenements) == 2
    assert bool(lue.laisses) is (b"VTODO" in autour or b"VFREEBUSY" in autour)


@pytest.mark.parametrize(
    "ligne",
    [
        *("CREATED:00001231T000000Z", "GEO:", "PRIORITY:", "SEQUENCE:", "SEQUENCE:abc", "DTSTAMP:hier"),
        *("LAST-MODIFIED:", 'ATTENDEE;CN="x:mailto:y', "ORGANIZER", "TRANSP;;:", "X-;A:b", "RELATED-TO;X"),
    ],
)
def test_un_champ_inutile_abime_ne_fait_rien_perdre(ligne: str) -> None:
    assert seul("SUMMARY:Bal", "DTSTART:20261124T100000Z", ligne).titre == "Bal"


def test_une_alarme_mal_ecrite_est_ignoree() -> None:
    alarme = ["BEGIN:VALARM", "TRIGGER;RELATED=START:PT-2H", "DESCRIPTION:départ", "END:VALARM"]
    assert seul("DTSTART:20261124T100000Z", "SUMMARY:Train", *alarme).description == ""


@pytest.mark.parametrize(
    ("lignes", "dit"),
    [
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=SECONDLY"], "rythme"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=SECONDLY;COUNT=999999999"], "rythme"),
        (["DTSTART:19700101T100000Z", "RRULE:FREQ=MINUTELY"], "rythme"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;INTERVAL=0"], "impossible"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;INTERVAL=-1"], "impossible"),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=PARFOIS"], "rythme"),
        (["DTSTART:20261124T100000Z", "RRULE:coucou"], "ne se comprend pas"),
        (
            [
                "DTSTART:20261124T100000Z",
                f"RRULE:FREQ=DAILY;BYHOUR=1,2;BYMINUTE={TREIZE}",
            ],
            "par heure",
        ),
        (["DTSTART:20261124T100000Z", "RRULE:FREQ=YEARLY;RSCALE=HEBREW"], "calendrier"),
        (["DTSTART;TZID=Lune/Tycho:20261124T100000"], "Lune/Tycho"),
        (["DTSTART;TZID=GMT Standard Time 1:20261124T100000"], "fuseau"),
        ([f"DTSTART;TZID={'A' * 300}:20261124T100000"], "fuseau"),
        (["DTSTART:20261399T100000"], "n'est pas une date"),
        (["DTSTART:00001231T100000"], "n'est pas une date"),
        (["DTSTART:09991231T100000"], "999"),
        (["SEQUENCE:1"], "pas de date"),
        (["DTSTART:20261124T100000Z", "DURATION:P999999999D"], "n'est pas une durée|démesurée"),
        (["DTSTART:20261124T100000Z", "DURATION:PT-2H"], "n'est pas une durée"),
        (["DTSTART:20261124T100000Z", "DTEND:20261124T090000Z"], "finit avant"),
        (["DTSTART:20261124T100000Z", "DTSTART:20261125T100000Z"], "plusieurs DTSTART"),
    ],
)
def test_un_evenement_abime_est_laisse_et_nomme_sans_perdre_les_bons(lignes: list[str], dit: str) -> None:
    lue = lu(agenda(BON, ["UID:u1", "SUMMARY:Essai", *lignes]))
    assert [e.titre for e in lue.evenements] == ["Bon"]
    assert lue.series == ()
    (laisse,) = lue.laisses
    assert "Essai" in laisse
    assert re.search(dit, laisse)


# -- les octets et les textes -------------------------------------------------


def test_un_pli_peut_couper_un_caractere() -> None:
    octets = agenda([*MAINTENANT, "SUMMARY:Fête d'été à Liège"])
    ici = octets.index("ê".encode()) + 1
    lue = lu(octets[:ici] + b"\r\n " + octets[ici:])
    assert lue.evenements[0].titre == "Fête d'été à Liège"
    assert lue.avis == ()


def test_un_octet_errant_ne_change_pas_le_codage_du_reste() -> None:
    octets = agenda([*MAINTENANT, "SUMMARY:Fête à Liège, l'été", "LOCATION:Caf#"]).replace(b"#", b"\xe9")
    (e,) = lu(octets).evenements
    assert (e.titre, e.lieu) == ("Fête à Liège, l'été", "Café")
    assert "vérifier les accents" in lu(octets).avis[0]


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r"])
def test_tous_les_codages_et_toutes_les_fins_de_ligne(codage: str, fin: str) -> None:
    texte = agenda([*MAINTENANT, "SUMMARY:Fête", "LOCATION:Liège"]).decode().replace("\r\n", fin)
    (e,) = lu(texte.encode(codage)).evenements
    assert (e.titre, e.lieu) == ("Fête", "Liège")


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ([f"SUMMARY:{LIANTS}"], LIANTS),
        (["SUMMARY:a\u202eb\ufeffc\u0007d"], "abcd"),
        (["SUMMARY:un\\, deux\\; \\\\ trois\\n quatre"], "un, deux; \\ trois quatre"),
        (["SUMMARY;LANGUAGE=fr;ENCODING=QUOTED-PRINTABLE:F=C3=AAte"], "Fête"),
        (["SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:F=EAte d'=E9t=E9"], "Fête d'été"),
        (["SUMMARY;ENCODING=QUOTED-PRINTABLE:Une =", "f=C3=AAte"], "Une fête"),
        (['SUMMARY;X-A="b:c;d":Titre'], "Titre"),
        (['SUMMARY;X-A="b:Titre'], "Titre"),
        (
            ["SUMMARY:Tarte &amp\\; caf&eacute\\; &#8217\\;chez&nbsp\\;nous&#8217\\;"],
            "Tarte & café ’chez nous’",
        ),
        (["SUMMARY:Q&A\\; R&D"], "Q&A; R&D"),
        (["SUMMARY:"], "Sans titre"),
        ([], "Sans titre"),
    ],
)
def test_le_titre_reste_ce_qu_il_dit(lignes: list[str], attendu: str) -> None:
    assert seul("DTSTART:20261124T100000Z", *lignes).titre == attendu


ADRESSE = "https://x.example/?a=1&b=2"


@pytest.mark.parametrize(
    ("lignes", "attendue"),
    [
        (["DESCRIPTION:Ligne 1\\nLigne 2"], "Ligne 1\nLigne 2"),
        # Une ligne que l'outil a oublié de plier continue le texte.
        (
            ["DESCRIPTION:Prendre :", "une lampe", "http://x.example/a"],
            "Prendre :\nune lampe\nhttp://x.example/a",
        ),
        (["DESCRIPTION:<p>Venez&nbsp;!</p><p>Le <b>bal</b><br>dure</p>"], "Venez !\nLe bal\ndure"),
        (["DESCRIPTION:<ul><li>un</li><li>deux &amp\\; trois</li></ul>"], "• un\n• deux & trois"),
        ([f'DESCRIPTION:<a href="{ADRESSE.replace("&", "&amp")}">Ici</a>'], f"Ici ({ADRESSE})"),
        ([f'DESCRIPTION:<a href="{ADRESSE}">{ADRESSE}</a>'], ADRESSE),
        (["DESCRIPTION:<script>alert(1)</script><p>Bonjour</p>"], "Bonjour"),
        (["X-ALT-DESC;FMTTYPE=text/html:<b>gras</b> et sûr"], "gras et sûr"),
        (["DESCRIPTION:a < b et c > d"], "a < b et c > d"),
        (["DESCRIPTION:nu", "X-ALT-DESC;FMTTYPE=text/html:<b>gras</b>"], "nu"),
    ],
)
def test_une_description_devient_un_texte_propre(lignes: list[str], attendue: str) -> None:
    assert seul("DTSTART:20261124T100000Z", *lignes).description == attendue


def test_une_coupe_se_dit_et_ne_coupe_ni_mot_ni_adresse() -> None:
    adresse = f"https://x.example/{'a' * 300}"
    longue = f"DESCRIPTION:{'b ' * 4900}{adresse}"
    lue = lu(agenda([*MAINTENANT, f"SUMMARY:{'mot ' * 80}", f"URL:{adresse}", longue]))
    (e,) = lue.evenements
    assert e.titre.endswith("mot…")
    assert e.url == adresse
    assert e.description.endswith("b…")
    assert "titre" in lue.avis[0]
    assert "description" in lue.avis[0]


@given(st.text(max_size=60), st.integers(5, 40))
def test_couper_ne_depasse_jamais_et_garde_le_debut(texte: str, longueur: int) -> None:
    coupe = couper(texte, longueur)
    assert len(coupe) <= longueur
    assert coupe == texte or texte.startswith(coupe.removesuffix("…"))


def test_ni_invite_ni_organisateur_ni_adresse_ne_passent() -> None:
    e = seul(
        "DTSTART:20261124T100000Z",
        "ORGANIZER;CN=Jeanne Dupont:mailto:jeanne@exemple.be",
        "ATTENDEE;CN=Paul:mailto:paul@exemple.be",
        "CONTACT:Jeanne\\, 0470",
    )
    assert not re.search("jeanne|paul|0470", repr(e), re.IGNORECASE)


@pytest.mark.parametrize(
    ("ligne", "interne", "brouillon", "annule", "douteux"),
    [
        ("CLASS:PUBLIC", False, False, False, False),
        ("CLASS:PRIVATE", True, False, False, False),
        ("CLASS:CONFIDENTIAL", True, False, False, False),
        ("CLASS:X-SECRET", True, False, False, False),
        ("STATUS:TENTATIVE", False, True, False, False),
        ("STATUS:CANCELLED", False, False, True, False),
        ("SUMMARY:Annulé: Réunion", False, False, False, True),
        ("SUMMARY:Annulée : Réunion", False, False, False, True),
        ("SUMMARY:Canceled: Réunion", False, False, False, True),
        ("SUMMARY:Réunion annulée", False, False, False, False),
    ],
)
def test_ce_qui_est_prive_incertain_ou_annule_se_sait(
    ligne: str, interne: bool, brouillon: bool, annule: bool, douteux: bool
) -> None:
    e = seul("DTSTART:20261124T100000Z", ligne)
    assert (e.interne, e.brouillon, e.annule, e.douteux) == (interne, brouillon, annule, douteux)


# -- les heures ---------------------------------------------------------------

ICI, LA_BAS = "TZID=Europe/Brussels", "TZID=America/New_York"


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (["DTSTART:20261124T100000Z", "DTEND:20261124T113000Z"], ("2026-11-24T11:00", "2026-11-24T12:30")),
        (["DTSTART:20261124T100000", "DURATION:PT1H"], ("2026-11-24T10:00", "2026-11-24T11:00")),
        # Sans durée, un instant (§ 3.6.1).
        (["DTSTART;TZID=Romance Standard Time:20261124T100000"], ("2026-11-24T10:00",) * 2),
        (["DTSTART;TZID=America/Montreal:20261124T100000"], ("2026-11-24T16:00",) * 2),
        (
            ["DTSTART;TZID=/mozilla.org/20070129_1/America/New_York:20261124T100000"],
            ("2026-11-24T16:00",) * 2,
        ),
        (['DTSTART;TZID="Europe/Brussels":20261124T100000'], ("2026-11-24T10:00",) * 2),
        (
            [f"DTSTART;{ICI}:20261124T100000", "DTEND:20261124T110000"],
            ("2026-11-24T10:00", "2026-11-24T11:00"),
        ),
        # Huit vraies heures, la nuit où l'heure avance ; un jour, c'est la même heure le lendemain (§ 3.3.6).
        ([f"DTSTART;{ICI}:20270327T220000", "DURATION:PT8H"], ("2027-03-27T22:00", "2027-03-28T07:00")),
        ([f"DTSTART;{ICI}:20270327T220000", "DURATION:P1D"], ("2027-03-27T22:00", "2027-03-28T22:00")),
        (
            [f"DTSTART;{ICI}:20270327T220000", f"DTEND;{ICI}:20270328T070000"],
            ("2027-03-27T22:00", "2027-03-28T07:00"),
        ),
        # Un vol : départ et arrivée chacun dans son fuseau.
        (
            [f"DTSTART;{ICI}:20261210T100000", f"DTEND;{LA_BAS}:20261210T120000"],
            ("2026-12-10T10:00", "2026-12-10T18:00"),
        ),
        (["DTSTART;VALUE=DATE:20261124"], ("2026-11-24",) * 2),
        (["DTSTART:20261124"], ("2026-11-24",) * 2),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"], ("2026-11-24",) * 2),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"], ("2026-11-24", "2026-11-26")),
        (["DTSTART;VALUE=DATE:20261124", "DURATION:P3D"], ("2026-11-24", "2026-11-26")),
        # TZID ne vaut pas pour un jour (§ 3.2.19).
        (
            ["DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20261210", "DTEND;TZID=Asia/Tokyo;VALUE=DATE:20261211"],
            ("2026-12-10",) * 2,
        ),
        (["DTSTART;TZID=Pacific Standard Time;VALUE=DATE:20261210"], ("2026-12-10",) * 2),
        (["DTSTART;TZID=Inconnu;VALUE=DATE:20261210"], ("2026-12-10",) * 2),
        (["DTSTART:19580510T100000Z"], ("1958-05-10T11:00",) * 2),
    ],
)
def test_les_heures_deviennent_celles_du_lieu(lignes: list[str], attendu: tuple[str, str]) -> None:
    assert ecrire_bornes(seul(*lignes).creneau) == attendu


def zone(tzid: str, decalage: str, *, ete: str = "") -> str:
    """Un VTIMEZONE d'un seul décalage, ou d'hiver et d'été aux dates européennes."""

    def partie(nom: str, debut: str, de: str, vers: str, mois: int) -> str:
        regle = f"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={mois}\r\n" if ete else ""
        decalages = f"TZOFFSETFROM:{de}\r\nTZOFFSETTO:{vers}\r\n"
        return f"BEGIN:{nom}\r\nDTSTART:{debut}\r\n{regle}{decalages}END:{nom}\r\n"

    parties = partie("STANDARD", "19701025T030000", ete or decalage, decalage, 10)
    parties += partie("DAYLIGHT", "19700329T020000", decalage, ete, 3) if ete else ""
    return f"BEGIN:VTIMEZONE\r\nTZID:{tzid}\r\n{parties}END:VTIMEZONE"


@pytest.mark.parametrize(
    ("tzid", "definition", "attendu"),
    [
        # Un nom qui n'est pas du monde est au fichier : son « GMT » a une heure d'été.
        ("GMT", ("+0000", "+0100"), "2027-07-23T11:20"),
        ("EST", ("-0500", "-0400"), "2027-07-23T16:20"),
        ("Customized Time Zone", ("+0100", "+0200"), "2027-07-23T10:20"),
        ("(UTC+01:00) Brussels, Paris", ("+0100", "+0200"), "2027-07-23T10:20"),
        # Un nom du monde est celui du monde, quoi qu'en dise le fichier.
        ("Europe/Brussels", ("+0900", ""), "2027-07-23T10:20"),
    ],
)
def test_le_fuseau_que_le_fichier_definit(tzid: str, definition: tuple[str, str], attendu: str) -> None:
    octets = agenda(
        ["UID:u1", f'DTSTART;TZID="{tzid}":20270723T102000'],
        tete=[zone(tzid, definition[0], ete=definition[1])],
    )
    (e,) = lu(octets).evenements
    assert ecrire_bornes(e.creneau)[0] == attendu


def test_deux_fichiers_ne_partagent_pas_leurs_fuseaux() -> None:
    def heure(decalage: str) -> int:
        octets = agenda(["UID:u1", "DTSTART;TZID=Perso:20261124T120000"], tete=[zone("Perso", decalage)])
        return lu(octets).evenements[0].creneau.debut.hour

    assert [heure(d) for d in ("+0500", "-0800")] == [8, 21]
    assert lu(agenda(["UID:u1", "DTSTART;TZID=Perso:20261124T120000"])).evenements == ()


@pytest.mark.parametrize(
    ("debut", "jusque"),
    [
        ("DTSTART;TZID=Europe/Brussels:20261102T180000", "20261130T170000Z"),
        ("DTSTART;TZID=Europe/Brussels:20261102T180000", "20261130"),
        ("DTSTART;TZID=Europe/Brussels:20261102T180000", "20261130T180000"),
        ("DTSTART;VALUE=DATE:20261102", "20261129T230000Z"),
        ("DTSTART;VALUE=DATE:20261102", "20261130T000000Z"),
        ("DTSTART;VALUE=DATE:20261102", "20261130T235959Z"),
        ("DTSTART;VALUE=DATE:20261102", "20261130"),
        ("DTSTART;TZID=Europe/Brussels:20261102T003000", "20261129T233000Z"),
        ("DTSTART:20261102T180000", "20261130T170000Z"),
        ("DTSTART:20261102T180000", "20261130T180000"),
        ("DTSTART:20261102T170000Z", "20261130"),
        ("DTSTART:20261102T170000Z", "20261130T170000"),
        ("DTSTART;TZID=America/New_York:20261102T180000", "20261130"),
        ("DTSTART;TZID=America/New_York:20261102T180000", "20261130T230000Z"),
    ],
)
def test_la_derniere_date_est_comprise_de_quelque_facon_que_la_fin_soit_ecrite(
    debut: str, jusque: str
) -> None:
    octets = agenda(["UID:u1", debut, f"RRULE:FREQ=WEEKLY;UNTIL={jusque}"])
    assert len(dates(octets, *TOUJOURS)) == 5


def test_la_fin_d_un_jour_entier_ne_deborde_pas_sur_le_lendemain() -> None:
    octets = agenda(["UID:u1", "DTSTART;VALUE=DATE:20261102", "RRULE:FREQ=DAILY;UNTIL=20261105T235959Z"])
    assert len(dates(octets, *TOUJOURS)) == 4


# -- les séries ---------------------------------------------------------------


def serie(
    *autres: str, regle: str = "FREQ=WEEKLY;BYDAY=TU;COUNT=10", zone: str = "TZID=Europe/Brussels"
) -> list[str]:
    return [
        "UID:u1",
        "SUMMARY:Tricot",
        f"DTSTART;{zone}:20261201T190000",
        f"DTEND;{zone}:20261201T210000",
        f"RRULE:{regle}",
        *autres,
    ]


@pytest.mark.parametrize(
    ("blocs", "etrangere"),
    [
        ([serie()], False),
        ([serie(regle="FREQ=WEEKLY;COUNT=5;WKST=SU")], False),
        ([serie(regle="FREQ=DAILY;BYHOUR=19;BYMINUTE=0;BYSECOND=0;COUNT=5")], False),
        ([serie(zone="TZID=Europe/Paris", regle="FREQ=DAILY")], False),
        ([serie(zone="TZID=America/Montreal", regle="FREQ=WEEKLY;COUNT=3")], False),
        ([serie(zone="TZID=America/Montreal", regle="FREQ=WEEKLY")], True),
        ([serie(regle="FREQ=WEEKLY;BYDAY=WE;COUNT=5")], True),
        ([serie(regle="FREQ=WEEKLY;BYDAY=SU,MO;INTERVAL=2;WKST=SU;COUNT=6")], True),
        ([serie("RDATE;TZID=Europe/Brussels:20261224T100000")], True),
        ([serie("RDATE;TZID=Europe/Brussels:20261224T190000")], False),
        ([serie("RDATE;VALUE=PERIOD;TZID=Europe/Brussels:20261224T190000/PT1H")], False),
        ([serie(regle="FREQ=YEARLY;BYWEEKNO=49;BYDAY=TU;COUNT=3")], True),
        ([serie(regle="FREQ=DAILY;BYHOUR=9,19;COUNT=6")], True),
        ([serie("RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3")], True),
        ([["UID:u1", "DTSTART:20261201T190000Z", "RDATE:20261203T190000Z,20261208T190000Z"]], True),
        (
            [
                [
                    "UID:u1",
                    "DTSTART;VALUE=DATE:20261201",
                    "DTEND;VALUE=DATE:20261204",
                    "RRULE:FREQ=MONTHLY;COUNT=4",
                ]
            ],
            True,
        ),
        (
            [
                [
                    "UID:u1",
                    "DTSTART;TZID=Europe/Brussels:20270326T220000",
                    "DURATION:PT8H",
                    "RRULE:FREQ=DAILY;COUNT=4",
                ]
            ],
            True,
        ),
        ([["UID:u1", "DTSTART:19580510", "RRULE:FREQ=YEARLY"]], False),
    ],
)
def test_une_serie_est_une_fiche_et_donne_les_dates_d_un_autre_moteur(
    blocs: list[list[str]], etrangere: bool
) -> None:
    octets = agenda(*blocs)
    lue = lu(octets)
    (s,) = lue.series
    assert lue.evenements == ()
    assert s.recurrence.etrangere is etrangere
    fenetre = (date(2026, 1, 1), date(2030, 1, 1))
    assert debuts(dates(octets, *fenetre)) == vues_ailleurs(octets, *fenetre)


def debuts(bornes: list[tuple[str, str]]) -> list[str]:
    return sorted(debut for debut, _ in bornes)


def vues_ailleurs(octets: bytes, du: date, au: date) -> list[str]:
    """Les débuts que recurring-ical-events trouve, à l'heure du lieu."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vues = recurring_ical_events.of(Calendar.from_ical(octets)).between(du, au + timedelta(days=1))
    trouves = []
    for e in vues:
        debut = e["DTSTART"].dt
        if e.get("STATUS") == "CANCELLED":
            continue
        if isinstance(debut, datetime):
            ici = debut.astimezone(BRUXELLES) if debut.tzinfo else debut
            trouves.append(f"{ici:%Y-%m-%dT%H:%M}")
        else:
            trouves.append(str(debut))
    # Un autre fuseau déborde des jours d'ici.
    return sorted(debut for debut in trouves if str(du) <= debut[:10] <= str(au))


regles = st.builds(
    lambda freq, autres: ";".join([f"FREQ={freq}", *autres]),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.lists(
        st.sampled_from(
            [
                "INTERVAL=2",
                "BYDAY=TU",
                "BYDAY=MO,WE,SU",
                "BYMONTH=1,12",
                "BYMONTHDAY=1,15,-1",
                "WKST=SU",
                "COUNT=7",
                "UNTIL=20280301T000000Z",
            ]
        ),
        max_size=3,
        unique_by=lambda partie: partie.split("=")[0],
    ),
)


@given(
    regle=regles,
    zone=st.sampled_from(["TZID=Europe/Brussels", "TZID=America/Montreal", "VALUE=DATE", "TZID=Asia/Tokyo"]),
    jour=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ote=st.integers(0, 30),
)
@settings(max_examples=60, deadline=None)
def test_toute_regle_donne_les_dates_d_un_autre_moteur(regle: str, zone: str, jour: date, ote: int) -> None:
    assume(not ("COUNT" in regle and "UNTIL" in regle))
    moment = f"{jour:%Y%m%d}" + ("" if zone == "VALUE=DATE" else "T190000")
    sauf = f"{jour + timedelta(days=ote):%Y%m%d}" + ("" if zone == "VALUE=DATE" else "T190000")
    if zone == "VALUE=DATE":
        regle = regle.replace("UNTIL=20280301T000000Z", "UNTIL=20280301")
    octets = agenda(["UID:u1", f"DTSTART;{zone}:{moment}", f"RRULE:{regle}", f"EXDATE;{zone}:{sauf}"])
    fenetre = (date(2026, 1, 1), date(2028, 6, 30))
    assert debuts(dates(octets, *fenetre)) == vues_ailleurs(octets, *fenetre)


def test_une_vieille_regle_qui_ote_ote() -> None:
    """EXRULE (RFC 2445) est encore écrite par de vieux outils ; les nouveaux moteurs l'ignorent."""
    octets = agenda(serie("EXRULE:FREQ=WEEKLY;INTERVAL=2", regle="FREQ=WEEKLY;COUNT=4"))
    assert debuts(dates(octets, *TOUJOURS)) == ["2026-12-08T19:00", "2026-12-22T19:00"]


def date_changee(jour: str, debut: str, *autres: str, rang: str = "RECURRENCE-ID") -> list[str]:
    zone = "TZID=Europe/Brussels"
    fin = f"{debut[:9]}{int(debut[9:11]) + 2:02}0000"
    return [
        "UID:u1",
        "SUMMARY:Tricot",
        f"{rang};{zone}:{jour}T190000",
        f"DTSTART;{zone}:{debut}",
        f"DTEND;{zone}:{fin}",
        *autres,
    ]


def test_les_exceptions_sont_dans_la_fiche_de_la_serie() -> None:
    octets = agenda(
        serie("EXDATE:20261222T180000Z"),
        date_changee("20261208", "20261210T200000"),
        date_changee("20261215", "20261215T190000", "STATUS:CANCELLED"),
        date_changee("20261229", "20261229T190000", "DESCRIPTION:exprès"),
        # Un jour que la règle ne donne pas a lieu quand même ; annulé, il n'est rien.
        date_changee("20261224", "20261224T190000"),
        date_changee("20261225", "20261225T190000", "STATUS:CANCELLED"),
    )
    (s,) = lu(octets).series
    assert {c: e.quoi for c, e in s.recurrence.ecarts.items()} == {
        "2026-12-08": Quoi.DEPLACE,
        "2026-12-15": Quoi.ANNULE,
        "2026-12-22": Quoi.SAUTE,
    }
    assert s.recurrence.ajouts == ("2026-12-24",)
    assert {c: e.description for c, e in s.a_part.items()} == {"2026-12-29": "exprès"}


def test_celle_ci_et_les_suivantes_detachent_une_suite() -> None:
    octets = agenda(
        serie(regle="FREQ=WEEKLY;BYDAY=TU;COUNT=6"),
        date_changee("20261215", "20261216T200000", rang="RECURRENCE-ID;RANGE=THISANDFUTURE"),
        date_changee("20261229", "20261230T100000"),
    )
    avant, apres = lu(octets).series
    assert (avant.recurrence.au, apres.suite, apres.recurrence.regle) == (
        "2026-12-14",
        True,
        "FREQ=WEEKLY;BYDAY=WE",
    )
    assert debuts(dates(octets, *TOUJOURS)) == [
        *("2026-12-01T19:00", "2026-12-08T19:00", "2026-12-16T20:00"),
        *("2026-12-23T20:00", "2026-12-30T10:00", "2027-01-06T20:00"),
    ]


def test_une_serie_annuelle_nee_en_1958_ne_finit_pas_en_2029() -> None:
    octets = agenda(["UID:u1", "DTSTART;VALUE=DATE:19580510", "RRULE:FREQ=YEARLY"])
    assert debuts(dates(octets, date(2026, 1, 1), date(2035, 12, 31))) == [
        f"{an}-05-10" for an in range(2026, 2036)
    ]


@pytest.mark.parametrize(
    "regle", ["FREQ=DAILY;COUNT=1000000000", "FREQ=HOURLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"]
)
def test_une_regle_demesuree_ne_fait_pas_attendre(regle: str) -> None:
    lue = lu(agenda(["UID:u1", "DTSTART:19700101T100000Z", f"RRULE:{regle}"]))
    for s in lue.series:
        assert len(list(developper(lue, Creneau.de_jours(date(2026, 12, 1), date(2026, 12, 1))))) in (1, 24)
        assert s.recurrence.au == "" or "BYMONTH" in regle


PARTIES = [
    *(
        "FREQ=DAILY",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
        "FREQ",
        "COUNT=3",
        "COUNT=-1",
        "UNTIL=20270101",
        "UNTIL=NON",
    ),
    *("UNTIL=99991231T235959Z", "UNTIL=00010101", "BYDAY=53MO", "BYDAY=60MO", "BYDAY=XX", "BYSETPOS=400"),
    *(
        "BYMONTH=110100",
        "BYMONTHDAY=0",
        "BYWEEKNO=99",
        "INTERVAL=99999999999",
        "UNTTIL=3",
        "WKST=ZZ",
        "=",
        "BYEASTER=1",
    ),
]


@given(
    st.lists(st.sampled_from(PARTIES), min_size=1, max_size=4).map(";".join),
    st.sampled_from(["RRULE", "EXRULE"]),
    st.sampled_from(
        ["", "DTSTART:1", "TZOFFSETTO:", "TZOFFSETTO:²²²²", "RRULE:FREQ=YEARLY;BYDAY=99SU", "RRULE:"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_une_regle_ou_un_fuseau_absurde_ne_perd_que_le_sien(regle: str, nom: str, fuseau: str) -> None:
    zone = ["DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY"]
    dit = fuseau.partition(":")[0]
    lignes = [fuseau if dit and li.startswith(dit) else li for li in zone]
    tete = ["BEGIN:VTIMEZONE", "TZID:Ici", "BEGIN:STANDARD", *lignes, "END:STANDARD", "END:VTIMEZONE"]
    absurde = ["UID:u1", "DTSTART;TZID=Ici:20261201T100000", "RRULE:FREQ=DAILY", f"{nom}:{regle}"]
    lue = lu(agenda(absurde, BON, tete=tete))
    assert [e.titre for e in lue.evenements] == ["Bon"]
    assert len(lue.series) + len(lue.laisses) == 1


@pytest.mark.parametrize("jusque", ["99991231T235959Z", "99991231"])
def test_une_fin_si_lointaine_qu_elle_n_en_est_pas_une(jusque: str) -> None:
    (s,) = lu(agenda(["UID:u1", "DTSTART:20261201T100000", f"RRULE:FREQ=WEEKLY;UNTIL={jusque}"])).series
    assert s.recurrence.au == ""


def test_des_dates_ajoutees_illisibles_ne_perdent_pas_la_premiere() -> None:
    octets = agenda(["UID:u1", "DTSTART:20261201T100000", "RDATE:demain", "DURATION:PT1H"])
    assert debuts(dates(octets, date(2026, 12, 1), date(2026, 12, 31))) == ["2026-12-01T10:00"]
    assert len(lu(octets).avis) == 1


def test_une_serie_se_choisit_entiere_ou_pas_du_tout() -> None:
    lue = lu(agenda(serie(), BON))
    assert len(restreindre(lue, date(2026, 12, 5), date(2026, 12, 9)).series) == 1
    assert restreindre(lue, date(2026, 12, 5), date(2026, 12, 9)).series == lue.series
    assert restreindre(lue, date(2026, 12, 2), date(2026, 12, 7)).series == ()
    assert len(restreindre(lue, None, date(2026, 11, 25)).evenements) == 1


# -- qui est qui --------------------------------------------------------------


def un(*lignes: str, uid: str = "u1") -> list[str]:
    return [f"UID:{uid}", *lignes]


@pytest.mark.parametrize(
    ("blocs", "titres"),
    [
        # Deux copies d'une même chose comptent une fois ; de deux versions, la dernière.
        ([un("SUMMARY:A", "DTSTART:20261201T100000Z")] * 2, ["A"]),
        (
            [
                un("SUMMARY:A", "DTSTART:20261201T100000Z", "SEQUENCE:2"),
                un("SUMMARY:B", "DTSTART:20261202T100000Z", "SEQUENCE:1"),
            ],
            ["A"],
        ),
        (
            [
                un("SUMMARY:A", "DTSTART:20261201T100000Z", "SEQUENCE:1", "DTSTAMP:20261101T000000Z"),
                un("SUMMARY:B", "DTSTART:20261202T100000Z", "SEQUENCE:1", "DTSTAMP:20261102T000000Z"),
            ],
            ["B"],
        ),
        # Un UID répété à tort, ou muet, n'en fait perdre aucun.
        (
            [un("SUMMARY:A", "DTSTART:20261201T100000Z"), un("SUMMARY:B", "DTSTART:20261202T100000Z")],
            ["A", "B"],
        ),
        (
            [
                un(f"SUMMARY:{t}", f"DTSTART:2026120{n}T100000Z", uid="none")
                for n, t in ((1, "A"), (2, "B"), (3, "C"))
            ],
            ["A", "B", "C"],
        ),
        (
            [
                un("SUMMARY:A", "DTSTART:20261201T100000Z", uid="none"),
                un("SUMMARY:B", "DTSTART:20261201T100000Z", uid="none"),
            ],
            ["A", "B"],
        ),
        ([["SUMMARY:A", "DTSTART:20261201T100000Z"], ["SUMMARY:B", "DTSTART:20261202T100000Z"]], ["A", "B"]),
    ],
)
def test_un_uid_designe_une_chose_et_sa_derniere_version(blocs: list[list[str]], titres: list[str]) -> None:
    lus = lu(agenda(*blocs)).evenements
    assert sorted(e.titre for e in lus) == titres
    assert len({(e.uid, e.occurrence) for e in lus}) == len(titres)


def test_plusieurs_agendas_dans_un_fichier_sont_tous_lus() -> None:
    deux = agenda(un("SUMMARY:A", "DTSTART:20261201T100000Z")) + agenda(
        un("SUMMARY:B", "DTSTART:20261202T100000Z", uid="u2"), tete=["METHOD:CANCEL"]
    )
    assert [(e.titre, e.annule, e.message) for e in lu(deux).evenements] == [
        ("A", False, False),
        ("B", True, True),
    ]


def test_un_avis_d_annulation_n_a_pas_besoin_de_dire_quand() -> None:
    lue = lu(agenda(["UID:u1", "SEQUENCE:3", "DTSTAMP:20261101T000000Z"], tete=["METHOD:CANCEL"]))
    (avis,) = lue.annulations
    assert (avis.uid, avis.version) == ("u1", (3, "20261101T000000Z"))
    assert lue.laisses == ()


# -- les agendas réels --------------------------------------------------------

#: Là où notre compte diffère de celui qu'annonce leur liste, et pourquoi.
ECARTS = {
    "khal__event_dt_multi_uid.ics": 3,  # deux événements distincts sous un même UID : les deux sont gardés
    "ical.js__google_birthday.ics": 4,  # « 20131210Z » est un jour ; l'anniversaire y est dit deux fois
    "icalendar__broken_dtstart.ics": 0,
    "icalendar__issue_1050_multiple_calendars.ics": 0,
    "icalendar__bom_calendar.ics": 0,
    "icalendar__rfc_7986_properties.ics": 0,
    "icalendar__issue_104_broken_calendar.ics": 1,  # une ligne nue entre deux composants ne dit rien
    "khal__invalid_tzoffset.ics": 1,  # Europe/Berlin est du monde : sa définition fausse n'y change rien
}


@pytest.mark.skipif(not AGENDAS_REELS.is_dir(), reason="les agendas réels ne sont pas à côté du dépôt")
@pytest.mark.parametrize("nom", sorted(f.name for f in AGENDAS_REELS.glob("*.ics")))
def test_les_agendas_reels_donnent_le_compte_annonce(nom: str) -> None:
    octets = (AGENDAS_REELS / nom).read_bytes()
    sources = (AGENDAS_REELS / "SOURCES.md").read_text("utf-8")
    ligne = next(ligne for ligne in sources.splitlines() if ligne.startswith(f"| {nom} "))
    annonce = ligne.split("|")[7].strip()
    hors_fuseaux = re.sub(rb"(?s)BEGIN:VTIMEZONE.*?END:VTIMEZONE", b"", octets)
    hors_fuseaux = hors_fuseaux.replace(b"\r\n ", b"").replace(b"\n ", b"")
    annees = [int(a) for a in re.findall(rb"DTSTART[^:\n]*:\s*(\d{4})", hors_fuseaux)] or [2020]
    fenetre = Creneau.de_jours(date(min(annees), 1, 1), date(min(annees) + 1, 12, 31))
    compte = len(list(developper(lu(octets), fenetre)))
    assert compte == (ECARTS[nom] if nom in ECARTS else int(annonce))


BASE = agenda(
    [
        "UID:u1",
        "DTSTART;TZID=Europe/Brussels:20261124T100000",
        "DTEND;TZID=Europe/Brussels:20261124T110000",
        "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU",
        "EXDATE;TZID=Europe/Brussels:20261201T100000",
        "CATEGORIES:a,b",
        "DESCRIPTION:long\\ntexte",
    ],
    tete=[zone("Perso", "+0100", ete="+0200")],
).split(b"\r\n")


@given(st.data())
@settings(max_examples=150, deadline=None)
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
    with contextlib.suppress(Refus):
        lue = lu(b"\r\n".join(lignes))
        assert all(e.creneau.duree >= INSTANT for e in lue.evenements)
        list(developper(lue, Creneau.de_jours(*TOUJOURS)))

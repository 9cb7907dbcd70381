"""Les dates d'une série, telles que de vrais lecteurs les trouvent dans son flux."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from agendas import lu
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec import structs
from oracles import Vue

from tiers_lieu_cli.espace.horaires.modele import Periode, Plage
from tiers_lieu_cli.noyau.agenda.flux import ecrire_flux
from tiers_lieu_cli.noyau.agenda.memoire import Memoire
from tiers_lieu_cli.noyau.depot.histoire import Revisions
from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog.fiches import Programme
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.publication import Redaction
from tiers_lieu_cli.prog.serie import regles
from tiers_lieu_cli.prog.serie.modele import Serie

BRUXELLES = ZoneInfo("Europe/Brussels")
VU = datetime(2026, 11, 24, 7, 52, tzinfo=UTC)
FENETRE = Creneau.de_jours(date(2026, 1, 1), date(2028, 6, 30))
REGLES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=TU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU",
    "FREQ=WEEKLY;BYDAY=WE;BYMONTH=1,3,10",
    "FREQ=MONTHLY;BYDAY=1SA",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=1SU,3SU",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
]
HEURES = [
    ("19:00", "21:00"),
    ("", ""),
    ("22:00", "02:00"),
    ("09:30", "10:00"),
    ("00:00", "00:00"),
    ("02:30", "03:30"),
]
jours = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def series(draw: st.DrawFn) -> tuple[Serie, dict[str, Periode]]:
    depart = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.just(date(2026, 3, 29)))
    debut, fin = draw(st.sampled_from(HEURES))
    regle = Recurrence(
        regle=draw(st.sampled_from(REGLES)),
        du=str(depart),
        au=str(depart + draw(st.integers(0, 800)) * UN_JOUR) if draw(st.booleans()) else "",
        debut=debut,
        fin=fin,
        sauf=("conges",) if draw(st.booleans()) else (),
    )
    dernier = regle.au or "2027-12-31"
    ajouts = {str(j) for j in draw(st.lists(jours, max_size=3)) if regle.du < str(j) <= dernier}
    ajouts = {j for j in ajouts if not recurrence.est_une_date(regle, date.fromisoformat(j))}
    du_debut = list(recurrence.dates(regle, depart, date(2027, 12, 31)))[:40]
    touchees = draw(st.lists(st.sampled_from(du_debut), max_size=5, unique=True)) if du_debut else []
    ecarts = {str(jour): draw(ecarts_de(jour, bool(debut))) for jour in touchees}
    plages = [
        Plage(du=j, au=j + draw(st.integers(0, 20)) * UN_JOUR) for j in draw(st.lists(jours, max_size=3))
    ]
    complete = Recurrence(
        **{n: getattr(regle, n) for n in ("regle", "du", "au", "debut", "fin", "sauf")},
        ajouts=tuple(sorted(ajouts)),
        ecarts=ecarts,
    )
    conges = Periode(id="conges", nom="Congés", plages=tuple(plages))
    return Serie(id="chorale-7k2m", titre="Chorale", recurrence=complete), {"conges": conges}


def ecarts_de(jour: date, heures: bool) -> st.SearchStrategy[Ecart]:
    def deplace(ecart: tuple[int, int]) -> Ecart:
        autre = jour + ecart[0] * UN_JOUR
        if not heures:
            return Ecart(quoi=Quoi.DEPLACE, debut=str(autre), fin=str(autre))
        debut = datetime.combine(autre, datetime.min.time()) + timedelta(minutes=ecart[1])
        fin = debut + timedelta(hours=1)
        return Ecart(quoi=Quoi.DEPLACE, debut=f"{debut:%Y-%m-%dT%H:%M}", fin=f"{fin:%Y-%m-%dT%H:%M}")

    simples = [Ecart(quoi=Quoi.SAUTE), Ecart(quoi=Quoi.ANNULE, motif="neige"), Ecart(quoi=Quoi.A_REPLACER)]
    return st.sampled_from(simples) | st.tuples(st.integers(-40, 40), st.integers(240, 1300)).map(deplace)


def flux(serie: Serie, exclus: dict[str, Periode]) -> bytes:
    programme = Programme((), (serie,), exclus, ())
    revision = {f"prog/series/{serie.id}.yaml": Revisions(VU, VU, 2)}
    reglages = Reglages(id="lieu", format=1, nom="La Passerelle", domaine="passerelle.example")
    activites = Redaction(programme, Memoire(revision), reglages, {}).activites()
    publications = [p for activite in activites for p in activite.publications]
    return b"".join(ecrire_flux("La Passerelle", publications, BRUXELLES))


def utc(quand: datetime, jours_entiers: bool) -> str:
    return (
        str(quand.date())
        if jours_entiers
        else f"{quand.replace(tzinfo=BRUXELLES).astimezone(UTC):%Y-%m-%dT%H:%M}"
    )


def attendues(serie: Serie, exclus: dict[str, Periode]) -> set[tuple[str, str]]:
    """Nos dates, celles qui ont lieu."""
    return {
        (utc(s.creneau.debut, s.creneau.jours_entiers), utc(s.creneau.fin, s.creneau.jours_entiers))
        for s in regles.seances(serie, FENETRE, exclus)
        if s.a_lieu and FENETRE.premier_jour <= s.creneau.premier_jour
    }


def vues_par_rie(octets: bytes) -> set[tuple[str, str]]:
    trouvees = set()
    for e in recurring_ical_events.of(Calendar.from_ical(octets)).between(
        FENETRE.premier_jour, FENETRE.dernier_jour + UN_JOUR
    ):
        if e.get("STATUS") != "CANCELLED":
            bornes = [e["DTSTART"].dt, e["DTEND"].dt]
            dites = [
                f"{b.astimezone(UTC):%Y-%m-%dT%H:%M}" if isinstance(b, datetime) else str(b) for b in bornes
            ]
            trouvees.add((dites[0], dites[1]))
    return trouvees


@pytest.mark.long
@given(series())
@settings(max_examples=60)
def test_recurring_ical_events_trouve_les_memes_dates(cas: tuple[Serie, dict[str, Periode]]) -> None:
    serie, exclus = cas
    assert vues_par_rie(flux(serie, exclus)) == attendues(serie, exclus)


def test_une_serie_reduite_a_ses_dates_ajoutees_reste_dans_l_agenda() -> None:
    regle = Recurrence(
        regle="FREQ=WEEKLY;BYDAY=MO", du="2026-03-31", au="2026-04-02", debut="19:00", fin="21:00"
    )
    serie = Serie(id="chorale-7k2m", titre="Chorale", recurrence=recurrence.ajouter(regle, date(2026, 4, 1)))
    assert vues_par_rie(flux(serie, {})) == attendues(serie, {}) != set()


@pytest.mark.long
@given(cas=series())
@settings(max_examples=12)
def test_ical_js_trouve_les_memes_dates(
    ical_js: Callable[[bytes], list[Vue]], cas: tuple[Serie, dict[str, Periode]]
) -> None:
    serie, exclus = cas
    # Il compte la durée de la première date en heures écoulées : qu'elle ne passe pas un changement d'heure.
    premiere = next(
        recurrence.dates(serie.recurrence, date.fromisoformat(serie.recurrence.du), date.max), None
    )
    assume(premiere is None or ne_change_pas_d_heure(serie.recurrence.creneau(premiere)))
    borne = str(FENETRE.dernier_jour)
    vues = {
        (v.debut.removesuffix(":00.000Z"), v.fin.removesuffix(":00.000Z"))
        for v in ical_js(flux(serie, exclus))
        if not v.annulee and v.debut <= borne
    }
    voulues = [
        s for s in regles.seances(serie, FENETRE, exclus) if s.a_lieu and utc(*debut_de(s.creneau)) <= borne
    ]
    # Une heure double ou sautée est lue autrement par ical.js : la date y est, à une heure près.
    sures = {
        (utc(*debut_de(s.creneau)), utc(s.creneau.fin, s.creneau.jours_entiers))
        for s in voulues
        if all(est_sure(borne) for borne in (s.creneau.debut, s.creneau.fin))
    }
    assert sures <= vues
    assert len(vues) == len({(s.debut, s.fin) for s in voulues})


def ne_change_pas_d_heure(creneau: Creneau) -> bool:
    debut, fin = (b.replace(tzinfo=BRUXELLES).utcoffset() for b in (creneau.debut, creneau.fin))
    return debut == fin


NUITS = Serie(
    id="chorale-7k2m",
    titre="Chorale",
    recurrence=Recurrence(regle="FREQ=DAILY", du="2026-03-29", debut="22:00", fin="02:00"),
)


@pytest.mark.long
@given(cas=series())
@example(cas=(NUITS, {}))
@settings(max_examples=40)
def test_notre_flux_relu_redonne_la_meme_serie(cas: tuple[Serie, dict[str, Periode]]) -> None:
    """Exporter, relire, exporter : les mêmes octets, quelles que soient la règle et ses exceptions."""
    premier = flux(*cas)
    # Réduite à ses dates ajoutées, ou à rien, elle n'est plus une série.
    assume(b"\nRRULE:FREQ" in premier.partition(b"BEGIN:VEVENT")[2])
    (lue,) = lu(premier).series
    assert lue.a_part == {}
    relue = Serie(id="chorale-7k2m", titre="Chorale", recurrence=lue.recurrence)
    # Ailleurs, une date à replacer chez nous est simplement annulée.
    assert flux(relue, {}) == premier.replace(r"FERMÉ\, À REPLACER".encode(), "ANNULÉ".encode())


def debut_de(creneau: Creneau) -> tuple[datetime, bool]:
    return creneau.debut, creneau.jours_entiers


def est_sure(mural: datetime) -> bool:
    return temps.existe(mural, BRUXELLES) and not temps.est_double(mural, BRUXELLES)


EXEMPLE = Serie(
    id="chorale-7k2m",
    titre="Chorale",
    salles=("cour",),
    recurrence=Recurrence(
        regle="FREQ=WEEKLY;BYDAY=TU",
        du="2026-12-01",
        au="2027-06-30",
        debut="19:00",
        fin="21:00",
        sauf=("conges",),
        ajouts=("2026-12-24",),
        ecarts={
            "2026-12-08": Ecart(quoi=Quoi.DEPLACE, debut="2026-12-10T20:00", fin="2026-12-10T22:00"),
            "2026-12-15": Ecart(quoi=Quoi.ANNULE, motif="neige"),
            "2026-12-22": Ecart(quoi=Quoi.SAUTE),
        },
    ),
)
CONGES = {
    "conges": Periode(id="conges", nom="Congés", plages=(Plage(du=date(2027, 2, 15), au=date(2027, 2, 28)),))
}


def test_une_serie_a_son_fichier_d_or(or_: Callable[[str, bytes], None]) -> None:
    or_("serie.ics", flux(EXEMPLE, CONGES))


@pytest.mark.parametrize(
    "ligne",
    [
        "DTSTART;TZID=Europe/Brussels:20261201T190000",
        # Le dernier jour compris, à l'heure de la série, en UTC.
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630T170000Z",
        "EXDATE;TZID=Europe/Brussels:20261222T190000,20270216T190000,20270223T19000",
        "RDATE;TZID=Europe/Brussels:20261224T190000",
        "RECURRENCE-ID;TZID=Europe/Brussels:20261208T190000",
        "RECURRENCE-ID;TZID=Europe/Brussels:20261215T190000",
        "DTSTART;TZID=Europe/Brussels:20261210T200000",
        "STATUS:CANCELLED",
        "SUMMARY:ANNULÉ — Chorale",
        "SEQUENCE:2",
    ],
)
def test_chaque_ecart_se_dit_d_une_seule_facon(ligne: str) -> None:
    texte = flux(EXEMPLE, CONGES).decode()
    assert ligne in texte.split("\r\n")
    assert texte.count("UID:chorale-7k2m@passerelle.example") == 3
    # Jamais un retrait et une annulation de la même date (Nextcloud la montrerait deux fois).
    assert "20261215" not in texte.partition("EXDATE")[2].partition("\r\nBEGIN")[0].partition("RDATE")[0]


def test_une_serie_annulee_le_dit_toute_entiere() -> None:
    annulee = structs.replace(EXEMPLE, etat=Etat.ANNULE)
    assert flux(annulee, CONGES).decode().count("STATUS:CANCELLED") == 3
    assert vues_par_rie(flux(annulee, CONGES)) == set()

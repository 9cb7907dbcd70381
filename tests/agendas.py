"""Des agendas à lire, et de quoi les lire dans ce processus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, EvenementLu, developper
from tiers_lieu_cli.noyau.agenda.lecteur_ics import Lecture, lire
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes

BRUXELLES = ZoneInfo("Europe/Brussels")


def lu(octets: bytes) -> AgendaLu:
    """L'agenda, lu ici ; `Refus` s'il ne peut l'être."""
    lecture = Lecture(BRUXELLES)
    lire(octets, lecture)
    listes = ("evenements", "series", "annulations", "laisses", "avis")
    return AgendaLu(nom=lecture.nom, **{nom: tuple(getattr(lecture, nom)) for nom in listes})


def agenda(*blocs: Iterable[str], tete: Iterable[str] = ()) -> bytes:
    """Un .ics : une liste de lignes par événement."""
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//essai//FR", *tete]
    for bloc in blocs:
        lignes += ["BEGIN:VEVENT", *bloc, "END:VEVENT"]
    return ("\r\n".join([*lignes, "END:VCALENDAR"]) + "\r\n").encode()


def seul(*lignes: str) -> EvenementLu:
    """Le seul événement que ces lignes disent."""
    lue = lu(agenda(["UID:u1", *lignes]))
    (evenement,) = lue.evenements
    return evenement


def dates(octets: bytes, du: date, au: date) -> list[tuple[str, str]]:
    """Début et fin de chaque date qui n'est pas annulée, dans l'ordre."""
    vues = developper(lu(octets), Creneau.de_jours(du, au))
    return sorted(ecrire_bornes(v.creneau) for v in vues if not v.annule)

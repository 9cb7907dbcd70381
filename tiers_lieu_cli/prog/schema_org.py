"""Le programme public en schema.org (JSON-LD) : ce que lisent OpenAgenda, Mobilizon et les moteurs.

Une série y est une `EventSeries` et son `Schedule` ; ses dates changées sont des événements à part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from tiers_lieu_cli.noyau.agenda.flux import A_REPLACER, Publication, Repetition
from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.noyau.temps import regle_etrangere
from tiers_lieu_cli.noyau.temps.regle_ecrite import JOURS_RFC, Frequence, Regle, lire_rrule
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.publication import Activite
from tiers_lieu_cli.prog.serie.modele import Serie

_PERIODES = {Frequence.JOUR: "D", Frequence.SEMAINE: "W", Frequence.MOIS: "M", Frequence.AN: "Y"}
Objet = dict[str, object]


def programme(activites: Iterable[Activite], reglages: Reglages, fuseau: ZoneInfo) -> Objet:
    """Le graphe de tout ce qui est public, dans l'ordre du temps."""
    ordonnees = sorted(activites, key=lambda a: (a.publications[0].creneau.debut, a.publications[0].uid))
    graphe = [objet for activite in ordonnees for objet in _objets(activite, reglages, fuseau)]
    return {"@context": "https://schema.org", "@graph": graphe}


def page(p: Publication, fiche: Evenement, reglages: Reglages, fuseau: ZoneInfo) -> Objet:
    """Un seul événement, pour sa page ; rien n'y change tant que ce qu'on en voit ne change pas."""
    objet = _objet(p, fiche, reglages, fuseau)
    vu = {
        cle: valeur for cle, valeur in objet.items() if valeur not in ("", [], None) and cle != "dateModified"
    }
    return {"@context": "https://schema.org", **vu}


def _objets(activite: Activite, reglages: Reglages, fuseau: ZoneInfo) -> Iterator[Objet]:
    for p in activite.publications:
        objet = _objet(p, activite.fiche, reglages, fuseau)
        if p.repetition is not None:
            objet |= {"@type": "EventSeries", "eventSchedule": _rythme(p.repetition, p.creneau, fuseau)}
        elif p.occurrence is not None:
            debut = _ecrire(p.occurrence.debut, p.occurrence.jours_entiers, fuseau)
            objet |= {"previousStartDate": debut, "superEvent": {"@id": f"urn:uid:{p.uid}"}}
            objet["@id"] = f"urn:uid:{p.uid}#{debut}"
        yield {cle: valeur for cle, valeur in objet.items() if valeur not in ("", [], None)}


def _objet(p: Publication, fiche: Evenement | Serie, reglages: Reglages, fuseau: ZoneInfo) -> Objet:
    fin = p.creneau.dernier_jour if p.creneau.jours_entiers else p.creneau.fin
    ages = f"{fiche.age_min or ''}-{fiche.age_max or ''}" if fiche.age_min or fiche.age_max else ""
    return {
        "@type": "Event",
        "@id": f"urn:uid:{p.uid}",
        "name": p.titre,
        "startDate": _ecrire(p.creneau.debut, p.creneau.jours_entiers, fuseau),
        "endDate": str(fin) if not isinstance(fin, datetime) else _ecrire(fin, False, fuseau),
        "eventStatus": f"https://schema.org/{_statut(p)}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": p.lieu or reglages.nom, "address": reglages.adresse},
        "organizer": {"@type": "Organization", "name": reglages.nom},
        "description": p.description,
        "keywords": list(p.categories),
        "audience": [{"@type": "Audience", "audienceType": public} for public in fiche.publics],
        "inLanguage": list(fiche.langues),
        "accessibilitySummary": ", ".join(fiche.accessibilite),
        "typicalAgeRange": ages,
        "maximumAttendeeCapacity": fiche.capacite or None,
        "url": p.url,
        "dateModified": f"{p.modifie:%Y-%m-%dT%H:%M:%SZ}",
    }


def _statut(p: Publication) -> str:
    if p.annule:
        return "EventPostponed" if p.mention == A_REPLACER else "EventCancelled"
    deplacee = p.occurrence is not None and p.occurrence != p.creneau
    return "EventRescheduled" if deplacee else "EventScheduled"


def _rythme(r: Repetition, creneau: Creneau, fuseau: ZoneInfo) -> Objet:
    rythme: Objet = {
        "@type": "Schedule",
        "scheduleTimezone": fuseau.key,
        "startDate": str(creneau.premier_jour),
    }
    if not regle_etrangere.en_est_une(r.regle):
        # schema.org ne sait pas dire les autres : leurs dates sont dans l'agenda.
        regle = lire_rrule(r.regle)
        rythme |= {"repeatFrequency": f"P{regle.intervalle}{_PERIODES[regle.frequence]}", **_jours(regle)}
    if r.au is not None:
        rythme["endDate"] = str(r.au)
    if not creneau.jours_entiers:
        rythme |= {"startTime": f"{creneau.debut:%H:%M}", "endTime": f"{creneau.fin:%H:%M}"}
    if r.sauf:
        rythme["exceptDate"] = [_ecrire(c.debut, c.jours_entiers, fuseau) for c in r.sauf]
    if r.ajouts:
        rythme["additionalDate"] = [_ecrire(c.debut, c.jours_entiers, fuseau) for c in r.ajouts]
    return rythme


def _jours(regle: Regle) -> Objet:
    """Les jours, comme iCalendar les écrit : schema.org l'admet, et seul lui dit « 1SA »."""
    jours = [f"{rang or ''}{JOURS_RFC[jour]}" for rang, jour in regle.jours]
    dits: Objet = {"byDay": jours, "byMonthDay": list(regle.quantiemes), "byMonth": list(regle.mois)}
    return {nom: valeurs for nom, valeurs in dits.items() if valeurs}


def _ecrire(mural: datetime, jours_entiers: bool, fuseau: ZoneInfo) -> str:
    """Un jour, ou un moment avec son décalage."""
    if jours_entiers:
        return str(mural.date())
    return mural.replace(tzinfo=fuseau).isoformat(timespec="minutes")

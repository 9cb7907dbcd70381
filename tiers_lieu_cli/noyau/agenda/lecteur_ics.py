"""Le processus à part qui lit un .ics : une ligne de demande et le fichier en entrée, un JSON en sortie.

Il ne garde que ce que le programme montre : jamais les invités, l'organisateur ni leurs
adresses. Ce qui ne se comprend pas est nommé dans les défauts ; le reste est gardé.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from tiers_lieu_cli.noyau.agenda import lecteur_series
from tiers_lieu_cli.noyau.agenda.flux import sans_mention
from tiers_lieu_cli.noyau.texte import mot_propre

#: icalendar donne à chaque champ l'union d'une trentaine de types : on vérifie en lisant.
Composant: TypeAlias = Any
Regle: TypeAlias = Any

OCCURRENCES_MAXIMALES = 5_000
_LONGUEURS = {"titre": 200, "lieu": 200, "description": 5_000, "url": 500}
_ANNEES = range(1970, 2101)
#: Un événement sans durée (RFC 5545 § 3.6.1) doit pourtant se voir.
_INSTANT = timedelta(minutes=30)
_PASSE, _AVENIR = timedelta(days=31), timedelta(days=366)
_PAS = {"HOURLY": 1 / 24, "DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_INVISIBLES = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class Refus(Exception):
    """Le fichier entier ne peut être lu ; le message finit la phrase « fichier.ics … »."""


class Laisse(Exception):
    """Un événement ne peut être gardé ; le message dit pourquoi."""


@dataclass
class Lecture:
    """Une lecture en cours."""

    fuseau: ZoneInfo
    aujourdhui: date
    du: date | None
    au: date | None
    evenements: list[dict[str, object]] = field(default_factory=list)
    series: list[dict[str, object]] = field(default_factory=list)
    defauts: list[str] = field(default_factory=list)


def lire(octets: bytes, lecture: Lecture) -> str:
    """Remplir `lecture` ; rend le nom de l'agenda."""
    agendas = _analyser(_decoder(octets, lecture))
    nom = ""
    for agenda in agendas:
        nom = nom or _texte(agenda, "NAME", "titre") or _texte(agenda, "X-WR-CALNAME", "titre")
        for groupe in _groupes(agenda, lecture):
            _garder(groupe, lecture)
    return nom


# -- le fichier ---------------------------------------------------------------


def _decoder(octets: bytes, lecture: Lecture) -> str:
    if not octets.strip():
        raise Refus("est vide")
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refus("est en UTF-16, et non en UTF-8")
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
        lecture.defauts.append(
            "Le fichier n'est pas en UTF-8 : lu comme un fichier Windows, vérifier les accents."
        )
    if "\n" not in texte:
        texte = texte.replace("\r", "\n")
    if texte.lstrip().upper().startswith(("BEGIN:VEVENT", "BEGIN:VTIMEZONE")):
        # Des outils exportent l'événement sans l'agenda autour.
        texte = f"BEGIN:VCALENDAR\nVERSION:2.0\n{texte.strip()}\nEND:VCALENDAR\n"
    if "BEGIN:VCALENDAR" not in texte.upper():
        debut = texte.lstrip()[:200].lower()
        genre = (
            "une page web" if "<" in debut[:1] else "du JSON" if debut[:1] in ("{", "[") else "un autre texte"
        )
        raise Refus(f"n'est pas un agenda : c'est {genre}")
    return texte


def _analyser(texte: str) -> list[Composant]:
    ouverts, fermes = (len(re.findall(rf"(?im)^{mot}:VCALENDAR\s*$", texte)) for mot in ("BEGIN", "END"))
    if ouverts != fermes:
        raise Refus("est coupé avant la fin, ou mêlé à autre chose")
    try:
        agendas = Calendar.from_ical(texte, multiple=True)
    except (ValueError, OSError, KeyError, IndexError, AttributeError, TypeError, OverflowError):
        raise Refus("est un agenda mal écrit, que rien ne permet de lire sans risque") from None
    return [agenda for agenda in agendas if isinstance(agenda, Calendar)]


def _groupes(agenda: Composant, lecture: Lecture) -> Iterator[list[Composant]]:
    """Les événements lisibles, réunis par UID."""
    groupes: dict[str, list[Composant]] = {}
    for evenement in agenda.walk("VEVENT"):
        try:
            _verifier(evenement)
        except Laisse as motif:
            lecture.defauts.append(
                f"« {_texte(evenement, 'SUMMARY', 'titre') or 'sans titre'} » laissé : {motif}."
            )
            continue
        groupes.setdefault(_uid(evenement), []).append(evenement)
    yield from groupes.values()


def _verifier(e: Composant) -> None:
    """`Laisse` si l'événement est abîmé, sans date sûre, ou d'une récurrence qu'on ne développe pas."""
    if e.errors:
        raise Laisse(f"le champ {e.errors[0][0] or 'illisible'} est abîmé")
    for nom in ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID"):
        if isinstance(e.get(nom), list) and nom != "RRULE":
            raise Laisse(f"il a plusieurs {nom}")
    debut = e.get("DTSTART")
    if debut is None:
        raise Laisse("il n'a pas de date")
    for nom in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        quand = e.get(nom)
        if quand is None:
            continue
        if getattr(quand.dt, "tzinfo", True) is None and quand.params.get("TZID"):
            raise Laisse(f"son fuseau « {_propre(str(quand.params['TZID']), 80)} » est inconnu")
        if quand.dt.year not in _ANNEES:
            raise Laisse(f"l'année {quand.dt.year} est hors de l'histoire du lieu")
    if "DURATION" in e and abs(e["DURATION"].dt) > timedelta(days=3660):
        raise Laisse("sa durée est démesurée")
    for regle in _regles(e):
        frequence = str((regle.get("FREQ") or [""])[0]).upper()
        if frequence not in _PAS:
            raise Laisse("il se répète à un rythme que l'outil n'admet pas")
        if any(int(n) < 1 for n in regle.get("INTERVAL", [])):
            raise Laisse("sa règle de répétition est impossible")
        if {"BYSECOND", "BYMINUTE"} & set(regle) or (len(regle.get("BYHOUR", [])) > 1):
            raise Laisse("il se répète plusieurs fois par heure ou par jour")


def _regles(e: Composant) -> list[Regle]:
    regle = e.get("RRULE")
    return [] if regle is None else list(regle) if isinstance(regle, list) else [regle]


def _uid(e: Composant) -> str:
    uid = _propre(str(e.get("UID", "")), 255)
    # Sans UID (fichiers anciens), l'événement se reconnaît à ce qu'il dit.
    return (
        uid or "sans-uid-" + hashlib.sha256(f"{e.get('SUMMARY')}|{e['DTSTART'].dt}".encode()).hexdigest()[:24]
    )


# -- les occurrences ----------------------------------------------------------


def _garder(groupe: list[Composant], lecture: Lecture) -> None:
    """Garder les occurrences d'un même UID."""
    uid = _uid(groupe[0])
    seuls = not any("RRULE" in e or "RDATE" in e or "RECURRENCE-ID" in e for e in groupe)
    try:
        occurrences = list(groupe) if seuls else _developper(groupe, lecture)
    except Laisse as motif:
        lecture.defauts.append(f"« {_texte(groupe[0], 'SUMMARY', 'titre')} » laissé : {motif}.")
        return
    if seuls and len(groupe) > 1:
        lecture.defauts.append(f"{len(groupe)} événements portent le même identifiant ({uid}) : tous gardés.")
    gardees = []
    for rang, e in enumerate(occurrences):
        try:
            vue = _vue(e, uid, "" if seuls and not rang else _cle(e), lecture)
        except Laisse as motif:
            lecture.defauts.append(f"« {_texte(e, 'SUMMARY', 'titre')} » laissé : {motif}.")
            continue
        vue["recurrent"] = not seuls
        gardees.append(vue)
        if _dans_la_fenetre(vue, lecture):
            lecture.evenements.append(vue)
        if len(lecture.evenements) > OCCURRENCES_MAXIMALES:
            raise Refus(
                f"donne plus de {OCCURRENCES_MAXIMALES} événements ; choisir une période avec --du et --au"
            )
    if not (seuls or lecture.du or lecture.au):
        _garder_la_serie(groupe, uid, gardees, lecture)


def _garder_la_serie(
    groupe: list[Composant], uid: str, vues: list[dict[str, object]], lecture: Lecture
) -> None:
    """Garder aussi la série d'un bloc, si notre moteur sait la dire exactement."""

    def voir(e: Composant) -> dict[str, object]:
        return _vue(e, uid, _cle(e), lecture)

    try:
        serie = lecteur_series.exacte(groupe, vues, voir, _etendue(groupe, lecture), lecture.fuseau)
    except Laisse:
        return
    if serie is not None:
        lecture.series.append(serie.en_clair(uid))


def _developper(groupe: list[Composant], lecture: Lecture) -> list[Composant]:
    """Développer une série, ses exceptions et ses dates ajoutées."""
    serie = Calendar()
    for e in groupe:
        serie.add_component(e)
    premier, dernier = _etendue(groupe, lecture)
    try:
        return list(recurring_ical_events.of(serie).between(premier, dernier))
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError):
        raise Laisse("sa répétition ne se comprend pas") from None


def _etendue(groupe: list[Composant], lecture: Lecture) -> tuple[date, date]:
    """Les jours à développer : tout si la série finit, autour d'aujourd'hui si elle est sans fin."""
    jours = [_jour(e["DTSTART"].dt) for e in groupe]
    jours += [_jour(d) for e in groupe for d in _dates(e, "RDATE")]
    premier, dernier = min(jours), max(jours)
    for e in groupe:
        for regle in _regles(e):
            fin = _fin_de_regle(regle, _jour(e["DTSTART"].dt))
            if fin is None:
                premier = max(premier, lecture.aujourdhui - _PASSE)
                fin = lecture.aujourdhui + _AVENIR
            dernier = max(dernier, fin)
    if lecture.du:
        premier = max(min(jours), lecture.du) - timedelta(days=1)
    return premier, max(premier, lecture.au or dernier) + timedelta(days=2)


def _fin_de_regle(regle: Regle, debut: date) -> date | None:
    """Le dernier jour d'une règle ; `None` si elle est sans fin, ou trop longue pour être prise entière."""
    pas = _PAS[str(regle["FREQ"][0]).upper()] * int(str((regle.get("INTERVAL") or [1])[0]))
    if regle.get("UNTIL"):
        fin = _jour(regle["UNTIL"][0])
        return fin if (fin - debut).days / pas <= OCCURRENCES_MAXIMALES else None
    if regle.get("COUNT"):
        nombre = int(str(regle["COUNT"][0]))
        # Une règle peut sauter des mois (31) ou des années (29 février) : on voit large.
        jours = nombre * pas * 12 + 3660
        return debut + timedelta(days=jours) if nombre <= OCCURRENCES_MAXIMALES and jours < 36_600 else None
    return None


def _dates(e: Composant, nom: str) -> Iterator[object]:
    valeurs = e.get(nom, [])
    for liste in valeurs if isinstance(valeurs, list) else [valeurs]:
        for quand in liste.dts:
            yield quand.dt[0] if isinstance(quand.dt, tuple) else quand.dt


def _jour(quand: object) -> date:
    if isinstance(quand, datetime):
        return quand.date()
    if isinstance(quand, date):
        return quand
    raise Laisse("une de ses dates ne se comprend pas")


def _cle(e: Composant) -> str:
    """Le début prévu de l'occurrence : ce qui ne change pas quand on la déplace."""
    quand = (e.get("RECURRENCE-ID") or e["DTSTART"]).dt
    if isinstance(quand, datetime):
        return f"{quand.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if quand.tzinfo else f"{quand:%Y-%m-%dT%H:%M}"
    return str(quand.isoformat())


# -- un événement -------------------------------------------------------------


def _vue(e: Composant, uid: str, occurrence: str, lecture: Lecture) -> dict[str, object]:
    debut, fin = _bornes(e, lecture.fuseau)
    annule = str(e.get("STATUS", "")).upper() == "CANCELLED"
    titre = " ".join(_texte(e, "SUMMARY", "titre").split())
    return {
        "uid": uid,
        "occurrence": occurrence,
        # Un agenda comme le nôtre le dit aussi dans le titre.
        "titre": (sans_mention(titre) if annule else titre) or "Sans titre",
        "description": _texte(e, "DESCRIPTION", "description"),
        "lieu": " ".join(_texte(e, "LOCATION", "lieu").split()),
        "url": "".join(_texte(e, "URL", "url").split()),
        "debut": debut,
        "fin": fin,
        "annule": annule,
        "categories": _categories(e),
    }


def _bornes(e: Composant, fuseau: ZoneInfo) -> tuple[str, str]:
    """Début et fin exclue, en heures murales du lieu ou en jours."""
    debut = e["DTSTART"].dt
    if "DTEND" in e:
        fin = e["DTEND"].dt
    elif "DURATION" in e:
        fin = debut + e["DURATION"].dt
    else:
        fin = debut
    if not isinstance(debut, datetime):
        dernier = max(_jour(fin), debut + timedelta(days=1))
        return debut.isoformat(), dernier.isoformat()
    if not isinstance(fin, datetime):
        fin = datetime.combine(fin, time(), debut.tzinfo)
    mural, mural_fin = (_mural(quand, fuseau) for quand in (debut, fin))
    if mural_fin < mural:
        raise Laisse("il finit avant de commencer")
    if mural_fin == mural:
        mural_fin = mural + _INSTANT
    return mural.isoformat(timespec="minutes"), mural_fin.isoformat(timespec="minutes")


def _mural(quand: datetime, fuseau: ZoneInfo) -> datetime:
    """L'heure au mur du lieu ; une heure sans fuseau est déjà la nôtre (RFC 5545 § 3.3.5)."""
    ici = quand.astimezone(fuseau) if quand.tzinfo else quand
    return ici.replace(tzinfo=None, second=0, microsecond=0)


def _categories(e: Composant) -> list[str]:
    valeurs = e.get("CATEGORIES", [])
    listes = valeurs if isinstance(valeurs, list) else [valeurs]
    dites = [mot_propre(_propre(str(c), 60)) for liste in listes for c in getattr(liste, "cats", [])]
    return sorted({c for c in dites if c})[:20]


def _texte(e: Composant, nom: str, champ: str) -> str:
    valeur = e.get(nom, "")
    return _propre(str(valeur[0] if isinstance(valeur, list) else valeur), _LONGUEURS[champ])


def _propre(texte: str, longueur: int) -> str:
    return _INVISIBLES.sub("", texte.replace("\r\n", "\n"))[:longueur].strip()


def _dans_la_fenetre(vue: dict[str, object], lecture: Lecture) -> bool:
    debut, fin = str(vue["debut"])[:10], str(vue["fin"])
    if lecture.au and debut > lecture.au.isoformat():
        return False
    return not lecture.du or fin > lecture.du.isoformat()


def principal() -> None:
    """Répondre à une demande."""
    demande = json.loads(sys.stdin.buffer.readline())
    du, au = (demande[nom] and date.fromisoformat(demande[nom]) for nom in ("du", "au"))
    lecture = Lecture(ZoneInfo(demande["fuseau"]), date.fromisoformat(demande["aujourdhui"]), du, au)
    try:
        nom = lire(sys.stdin.buffer.read(), lecture)
    except Refus as refus:
        reponse: dict[str, object] = {"refus": str(refus)}
    else:
        reponse = {
            "nom": nom,
            "evenements": lecture.evenements,
            "series": lecture.series,
            "defauts": lecture.defauts,
        }
    sys.stdout.write(json.dumps(reponse))


if __name__ == "__main__":
    principal()

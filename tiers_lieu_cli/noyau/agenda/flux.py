"""Produire un flux iCalendar : mêmes données, mêmes octets, lisible par les vrais agendas.

Sources : RFC 5545, RFC 7986 ; les essais de `tests/prog/test_flux.py` tiennent les pièges mesurés.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import Ici, Vers
from tiers_lieu_cli.noyau.systeme import inoffensif
from tiers_lieu_cli.noyau.temps import proprietes_ics, regle_etrangere, temps
from tiers_lieu_cli.noyau.temps.recurrence import HORIZON
from tiers_lieu_cli.noyau.temps.temps import Creneau

if TYPE_CHECKING:
    from icalendar import Event

PRODID = "-//tiers-lieu-cli//programme//FR"
#: Les agendas sont invités à relire deux fois par jour ; Google n'en fait qu'à sa tête.
_RELECTURE = "PT12H"
# icalendar calcule un VTIMEZONE faux d'une heure le jour du passage à l'été : le nôtre est
# constant, à l'heure d'avant la bascule (RFC 5545 § 3.6.5), et vaut pour toute l'Europe centrale.
_EUROPE_CENTRALE = """\
BEGIN:VTIMEZONE
TZID:{tzid}
{autrefois}BEGIN:DAYLIGHT
DTSTART:{depuis}
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
#: Ce que le titre dit de ce qui n'a pas lieu : un agenda qui ignore STATUS le montre quand même.
ANNULE, A_REPLACER = "ANNULÉ", "FERMÉ, À REPLACER"
#: Avant, les heures d'été ne suivaient pas encore cette règle : elles se disent une à une.
_DEPUIS = 1997
PIED = b"END:VCALENDAR\r\n"
_TEMOIN = ZoneInfo("Europe/Brussels")
_INVISIBLES = motif(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Repetition(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui revient : une règle, jusqu'à un dernier jour compris, sauf des dates, avec d'autres.

    `regle` : une RRULE, ou la règle telle qu'elle est venue d'ailleurs (`regle_etrangere`).
    """

    regle: str
    du: date
    au: date | None = None
    sauf: tuple[Creneau, ...] = ()
    ajouts: tuple[Creneau, ...] = ()


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'un flux dit d'un événement, d'une série ou d'une de ses dates ; tout y est déjà public.

    `uid` ne change jamais ; `sequence` compte les changements ; `cree` et `modifie` sont
    des instants UTC tirés de l'histoire. `occurrence` : le créneau que la règle donnait à cette
    date, que celle-ci remplace.
    """

    uid: str
    creneau: Creneau
    repetition: Repetition | None = None
    occurrence: Creneau | None = None
    titre: str
    lieu: str = ""
    description: str = ""
    annule: bool = False
    #: Pas encore sûr (un brouillon, une option) ; pour l'équipe seulement.
    provisoire: bool = False
    prive: bool = False
    #: Ce que le titre en dit alors.
    mention: str = ANNULE
    categories: tuple[str, ...] = ()
    url: str = ""
    sequence: int
    cree: datetime
    modifie: datetime


def sans_mention(titre: str) -> str:
    """Le titre d'un événement annulé, sans ce qu'un agenda comme le nôtre y met."""
    return titre.removeprefix(f"{ANNULE} — ").removeprefix(f"{A_REPLACER} — ")


def _echapper(texte: str) -> str:
    r"""Échapper un texte (RFC 5545 § 3.3.11) ; icalendar changerait « C:\New » en saut de ligne."""
    echappe = texte.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return echappe.replace("\r\n", "\n").replace("\n", "\\n")


def ecrire_flux(nom: str, publications: Iterable[Publication], fuseau: ZoneInfo) -> Iterator[bytes]:
    """Le flux, morceau par morceau : un grand programme ne tient jamais entier en mémoire."""
    ordonnees = ordonner(publications)
    yield en_tete(nom, fuseau, ordonnees)
    for publication in ordonnees:
        yield composer(publication, fuseau)
    yield PIED


def ordonner(publications: Iterable[Publication]) -> list[Publication]:
    """Dans l'ordre du temps ; une série vient avant ses dates changées."""
    return sorted(
        publications, key=lambda p: (p.creneau.debut, p.uid, p.occurrence is not None, p.occurrence)
    )


def en_tete(nom: str, fuseau: ZoneInfo, publications: Iterable[Publication]) -> bytes:
    """Le début d'un flux, fuseaux compris."""
    publications = list(publications)
    annees = {an for p in publications for an in _annees(p)}
    definis = {fuseau.key: vtimezone(fuseau, annees)}
    for p in publications:
        if p.repetition is not None and regle_etrangere.en_est_une(p.repetition.regle):
            lue = regle_etrangere.lire(p.repetition.regle)
            if lue.vtimezone:
                definis.setdefault(lue.tzid, f"{lue.vtimezone}\n".replace("\n", "\r\n").encode())
            elif isinstance(lue.fuseau, ZoneInfo):
                definis.setdefault(lue.fuseau.key, vtimezone(lue.fuseau, _annees(p)))
    return _proprietes(nom, fuseau) + b"".join(definis.values())


def _annees(p: Publication) -> tuple[int, ...]:
    fin = p.creneau.fin.year
    if p.repetition is not None:
        # Une série sans fin se décrit aussi loin que l'outil la suit.
        fin = p.repetition.au.year if p.repetition.au else max(fin, p.modifie.year) + HORIZON.days // 366
    return p.creneau.debut.year, fin


def composer(publication: Publication, fuseau: ZoneInfo) -> bytes:
    """Les octets d'une publication : les mêmes dans tous les flux."""
    octets: bytes = _evenement(publication, fuseau).to_ical()
    return octets


def _proprietes(nom: str, fuseau: ZoneInfo) -> bytes:
    from icalendar.parser import foldline

    propre = _echapper(_une_ligne(nom))
    lignes = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{propre}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_RELECTURE}",
        f"X-PUBLISHED-TTL:{_RELECTURE}",
        f"X-WR-CALNAME:{propre}",
        f"X-WR-TIMEZONE:{fuseau.key}",
    )
    return "".join(foldline(ligne) + "\r\n" for ligne in lignes).encode()


def _evenement(p: Publication, fuseau: ZoneInfo) -> Event:
    from icalendar import Event
    from icalendar.prop import vInline

    evenement = Event()
    ajouter = evenement.add
    ajouter("uid", vInline(_echapper(p.uid)), encode=False)
    ajouter("dtstamp", p.modifie)
    ajouter("created", p.cree)
    ajouter("last-modified", p.modifie)
    ajouter("sequence", p.sequence)
    if p.repetition is None or not regle_etrangere.en_est_une(p.repetition.regle):
        debut, fin = _bornes(p.creneau, fuseau)
        ajouter("dtstart", debut)
        if fin > debut:
            ajouter("dtend", fin)
    if p.repetition is not None:
        _repeter(evenement, p.repetition, p.creneau, fuseau)
    if p.occurrence is not None:
        ajouter("recurrence-id", _bornes(p.occurrence, fuseau)[0])
    titre = _une_ligne(p.titre)
    ajouter("summary", vInline(_echapper(f"{p.mention} — {titre}" if p.annule else titre)), encode=False)
    ajouter("status", "CANCELLED" if p.annule else "TENTATIVE" if p.provisoire else "CONFIRMED")
    if p.prive:
        ajouter("class", "PRIVATE")
    if p.creneau.jours_entiers:
        # Outlook montrerait sinon la journée comme prise.
        ajouter("transp", "TRANSPARENT")
        ajouter("x-microsoft-cdo-busystatus", "FREE")
    if p.lieu:
        ajouter("location", vInline(_echapper(_une_ligne(p.lieu))), encode=False)
    if p.description:
        ajouter("description", vInline(_echapper(_visible(p.description))), encode=False)
    if p.categories:
        ajouter("categories", sorted({_une_ligne(c) for c in p.categories}))
    if p.url:
        ajouter("url", _une_ligne(p.url))
    return evenement


def _repeter(evenement: Event, r: Repetition, creneau: Creneau, fuseau: ZoneInfo) -> None:
    from icalendar.prop import vInline

    if regle_etrangere.en_est_une(r.regle):
        for propriete in proprietes_ics.proprietes(r.regle, r.du, r.au):
            valeur = vInline(propriete.valeur)
            valeur.params.update([propriete.parametre] if propriete.parametre else [])
            evenement.add(propriete.nom, valeur, encode=False)
        _ecarter(evenement, r, fuseau)
        return
    regle = r.regle
    if r.au is not None:
        au = r.au if creneau.jours_entiers else datetime.combine(r.au, creneau.debut.time(), fuseau)
        # Avec un DTSTART local, UNTIL est en UTC (RFC 5545 § 3.3.10).
        regle += (
            f";UNTIL={au.astimezone(UTC):%Y%m%dT%H%M%SZ}"
            if isinstance(au, datetime)
            else f";UNTIL={au:%Y%m%d}"
        )
    evenement.add("rrule", vInline(regle), encode=False)
    _ecarter(evenement, r, fuseau)


def _ecarter(evenement: Event, r: Repetition, fuseau: ZoneInfo) -> None:
    for nom, creneaux in (("exdate", r.sauf), ("rdate", r.ajouts)):
        if creneaux:
            evenement.add(nom, [_bornes(creneau, fuseau)[0] for creneau in creneaux])


def _bornes(creneau: Creneau, fuseau: ZoneInfo) -> tuple[date, date]:
    """Début et fin (exclue) : des jours, ou des heures du fuseau ; une heure double est la première."""
    if creneau.jours_entiers:
        return creneau.premier_jour, creneau.dernier_jour + temps.UN_JOUR
    return creneau.debut.replace(tzinfo=fuseau), creneau.fin.replace(tzinfo=fuseau, microsecond=0)


def _une_ligne(texte: str) -> str:
    return _visible(" ".join(texte.split()))


def _visible(texte: str) -> str:
    """Le texte sans ce qu'un agenda interdit ; ce qui ne se voit pas y est écrit en clair."""
    return inoffensif(_INVISIBLES.sub("", texte))


def vtimezone(fuseau: ZoneInfo, annees: Iterable[int]) -> bytes:
    """La définition du fuseau : constante en Europe centrale, sinon ses changements d'heure un à un."""
    annees = sorted(set(annees) or {2026})
    if _comme_bruxelles(fuseau, annees):
        ancien = annees[0] < _DEPUIS
        autrefois = _periodes(fuseau, [annees[0], _DEPUIS - 2]) if ancien else ""
        depuis = "19970330T020000" if ancien else "19810329T020000"
        texte = _EUROPE_CENTRALE.format(tzid=fuseau.key, autrefois=autrefois, depuis=depuis)
    else:
        texte = f"BEGIN:VTIMEZONE\nTZID:{fuseau.key}\n{_periodes(fuseau, annees)}END:VTIMEZONE\n"
    return texte.replace("\n", "\r\n").encode("ascii")


def _comme_bruxelles(fuseau: ZoneInfo, annees: list[int]) -> bool:
    return all(
        (t.astimezone(fuseau).utcoffset(), t.astimezone(fuseau).tzname())
        == (t.astimezone(_TEMOIN).utcoffset(), t.astimezone(_TEMOIN).tzname())
        for an in range(max(_DEPUIS, annees[0]), max(_DEPUIS + 2, annees[-1]) + 2)
        for mois in range(1, 13)
        for t in [datetime(an, mois, 1, tzinfo=UTC), datetime(an, mois, 28, 12, tzinfo=UTC)]
    )


def _periodes(fuseau: ZoneInfo, annees: list[int]) -> str:
    """Une période par changement d'heure, qui commence à l'heure murale d'avant (RFC 5545 § 3.6.5)."""
    instant = datetime(annees[0] - 1, 1, 1, tzinfo=UTC)
    bornes = [instant]
    while instant.year <= annees[-1] + 1:
        # Jour par jour, puis heure par heure le jour où elle change.
        demain = instant + temps.UN_JOUR
        change = demain.astimezone(fuseau).utcoffset() != instant.astimezone(fuseau).utcoffset()
        suivant = instant + timedelta(hours=1) if change else demain
        if change and suivant.astimezone(fuseau).utcoffset() != instant.astimezone(fuseau).utcoffset():
            bornes.append(suivant)
        instant = suivant
    textes = []
    for borne in bornes:
        avant = (borne - timedelta(minutes=1)).astimezone(fuseau).utcoffset() or timedelta()
        apres = borne.astimezone(fuseau)
        sorte = "DAYLIGHT" if apres.dst() else "STANDARD"
        textes.append(
            f"BEGIN:{sorte}\nDTSTART:{(borne + avant):%Y%m%dT%H%M%S}\nTZNAME:{apres.tzname()}\n"
            f"TZOFFSETFROM:{_decalage(avant)}\nTZOFFSETTO:{apres:%z}\nEND:{sorte}\n"
        )
    return "".join(textes)


def _decalage(ecart: timedelta) -> str:
    minutes = int(ecart.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def rendre(
    ici: Ici, vers: Vers, morceaux: Iterable[bytes], combien: int, dits: str, ensuite: str, *, json: bool
) -> None:
    """Un agenda montré à l'écran, ou écrit là où c'est voulu ; `dits` : « échéances écrites »."""
    if vers.sortie is None:
        if json:
            ici.ecran.json({"fichier": None, "evenements": combien, "document": b"".join(morceaux).decode()})
        for morceau in () if json else morceaux:
            ici.ecran.sortie.buffer.write(morceau)
        return
    sortie = vers.ecrire(ici, *morceaux)
    if json:
        ici.ecran.json({"fichier": str(sortie), "evenements": combien})
    else:
        ici.ecran.dire(f"{combien} {dits} dans {sortie}.")
        ici.ecran.dire(f"  Ensuite : {ensuite}")

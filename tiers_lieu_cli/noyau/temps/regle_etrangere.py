"""Une règle venue d'ailleurs que notre moteur ne sait pas dire : gardée telle qu'elle est écrite, et suivie.

Ce sont des lignes d'iCalendar (RFC 5545 § 3.8.5), une propriété par ligne, les heures au fuseau de DTSTART :

    DTSTART;TZID=America/Montreal:20261201T100000
    DURATION:PT8H
    RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU
    RDATE:20261224T090000
    EXDATE:20261208T100000
    X-WR-TIMEZONE:Europe/Brussels

Avec DTEND, la fin reste à la même heure au mur ; DURATION compte de vraies heures, et ses jours au mur
(§ 3.3.6). X-WR-TIMEZONE est le fuseau du lieu, à l'heure duquel tout se montre. Un fuseau que le monde
ne connaît pas est défini à la suite (VTIMEZONE). Le moteur est dateutil, chargé pour ces règles seules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau.temps import fuseaux, temps
from tiers_lieu_cli.noyau.temps.regle_ecrite import (
    ETRANGERE,
    JOURS_RFC,
    PARTIE,
    ecrire_les_parties,
    lire_les_parties,
)
from tiers_lieu_cli.noyau.temps.temps import INSTANT, UN_JOUR, Creneau

#: Au-delà, une règle comptée (COUNT) est suivie comme si elle n'avait pas de fin.
DATES_COMPTEES = 5_000
_LIGNE = r"(DTSTART|DTEND|DURATION|RRULE|EXRULE|RDATE|EXDATE|X-WR-TIMEZONE)(?:;([^:]*))?:(.+)"
_DUREE = r"P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)"
#: Combien de jours une fois, pour avancer dans une règle sans la suivre depuis son début.
_PAS = {"HOURLY": timedelta(hours=1), "DAILY": UN_JOUR, "WEEKLY": 7 * UN_JOUR}
_SEMAINES_DU_MOIS, _SEMAINES_DE_L_AN = 5, 53
BLOC = timedelta(days=400)
_VTIMEZONE = "BEGIN:VTIMEZONE"


def en_est_une(regle: str) -> bool:
    """Cette règle est-elle gardée telle qu'elle est venue ?"""
    return regle.startswith(ETRANGERE)


class Date(msgspec.Struct, frozen=True, order=True):
    """Une date que la règle donne : son jour, son créneau, aux heures du lieu.

    `heure` (« 1400 ») distingue les dates d'un même jour ; vide pour celle qui est à l'heure de DTSTART.
    """

    jour: date
    heure: str
    creneau: Creneau


class Etrangere(msgspec.Struct, frozen=True, kw_only=True):
    """Une telle règle, lue. `au_mur` et `reelle` : la part de la durée qui se compte au mur, et l'autre."""

    depart: datetime
    jours_entiers: bool
    fuseau: tzinfo
    #: Le nom du fuseau de DTSTART : vide s'il n'en a pas (heure flottante), « UTC » s'il finit par Z.
    tzid: str
    lieu: ZoneInfo
    au_mur: timedelta
    reelle: timedelta
    regles: tuple[str, ...]
    regles_otees: tuple[str, ...]
    ajouts: frozenset[datetime]
    otees: frozenset[datetime]
    #: Comment la durée est écrite : DTEND ou DURATION, et sa valeur.
    duree_ecrite: tuple[str, str]
    vtimezone: str

    def date(self, mural: datetime) -> Date:
        """La date qui commence à cette heure, au mur du fuseau de la règle."""
        if self.jours_entiers:
            dernier = mural.date() + max(self.au_mur, UN_JOUR) - UN_JOUR
            return Date(mural.date(), "", Creneau.de_jours(mural.date(), dernier))
        debut = mural.replace(tzinfo=self.fuseau)
        creneau = au_lieu(debut, ajouter(debut, self.au_mur, self.reelle), self.lieu)
        heure = "" if mural.time() == self.depart.time() else f"{creneau.debut:%H%M}"
        return Date(creneau.premier_jour, heure, creneau)


def ajouter(debut: datetime, au_mur: timedelta, reelle: timedelta) -> datetime:
    """La fin : d'abord les jours, qui se comptent au mur, puis les heures, qui passent vraiment."""
    fin = (debut.replace(tzinfo=None) + au_mur).replace(tzinfo=debut.tzinfo)
    return (fin.astimezone(UTC) + reelle).astimezone(debut.tzinfo) if reelle else fin


def au_lieu(debut: datetime, fin: datetime, lieu: ZoneInfo) -> Creneau:
    """Le créneau, à l'heure du lieu, de deux instants ; sans durée, il n'est qu'un instant."""
    mural, mural_fin = (
        quand.astimezone(lieu).replace(tzinfo=None, fold=0, second=0, microsecond=0) for quand in (debut, fin)
    )
    if mural_fin <= mural:
        # L'horloge a reculé entre les deux, ou rien ne dure.
        mural_fin = mural + max(fin.astimezone(UTC) - debut.astimezone(UTC), INSTANT)
    return Creneau(mural, mural_fin)


# -- lire ---------------------------------------------------------------------


@lru_cache(maxsize=256)
def lire(texte: str) -> Etrangere:
    """La règle que ces lignes disent ; `ValueError` si elles ne se comprennent pas."""
    lignes, _, definition = texte.partition(_VTIMEZONE)
    champs: dict[str, list[str]] = {}
    tzid = ""
    for ligne in filter(None, lignes.splitlines()):
        trouve = re.fullmatch(_LIGNE, ligne.strip())
        if not trouve:
            raise ValueError(f"« {ligne[:60]} » n'est pas une ligne de règle (RFC 5545)")
        champs.setdefault(trouve[1], []).append(trouve[3])
        if trouve[1] == "DTSTART" and trouve[2] and trouve[2].startswith("TZID="):
            tzid = trouve[2].removeprefix("TZID=")
    ecrit = champs.get("DTSTART", [""])[0]
    depart = lire_moment(ecrit)
    lieu = fuseaux.du_monde(champs.get("X-WR-TIMEZONE", [""])[0]) if "X-WR-TIMEZONE" in champs else None
    if lieu is None:
        raise ValueError("« X-WR-TIMEZONE » dit le fuseau du lieu (Europe/Brussels)")
    vtimezone = definition and f"{_VTIMEZONE}{definition}"
    fuseau: tzinfo | None = lieu
    if ecrit.endswith("Z"):
        fuseau, tzid = UTC, "UTC"
    elif tzid:
        fuseau = fuseaux.FuseauDuFichier(vtimezone) if vtimezone else fuseaux.du_monde(tzid)
    if fuseau is None:
        raise ValueError(f"le fuseau « {tzid[:60]} » est inconnu")
    au_mur, reelle, duree_ecrite = _lire_duree(champs, depart, ecrit)
    if not champs.keys() & {"RRULE", "RDATE"}:
        raise ValueError("une règle a une ligne RRULE ou RDATE")
    etrangere = Etrangere(
        depart=depart,
        jours_entiers="T" not in ecrit,
        fuseau=fuseau,
        tzid=tzid,
        lieu=lieu,
        au_mur=au_mur,
        reelle=reelle,
        regles=tuple(champs.get("RRULE", ())),
        regles_otees=tuple(champs.get("EXRULE", ())),
        ajouts=_moments(champs.get("RDATE", ())),
        otees=_moments(champs.get("EXDATE", ())),
        duree_ecrite=duree_ecrite,
        vtimezone=vtimezone,
    )
    for regle in (*etrangere.regles, *etrangere.regles_otees):
        _verifier(regle)
        try:
            next(_rrule(etrangere, regle, depart, depart), None)
        except fuseaux.MAL_ECRITE:
            raise ValueError(f"« {regle[:80]} » est une règle impossible") from None
    return etrangere


def lire_moment(ecrit: str) -> datetime:
    """« 20261201T100000 », « 20261201T100000Z », ou « 20261201 » : sans fuseau."""
    nu = ecrit.removesuffix("Z")
    try:
        if not re.fullmatch(r"\d{8}(T\d{4}(\d{2})?)?", nu):
            raise ValueError
        heures, minutes, secondes = (int(nu[n : n + 2] or 0) for n in (9, 11, 13))
        # Une seconde intercalaire (60) est la précédente.
        return datetime(int(nu[:4]), int(nu[4:6]), int(nu[6:8]), heures, minutes, min(secondes, 59))
    except ValueError:
        raise ValueError(f"« {ecrit[:40]} » n'est pas une date (20261201T100000)") from None


def lire_duree(ecrite: str) -> tuple[timedelta, timedelta]:
    """La part en jours et semaines, qui se compte au mur, et la part en heures, réelle (§ 3.3.6)."""
    trouve = re.fullmatch(_DUREE, ecrite.removeprefix("+"))
    if not trouve or not any(trouve.groups()):
        raise ValueError(f"« {ecrite[:40]} » n'est pas une durée (PT2H, P1D)")
    semaines, jours, heures, minutes, secondes = (int(n or 0) for n in trouve.groups())
    return (
        timedelta(weeks=semaines, days=jours),
        timedelta(hours=heures, minutes=minutes, seconds=secondes),
    )


def _lire_duree(
    champs: dict[str, list[str]], depart: datetime, ecrit: str
) -> tuple[timedelta, timedelta, tuple[str, str]]:
    if "DURATION" in champs:
        return *lire_duree(champs["DURATION"][0]), ("DURATION", champs["DURATION"][0])
    if "DTEND" in champs:
        au_mur = lire_moment(champs["DTEND"][0]) - depart
        if au_mur < timedelta():
            raise ValueError("la règle finit avant de commencer")
        return au_mur, timedelta(), ("DTEND", champs["DTEND"][0])
    return (timedelta() if "T" in ecrit else UN_JOUR), timedelta(), ("", "")


def _moments(listes: list[str] | tuple[str, ...]) -> frozenset[datetime]:
    return frozenset(lire_moment(dit) for liste in listes for dit in liste.split(","))


def _verifier(regle: str) -> None:
    if not all(PARTIE.fullmatch(partie) for partie in regle.split(";")):
        raise ValueError(f"« {regle[:80]} » n'est pas une règle (écrire FREQ=WEEKLY;BYDAY=TU)")
    lues = lire_les_parties(regle)
    frequence = lues.get("FREQ", "")
    if frequence not in (*_PAS, "MONTHLY", "YEARLY") or int(lues.get("INTERVAL", "1")) < 1:
        raise ValueError(f"« {regle[:80]} » est une règle que l'outil n'admet pas")
    # Plus loin, aucun mois ni aucune année n'en a, et dateutil cherche hors de son calendrier.
    dernier = _SEMAINES_DU_MOIS if frequence == "MONTHLY" or "BYMONTH" in lues else _SEMAINES_DE_L_AN
    if any(abs(int(rang)) > dernier for rang in re.findall(r"[+-]?\d+", lues.get("BYDAY", ""))):
        raise ValueError(f"« {regle[:80]} » est une règle impossible")


# -- suivre -------------------------------------------------------------------


def dates(texte: str, du: date, au: date) -> Iterator[Date]:
    """Les dates de la règle du jour `du` au jour `au`, compris, dans l'ordre du temps."""
    lue = lire(texte)
    premier = max(du, min(lue.depart, *lue.ajouts, lue.depart).date() - 2 * UN_JOUR)
    dites: set[tuple[date, str]] = set()
    while premier <= au:
        # Par blocs : une règle sans fin ne se suit pas plus loin qu'on ne le demande.
        dernier = min(au, premier + BLOC) if date.max - premier > BLOC else au
        for trouvee in sorted(
            d for m in murales(lue, premier, dernier) if premier <= (d := lue.date(m)).jour <= dernier
        ):
            if (trouvee.jour, trouvee.heure) in dites:
                # Un changement d'heure met deux dates le même jour.
                trouvee = msgspec.structs.replace(trouvee, heure=f"{trouvee.creneau.debut:%H%M}")
            dites = {(trouvee.jour, trouvee.heure), *(d for d in dites if d[0] == trouvee.jour)}
            yield trouvee
        if dernier == au:
            return
        premier = dernier + UN_JOUR


def murales(lue: Etrangere, premier: date, dernier: date) -> set[datetime]:
    """Les débuts, au mur du fuseau de la règle, de ces jours-là et un peu autour."""
    a = temps.minuit(max(premier, date.min + 2 * UN_JOUR)) - UN_JOUR
    b = temps.minuit(min(dernier, date.max - 3 * UN_JOUR)) + 2 * UN_JOUR
    trouvees = {m for m in (lue.depart, *lue.ajouts) if a <= m <= b}
    for regle in lue.regles:
        trouvees.update(_suivre(lue, regle, a, b))
    for regle in lue.regles_otees:
        trouvees.difference_update(_suivre(lue, regle, a, b))
    return trouvees - lue.otees


def _suivre(lue: Etrangere, regle: str, a: datetime, b: datetime) -> Iterator[datetime]:
    toutes = comptees(lue, regle)
    if toutes is not None:
        return (m for m in toutes if a <= m <= b)
    suite = _rrule(lue, regle, _avancer(lue.depart, regle, a), b)
    return (m for m in takewhile(lambda m: m <= b, suite) if m >= max(a, lue.depart))


@lru_cache(maxsize=64)
def comptees(lue: Etrangere, regle: str) -> tuple[datetime, ...] | None:
    """Les dates d'une règle qui en compte un nombre raisonnable ; `None` si elle ne compte pas."""
    combien = int(lire_les_parties(regle).get("COUNT", DATES_COMPTEES + 1))
    if combien > DATES_COMPTEES:
        return None
    trouvees: list[datetime] = []
    loin = datetime(min(lue.depart.year + 4 * combien + 400, 9998), 12, 31)
    for mural in _rrule(lue, regle, lue.depart, loin):
        if len(trouvees) == combien:
            break
        trouvees.append(mural)
    return tuple(trouvees)


def _avancer(depart: datetime, regle: str, a: datetime) -> datetime:
    """Un départ plus proche, d'où la même règle donne les mêmes dates."""
    lues = lire_les_parties(regle)
    pas = _PAS.get(lues["FREQ"])
    if pas is None or a <= depart:
        return depart
    pas *= int(lues.get("INTERVAL", "1"))
    # Une semaine de moins : la semaine du départ compte en entier.
    return depart + max((a - depart) // pas - 1, 0) * pas


def _rrule(lue: Etrangere, regle: str, depart: datetime, b: datetime) -> Iterator[datetime]:
    """Les dates de cette seule règle, sans COUNT, jusqu'à `b` ou à son UNTIL."""
    from dateutil.rrule import rrulestr

    parties = lire_les_parties(regle)
    parties.pop("COUNT", None)
    if jusque := parties.pop("UNTIL", ""):
        b = min(b, dernier_moment(lue, jusque))
    if parties["FREQ"] == "YEARLY" and "BYWEEKNO" in parties and "BYDAY" not in parties:
        # Ce que la règle ne dit pas vient de DTSTART (§ 3.3.10) ; dateutil donnerait toute la semaine.
        parties["BYDAY"] = JOURS_RFC[lue.depart.weekday()]
    parties["UNTIL"] = f"{b:%Y%m%dT%H%M%S}".rjust(15, "0")
    suite: Iterator[datetime] = iter(rrulestr(ecrire_les_parties(parties), dtstart=depart))
    return suite


#: D'un jour entier, ce qui n'a d'heure que parce qu'il en fallait une : le jour est celui qui est écrit.
_BORDS = (time(), time(23, 59), time(23, 59, 59))


def dernier_moment(lue: Etrangere, jusque: str) -> datetime:
    """Ce que UNTIL admet, au mur du fuseau de la règle, de quelque façon qu'il soit écrit.

    Un jour est un jour entier ; un instant UTC se lit à l'heure de la règle (à celle du lieu si elle
    n'a pas de fuseau) ; une heure sans fuseau est déjà à l'heure de la règle.
    """
    moment = lire_moment(jusque)
    if "T" not in jusque:
        return datetime.combine(moment, time(23, 59, 59))
    if not jusque.endswith("Z") or lue.tzid == "UTC":
        return moment
    if lue.jours_entiers and moment.time() in _BORDS:
        return moment
    return moment.replace(tzinfo=UTC).astimezone(lue.fuseau).replace(tzinfo=None, fold=0)


def fin(lue: Etrangere) -> date | None:
    """Le dernier jour possible ; `None` si la règle n'a pas de fin."""
    dernieres = [lue.depart, *lue.ajouts]
    for regle in lue.regles:
        parties = lire_les_parties(regle)
        if jusque := parties.get("UNTIL"):
            dernieres.append(dernier_moment(lue, jusque))
        elif "COUNT" in parties:
            dernieres += (comptees(lue, regle) or ())[-1:]
        else:
            return None
    return lue.date(max(dernieres)).jour


def creneau_le(texte: str, jour: date) -> Creneau:
    """Le créneau que la règle donne ce jour-là ; un autre jour, celui qu'elle y donnerait."""
    trouvee = next(dates(texte, jour, jour), None)
    lue = lire(texte)
    return trouvee.creneau if trouvee else lue.date(datetime.combine(jour, lue.depart.time())).creneau


# -- écrire -------------------------------------------------------------------

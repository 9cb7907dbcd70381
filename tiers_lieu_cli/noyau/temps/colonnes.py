"""Les dates et les heures d'un tableau (CSV) : rien n'est supposé, ce qui ne se comprend pas est une faute.

Une case dit un jour, une heure, ou les deux ; un décalage (« T10:00:00Z ») est converti à l'heure du
lieu. L'ordre du jour et du mois se prouve sur la colonne entière (`ordre_des_dates`), jamais ligne à ligne.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import reperes, temps
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS, NUIT_LA_PLUS_LONGUE, UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import sans_accent

_MIDI = timedelta(hours=12)
_JOURS_ANGLAIS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOIS_ANGLAIS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MOIS = tuple(map(sans_accent, MOIS))
_LETTRES = r"[a-z]{3,9}"
_ISO = r"(?P<an>\d{4})(?P<l1>[-/.])(?P<mois>\d{1,2})(?P=l1)(?P<jour>\d{1,2})(?!\d)"
_COMPACTE = r"(?P<an2>\d{4})(?P<mois2>\d{2})(?P<jour2>\d{2})(?=t|$| )"
_CHIFFREE = r"(?P<un>\d{1,2})(?P<l2>[/.-])(?P<deux>\d{1,2})(?P=l2)(?P<an3>\d{4}|\d{2})(?!\d)"
_FRANCAISE = rf"(?P<jour4>\d{{1,2}})(?:er)?[ -](?P<mois4>{_LETTRES})\.?,?[ -](?P<an4>\d{{4}})(?!\d)"
_ANGLAISE = rf"(?P<mois5>{_LETTRES})\.? (?P<jour5>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<an5>\d{{4}})(?!\d)"
_MOT = r"\b([a-z]{3,9})\b\.?,? ?"
_DATE = motif(rf"(?<!\d)(?:{_ISO}|{_COMPACTE}|{_CHIFFREE}|{_FRANCAISE}|{_ANGLAISE})")
#: « 10:00-04:00 » est une plage, sauf dans un instant ISO (« T10:00-04:00 », « 10:00:00-04:00 »).
_DECALAGE = motif(
    r" ?(z|utc|gmt|\+(?:0\d|1[0-4]):?[0-5]\d"
    r"|(?:(?<=t\d\d:\d\d)|(?<=:\d\d:\d\d)|(?<=t\d{6}))-(?:0\d|1[0-4]):?[0-5]\d)$"
)
_HEURE = motif(
    r"(?P<h>\d{1,2}) ?(?:h|u|heures?) ?(?P<m>\d{2})?(?: ?(?:mi?n|minutes?|m))?"
    r"|(?P<h2>\d{1,2})[:.](?P<m2>\d{2})(?::(?P<s>\d{2})(?:\.0+)?)?(?: ?(?P<midi>[ap])\.?m\.?)?"
    r"|(?P<h3>\d{1,2})(?: ?(?P<midi3>[ap])\.?m\.?)?|(?P<h4>\d{1,2})(?P<m4>\d{2})(?P<s4>00)?"
)


class Ordre(StrEnum):
    """Ce qui vient d'abord dans les dates chiffrées d'une colonne, et si on peut le savoir."""

    JOUR_DABORD = "jour d'abord"
    MOIS_DABORD = "mois d'abord"
    INDECIDABLE = "indécidable"
    CONTRADICTOIRE = "contradictoire"


class CaseFautive(ErreurUsage):
    """Une case qui ne se comprend pas, ou deux qui se contredisent."""


class Case(msgspec.Struct, frozen=True):
    """Ce qu'une case dit : un jour, une heure depuis minuit, les deux, ou rien.

    `minuit` : dite en un mot, l'heure est un bout du jour ou l'autre ; la fin d'un créneau l'éclaire.
    """

    jour: date | None = None
    heure: timedelta | None = None
    minuit: bool = False


# -- l'ordre du jour et du mois -----------------------------------------------


def ordre_des_dates(valeurs: Iterable[str]) -> Ordre:
    """Ce que prouve une colonne entière : « 31/12/2026 » le jour d'abord, « 12/31/2026 » le mois d'abord.

    Un jour de la semaine le prouve aussi. Sans date chiffrée, ou sans preuve : indécidable.
    """
    prouves = {ordre for valeur in valeurs for ordre in _preuves(_nu(valeur))}
    if len(prouves) > 1:
        return Ordre.CONTRADICTOIRE
    return next(iter(prouves), Ordre.INDECIDABLE)


def _preuves(nu: str) -> Iterator[Ordre]:
    trouve = _DATE.search(nu)
    if not trouve or not trouve["un"]:
        return
    possibles = {
        ordre: jour
        for ordre in (Ordre.JOUR_DABORD, Ordre.MOIS_DABORD)
        if (jour := _de_chiffres(trouve, ordre)) is not None
    }
    nom = _jour_de_semaine(_le_reste(nu, trouve))
    if nom is not None and any(jour.weekday() == nom for jour in possibles.values()):
        possibles = {ordre: jour for ordre, jour in possibles.items() if jour.weekday() == nom}
    if len(possibles) == 1:
        yield from possibles


def _de_chiffres(trouve: re.Match[str], ordre: Ordre) -> date | None:
    un, deux, annee = int(trouve["un"]), int(trouve["deux"]), int(trouve["an3"])
    jour, mois = (deux, un) if ordre is Ordre.MOIS_DABORD else (un, deux)
    return _jour(annee + (2000 if annee < 100 else 0), mois, jour)


# -- une case -----------------------------------------------------------------


def lire_case(texte: str, fuseau: tzinfo, ordre: Ordre = Ordre.JOUR_DABORD) -> Case:
    """Ce que dit une case, à l'heure du lieu ; `CaseFautive` s'il en reste un mot qu'on ne comprend pas."""
    nu = _nu(texte)
    if not nu:
        return Case()
    trouve = _DATE.search(nu)
    if not trouve:
        return _lire_heure(nu, texte)
    jour = _lire_jour(trouve, texte, ordre)
    reste = _le_reste(nu, trouve)
    nom = _jour_de_semaine(reste)
    if nom is not None:
        if nom != jour.weekday():
            raise CaseFautive(f"« {texte.strip()} » : ce jour est un {JOURS[jour.weekday()]}.")
        reste = re.sub(_MOT, "", reste, count=1)
    decalage = _DECALAGE.search(reste)
    heure = reste[: decalage.start()] if decalage else reste
    heure = re.sub(r"^(?:t|[ ,-]|a |at |de )+|(?:[ ,-]| a| at| le)+$", "", heure)
    if not heure:
        return Case(jour)
    lue = _lire_heure(heure, texte)
    if not decalage or lue.heure is None:
        return Case(jour, lue.heure, lue.minuit)
    return _au_lieu(jour, lue.heure, decalage[1], fuseau)


def _au_lieu(jour: date, heure: timedelta, decalage: str, fuseau: tzinfo) -> Case:
    """Un instant dit avec son décalage, lu à la montre du lieu."""
    ecart = timedelta()
    if decalage[0] in "+-":
        ecart = timedelta(hours=int(decalage[1:3]), minutes=int(decalage[-2:]))
    utc = temps.minuit(jour) + heure - (-ecart if decalage[0] == "-" else ecart)
    locale = utc.replace(tzinfo=UTC).astimezone(fuseau)
    return Case(locale.date(), timedelta(hours=locale.hour, minutes=locale.minute))


def _lire_heure(nu: str, texte: str) -> Case:
    if nu in ("midi", "minuit", "noon", "midnight"):
        minuit = nu in ("minuit", "midnight")
        return Case(heure=timedelta() if minuit else _MIDI, minuit=minuit)
    trouve = _HEURE.fullmatch(nu)
    if re.fullmatch(r"\d{1,2}/\d{1,2}", nu):
        raise CaseFautive(f"« {texte.strip()} » : il manque l'année.", "Écrire par exemple 24/11/2026.")
    if not trouve:
        raise CaseFautive(f"« {texte.strip()} » n'est pas une heure.", "Écrire par exemple 18:30.")
    heures = int(trouve["h"] or trouve["h2"] or trouve["h3"] or trouve["h4"])
    minutes = int(trouve["m"] or trouve["m2"] or trouve["m4"] or 0)
    if int(trouve["s"] or 0):
        raise CaseFautive(
            f"« {texte.strip()} » : une heure se donne à la minute.", "Écrire par exemple 18:30."
        )
    if demi := trouve["midi"] or trouve["midi3"]:
        heures = heures % 12 + (12 if demi == "p" else 0) if 1 <= heures <= 12 else 99
    total = timedelta(hours=heures, minutes=minutes)
    if minutes > 59 or total > UN_JOUR:
        raise CaseFautive(
            f"« {texte.strip()} » n'est pas une heure de la journée.", "Écrire par exemple 18:30."
        )
    return Case(heure=total)


def _lire_jour(trouve: re.Match[str], texte: str, ordre: Ordre) -> date:
    if trouve["un"]:
        jour = _de_chiffres(trouve, ordre)
    elif nom := trouve["mois4"] or trouve["mois5"]:
        quantieme, annee = trouve["jour4"] or trouve["jour5"], trouve["an4"] or trouve["an5"]
        jour = _jour(int(annee), _mois(nom), int(quantieme))
    else:
        annee, mois = trouve["an"] or trouve["an2"], trouve["mois"] or trouve["mois2"]
        jour = _jour(int(annee), int(mois), int(trouve["jour"] or trouve["jour2"]))
    if jour is None:
        ordonnee = " (le jour d'abord)" if trouve["un"] and ordre is not Ordre.MOIS_DABORD else ""
        raise CaseFautive(
            f"« {texte.strip()} » n'est pas une date{ordonnee}.", "Écrire par exemple 24/11/2026."
        )
    return jour


def _jour(annee: int, mois: int, quantieme: int) -> date | None:
    """Ce jour, s'il est au calendrier et dans l'histoire du lieu (« 31/12/9999 » n'est pas une date)."""
    if not (reperes.AN_MIN <= annee <= reperes.AN_MAX and reperes.existe(annee, mois, quantieme)):
        return None
    return date(annee, mois, quantieme)


def _mois(nom: str) -> int:
    """Le mois de ce nom, entier ou abrégé, français ou anglais ; 0 si ce n'en est pas un."""
    noms = (mois for noms in (_MOIS, _MOIS_ANGLAIS) for mois in enumerate(noms, start=1))
    trouves = {n for n, mois in noms if mois.startswith(nom)}
    return trouves.pop() if len(trouves) == 1 else 0


def _jour_de_semaine(reste: str) -> int | None:
    """Le jour de la semaine que dit un mot, français ou anglais."""
    mot = re.search(_MOT, reste)
    for noms in (JOURS, _JOURS_ANGLAIS):
        for n, nom in enumerate(noms):
            if mot and nom.startswith(mot[1]) and len(mot[1]) in (3, 4, len(nom)):
                return n
    return None


def _nu(texte: str) -> str:
    nu = re.sub(r"[–—‒−]", "-", sans_accent(texte.replace("\u202f", " ").replace("\xa0", " ")))
    return re.sub(r"\s+", " ", nu).strip(" \t;\"'")


def _le_reste(nu: str, trouve: re.Match[str]) -> str:
    """La case sans sa date."""
    return f"{nu[: trouve.start()]} {nu[trouve.end() :]}".strip(" ,-")


# -- un créneau ---------------------------------------------------------------


def reunir(jour: Case, heure: Case) -> Case:
    """Le jour d'une colonne et l'heure d'une autre ; chacune ne dit que ce qu'elle doit, ou la même chose."""
    jours, heures = {jour.jour, heure.jour} - {None}, {jour.heure, heure.heure} - {None}
    if len(jours) > 1 or len(heures) > 1:
        raise CaseFautive("deux cases se contredisent.")
    return Case(
        jour.jour or heure.jour,
        heure.heure if heure.heure is not None else jour.heure,
        jour.minuit or heure.minuit,
    )


def lire_creneau(debut: Case, fin: Case, duree: timedelta | None = None) -> Creneau:
    """Le créneau d'une ligne ; jours entiers seulement si aucune heure n'est dite.

    Une fin sans jour est du même jour, ou de la nuit qui suit ; avec son jour, elle est après le début.
    """
    if debut.jour is None:
        raise CaseFautive("pas de date qui se comprenne")
    if debut.heure is None:
        if fin.heure is not None or duree is not None:
            raise CaseFautive("l'heure de début manque")
        if fin.jour is not None and fin.jour < debut.jour:
            raise CaseFautive("finit avant de commencer")
        return Creneau.de_jours(debut.jour, fin.jour or debut.jour)
    if debut.minuit or debut.heure == UN_JOUR:
        raise CaseFautive("« minuit » ouvre un jour et ferme l'autre", "Écrire 00:00, et de quel jour.")
    commence = temps.minuit(debut.jour) + debut.heure
    if fin.heure is None:
        if fin.jour is not None and fin.jour != debut.jour:
            raise CaseFautive("l'heure de fin manque")
        if not duree:
            raise CaseFautive("ni fin ni durée")
        return Creneau(commence, commence + duree)
    finit = _finit(debut.jour, commence, fin)
    if duree and finit - commence != duree:
        raise CaseFautive("la fin et la durée se contredisent")
    return Creneau(commence, finit)


def _finit(jour: date, commence: datetime, fin: Case) -> datetime:
    if fin.minuit and fin.jour not in (None, jour):
        raise CaseFautive("« minuit » ouvre un jour et ferme l'autre", "Écrire 00:00, et de quel jour.")
    finit = temps.minuit(fin.jour or jour) + (UN_JOUR if fin.minuit else fin.heure or timedelta())
    if finit <= commence and fin.jour is None and finit + UN_JOUR - commence <= NUIT_LA_PLUS_LONGUE:
        finit += UN_JOUR
    if finit <= commence:
        raise CaseFautive("finit avant de commencer" if finit < commence else "finit quand il commence")
    return finit

"""Un fuseau qu'un agenda nomme : celui du monde (IANA), ou celui que le fichier définit (VTIMEZONE)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

#: Les changements d'heure d'un fuseau défini par un fichier se suivent jusque-là.
_DERNIERE_ANNEE = 2100
#: Deux par an pendant cinq siècles, trois fois redits.
CHANGEMENTS = 3_000
_OFFSET_MAXIMAL = timedelta(hours=24)
#: Ce que dateutil lève d'une règle qu'il ne comprend pas.
MAL_ECRITE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
_GARDES = ("BEGIN", "END", "TZID", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO")


@lru_cache(maxsize=256)
def du_monde(nom: str) -> ZoneInfo | None:
    """Le fuseau IANA de ce nom ; `None` s'il n'y en a pas."""
    try:
        return ZoneInfo(nom)
    except (ValueError, OSError, KeyError):
        return None


class FuseauDuFichier(tzinfo):
    """Le fuseau qu'un VTIMEZONE définit (RFC 5545 § 3.6.5) ; `ValueError` s'il ne se comprend pas."""

    def __init__(self, vtimezone: str) -> None:
        try:
            dits = list(islice(_changements(vtimezone), CHANGEMENTS + 1))
        except LookupError:
            raise ValueError("ce fuseau ne se comprend pas : il lui manque une ligne") from None
        if len(dits) > CHANGEMENTS:
            raise ValueError("ce fuseau change d'heure sans cesse")
        changements = sorted(set(dits))
        if not changements:
            raise ValueError("ce fuseau ne définit aucune heure")
        self._avant = changements[0][1]
        self._apres = [vers for _, _, vers in changements]
        self._utc = [mural - de for mural, de, _ in changements]
        # À l'heure qui a lieu deux fois, `fold` choisit ; à celle qui n'existe pas, on garde l'heure d'avant.
        self._murs = [
            [mural + choix(vers - de, timedelta()) for mural, de, vers in changements] for choix in (max, min)
        ]

    def _a(self, rang: int) -> timedelta:
        return self._apres[rang - 1] if rang else self._avant

    def utcoffset(self, dt: datetime | None) -> timedelta:
        assert dt is not None
        return self._a(bisect_right(self._murs[dt.fold], dt.replace(tzinfo=None, fold=0)))

    def dst(self, dt: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, dt: datetime | None) -> str | None:
        return None

    def fromutc(self, dt: datetime) -> datetime:
        """L'heure au mur de cet instant."""
        rang = bisect_right(self._utc, dt.replace(tzinfo=None))
        mural = dt + self._a(rang)
        return mural.replace(fold=int(self.utcoffset(mural.replace(fold=0)) != self._a(rang)))


def _changements(vtimezone: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Chaque changement : l'heure au mur d'avant, le décalage d'avant, celui d'après."""
    champs: dict[str, list[str]] = {}
    for ligne in vtimezone.splitlines():
        nom, _, valeur = ligne.partition(":")
        nom = nom.partition(";")[0].upper()
        if nom == "BEGIN":
            champs = {}
        elif nom == "END" and "TZOFFSETTO" in champs:
            yield from _du_composant(champs)
            champs = {}
        else:
            champs.setdefault(nom, []).append(valeur.strip())


def _du_composant(champs: dict[str, list[str]]) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    from dateutil.rrule import rrulestr

    debut = _moment(champs["DTSTART"][0])
    de, vers = (_decalage(champs[nom][0]) for nom in ("TZOFFSETFROM", "TZOFFSETTO"))
    if not champs.get("RRULE"):
        yield debut, de, vers
    for liste in champs.get("RDATE", ()):
        for dite in liste.split(","):
            yield _moment(dite.partition("/")[0]), de, vers
    for regle in champs.get("RRULE", ()):
        parties = dict(partie.split("=", 1) for partie in regle.upper().split(";") if "=" in partie)
        jusque = parties.pop("UNTIL", "")
        # UNTIL est en UTC ; les changements se comptent à l'heure d'avant.
        fin = _moment(jusque) + de if jusque else datetime(_DERNIERE_ANNEE, 12, 31)
        try:
            suite = rrulestr(";".join(f"{n}={v}" for n, v in parties.items()), dtstart=debut)
        except MAL_ECRITE:
            raise ValueError(f"« {regle[:80]} » est une règle impossible") from None
        for mural in suite:
            if mural > fin or mural.year > _DERNIERE_ANNEE:
                break
            yield mural, de, vers


def _moment(ecrit: str) -> datetime:
    nu = ecrit.strip().removesuffix("Z")
    try:
        return datetime.strptime(nu, "%Y%m%dT%H%M%S" if "T" in nu else "%Y%m%d")
    except ValueError:
        raise ValueError(f"« {ecrit[:40]} » n'est pas une date (20261201T100000)") from None


def _decalage(ecrit: str) -> timedelta:
    signe, chiffres = (ecrit[0], ecrit[1:]) if ecrit.startswith(("+", "-")) else ("+", ecrit)
    if len(chiffres) not in (4, 6) or not (chiffres.isascii() and chiffres.isdigit()):
        raise ValueError(f"« {ecrit[:20]} » n'est pas un décalage horaire")
    ecart = timedelta(hours=int(chiffres[:2]), minutes=int(chiffres[2:4]), seconds=int(chiffres[4:] or 0))
    if ecart >= _OFFSET_MAXIMAL or int(chiffres[2:4]) > 59:
        raise ValueError(f"« {ecrit[:20]} » n'est pas un décalage horaire")
    return -ecart if signe == "-" else ecart


def abreger(vtimezone: str) -> str:
    """Le VTIMEZONE réduit à ce qui fait l'heure : de quoi le garder dans une fiche."""
    return "\n".join(
        ligne
        for ligne in vtimezone.splitlines()
        if ligne.partition(":")[0].partition(";")[0].upper() in _GARDES
    )

"""Une règle venue d'ailleurs, récrite en propriétés iCalendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from tiers_lieu_cli.noyau.temps.regle_ecrite import ecrire_les_parties, lire_les_parties
from tiers_lieu_cli.noyau.temps.regle_etrangere import (
    BLOC,
    Etrangere,
    comptees,
    dernier_moment,
    lire,
    murales,
)
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR


class Propriete(msgspec.Struct, frozen=True):
    """Une ligne d'agenda : son nom, le fuseau ou la sorte de ses valeurs, sa valeur."""

    nom: str
    parametre: tuple[str, str] | None
    valeur: str


def proprietes(texte: str, du: date, au: date | None) -> Iterator[Propriete]:
    """La règle telle qu'un agenda l'écrit, du jour `du` au jour `au` s'ils la bornent plus qu'elle-même."""
    lue = lire(texte)
    depart = lue.depart
    if lue.date(depart).jour < du:
        suivants = (m for m in sorted(murales(lue, du, du + BLOC)) if lue.date(m).jour >= du)
        depart = next(suivants, depart)
    yield _propriete(lue, "DTSTART", [depart])
    nom, ecrite = lue.duree_ecrite
    if nom == "DTEND":
        yield _propriete(lue, "DTEND", [depart + lue.au_mur])
    elif nom:
        yield Propriete(nom, None, ecrite)
    for regle in lue.regles:
        yield Propriete("RRULE", None, _borner(lue, regle, depart, au))
    for regle in lue.regles_otees:
        yield Propriete("EXRULE", None, regle)
    for nom, moments in (("RDATE", lue.ajouts), ("EXDATE", lue.otees)):
        gardes = [m for m in sorted(moments) if m >= depart and (au is None or lue.date(m).jour <= au)]
        if gardes:
            yield _propriete(lue, nom, gardes)


def _propriete(lue: Etrangere, nom: str, moments: list[datetime]) -> Propriete:
    if lue.jours_entiers:
        return Propriete(nom, ("VALUE", "DATE"), ",".join(f"{m:%Y%m%d}" for m in moments))
    z = "Z" if lue.tzid == "UTC" else ""
    parametre = None if z else ("TZID", lue.tzid or lue.lieu.key)
    return Propriete(nom, parametre, ",".join(f"{m:%Y%m%dT%H%M%S}{z}" for m in moments))


def _borner(lue: Etrangere, regle: str, depart: datetime, au: date | None) -> str:
    """La règle, dont la fin est celle de la série : un compte ne vaut que depuis son début."""
    parties = lire_les_parties(regle)
    dernieres = comptees(lue, regle)
    jusque = dernier_moment(lue, parties["UNTIL"]) if "UNTIL" in parties else None
    if dernieres:
        jusque = dernieres[-1]
    if au is not None and (jusque is None or lue.date(jusque).jour > au):
        jusque = datetime.combine(au + UN_JOUR, lue.depart.time()) - timedelta(seconds=1)
    elif depart == lue.depart and "UNTIL" not in parties:
        return regle
    if jusque is None:
        return regle
    parties.pop("COUNT", None)
    if lue.jours_entiers:
        parties["UNTIL"] = f"{jusque:%Y%m%d}"
    else:
        # Avec un DTSTART local, UNTIL est en UTC (§ 3.3.10).
        parties["UNTIL"] = f"{jusque.replace(tzinfo=lue.fuseau).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ecrire_les_parties(parties)

"""Dans le processus qui lit un .ics : une série que notre moteur sait dire exactement.

« Exactement » se vérifie : les dates que notre règle donne sont comparées à celles que
recurring-ical-events a trouvées. Au moindre écart, la série reste une suite d'événements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import lire_rrule
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes

Composant: TypeAlias = Any
Vue: TypeAlias = dict[str, object]

#: Ce qu'une date d'une série tient d'elle ; si elle en diffère, elle aura sa propre fiche.
_COMMUNS = ("titre", "description", "lieu", "url", "categories")
_NOTRES = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}


class Inexprimable(Exception):
    """Notre moteur ne sait pas dire cette série."""


class Serie(msgspec.Struct):
    """Ce qu'on a compris d'une série. `a_part` : les dates qui ont leur propre contenu."""

    vue: Vue
    regle: Recurrence
    a_part: dict[str, str]

    def en_clair(self, uid: str) -> Vue:
        """De quoi la dire au processus qui a demandé."""
        communs = {nom: self.vue[nom] for nom in (*_COMMUNS, "annule")}
        return {
            "uid": uid,
            "recurrence": msgspec.to_builtins(self.regle),
            "a_part": self.a_part,
            **communs,
        }


def exacte(
    groupe: list[Composant],
    vues: Iterable[Vue],
    voir: Callable[[Composant], Vue],
    fenetre: tuple[date, date],
    fuseau: ZoneInfo,
) -> Serie | None:
    """La série de ce groupe, si elle se dit exactement ; `None` sinon."""
    maitres = [e for e in groupe if "RECURRENCE-ID" not in e]
    if len(maitres) != 1 or "RRULE" not in maitres[0] or isinstance(maitres[0]["RRULE"], list):
        return None
    try:
        serie = _comprendre(maitres[0], [e for e in groupe if e is not maitres[0]], voir, fuseau)
    except (Inexprimable, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    # Aux bords de la fenêtre, chacun compte à sa façon une nuit qui les chevauche.
    premier, dernier = (temps.minuit(jour) for jour in fenetre)
    notres = {
        o.jour: (
            _instants(o.creneau, fuseau),
            (o.ecart is not None and o.ecart.quoi is Quoi.ANNULE) or bool(serie.vue["annule"]),
        )
        for o in recurrence.occurrences(serie.regle, Creneau(premier, dernier))
        if str(o.jour) not in serie.a_part and fenetre[0] < o.jour < fenetre[1]
    }
    leurs = {
        jour: (_instants(_creneau(vue), fuseau), bool(vue["annule"]))
        for vue in vues
        if str(jour := _jour_prevu(str(vue["occurrence"]), fuseau)) not in serie.a_part
        and fenetre[0] < jour < fenetre[1]
    }
    return serie if notres == leurs else None


def _comprendre(
    maitre: Composant, changees: list[Composant], voir: Callable[[Composant], Vue], fuseau: ZoneInfo
) -> Serie:
    vue = voir(maitre)
    _exiger_l_heure_du_lieu(maitre["DTSTART"].dt, fuseau)
    nue = _regle(maitre, _creneau(vue), fuseau)
    if next(recurrence.dates(nue, date.fromisoformat(nue.du), date.max), None) != date.fromisoformat(nue.du):
        raise Inexprimable
    ajouts = sorted(str(_a_l_heure(quand, nue, fuseau)) for quand in _dates(maitre, "RDATE"))
    avec_ajouts = structs.replace(nue, ajouts=tuple(ajouts))
    ecarts = {}
    for quand in _dates(maitre, "EXDATE"):
        jour = _a_l_heure(quand, nue, fuseau)
        if not recurrence.est_une_date(avec_ajouts, jour):
            raise Inexprimable
        ecarts[str(jour)] = Ecart(quoi=Quoi.SAUTE)
    serie = Serie(vue, avec_ajouts, {})
    for changee in changees:
        _changer(serie, changee, voir(changee), ecarts, fuseau)
    serie.regle = structs.replace(avec_ajouts, ecarts=dict(sorted(ecarts.items())))
    return serie


def _changer(serie: Serie, changee: Composant, vue: Vue, ecarts: dict[str, Ecart], fuseau: ZoneInfo) -> None:
    """Une date changée : déplacée, annulée, ou d'un autre contenu."""
    if changee["RECURRENCE-ID"].params.get("RANGE"):
        raise Inexprimable
    jour = _a_l_heure(changee["RECURRENCE-ID"].dt, serie.regle, fuseau)
    if not recurrence.est_une_date(serie.regle, jour) or str(jour) in ecarts:
        raise Inexprimable
    prevu, creneau = serie.regle.creneau(jour), _creneau(vue)
    meme_contenu = all(vue[nom] == serie.vue[nom] for nom in _COMMUNS)
    annulee = vue["annule"] and not serie.vue["annule"]
    if not meme_contenu or (annulee and creneau != prevu):
        serie.a_part[str(jour)] = str(vue["occurrence"])
    elif annulee:
        ecarts[str(jour)] = Ecart(quoi=Quoi.ANNULE)
    elif creneau != prevu:
        debut, fin = ecrire_bornes(creneau)
        ecarts[str(jour)] = Ecart(quoi=Quoi.DEPLACE, debut=debut, fin=fin)


def _regle(maitre: Composant, creneau: Creneau, fuseau: ZoneInfo) -> Recurrence:
    parties = dict(partie.split("=", 1) for partie in maitre["RRULE"].to_ical().decode().split(";"))
    jusque = maitre["RRULE"].get("UNTIL")
    combien = parties.pop("COUNT", "")
    parties.pop("UNTIL", None)
    if parties.get("WKST") == "MO" or parties.get("INTERVAL", "1") == "1":
        parties.pop("WKST", None)
    if set(parties) - _NOTRES:
        raise Inexprimable
    lue = lire_rrule(";".join(f"{nom}={valeur}" for nom, valeur in parties.items()))
    jour = creneau.premier_jour
    heures = ("", "") if creneau.jours_entiers else (f"{creneau.debut:%H:%M}", f"{creneau.fin:%H:%M}")
    nue = Recurrence(regle=str(lue), du=str(jour), debut=heures[0], fin=heures[1])
    if nue.creneau(jour) != creneau:
        raise Inexprimable
    if combien:
        suite = list(islice(recurrence.dates(nue, jour, date.max), int(combien)))
        if len(suite) < int(combien):
            raise Inexprimable
        return structs.replace(nue, au=str(suite[-1]))
    return structs.replace(nue, au=str(_dernier(jusque[0], creneau, fuseau))) if jusque else nue


def _dernier(jusque: date, creneau: Creneau, fuseau: ZoneInfo) -> date:
    """Le dernier jour que UNTIL admet, à l'heure de la série."""
    if not isinstance(jusque, datetime):
        return jusque
    mural = _mural(jusque, fuseau)
    return mural.date() if mural.time() >= creneau.debut.time() else mural.date() - temps.UN_JOUR


def _dates(maitre: Composant, nom: str) -> Iterator[date]:
    valeurs = maitre.get(nom, [])
    for liste in valeurs if isinstance(valeurs, list) else [valeurs]:
        for quand in liste.dts:
            if isinstance(quand.dt, tuple):
                raise Inexprimable
            yield quand.dt


def _a_l_heure(quand: date, regle: Recurrence, fuseau: ZoneInfo) -> date:
    """Le jour de cette date, qui doit être à l'heure de la série."""
    if not isinstance(quand, datetime):
        if regle.debut:
            raise Inexprimable
        return quand
    mural = _mural(quand, fuseau)
    if not regle.debut or mural.time() != time.fromisoformat(regle.debut):
        raise Inexprimable
    return mural.date()


def _exiger_l_heure_du_lieu(debut: date, fuseau: ZoneInfo) -> None:
    """Une série d'un autre fuseau changerait d'heure ici, d'une saison à l'autre."""
    if not isinstance(debut, datetime) or debut.tzinfo is None:
        return
    for mois in range(24):
        instant = debut + timedelta(days=30 * mois)
        if instant.utcoffset() != instant.replace(tzinfo=fuseau).utcoffset():
            raise Inexprimable


def _mural(quand: datetime, fuseau: ZoneInfo) -> datetime:
    return quand.astimezone(fuseau).replace(tzinfo=None) if quand.tzinfo else quand


def _jour_prevu(occurrence: str, fuseau: ZoneInfo) -> date:
    """Le jour que la règle donnait, lu dans la clé d'une occurrence."""
    if occurrence.endswith("Z"):
        return _mural(datetime.fromisoformat(f"{occurrence[:-1]}+00:00"), fuseau).date()
    return datetime.fromisoformat(occurrence).date()


def _instants(creneau: Creneau, fuseau: ZoneInfo) -> tuple[datetime, datetime]:
    """Les deux bornes en UTC : une heure qui n'existe pas et celle qui la remplace sont le même instant."""
    debut, fin = (borne.replace(tzinfo=fuseau).astimezone(UTC) for borne in (creneau.debut, creneau.fin))
    return debut, fin


def _creneau(vue: Vue) -> Creneau:
    debut, fin = str(vue["debut"]), str(vue["fin"])
    jours_entiers = len(debut) == len("2026-11-24")
    return Creneau(datetime.fromisoformat(debut), datetime.fromisoformat(fin), jours_entiers)

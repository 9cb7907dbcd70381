"""Ce qui revient : une règle, ses écarts, et les dates qu'ils donnent.

La règle est écrite (`regle_ecrite`), ou gardée telle qu'elle est venue d'ailleurs (`regle_etrangere`, que
bien des lieux n'ont pas à charger).
Tout est en heures murales : 19 h reste 19 h.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import ClassVar

import msgspec
from msgspec import field, structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.liens import PeriodeCitee, SalleCitee, Texte
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_ecrite import ETRANGERE, lire_rrule, suivre
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

#: Une série sans fin ne se regarde pas plus loin après le jour voulu : personne ne réserve dans vingt ans.
HORIZON = timedelta(days=20 * 366)


class Quoi(StrEnum):
    """Ce qui arrive à une date d'une série."""

    SAUTE = "saute"
    ANNULE = "annule"
    DEPLACE = "deplace"
    A_REPLACER = "a-replacer"


class Ecart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Ce qui change à une date. `debut`, `fin` (moments ou jours) et `salles` valent si elle est déplacée."""

    quoi: Quoi
    debut: str = ""
    fin: str = ""
    salles: tuple[SalleCitee, ...] = ()
    motif: Texte = ""

    def __post_init__(self) -> None:
        if (self.quoi is Quoi.DEPLACE) != bool(self.debut and self.fin):
            raise ValueError("une date déplacée, et elle seule, a un « debut » et une « fin »")
        if self.debut:
            _ = self.creneau

    @property
    def creneau(self) -> Creneau:
        """Où la date est déplacée."""
        return temps.lire_bornes(self.debut, self.fin, instant=True)


class Recurrence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Une règle, du jour `du` au jour `au` compris (vide : sans fin), et ses écarts par date.

    `debut` et `fin` : heures murales (HH:MM) ; une fin qui n'est pas après le début est du
    lendemain ; vides toutes deux, la journée entière. `sauf` : natures de jours où elle n'a pas
    lieu (« vacances-scolaires », « feries »). `ajouts` : dates hors de la règle. Un écart se range sous
    son jour ; sous « 2026-12-04T14:00 » si une règle d'ailleurs donne plusieurs dates ce jour-là.
    """

    ENSEMBLE: ClassVar[tuple[tuple[str, ...], ...]] = (("regle", "du", "au"), ("debut", "fin"))

    regle: str
    du: str
    au: str = ""
    debut: str = ""
    fin: str = ""
    sauf: tuple[PeriodeCitee, ...] = ()
    ajouts: tuple[str, ...] = ()
    ecarts: dict[str, Ecart] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.etrangere:
            from tiers_lieu_cli.noyau.temps import regle_etrangere

            regle_etrangere.lire(self.regle)
        else:
            lire_rrule(self.regle)
        for jour in (self.du, *filter(None, [self.au]), *self.ajouts, *(cle[:10] for cle in self.ecarts)):
            _jour(jour)
        if bool(self.debut) != bool(self.fin):
            raise ValueError("« debut » et « fin » sont deux heures (19:00), ou aucune")
        if self.au and self.au < self.du:
            raise ValueError("la série finit avant de commencer")
        _ = self.creneau(_jour(self.du))

    @property
    def etrangere(self) -> bool:
        """Sa règle est-elle gardée telle qu'elle est venue d'ailleurs ?"""
        return self.regle.startswith(ETRANGERE)

    def creneau(self, jour: date) -> Creneau:
        """Le créneau d'une date non déplacée."""
        if self.etrangere:
            from tiers_lieu_cli.noyau.temps import regle_etrangere

            return regle_etrangere.creneau_le(self.regle, jour)
        if not self.debut:
            return Creneau.de_jours(jour, jour)
        debut, fin = (datetime.combine(jour, _heure(h)) for h in (self.debut, self.fin))
        return Creneau(debut, fin if fin > debut else fin + UN_JOUR)


class Occurrence(msgspec.Struct, frozen=True):
    """Une date d'une série. `jour` est sa date selon la règle : elle ne change pas si on la déplace.

    `heure` : voir `regle_etrangere.Date`.
    """

    jour: date
    creneau: Creneau
    ecart: Ecart | None = None
    heure: str = ""

    @property
    def cle(self) -> str:
        """Ce sous quoi un écart la range."""
        return f"{self.jour}T{self.heure[:2]}:{self.heure[2:]}" if self.heure else str(self.jour)


class PasUneDate(ErreurUsage):
    """Ce jour n'est pas une date de la série."""

    def __init__(self, jour: date, proches: tuple[date, ...]) -> None:
        voisines = " ou ".join(temps.dire_jour(p) for p in proches)
        super().__init__(
            f"La série n'a pas lieu {temps.dire_jour(jour)}.", f"Voulait-on {voisines} ?" if voisines else ""
        )


# -- les dates ----------------------------------------------------------------


def dates(recurrence: Recurrence, du: date, au: date) -> Iterator[date]:
    """Les dates que la règle seule donne de `du` à `au`, compris : ni `sauf`, ni ajouts, ni écarts."""
    premier, dernier = _bornes(recurrence, du, au)
    if recurrence.etrangere:
        from tiers_lieu_cli.noyau.temps import regle_etrangere

        trouvees = regle_etrangere.dates(recurrence.regle, premier, dernier)
        return (jour for jour, _ in groupby(trouvees, key=lambda trouvee: trouvee.jour))
    return suivre(lire_rrule(recurrence.regle), _jour(recurrence.du), premier, dernier)


def _bornes(recurrence: Recurrence, du: date, au: date) -> tuple[date, date]:
    premier = max(du, _jour(recurrence.du))
    return premier, min(au, _jour(recurrence.au) if recurrence.au else premier + HORIZON)


def occurrences(
    recurrence: Recurrence, fenetre: Creneau, exclus: Mapping[str, Container[date]] | None = None
) -> list[Occurrence]:
    """Les dates dont le créneau touche la fenêtre, dans l'ordre du temps ; celles qu'on saute n'y sont pas.

    `exclus` : par nature de jour (« feries »), les jours qu'elle comprend.
    """
    marge = recurrence.creneau(_jour(recurrence.du)).duree
    du, au = (fenetre.debut - marge).date(), fenetre.dernier_jour
    candidates = {o.cle: o for o in nominales(recurrence, du, au, exclus)}
    for cle, ecart in recurrence.ecarts.items():
        # Une date déplacée peut venir de loin.
        if ecart.quoi is Quoi.DEPLACE and cle not in candidates and (venue := prevue(recurrence, cle)):
            candidates[cle] = venue
    trouvees = [o for prevue in candidates.values() if (o := _occurrence(recurrence, prevue)) is not None]
    return sorted(
        (o for o in trouvees if o.creneau.chevauche(fenetre)), key=lambda o: (o.creneau.debut, o.cle)
    )


def prevue(recurrence: Recurrence, cle: str) -> Occurrence | None:
    """La date de cette clé, telle que la règle ou les ajouts la donnent ; `None` si ce n'en est pas une."""
    jour = _jour(cle[:10])
    return next((o for o in nominales(recurrence, jour, jour) if o.cle == cle), None)


def nominales(
    recurrence: Recurrence, du: date, au: date, exclus: Mapping[str, Container[date]] | None = None
) -> Iterator[Occurrence]:
    """Les dates de la règle et les ajouts, sans leurs écarts, et hors des natures de jours exclues."""
    exclus = exclus or {}
    natures = [exclus[nature] for nature in recurrence.sauf if nature in exclus]
    for prevue in _de_la_regle(recurrence, du, au):
        if not any(prevue.jour in nature for nature in natures):
            yield prevue
    for ajout in recurrence.ajouts:
        if du <= (jour := _jour(ajout)) <= au:
            yield Occurrence(jour, recurrence.creneau(jour))


def _de_la_regle(recurrence: Recurrence, du: date, au: date) -> Iterator[Occurrence]:
    if not recurrence.etrangere:
        return (Occurrence(jour, recurrence.creneau(jour)) for jour in dates(recurrence, du, au))
    from tiers_lieu_cli.noyau.temps import regle_etrangere

    trouvees = regle_etrangere.dates(recurrence.regle, *_bornes(recurrence, du, au))
    return (Occurrence(t.jour, t.creneau, None, t.heure) for t in trouvees)


def _occurrence(recurrence: Recurrence, prevue: Occurrence) -> Occurrence | None:
    ecart = recurrence.ecarts.get(prevue.cle)
    if ecart is None:
        return prevue
    if ecart.quoi is Quoi.SAUTE:
        return None
    creneau = ecart.creneau if ecart.quoi is Quoi.DEPLACE else prevue.creneau
    return structs.replace(prevue, creneau=creneau, ecart=ecart)


# -- changer une date ---------------------------------------------------------


def ecarter(recurrence: Recurrence, jour: date, ecart: Ecart) -> Recurrence:
    """La même série, où cette date est sautée, annulée, déplacée ou à replacer ; `PasUneDate` sinon."""
    exiger_une_date(recurrence, jour)
    return structs.replace(recurrence, ecarts=dict(sorted({**recurrence.ecarts, str(jour): ecart}.items())))


def ajouter(
    recurrence: Recurrence, jour: date, exclus: Mapping[str, Container[date]] | None = None
) -> Recurrence:
    """La même série, qui a lieu ce jour-là : l'écart est levé, ou la date ajoutée hors de la règle."""
    restants = {j: e for j, e in recurrence.ecarts.items() if j != str(jour)}
    rendue = structs.replace(recurrence, ecarts=restants)
    if any(nominales(rendue, jour, jour, exclus)):
        if len(restants) == len(recurrence.ecarts):
            raise ErreurUsage(f"La série a déjà lieu {temps.dire_jour(jour)}.")
        return rendue
    return structs.replace(rendue, ajouts=tuple(sorted({*recurrence.ajouts, str(jour)})))


def couper(recurrence: Recurrence, jour: date) -> tuple[Recurrence, Recurrence]:
    """Deux séries : les dates d'avant `jour`, et « celle-ci et les suivantes »."""
    exiger_une_date(recurrence, jour)
    if str(jour) <= min((recurrence.du, *recurrence.ajouts)):
        raise ErreurUsage("C'est la première date de la série : la changer toute entière.")
    return restreindre(recurrence, None, jour), restreindre(recurrence, jour, None)


def restreindre(recurrence: Recurrence, depuis: date | None, avant: date | None) -> Recurrence:
    """La même série, pour ses seules dates de `depuis` à la veille d'`avant` ; `ValueError` si aucune."""

    def est_dedans(cle: str) -> bool:
        return (depuis is None or cle >= str(depuis)) and (avant is None or cle < str(avant))

    ajouts = tuple(filter(est_dedans, recurrence.ajouts))
    du, au = recurrence.du, recurrence.au
    if depuis is not None and str(depuis) > du:
        suivante = next(dates(recurrence, depuis, date.max), None)
        du = str(suivante) if suivante else min(ajouts)
        au = au and max(au, du)
    if avant is not None:
        au = min(filter(None, (au, str(avant - UN_JOUR))))
    if au and au < du:
        du = au = min(ajouts)
    ecarts = {cle: e for cle, e in recurrence.ecarts.items() if est_dedans(cle)}
    return structs.replace(recurrence, du=du, au=au, ajouts=ajouts, ecarts=ecarts)


def est_une_date(recurrence: Recurrence, jour: date) -> bool:
    """La règle ou les ajouts donnent-ils ce jour, quels que soient les écarts ?"""
    return str(jour) in recurrence.ajouts or next(dates(recurrence, jour, jour), None) is not None


def exiger_une_date(recurrence: Recurrence, jour: date) -> None:
    """`PasUneDate` si la série n'a pas de date ce jour-là, avec ses voisines."""
    if not est_une_date(recurrence, jour):
        avant = [*dates(recurrence, jour - timedelta(days=62), jour)][-1:]
        apres = [*dates(recurrence, jour, jour + timedelta(days=62))][:1]
        raise PasUneDate(jour, (*avant, *apres))


def premiere(regle: str, depuis: date) -> date | None:
    """La première date à partir de ce jour, d'où l'on comptera « un mardi sur deux » ; `None` : aucune."""
    essai = Recurrence(regle=str(structs.replace(lire_rrule(regle), intervalle=1)), du=str(depuis))
    return next(dates(essai, depuis, depuis + HORIZON), None)


def _jour(texte: str) -> date:
    try:
        if len(texte) == len("2026-11-24"):
            return date.fromisoformat(texte)
    except ValueError:
        pass
    raise ValueError(f"« {texte} » n'est pas un jour (écrire 2026-11-24)")


def _heure(texte: str) -> time:
    try:
        if len(texte) == len("19:00"):
            return time.fromisoformat(texte)
    except ValueError:
        pass
    raise ValueError(f"« {texte} » n'est pas une heure (écrire 19:00)")

"""Les temps de plusieurs jours qui ont un nom : une semaine, un week-end, un mois."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import msgspec

from tiers_lieu_cli.noyau.temps import jours, mots, reperes, temps
from tiers_lieu_cli.noyau.temps.mots import NOM_DE_MOIS
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.reperes import Repere, Sens
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_SEMAINE

_SIX_JOURS = 6 * UN_JOUR


class Periode(msgspec.Struct, frozen=True, order=True):
    """Du premier au dernier jour, compris. `plein` : dite avec son année, elle peut être passée."""

    premier: date
    dernier: date
    plein: bool = False

    @property
    def est_une_semaine(self) -> bool:
        return self.dernier - self.premier == _SIX_JOURS

    @property
    def est_un_mois(self) -> bool:
        return self.dernier - self.premier > _SIX_JOURS


def lire(dit: str, repere: Repere) -> tuple[Periode, ...]:
    """La période que nomme ce texte normalisé, ou celles entre lesquelles choisir ; aucune sinon."""
    nu = dit.strip(" ,").removeprefix("toute ")
    for lecteur in (_semaine, _semaine_numerotee, _semaine_du, _fin_de_semaine, _mois_relatif, _mois):
        if lues := lecteur(nu, repere):
            for periode in lues:
                reperes.exiger_l_histoire(periode.premier)
                reperes.exiger_l_histoire(periode.dernier)
            return tuple(sorted(lues))
    return ()


def _semaine(nu: str, repere: Repere) -> Iterable[Periode]:
    """« la semaine prochaine », « cette semaine »."""
    trouve = re.fullmatch(jours.QUELLE_SEMAINE, nu)
    if not trouve:
        return ()
    pas = 1 if trouve["apres"] else -1 if trouve["avant"] else 0
    return [_semaine_de(reperes.decaler(repere.jour, pas * UNE_SEMAINE))]


def _semaine_numerotee(nu: str, repere: Repere) -> Iterable[Periode]:
    """« semaine 48 », « 2026-W48 » (ISO 8601)."""
    iso = re.fullmatch(r"(?P<an>\d{4})-?w(?P<n>\d\d)", nu)
    trouve = iso or re.fullmatch(r"(?:la )?(?:semaine|sem\.?) (?P<n>\d\d?)(?: (?:de )?(?P<an>\d{4}))?", nu)
    if not trouve:
        return ()
    if trouve["an"]:
        lundi = _lundi(reperes.lire_annee(trouve["an"]), int(trouve["n"]))
        return [_semaine_de(_exiger(lundi, nu), plein=True)]
    ans = range(repere.jour.year - 1, repere.jour.year + 3)
    dimanches = [lundi + _SIX_JOURS for an in ans if (lundi := _lundi(an, int(trouve["n"])))]
    return (
        [_semaine_de(reperes.la_bonne(repere, dimanches))] if dimanches else [_semaine_de(_exiger(None, nu))]
    )


def _lundi(annee: int, numero: int) -> date | None:
    try:
        return date.fromisocalendar(annee, numero, 1)
    except ValueError:
        return None


def _exiger(lundi: date | None, nu: str) -> date:
    if lundi is None:
        raise SaisieIncomprise("", f"Il n'y a pas de « {nu} ».")
    return lundi


def _semaine_du(nu: str, repere: Repere) -> Iterable[Periode]:
    """« semaine du 23 novembre » : celle de ce jour."""
    trouve = re.fullmatch(r"(?:la )?semaine du (.+)", nu)
    lus = jours.lire(trouve[1], repere) if trouve else None
    return [_semaine_de(jour, plein=lus.plein) for jour in lus.possibles] if lus and not lus.doute else ()


def _fin_de_semaine(nu: str, repere: Repere) -> Iterable[Periode]:
    """« ce week-end » ; « le week-end prochain », dit dans la semaine, a deux sens."""
    trouve = re.fullmatch(r"(?:ce |le )?week-?end(?: (prochain|dernier|passe)| du (.+))?", nu)
    if not trouve:
        return ()
    if trouve[2]:
        lus = jours.lire(trouve[2], repere)
        samedis = [j - (j.weekday() - 5) * UN_JOUR for j in lus.possibles if j.weekday() > 4] if lus else []
        return [Periode(samedi, samedi + UN_JOUR, lus.plein) for samedi in samedis] if lus else ()
    samedi = temps.lundi_de(repere.jour) + 5 * UN_JOUR
    if trouve[1] in ("dernier", "passe") or (
        not trouve[1] and repere.vers_le_passe and samedi > repere.jour and not nu.startswith("ce ")
    ):
        samedis = [samedi - UNE_SEMAINE]
    elif trouve[1] == "prochain":
        samedis = [samedi, samedi + UNE_SEMAINE] if repere.jour < samedi else [samedi + UNE_SEMAINE]
    else:
        samedis = [samedi]
    return [Periode(samedi, samedi + UN_JOUR) for samedi in samedis]


def _mois_relatif(nu: str, repere: Repere) -> Iterable[Periode]:
    """« ce mois-ci », « le mois prochain »."""
    trouve = re.fullmatch(r"(?:ce |le )mois(?:-ci)?(?: (prochain|dernier|passe))?", nu)
    if not trouve:
        return ()
    pas = {None: 0, "prochain": 1}.get(trouve[1], -1)
    premier = reperes.decaler_de_mois(repere.jour.replace(day=1), pas)
    return [Periode(premier, reperes.fin_de_mois(premier.year, premier.month))]


def _mois(nu: str, repere: Repere) -> Iterable[Periode]:
    """« décembre », « en décembre 2026 », « 2026-12 »."""
    iso = re.fullmatch(r"(?P<an>\d{4})-(?P<num>\d\d)", nu)
    trouve = iso or re.fullmatch(
        rf"(?:tout )?(?:en |le |au )?(?:mois de |mois d')?(?P<nom>{NOM_DE_MOIS})(?: (?P<an>\d{{4}}))?", nu
    )
    if not trouve:
        return ()
    numero = int(iso["num"]) if iso else mots.numero_du_mois(trouve["nom"])
    if trouve["an"]:
        fin = reperes.fin_de_mois(reperes.lire_annee(trouve["an"]), numero)
        return [Periode(fin.replace(day=1), fin, plein=True)]
    ans = range(repere.jour.year - 1, repere.jour.year + 2)
    if repere.sens is Sens.LIBRE or not repere.vers_le_passe:
        fin = reperes.la_bonne(repere, [reperes.fin_de_mois(an, numero) for an in ans])
        return [Periode(fin.replace(day=1), fin)]
    premier = reperes.la_bonne(repere, [date(an, numero, 1) for an in ans])
    return [Periode(premier, reperes.fin_de_mois(premier.year, numero))]


def _semaine_de(jour: date, *, plein: bool = False) -> Periode:
    lundi = temps.lundi_de(jour)
    return Periode(lundi, lundi + _SIX_JOURS, plein)

"""D'où se lit une date : vers le futur ou le passé, et laquelle choisir quand l'année n'est pas dite.

Ce qui vient de passer est rendu tel quel, pour qu'on le dise passé, et non offert dans un an ; une
date que son jour de la semaine contredit est rendue avec la question à poser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS, UN_JOUR

#: Un lieu n'a pas d'histoire hors de ces années.
AN_MIN, AN_MAX = 1990, 2100
#: Ce qui date de moins d'un mois est passé, plutôt que dans un an.
UN_MOIS = timedelta(days=31)
_UN_AN = timedelta(days=366)


class Sens(StrEnum):
    """Vers où se lit une date sans année : la prochaine, la dernière, ou la plus proche.

    `ENSUITE` : la première à partir du jour donné, même si elle vient de passer (la fin d'une série) ;
    `VENU` : la dernière, à moins qu'elle ne soit tout juste à venir (on note ce qui a eu lieu).
    """

    A_VENIR = "à venir"
    ENSUITE = "ensuite"
    PASSE = "passé"
    VENU = "venu"
    LIBRE = "libre"


class Repere(msgspec.Struct, frozen=True):
    """D'où et vers où se lit une date."""

    jour: date
    sens: Sens

    @property
    def vers_le_passe(self) -> bool:
        return self.sens in (Sens.PASSE, Sens.VENU)


class Jours(msgspec.Struct, frozen=True):
    """Le jour dit, ou ceux entre lesquels il faut choisir.

    `plein` : dit avec son année, il peut être passé. `doute` : le jour de la semaine contredit la
    date, ou il manque le mois, et voici comment le demander ; toute autre lecture l'emporte.
    """

    possibles: tuple[date, ...]
    plein: bool = False
    doute: str = ""


def un(jour: date) -> Jours:
    """Ce jour, et aucun autre."""
    return Jours((jour,))


def choisir(repere: Repere, possibles: list[date], nom: int | None) -> Jours:
    """Parmi des dates sans année : celle du bon côté, ou celle qui vient de passer, ou deux à relire.

    `nom` : le jour de la semaine dit, qui prouve laquelle on veut dire.
    """
    voulue = la_bonne(repere, possibles)
    if nom is None:
        return un(_juste_de_l_autre_cote(repere, possibles, UN_MOIS) or voulue)
    if voulue.weekday() == nom:
        return un(voulue)
    accordees = [jour for jour in possibles if jour.weekday() == nom]
    chaque_annee = len({(jour.month, jour.day) for jour in possibles}) == 1
    if prouvee := _juste_de_l_autre_cote(
        repere, accordees, _UN_AN if chaque_annee else UN_MOIS, prouvee=True
    ):
        return un(prouvee)
    return accorder(
        nom, voulue, plein=False, aussi=du_cote(repere, accordees)[:1] if not chaque_annee else ()
    )


def _juste_de_l_autre_cote(
    repere: Repere, possibles: Iterable[date], marge: timedelta, *, prouvee: bool = False
) -> date | None:
    """Celle qui vient de passer alors qu'on parle de l'avenir, ou l'inverse : on la dira telle."""
    proches = [jour for jour in possibles if abs(jour - repere.jour) <= marge]
    if repere.jour in proches:
        return None
    if repere.sens is Sens.A_VENIR:
        return max((jour for jour in proches if jour < repere.jour), default=None)
    if repere.sens is Sens.VENU or (repere.sens is Sens.PASSE and prouvee):
        return min((jour for jour in proches if jour > repere.jour), default=None)
    if repere.sens is Sens.LIBRE and prouvee:
        return min(proches, key=lambda jour: abs(jour - repere.jour), default=None)
    return None


def du_cote(repere: Repere, possibles: Iterable[date]) -> list[date]:
    """Les dates du bon côté, aujourd'hui compris, la plus proche d'abord."""
    if repere.vers_le_passe:
        return sorted((jour for jour in possibles if jour <= repere.jour), reverse=True)
    return sorted(jour for jour in possibles if jour >= repere.jour)


def la_bonne(repere: Repere, possibles: list[date]) -> date:
    """La prochaine, la dernière, ou la plus proche, aujourd'hui compris."""
    if repere.sens is Sens.LIBRE and possibles:
        return min(possibles, key=lambda jour: (abs(jour - repere.jour), jour))
    if not (du_bon_cote := du_cote(repere, possibles)):
        raise SaisieIncomprise("", "Ce jour n'existe pas dans les années proches.")
    return du_bon_cote[0]


def d_un_mois(repere: Repere, jour_du_mois: Callable[[int, int], date | None]) -> date:
    """Ce jour du mois le plus proche du bon côté, le mois n'étant pas dit."""
    rang = repere.jour.year * 12 + repere.jour.month - 1
    possibles = (jour_du_mois(n // 12, n % 12 + 1) for n in range(rang - 12, rang + 13))
    return la_bonne(repere, [jour for jour in possibles if jour])


def accorder(nom: int | None, jour: date, *, plein: bool, aussi: Iterable[date] = ()) -> Jours:
    """Le jour de la semaine dit doit être celui de la date ; sinon on relit les deux, et `aussi`."""
    if nom is None or nom == jour.weekday():
        return Jours((jour,), plein=plein)
    voulu = temps.lundi_de(jour) + nom * UN_JOUR
    relus = sorted({voulu, jour, *aussi})
    dit = temps.dire_jour(jour).split(maxsplit=1)[1]
    question = f"Le {dit} est un {JOURS[jour.weekday()]}. {' ou '.join(_citer(relus)).capitalize()} ?"
    return Jours(tuple(relus), plein=True, doute=question)


def _citer(jours: list[date]) -> list[str]:
    """« mardi 11 », ou « mardi 11 mai » s'ils ne sont pas du même mois."""
    meme_mois = len({(jour.year, jour.month) for jour in jours}) == 1
    return [
        f"{JOURS[jour.weekday()]} {jour.day}" + ("" if meme_mois else f" {MOIS[jour.month - 1]}")
        for jour in jours
    ]


# -- compter dans l'histoire du lieu ------------------------------------------


def existe(annee: int, mois: int, quantieme: int) -> bool:
    """Ce jour est-il au calendrier ?"""
    return 1 <= mois <= 12 and 1 <= quantieme <= temps.jours_du_mois(annee, mois)


def batir(annee: int, mois: int, quantieme: int) -> date:
    """Ce jour, ou pourquoi il n'existe pas : « Février 2027 finit le 28. »"""
    if not 1 <= mois <= 12:
        raise SaisieIncomprise("", f"Il n'y a pas de mois {mois}.")
    if quantieme < 1:
        raise SaisieIncomprise("", f"Il n'y a pas de {quantieme} dans un mois.")
    if not existe(annee, mois, quantieme):
        dit = f"{MOIS[mois - 1]} {annee}".capitalize()
        raise SaisieIncomprise("", f"{dit} finit le {temps.jours_du_mois(annee, mois)}.")
    return date(annee, mois, quantieme)


def fin_de_mois(annee: int, mois: int) -> date:
    """Le dernier jour du mois."""
    return batir(annee, mois, 1).replace(day=temps.jours_du_mois(annee, mois))


def lire_annee(texte: str) -> int:
    """L'année, sur quatre chiffres ou deux ; un lieu n'a pas d'histoire hors de ces bornes."""
    annee = int(texte) if len(texte) == 4 else int(f"20{texte}")
    if not AN_MIN <= annee <= AN_MAX:
        raise SaisieIncomprise("", f"L'année {annee} est hors de l'histoire du lieu ({AN_MIN} à {AN_MAX}).")
    return annee


def exiger_l_histoire(jour: date) -> date:
    """Ce jour, s'il est dans l'histoire du lieu."""
    lire_annee(f"{jour.year:04}")
    return jour


def decaler(jour: date, ecart: timedelta) -> date:
    """Tant de jours plus loin, ou plus tôt."""
    try:
        decale = jour + ecart
    except OverflowError:
        raise SaisieIncomprise("", "C'est hors de l'histoire du lieu.") from None
    return exiger_l_histoire(decale)


def decaler_de_mois(jour: date, combien: int) -> date:
    """Le même quantième, tant de mois plus loin, ramené au dernier jour qui existe."""
    rang = jour.year * 12 + jour.month - 1 + combien
    annee, mois = lire_annee(f"{max(rang // 12, 0):04}"), rang % 12 + 1
    return date(annee, mois, min(jour.day, temps.jours_du_mois(annee, mois)))


def jour_de_rang(annee: int, mois: int, rang: int, numero: int) -> date | None:
    """Le 1er samedi, le dernier vendredi (-1) d'un mois ; `None` s'il n'y en a pas de cinquième."""
    premier = (numero - date(annee, mois, 1).weekday()) % 7 + 1
    tous = range(premier, temps.jours_du_mois(annee, mois) + 1, 7)
    try:
        return date(annee, mois, tous[rang - 1 if rang > 0 else rang])
    except IndexError:
        return None

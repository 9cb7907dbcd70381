"""Un délai qui se compte en jours, semaines, mois ou ans : « 3 mois », dit, gardé, ajouté, ôté.

Un mois, un an n'ont pas toujours autant de jours : ils se comptent au calendrier, d'un jour qu'on connaît.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import mots, temps
from tiers_lieu_cli.noyau.temps.heures import AU_CALENDRIER, lire_duree

_ECRIT = r"(\d{1,3}) (jours?|semaines?|mois|ans?)"
_UNITES = {"j": "jours", "s": "semaines", "m": "mois", "a": "ans"}
_DIT = r"(?:tou(?:te)?s les |chaque )?(\d{1,3})? ?(j(?:ours?)?|semaines?|mois|ans?|années?)"


class Periode(msgspec.Struct, frozen=True):
    """`nombre` `unite` (jours, semaines, mois, ans)."""

    nombre: int
    unite: str

    def __str__(self) -> str:
        return f"{self.nombre} {self.unite}"


def periode(ecrite: str) -> Periode | None:
    """Celle qu'une fiche garde ; `None` si elle n'en dit aucune, `ValueError` si elle ne se comprend pas."""
    if not ecrite:
        return None
    trouve = re.fullmatch(_ECRIT, ecrite)
    if not trouve or not int(trouve[1]):
        raise ValueError(f"« {ecrite} » n'est pas une période ; écrire 10 jours, 3 mois, 1 an")
    return Periode(int(trouve[1]), trouve[2])


def lire(texte: str) -> str:
    """« 3 mois », « tous les 10 jours », « chaque semaine », écrits comme la fiche les garde."""
    trouve = re.fullmatch(_DIT, " ".join(texte.lower().split()))
    nombre = int(trouve[1] or 1) if trouve else 0
    if not trouve or not nombre:
        raise ErreurUsage(
            f"« {texte[:60]} » n'est pas une période.",
            "Dire par exemple : 10 jours, 2 semaines, 3 mois, 1 an.",
        )
    unite = _UNITES[trouve[2][0]]
    return f"{nombre} {unite if nombre > 1 or unite == 'mois' else unite.removesuffix('s')}"


def lire_delai(texte: str) -> timedelta | Periode:
    """« 3h », « 2 jours » ; « 3 mois », « un an », qui se compteront au calendrier. `ErreurUsage` sinon."""
    trouve = re.fullmatch(AU_CALENDRIER, mots.en_chiffres(mots.normaliser(texte)))
    if trouve and int(trouve[1]):
        return Periode(int(trouve[1]), _UNITES[trouve[2][0]])
    return lire_duree(texte)


def plus_tard(moment: datetime, delai: timedelta | Periode) -> datetime:
    """Ce moment mural, un délai plus tard."""
    if isinstance(delai, timedelta):
        return moment + delai
    return datetime.combine(apres(moment.date(), delai), moment.time())


def apres(jour: date, periode: Periode, fois: int = 1) -> date:
    """Le jour d'une période plus tard (`fois` : de plusieurs) ; le 31 devient le dernier du mois."""
    nombre = periode.nombre * fois
    if periode.unite.startswith(("jour", "semaine")):
        return jour + nombre * (temps.UN_JOUR if periode.unite.startswith("jour") else temps.UNE_SEMAINE)
    mois = nombre * (12 if periode.unite.startswith("an") else 1)
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, temps.jours_du_mois(annee, rang + 1)))


def avant(jour: date, periode: Periode) -> date:
    """Le jour d'une période plus tôt."""
    return apres(jour, periode, -1)

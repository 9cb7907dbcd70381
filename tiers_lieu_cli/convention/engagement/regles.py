"""Où en est un engagement : tenu, en retard, renégocié, promis. Sans fichier ni heure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from tiers_lieu_cli.convention.engagement.modele import Engagement
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR

#: Combien de jours avant sa date un engagement se rappelle.
AVANT = 14


class Ou(StrEnum):
    """Où il en est, à un jour donné."""

    TENU = "tenu"
    TENU_EN_RETARD = "tenu en retard"
    EN_RETARD = "en retard"
    RENEGOCIE = "renégocié"
    PROMIS = "promis"
    ABANDONNE = "abandonné"


def ou(e: Engagement, jour: date) -> Ou:
    """Où en est cet engagement ce jour-là ; un retard passe avant tout ce qu'on en a redit."""
    if e.abandonne_le:
        return Ou.ABANDONNE
    if e.tenu_le:
        return Ou.TENU_EN_RETARD if e.pour_le and e.tenu_le > e.pour_le else Ou.TENU
    if e.pour_le and e.pour_le < jour:
        return Ou.EN_RETARD
    return Ou.RENEGOCIE if e.reports else Ou.PROMIS


def est_a_voir(e: Engagement, jour: date) -> bool:
    """Est-il temps d'y penser ?"""
    return e.est_ouvert and e.pour_le is not None and e.pour_le <= jour + AVANT * UN_JOUR


def dire_quand(e: Engagement, jour: date) -> str:
    """« en retard de 3 jours », « pour le mardi 1er décembre », « toute la durée »."""
    if not e.pour_le:
        return "toute la durée"
    dite = temps.dire_echeance(e.pour_le, jour)
    return dite if e.pour_le <= jour else f"pour le {dite}"


def ecrits(engagements: Iterable[Engagement]) -> list[Engagement]:
    """Ceux qu'un texte dit, dans le seul ordre où il les dit ; les abandonnés n'y sont plus."""
    return sorted((e for e in engagements if not e.abandonne_le), key=lambda e: (e.promis_le, e.id))


class Compte(msgspec.Struct, frozen=True):
    """Combien furent promis, et où ils en sont."""

    promis: int
    tenus: int
    en_retard: int


def compter(engagements: Sequence[Engagement], jour: date) -> Compte:
    """Le compte d'un côté ; un engagement abandonné n'est plus promis."""
    ou_ils_en_sont = [ou(e, jour) for e in engagements]
    return Compte(
        promis=sum(o is not Ou.ABANDONNE for o in ou_ils_en_sont),
        tenus=sum(o in (Ou.TENU, Ou.TENU_EN_RETARD) for o in ou_ils_en_sont),
        en_retard=ou_ils_en_sont.count(Ou.EN_RETARD),
    )

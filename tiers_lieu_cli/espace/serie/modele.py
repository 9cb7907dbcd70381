"""Une série : la même promesse à dates répétées, ses exceptions dedans."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.espace.reservation.modele import Promesse
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence

#: Une date d'une série se désigne par son nom et son jour : « chorale-7k2m@2026-12-01 ».
_A = "@"


class Serie(Promesse, frozen=True, kw_only=True, dict=True):
    """Une règle et ses écarts par date ; `absences` : les dates où l'on n'a vu personne."""

    recurrence: Recurrence
    absences: tuple[str, ...] = ()


def nom_de_date(ident: str, jour: date) -> str:
    """Le nom d'une date d'une série."""
    return f"{ident}{_A}{jour}"


def lire_nom_de_date(nom: str) -> tuple[str, str]:
    """La série et le jour que ce nom désigne ; le jour est vide si c'est toute la série."""
    ident, _, jour = nom.partition(_A)
    return ident, jour


#: Durables : une lecture à fenêtre les lit toutes.
SERIES = Collection(Genre("série", "espace/series"), Serie)

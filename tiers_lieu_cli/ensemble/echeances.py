"""Tout ce qui reste à faire, genre par genre (`ensemble/genres.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import intention, purge
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.genres import charger


def toutes(c: Contexte) -> list[Echeance]:
    """Ce qui reste à faire, le plus ancien d'abord ; les gens y sont nommés."""
    return [structs.replace(e, phrase=c.registre.a_l_ecran(e.phrase)) for e in sans_noms(c)]


def sans_noms(c: Contexte) -> list[Echeance]:
    """Les mêmes, où les gens ne sont que des identifiants : ce qu'une fiche peut garder."""
    jour = c.horloge.aujourdhui()
    return [*_en_suspens(c, jour), *sorted(_dues(c, jour))]


def _dues(c: Contexte, jour: date) -> Iterator[Echeance]:
    for genre in (declare.genre for declare in GENRES):
        if genre.a_faire:
            yield from charger(genre.a_faire)(c.arbre, jour)
        if genre.a_faire_du_lieu:
            yield from charger(genre.a_faire_du_lieu)(c, jour)


def _en_suspens(c: Contexte, jour: date) -> Iterator[Echeance]:
    """Ce qu'une panne ou une mise en commun a laissé à décider passe avant tout."""
    coupee = intention.lire(c.archive.interne)
    if coupee or intention.laissees(c.archive.interne):
        yield Echeance(jour, "une action interrompue attend", "tl reprise")
    if any(purge.est_commence(depot.interne) for depot in c.depots[1:]):
        yield Echeance(jour, "un effacement interrompu attend", "tl reprise")
    attendent = len(DESACCORDS.idents(c.arbre))
    if attendent:
        yield Echeance(jour, f"{attendent} désaccord{'s' * (attendent > 1)} entre postes", "tl trancher")

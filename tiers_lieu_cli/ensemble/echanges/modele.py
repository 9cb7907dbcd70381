"""Comment lire les tableaux de personnes : retenu au registre, où vivent les noms, et partagé avec lui."""

from __future__ import annotations

from typing import Any

from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES, Correspondance
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class CorrespondanceDeGens(Correspondance, frozen=True):
    """La même, pour un tableau qui nomme des gens."""


AU_REGISTRE = Collection(
    Genre(
        "correspondance de colonnes", "correspondances", pluriel="correspondances de colonnes", feminin=True
    ),
    CorrespondanceDeGens,
)


def retenues(*, au_registre: bool) -> Collection[Any]:
    """Où l'on retient comment lire un tableau."""
    return AU_REGISTRE if au_registre else CORRESPONDANCES

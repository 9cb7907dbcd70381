"""Comment lire les fichiers d'un autre outil : retenu dans le lieu, pour ne le dire qu'une fois."""

from __future__ import annotations

from msgspec import field

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import SalleCitee


class Correspondance(Fiche, frozen=True):
    """Pour des fichiers aux mêmes colonnes : `colonnes` (champ → colonne), `salles` (nom dit → salle).

    Une salle vide : ses lignes sont laissées.
    """

    colonnes: dict[str, str] = field(default_factory=dict)
    salles: dict[str, SalleCitee] = field(default_factory=dict)


CORRESPONDANCES = Collection(Genre("correspondance", "espace/correspondances", feminin=True), Correspondance)

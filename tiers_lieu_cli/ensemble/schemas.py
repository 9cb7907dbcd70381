"""Le schéma de chaque genre de l'archive et du registre, et de chaque vue (docs/json.md)."""

from __future__ import annotations

from typing import Any

import msgspec

from tiers_lieu_cli.accueil.reseau.regles import Noeud
from tiers_lieu_cli.convention.engagement.bilan import Accord
from tiers_lieu_cli.ensemble.aujourdhui import Reservee
from tiers_lieu_cli.ensemble.chercher.commandes import Trouvaille
from tiers_lieu_cli.ensemble.donnees.conservation import Conservation
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.planning import feuille
from tiers_lieu_cli.espace.planning.regles import Bloc
from tiers_lieu_cli.espace.salle import vie
from tiers_lieu_cli.noyau.ecran.schema import schema
from tiers_lieu_cli.noyau.fiches.affaires import hors_cours
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.prog import semaines

#: Ce qui n'est pas une fiche, mais que son `id` rattache à une fiche, ou à une date de série.
VUES: dict[str, type[msgspec.Struct]] = {
    "accord": Accord,
    "activite": semaines.Ligne,
    "conservation": Conservation,
    "noeud": Noeud,
    "occupation": feuille.Ligne,
    "cle-de-la-salle": vie.CleDeLaSalle,
    "notee": vie.Notee,
    "panne": vie.Panne,
    "prise": vie.Prise,
    "reservee": Reservee,
    "seance": Bloc,
    "trouvaille": Trouvaille,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Par nom de fichier, un schéma ; deux rangements d'une même structure n'en font qu'un."""
    par_structure: dict[type[Fiche], Genre] = {}
    for rangee in GENRES.collections():
        par_structure.setdefault(rangee.structure, rangee.genre)
    genres = {
        f"{hors_cours(genre.dossier).replace('/', '-')}.json": schema(structure, genre.nom)
        for structure, genre in par_structure.items()
    }
    return genres | {f"vue-{nom}.json": schema(vue, nom, vue=True) for nom, vue in VUES.items()}

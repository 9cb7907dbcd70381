"""Le schéma de chaque genre de la caisse (docs/json.md)."""

from __future__ import annotations

from typing import Any

from tiers_lieu_cli.finance.achats import ACHATS
from tiers_lieu_cli.finance.banque.modele import COMPTES, REGLEMENTS
from tiers_lieu_cli.finance.budgets import VOTES
from tiers_lieu_cli.finance.caisse import CLOTURES
from tiers_lieu_cli.finance.carnets import CARNETS
from tiers_lieu_cli.finance.cautions import CAUTIONS, ETAPES
from tiers_lieu_cli.finance.engagements import ENGAGEMENTS
from tiers_lieu_cli.finance.espece import ESPECES
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS
from tiers_lieu_cli.finance.relances import LITIGES, RELANCES
from tiers_lieu_cli.finance.rgpd.modele import PURGES
from tiers_lieu_cli.finance.tarif.modele import TARIFS
from tiers_lieu_cli.finance.tiers.modele import TIERS
from tiers_lieu_cli.finance.transmission.modele import TRANSMISSIONS
from tiers_lieu_cli.finance.vendeur import FICHIER, Vendeur
from tiers_lieu_cli.noyau.ecran.schema import schema
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

_GENRES = (
    *(
        ACHATS,
        BROUILLONS,
        CARNETS,
        CAUTIONS,
        CLOTURES,
        COMPTES,
        DEVIS,
        ENGAGEMENTS,
        ESPECES,
        ETAPES,
        LITIGES,
        PURGES,
    ),
    *(REGLEMENTS, RELANCES, TARIFS, TIERS, TRANSMISSIONS, VOTES),
)


def schemas() -> dict[str, dict[str, Any]]:
    """Par nom de fichier, un schéma."""
    genres = {f"finance-{c.genre.dossier}.json": schema(c.structure, c.genre.nom) for c in _GENRES}
    return genres | {"finance-vendeur.json": schema(Vendeur, "vendeur")}


def structure_de(chemin: str) -> tuple[str, type[Fiche]] | None:
    """L'identifiant et la structure de la fiche que ce chemin désigne ; rien si ce n'en est pas une."""
    dossier, _, nom = chemin.rpartition("/")
    if chemin == FICHIER:
        return "caisse", Vendeur
    for collection in _GENRES:
        if f"{dossier}/".startswith(f"{collection.genre.dossier}/") and nom.endswith(".yaml"):
            return nom.removesuffix(".yaml"), collection.structure
    return None

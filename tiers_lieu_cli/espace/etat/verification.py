"""Ce que les états des lieux vérifient : leurs photos sont là."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.etat.modele import ETATS
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les photos citées sont là."""
    for etat in fonds.toutes(ETATS):
        for nom in etat.photos:
            dossier, _, fichier = photos.chemin(nom).rpartition("/")
            if fichier not in fonds.arbre.noms(dossier):
                yield fonds.constat(
                    ETATS,
                    etat.id,
                    nom,
                    "lien",
                    f"la photo {nom[:8]}… n'est pas là",
                    "La retrouver, ou ôter la ligne.",
                )

"""Ce que l'espace vérifie : un graphe de salles qui tient debout."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace import regles
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les salles citées existent, et aucune n'est faite d'elle-même."""
    salles = {salle.id: salle for salle in fonds.toutes(SALLES)}
    for salle in salles.values():
        yield from fonds.liens_casses(
            SALLES, salle.id, (*salle.compose_de, *salle.exclut), salles, "une salle"
        )
        if salle.id in regles.parties(salle.id, salles):
            yield fonds.constat(
                SALLES,
                salle.id,
                "compose_de",
                "boucle",
                "cette salle est faite d'elle-même",
                "Revoir compose_de.",
            )

"""Ce que les correspondances vérifient : les salles qu'elles nomment existent."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les salles retenues existent."""
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    for accord in fonds.toutes(CORRESPONDANCES):
        cites = filter(None, accord.salles.values())
        yield from fonds.liens_casses(CORRESPONDANCES, accord.id, cites, salles, "une salle")

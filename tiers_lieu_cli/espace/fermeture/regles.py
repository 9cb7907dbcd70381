"""Ce qu'une fermeture prend."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation


def occuper(fermeture: Fermeture, graphe: Graphe) -> Iterator[Occupation]:
    """Les salles fermées, comme si quelqu'un les occupait : la même fonction dit alors qui est gêné."""
    for salle in fermeture.salles or graphe.salles:
        for creneau in fermeture.creneaux:
            yield Occupation(fermeture.id, fermeture.motif, salle, creneau, nature=FERMEE)

"""Les soutiens des idées."""

from __future__ import annotations

from collections.abc import Iterable

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.prog.proposition import regles
from tiers_lieu_cli.prog.proposition.modele import SOUTIENS, Proposition


def voix(arbre: Arbre, propositions: Iterable[Proposition]) -> dict[str, int]:
    """Combien de soutiens a chaque idée ; seuls leurs mois sont listés."""
    return regles.compter(SOUTIENS.rattachees(arbre, (p.id for p in propositions)).fiches)

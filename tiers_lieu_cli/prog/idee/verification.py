"""Ce que la boîte à idées vérifie : chaque idée est rangée où son sort la met."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.prog.idee.modele import IDEES


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les idées finies et en attente sont à leur place."""
    yield from fonds.mal_rangees(IDEES)

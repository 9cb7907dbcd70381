"""Ce que les clés vérifient : aucune n'est prêtée deux fois."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.cle import regles
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Il n'y a pas plus de clés dehors que de clés."""
    for cle, fait in regles.en_trop(fonds.toutes(CLES), fonds.toutes(PRETS.en_cours)):
        remede = f"Voir chez qui : tl espace cle fiche {cle.id}"
        yield fonds.constat(CLES, cle.id, "exemplaires", "double-promesse", fait, remede)

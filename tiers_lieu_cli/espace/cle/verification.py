"""Ce que les clés vérifient : aucune n'est prêtée deux fois."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Sorte
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Il n'y a pas plus de clés dehors que de clés."""
    cles = {cle.id: cle for cle in fonds.toutes(CLES)}
    dehors = Counter(pret.cle for pret in fonds.toutes(PRETS.en_cours))
    for ident, combien in dehors.items():
        if ident in cles and (cle := cles[ident]).sorte is not Sorte.CODE and combien > cle.exemplaires:
            yield fonds.constat(
                CLES,
                ident,
                "exemplaires",
                "double-promesse",
                f"{combien} exemplaires de « {cle.nom} » sont dehors, et il n'y en a que {cle.exemplaires}",
                f"Voir chez qui : tl espace cle fiche {ident}",
            )

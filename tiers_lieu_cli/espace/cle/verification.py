"""Ce que les clés vérifient : ce qu'elles ouvrent existe, et aucune n'est prêtée deux fois."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Sorte
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les salles, clés et personnes citées existent ; les prêts finis et en cours sont à leur place."""
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    cles = {cle.id: cle for cle in fonds.toutes(CLES)}
    for cle in cles.values():
        yield from fonds.liens_casses(CLES, cle.id, cle.ouvre, salles, "une salle")
    yield from fonds.mal_rangees(PRETS)
    for rangement in PRETS.rangements:
        for pret in fonds.toutes(rangement):
            yield from fonds.liens_casses(rangement, pret.id, [pret.cle], cles, "une clé")
            yield from fonds.inconnues(rangement, pret.id, filter(None, [pret.a]))
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

"""Ce qu'on attend encore de quelqu'un : rien d'une personne effacée, ni pour elle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from tiers_lieu_cli.noyau.fiches.collection import Recolte
from tiers_lieu_cli.noyau.fiches.fiche import F
from tiers_lieu_cli.noyau.liens import sujets

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.contexte import Contexte
    from tiers_lieu_cli.noyau.fiches.affaires import Affaires


def vivantes(c: Contexte, fiches: Iterable[F]) -> tuple[F, ...]:
    """Celles qui ne parlent de personne qui soit effacé."""
    effacees = c.registre.effacees
    return tuple(f for f in fiches if not effacees or effacees.isdisjoint(sujets(f)))


def en_cours(c: Contexte, affaires: Affaires[F]) -> Recolte[F]:
    """Les affaires dont on attend encore quelque chose : ni closes, ni de quelqu'un qui est effacé."""
    recolte = affaires.en_cours.toutes(c.arbre)
    return structs.replace(recolte, fiches=vivantes(c, recolte.fiches))

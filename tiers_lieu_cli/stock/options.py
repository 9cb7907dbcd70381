"""Ce que les commandes du stock demandent de la même façon."""

from __future__ import annotations

from typing import TypeVar

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.texte import clef

F = TypeVar("F", bound=Fiche)


def designer_nom(collection: Collection[F], arbre: Arbre, mot: str) -> str:
    """L'identifiant de la fiche dite par son nom (« Café moulu »), ou le mot s'il en est déjà un."""
    cle = clef(mot)
    if cle in (idents := set(collection.idents(arbre))):
        return cle
    egales = [f.id for f in collection.toutes(arbre).fiches if clef(getattr(f, "nom", "")) == cle]
    return egales[0] if len(egales) == 1 else cle if any(cle in i for i in idents) and cle else mot

"""Les arguments qu'un article et ses mouvements demandent."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.stock.article import fiches
from tiers_lieu_cli.stock.article.modele import ArticleCite


def places_connues(c: Contexte) -> list[tuple[str, str]]:
    """Où les articles se rangent."""
    return [(place, "") for place in sorted({a.place for a in fiches.articles(c.arbre)} - {""})]


Lequel = Annotated[ArticleCite, typer.Argument(metavar="ARTICLE", help="L'article (Tab propose).")]
Quantite = Annotated[str, typer.Argument(metavar="QUANTITE", help='Combien : 3, 4,85, "500 g", "2 boîtes".')]
Note = Annotated[str, typer.Option("--motif", help="Pourquoi, si cela s'explique.")]

"""Les étapes de bienvenue qui attendent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.accueil.bienvenue import regles
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:
    """La prochaine étape de chaque parcours, si elle est due ce jour ou avant."""
    for b in BIENVENUES.en_cours.toutes(arbre).fiches:
        if b.restantes and b.restantes[0].pour <= jour:
            etape = b.restantes[0]
            qui = regles.qui_fait(etape, b, nommer)
            yield Echeance(
                etape.pour,
                f"bienvenue de {nommer(b.personne)} : {etape.etape} ({qui})",
                f"tl accueil bienvenue faite @{b.personne}",
            )

"""Les prochains pas dus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.gens.personnes import cites


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:
    """Un prochain pas par suivi, s'il est dû ce jour ou avant."""
    for s in SUIVIS.en_cours.toutes(arbre).fiches:
        if s.pour and s.pour <= jour:
            quoi = s.prochain
            for ident in cites(quoi):
                quoi = quoi.replace(f"@{ident}", nommer(ident))
            yield Echeance(s.pour, f"{nommer(s.personne)} : {quoi}", f"tl accueil suivi fait {s.id}")

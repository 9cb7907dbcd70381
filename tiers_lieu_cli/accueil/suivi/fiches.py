"""Les prochains pas dus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Un prochain pas par suivi, s'il est dû ce jour ou avant."""
    for s in SUIVIS.en_cours.toutes(arbre).fiches:
        if s.pour and s.pour <= jour:
            yield Echeance(s.pour, f"{s.personne} : {s.prochain}", f"tl accueil suivi fait {s.id}", s.id)

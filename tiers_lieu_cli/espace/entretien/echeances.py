"""Ce que l'entretien demande aujourd'hui."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.espace.entretien import fiches, regles
from tiers_lieu_cli.espace.entretien.modele import Sorte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, minuit


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str] = str) -> Iterator[Echeance]:
    """Les pannes, ce qui est en retard, et ce qui vient (un mois d'avance pour un contrôle légal)."""
    for due in fiches.dues(arbre, minuit(jour + UN_JOUR)):
        if regles.a_voir(due, jour):
            e = due.entretien
            qui = e.prestataire or (nommer(e.par) if e.par else "")
            quand = temps.dire_echeance(due.jour, jour)
            if e.sorte is Sorte.PANNE:
                quand = f"depuis {temps.dire_jour(due.jour, jour)}"
            phrase = f"{e.titre} ({', '.join(filter(None, [quand, qui]))})"
            yield Echeance(due.jour, phrase, f"tl espace entretien fait {e.id}")

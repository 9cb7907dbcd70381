"""Les clés à réclamer aujourd'hui."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.espace.cle import fiches, regles
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str] = str) -> Iterator[Echeance]:
    """Ce qui devait revenir ce jour ou avant."""
    for pret in fiches.pretees(arbre):
        if pret.promise and pret.promise <= jour:
            depuis = temps.dire_jour(pret.depuis_quand.date(), jour)
            qui = nommer(pret.detenteur)
            phrase = (
                f"faire rendre la clé {pret.cle} ({qui}, depuis {depuis}, {regles.dire_retour(pret, jour)})"
            )
            designe = f" --qui @{pret.a}" if pret.a else f' --societe "{pret.societe}"'
            yield Echeance(pret.promise, phrase, f"tl espace cle rendre {pret.cle}{designe}")

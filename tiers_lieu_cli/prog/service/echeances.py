"""Les services dont il est temps de reparler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.prog.service import regles
from tiers_lieu_cli.prog.service.modele import SERVICES, Stade


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:
    """Les services à revoir dans les deux semaines, ou dont la date est passée."""
    for s in SERVICES.toutes(arbre).fiches:
        if s.revoir_le and s.stade is not Stade.ARRETE and s.revoir_le - jour <= regles.PREAVIS:
            avec = f" avec {', '.join(map(nommer, s.responsables))}" if s.responsables else ""
            yield Echeance(
                s.revoir_le,
                f"reparler de « {s.nom} », {regles.DITS[s.stade]}{avec}",
                f"tl prog service fiche {s.id}",
            )

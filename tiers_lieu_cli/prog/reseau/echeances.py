"""Les agendas amis à relire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS
from tiers_lieu_cli.prog.reseau import regles


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Un agenda suivi qu'on n'a pas relu depuis deux semaines."""
    for agenda in AGENDAS_AMIS.toutes(arbre).fiches:
        if regles.est_a_relire(agenda, jour):
            lu = date.fromisoformat(agenda.lu_le[:10]) if agenda.lu_le else None
            depuis = f"lu {temps.dire_jour(lu, jour)}" if lu else "jamais lu"
            yield Echeance(
                lu + regles.A_RELIRE if lu else jour,
                f"relire l'agenda {elider('de', agenda.nom)} ({depuis})",
                f"tl prog reseau lire {agenda.id}",
                agenda.id,
            )

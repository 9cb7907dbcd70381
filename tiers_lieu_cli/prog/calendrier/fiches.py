"""Ce qu'il faut dire de plus des événements d'une fenêtre : s'il reste des places, s'il manque du monde."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.equipe.regles import encore_a_venir
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.semaines import Remarque


def remarques(arbre: Arbre, evenements: Iterable[Evenement], maintenant: datetime) -> dict[str, Remarque]:
    """Par événement, son affluence et les trous de son équipe ; seuls les mois cités sont listés."""
    evenements = tuple(evenements)
    manques: dict[str, list[str]] = {}
    for trou in equipes.trous(arbre, (e for e in evenements if encore_a_venir(e, maintenant))):
        manques.setdefault(trou.evenement.id, []).append(trou.dire())
    return {
        ident: Remarque(affluence.dire(), affluence.est_complet, ", ".join(manques.get(ident, ())))
        for ident, affluence in inscriptions.affluences(arbre, evenements).items()
    }

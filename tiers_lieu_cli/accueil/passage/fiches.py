"""Les passages d'un jour, ceux d'une période, et ceux dont les arrivés peuvent être encore là."""

from __future__ import annotations

from datetime import datetime

from tiers_lieu_cli.accueil.passage import regles
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Passage
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Recolte


def de_la_soiree(arbre: Arbre, maintenant: datetime) -> Recolte[Passage]:
    """Les passages d'aujourd'hui, et de la veille tant que la nuit dure : rien d'autre n'est ouvert."""
    aujourdhui = PASSAGES.du_jour(arbre, maintenant.date())
    veille = regles.soiree_de(maintenant)
    if veille == maintenant.date():
        return aujourdhui
    hier = PASSAGES.du_jour(arbre, veille)
    return Recolte(hier.fiches + aujourdhui.fiches, hier.defauts + aujourdhui.defauts)

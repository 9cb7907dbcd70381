"""Ce qu'un changement d'événement entraîne : les inscrits suivent, l'équipe est à prévenir."""

from __future__ import annotations

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.inscription import suites as inscrits
from tiers_lieu_cli.prog.modele import Evenement


def suivre(c: Contexte, ecriture: Ecriture, ancien: Evenement, nouveau: Evenement) -> str:
    """Faire suivre les inscriptions ; rend, à la suite de la phrase, qui il faut prévenir.

    L'équipe ne suit pas à une autre date : chacun doit redire s'il peut.
    """
    a_dire = inscrits.suivre(c, ecriture, ancien, nouveau)
    if nouveau.creneau == ancien.creneau and nouveau.a_lieu == ancien.a_lieu:
        return a_dire
    equipe = sorted({c.registre.nom(g.personne) for g in equipes.de(c.arbre, ancien.id) if not g.retire})
    return a_dire + (f"\nPrévenir l'équipe : {', '.join(equipe)}." if equipe else "")

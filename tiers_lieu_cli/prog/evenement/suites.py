"""Ce qu'un changement d'événement entraîne : les inscrits suivent, l'équipe est à prévenir."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.inscription import suites as inscrits
from tiers_lieu_cli.prog.modele import Evenement


def suivre(c: Contexte, ecriture: Ecriture, ancien: Evenement, nouveau: Evenement) -> Iterator[str]:
    """Faire suivre les inscriptions ; rend qui il faut prévenir.

    L'équipe ne suit pas à une autre date : chacun doit redire s'il peut.
    """
    yield from inscrits.suivre(c, ecriture, ancien, nouveau)
    if nouveau.creneau == ancien.creneau and nouveau.a_lieu == ancien.a_lieu:
        return
    equipe = sorted({g.personne for g in equipes.de(c.arbre, ancien.id) if not g.retire})
    if equipe:
        yield f"Prévenir l'équipe : {', '.join(equipe)}."

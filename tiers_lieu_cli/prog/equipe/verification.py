"""Ce que les équipes vérifient : l'événement et la personne existent."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.verification import evenements_nommes


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les liens de chaque engagement."""
    engagements = fonds.toutes(EQUIPES)
    connus = evenements_nommes(fonds, {g.evenement for g in engagements})
    for g in engagements:
        yield from fonds.inconnues(EQUIPES, g.id, [g.personne])
        if g.evenement not in connus:
            yield from fonds.liens_casses(EQUIPES, g.id, [g.evenement], fonds.idents, "un événement")

"""Ce que l'entretien vérifie : ce qu'il cite existe."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, INTERVENTIONS
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens.personnes import cites


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les salles, entretiens et personnes cités existent."""
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    connus: set[str] = set()
    for rangement in (ENTRETIENS, FINIS):
        for e in fonds.toutes(rangement):
            connus.add(e.id)
            yield from fonds.liens_casses(rangement, e.id, filter(None, [e.salle]), salles, "une salle")
            yield from fonds.liens_casses(rangement, e.id, e.liens, fonds.idents, "une fiche du lieu")
            yield from fonds.inconnues(rangement, e.id, [*filter(None, [e.par]), *cites(e.note)])
    for i in fonds.toutes(INTERVENTIONS):
        yield from fonds.liens_casses(INTERVENTIONS, i.id, [i.entretien], connus, "un entretien")
        yield from fonds.inconnues(INTERVENTIONS, i.id, [*filter(None, [i.par]), *cites(i.note)])

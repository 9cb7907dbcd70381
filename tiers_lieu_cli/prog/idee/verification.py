"""Ce que la boîte à idées vérifie : ce qu'une idée cite existe, chacun n'a qu'une voix."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.prog.idee.modele import IDEES, SOUTIENS


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les personnes, publics et activités cités existent ; un soutien soutient une idée connue."""
    yield from fonds.mal_rangees(IDEES)
    for rangement in IDEES.rangements:
        for p in fonds.toutes(rangement):
            yield from fonds.inconnues(rangement, p.id, filter(None, [p.de]))
            yield from fonds.liens_casses(rangement, p.id, p.evenements, fonds.idents, "un événement")
            yield from fonds.liens_casses(rangement, p.id, p.besoins, fonds.idents, "un besoin")
            yield from fonds.liens_casses(rangement, p.id, filter(None, [p.serie]), fonds.idents, "une série")
            if p.publics and fonds.publics:
                yield from fonds.liens_casses(rangement, p.id, p.publics, fonds.publics, "un public du lieu")
    for s in fonds.toutes(SOUTIENS):
        yield from fonds.liens_casses(SOUTIENS, s.id, [s.proposition], fonds.idents, "une idée")
        yield from fonds.inconnues(SOUTIENS, s.id, filter(None, [s.personne]))

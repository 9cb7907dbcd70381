"""Ce qu'un service cite existe : personnes, publics, et les activités qui s'en réclament."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.verification import Constat, Fonds
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS
from tiers_lieu_cli.prog.service.modele import SERVICES


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les liens des services, et ceux des événements vers leur service et leur idée."""
    for s in fonds.toutes(SERVICES):
        yield from fonds.inconnues(SERVICES, s.id, s.responsables)
        if s.publics and fonds.publics:
            yield from fonds.liens_casses(SERVICES, s.id, s.publics, fonds.publics, "un public du lieu")
    for rangement in (EVENEMENTS, LONGS):
        for e in fonds.toutes(rangement):
            for cite, quoi in ((e.service, "un service"), (e.proposition, "une idée")):
                if cite:
                    yield from fonds.liens_casses(rangement, e.id, [cite], fonds.idents, quoi)

"""Ce qu'un service cite existe : personnes, publics, et les activités qui s'en réclament."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import F
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie
from tiers_lieu_cli.prog.service.modele import SERVICES


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les liens des services, et ceux des événements vers leur service et leur idée."""
    for s in fonds.toutes(SERVICES):
        yield from fonds.inconnues(SERVICES, s.id, s.responsables)
        yield from fonds.liens_casses(SERVICES, s.id, s.besoins, fonds.idents, "un besoin")
        if s.publics and fonds.publics:
            yield from fonds.liens_casses(SERVICES, s.id, s.publics, fonds.publics, "un public du lieu")
    for evenements in (EVENEMENTS, LONGS):
        for e in fonds.toutes(evenements):
            yield from _origines(fonds, evenements, e)
    for serie in fonds.toutes(SERIES):
        yield from _origines(fonds, SERIES, serie)


def _origines(fonds: Fonds, rangement: Collection[F], activite: Evenement | Serie) -> Iterator[Constat]:
    """Le service, l'idée et les besoins dont une activité se réclame."""
    for cites, quoi in (
        ([activite.service], "un service"),
        ([activite.proposition], "une idée"),
        (activite.besoins, "un besoin"),
    ):
        yield from fonds.liens_casses(rangement, activite.id, filter(None, cites), fonds.idents, quoi)

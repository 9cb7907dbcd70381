"""Ce que les flux d'agenda disent des événements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from tiers_lieu_cli.noyau.histoire import Revisions
from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.flux import Publication, ecrire_flux
from tiers_lieu_cli.prog.modele import Etat, Evenement


def retenus(evenements: Iterable[Evenement], *, interne: bool) -> list[Evenement]:
    """Les événements qu'un flux montre ; jamais ceux d'un agenda ami."""
    return [
        e
        for e in evenements
        if e.est_a_nous and (interne or not (e.interne or e.etat is Etat.BROUILLON))
    ]

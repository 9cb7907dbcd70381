"""Chaque réservation est rangée où on la lira."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.temps import temps


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Sa date est celle de son nom."""
    for reservation in fonds.toutes(RESERVATIONS):
        if not temps.tient_dans_son_mois(reservation.id, reservation.creneau):
            yield fonds.constat(
                RESERVATIONS,
                reservation.id,
                "debut",
                "rangement",
                "sa date n'est pas celle de son nom : aucune lecture ne la trouverait",
                f"La déplacer par la commande : tl espace deplacer {reservation.id}",
            )

"""Les écritures des réservations."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("espace", "reserver", "cour", "demain 9h-10h", "--objet", titre),
    ]

"""Les écritures de l'espace : salles."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [("espace", "salle", "creer", "neuve", "--nom", titre, "--equipement", texte)]

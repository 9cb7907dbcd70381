"""Les écritures de la fédération : les maisons qu'on suit."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("federation", "creer", titre, "https://moulin.example/titre"),
        ("federation", "creer", "Le Moulin", "https://moulin.example"),
        ("federation", "retirer", "le-moulin", "--oui"),
    ]

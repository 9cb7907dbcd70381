"""Les écritures du programme : événements."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    creer = ("prog", "evenement", "creer", titre, "--quand", "demain 9h-10h")
    return [
        (*creer, "--description", texte),
        (*creer, "--ailleurs", texte, "--porteur", "@Karim"),
        (*creer, "--etiquette", texte),
        ("prog", "evenement", "creer", "Fixe", "--quand", "demain 9h-10h"),
        ("prog", "evenement", "modifier", "fixe", "--titre", titre, "--description", texte),
        ("prog", "evenement", "annuler", "fixe", "--motif", texte, "--oui"),
    ]

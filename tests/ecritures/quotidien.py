"""Les écritures du quotidien de l'accueil : passages, heures, habilitations."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("accueil", "passage", titre),
        ("accueil", "passage", "riverains", "2", "--personne", "@Karim"),
        ("accueil", "depart", "@Karim"),
        ("accueil", "depart", texte),
        ("accueil", "heures", "noter", "@Karim", "2h", "--activite", texte),
        ("accueil", "habilitation", "creer", "@Karim", texte),
        ("accueil", "habilitation", "creer", "@Karim", "fraiseuse"),
        ("accueil", "habilitation", "retirer", "@Karim", "fraiseuse", "--motif", texte),
    ]

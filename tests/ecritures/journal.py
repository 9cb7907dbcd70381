"""Les écritures du journal."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("journal", "noter", texte),
        ("journal", "noter", "Note fixe"),
        ("journal", "editer", "note-fixe", "--texte", texte),
    ]

"""Les écritures du journal."""

from __future__ import annotations

from pathlib import Path

_FICHIER = str(Path(__file__).parents[2] / "README.md")


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("journal", "noter", texte),
        ("journal", "noter", "Note fixe"),
        ("journal", "noter", texte, "--quand", "hier 21h", "--auteur", "@Karim"),
        ("journal", "rappel", texte, "--pour", "jeudi"),
        ("journal", "noter", texte, "--genre", "alerte"),
        ("journal", "noter", "La suite", "--suite", "demain"),
        ("journal", "regler", "la-suite", "--mot", texte),
        ("journal", "editer", "note-fixe", "--texte", texte),
        ("journal", "decision", "creer", titre, "--decision", texte),
        ("journal", "decision", "creer", "Une voie", "--decision", "Un relais", "--contexte", texte),
        ("journal", "decision", "creer", "Les clés", "--decision", "Un relais", "--revoir", "demain"),
        ("journal", "decision", "revoir", "les-cles"),
        ("regles", "creer", titre, "--texte", texte),
        ("regles", "creer", "Le bruit", "--texte", "Doucement", "--decision", "les-cles"),
        ("regles", "modifier", "le-bruit", "--texte", texte),
        ("regles", "revoir", "le-bruit", "--revoir", "demain"),
        ("regles", "retirer", "le-bruit"),
        ("regles", "charte", "--texte", texte),
        ("journal", "fiche", "creer", titre, "--texte", texte),
        ("journal", "fiche", "creer", "Fermer", "--texte", "Tout éteindre"),
        ("journal", "fiche", "modifier", "fermer", "--texte", texte),
        ("journal", "fiche", "relue", "fermer"),
        ("journal", "joindre", "note-fixe", _FICHIER, "--titre", titre),
        ("journal", "passation", "--mot", texte, "--si", titre),
        ("journal", "accuser", "--compris", texte),
        ("journal", "clore", "hier", "--oui"),
        ("journal", "rouvrir", "hier", "--motif", texte),
    ]

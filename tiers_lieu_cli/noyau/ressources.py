"""Les dossiers livrés avec l'outil : dans la roue, ou à la racine du dépôt quand on y travaille."""

from __future__ import annotations

from pathlib import Path

_PAQUET = Path(__file__).resolve().parent.parent


def dossier(nom: str) -> Path:
    """Le dossier livré de ce nom (`templates`, `data_template`)."""
    installe = _PAQUET / nom
    return installe if installe.is_dir() else _PAQUET.parent / nom

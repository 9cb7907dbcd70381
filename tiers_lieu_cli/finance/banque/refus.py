"""Pourquoi un relevé n'entre pas."""

from __future__ import annotations

from tiers_lieu_cli.noyau.echecs import ErreurUsage


class ReleveRefuse(ErreurUsage):
    """Le fichier entier est refusé : rien n'en est pris."""

    def __init__(self, fait: str, remede: str = "") -> None:
        super().__init__(
            f"Relevé refusé : {fait}.", remede or "Le redemander à la banque ; rien n'est écrit."
        )

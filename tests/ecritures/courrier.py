"""Les écritures du courrier : lire, accepter, classer."""

from __future__ import annotations

from pathlib import Path

from tiers_lieu_cli.ensemble.courrier.lecture import empreinte

_ICI = Path(__file__).parent
PIECES = str(_ICI / "mot.eml")
BESOIN, MOT = empreinte("<besoin@exemple.org>"), empreinte("<mot@exemple.org>")


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("courrier", "lire", str(_ICI / "besoin.eml")),
        ("courrier", "lire", PIECES),
        ("courrier", "accepter", BESOIN, "--creer", "--texte", f"{titre} {texte}"),
        ("courrier", "classer", MOT),
    ]

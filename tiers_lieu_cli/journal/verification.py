"""Ce que le journal vérifie : une page pratique ne garde pas de secret."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.journal.fiche.modele import PRATIQUES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens import secrets_dits


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Une page écrite à la main passe par la même règle que celle d'une commande."""
    for p in fonds.toutes(PRATIQUES):
        for secret in secrets_dits.trouver(p.texte):
            yield fonds.constat(
                PRATIQUES,
                p.id,
                secret,
                "secret",
                f"« {secrets_dits.voiler(secret)} » ressemble à un secret",
                "Le changer là où il sert, puis dire ici où il se trouve",
            )
            break

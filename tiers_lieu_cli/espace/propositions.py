"""Ce que la touche Tab propose dans l'espace."""

from __future__ import annotations

from tiers_lieu_cli.espace.cle.modele import CLES
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte


def salles(c: Contexte) -> list[tuple[str, str]]:
    """Les salles."""
    return [(salle.id, salle.nom) for salle in SALLES.toutes(c.arbre).fiches if not salle.retiree]


def cles(c: Contexte) -> list[tuple[str, str]]:
    """Les clés, badges et codes."""
    return [(cle.id, cle.nom) for cle in CLES.toutes(c.arbre).fiches if not cle.retiree]


def entretiens(c: Contexte) -> list[tuple[str, str]]:
    """Ce qui est à entretenir."""
    return [(e.id, e.titre) for e in ENTRETIENS.toutes(c.arbre).fiches]


def periodes(c: Contexte) -> list[tuple[str, str]]:
    """Les périodes nommées."""
    return [(ident, "") for ident in PERIODES.idents(c.arbre)]

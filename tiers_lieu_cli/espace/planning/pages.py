"""Le planning en page et en PDF."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tiers_lieu_cli.espace.planning.regles import Chaleur, Planning
from tiers_lieu_cli.noyau.lieu import Lieu
from tiers_lieu_cli.noyau.pages import charte, dessin, gabarit
from tiers_lieu_cli.noyau.pages import pdf as imprimerie


def html(racine: Path, vue: Planning) -> str:
    """La page, d'un seul fichier."""
    return gabarit.rendre(racine, "planning.html", {"p": msgspec.to_builtins(vue), "chaleur": _chaleur(vue)})


def pdf(lieu: Lieu, vue: Planning) -> bytes:
    """Le PDF, en A4 couché."""
    return imprimerie.composer("planning", vue, charte.du_lieu(lieu))


def _chaleur(vue: Planning) -> str:
    c: Chaleur = vue.chaleur
    valeurs = {(rang, n): prises for rang, jour in enumerate(c.prises) for n, prises in enumerate(jour)}
    titre = f"Salles prises, heure par heure (sur {c.salles})"
    return dessin.grille(titre, vue.jours, [f"{heure}h" for heure in c.heures], valeurs)

"""Le planning en page et en PDF."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.planning.regles import Chaleur, Planning
from tiers_lieu_cli.noyau.lieu import Lieu
from tiers_lieu_cli.noyau.pages import charte, courriel, dessin, gabarit
from tiers_lieu_cli.noyau.pages import pdf as imprimerie


def html(racine: Path, vue: Planning) -> str:
    """La page, d'un seul fichier."""
    return gabarit.rendre(racine, "planning.html", {"p": msgspec.to_builtins(vue), "chaleur": _chaleur(vue)})


def pdf(lieu: Lieu, vue: Planning, papier: str = "a4") -> bytes:
    """Le PDF, couché."""
    return imprimerie.composer("planning", {"planning": vue, "papier": papier}, charte.du_lieu(lieu))


def porte(lieu: Lieu, vue: Planning, salle: Salle, papier: str) -> bytes:
    """La semaine d'une salle, à mettre sur sa porte."""
    demander = courriel.adresse(lieu.reglages.contacts)
    feuille = {
        "planning": vue,
        "papier": papier,
        "salle": salle.nom,
        "atouts": salle.atouts,
        "pied": f"La demander : {demander}" if demander else "",
    }
    return imprimerie.composer("porte", feuille, charte.du_lieu(lieu))


def _chaleur(vue: Planning) -> str:
    c: Chaleur = vue.chaleur
    valeurs = {(rang, n): prises for rang, jour in enumerate(c.prises) for n, prises in enumerate(jour)}
    titre = f"Salles prises, heure par heure (sur {c.salles})"
    return dessin.grille(titre, vue.jours, [f"{heure}h" for heure in c.heures], valeurs)

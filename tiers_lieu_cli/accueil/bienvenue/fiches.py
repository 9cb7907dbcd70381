"""Les parcours du lieu, lus dans `regles/bienvenue.yaml` ; ceux de l'outil s'il n'y en a pas."""

from __future__ import annotations

from tiers_lieu_cli.accueil.bienvenue.modele import Parcours
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches import fiche

CHEMIN = "regles/bienvenue.yaml"


def parcours(arbre: Arbre) -> Parcours:
    """Les parcours de bienvenue, par public ; `FicheFautive` s'ils ne se lisent pas."""
    octets = arbre.lire(CHEMIN)
    if octets is None:
        octets = (ressources.dossier("data_template") / CHEMIN).read_bytes()
    return fiche.lire(octets, Parcours, "bienvenue", CHEMIN)

"""Les photos qu'une salle ou un état des lieux montre."""

from __future__ import annotations

from pathlib import Path

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.pages import photo_recue


def garder(c: Contexte, ecriture: Ecriture, fichier: Path) -> str:
    """Poser une photo dans l'archive ; rend son empreinte."""
    octets = photo_recue.lire(fichier)
    nom = photos.empreinte(octets)
    chemin = photos.chemin(nom)
    if c.arbre.lire(chemin) is None and chemin not in ecriture.poses:
        ecriture.creer(chemin, octets)
    return nom

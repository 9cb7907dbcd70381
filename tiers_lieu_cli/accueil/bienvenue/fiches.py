"""Les parcours du lieu (`regles/bienvenue.yaml`, ou ceux de l'outil), et les étapes qui attendent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.accueil.bienvenue import regles
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES, Parcours
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.echeances import Echeance

CHEMIN = "regles/bienvenue.yaml"


def parcours(arbre: Arbre) -> Parcours:
    """Les parcours de bienvenue, par public ; `FicheFautive` s'ils ne se lisent pas."""
    octets = arbre.lire(CHEMIN)
    if octets is None:
        octets = (ressources.dossier("data_template") / CHEMIN).read_bytes()
    return fiche.lire(octets, Parcours, "bienvenue", CHEMIN)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """La prochaine étape de chaque parcours, si elle est due ce jour ou avant."""
    for b in BIENVENUES.en_cours.toutes(arbre).fiches:
        if b.restantes and b.restantes[0].pour <= jour:
            etape = b.restantes[0]
            yield Echeance(
                etape.pour,
                f"bienvenue de {b.personne} : {etape.etape} ({regles.qui_fait(etape, b)})",
                f"tl accueil bienvenue faite @{b.personne}",
                b.id,
            )

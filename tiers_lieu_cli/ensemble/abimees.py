"""Les fiches vides, abîmées ou à moitié écrites, et leur dernière version qui se lisait."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.passe import contenus
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.depot.purge import COPIES
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.fiches.collection import derniers_bons
from tiers_lieu_cli.noyau.texte import accorder


class Abimee(msgspec.Struct, frozen=True):
    """Une fiche qui ne se lit pas : ce qu'elle contient, et sa dernière bonne version (`None` : aucune)."""

    defaut: Defaut
    contenu: bytes | None
    bonne: bytes | None


def abimees(depot: Depot) -> Iterator[Abimee]:
    """Toutes celles d'un dépôt, lues comme le ferait une commande."""
    arbre = ArbreDisque(depot.racine)
    for rangee in GENRES.collections():
        for defaut in rangee.toutes(arbre).defauts:
            ident = rangee.genre.ident(defaut.fichier) or ""
            passe = contenus(depot, defaut.fichier)
            bonnes = derniers_bons(passe, rangee.structure, ident, defaut.fichier)
            bonne = next((octets for octets, _ in bonnes), None)
            yield Abimee(defaut, _lire(arbre, defaut.fichier), bonne)


def _lire(arbre: ArbreDisque, chemin: str) -> bytes | None:
    try:
        return arbre.lire(chemin)
    except FicheFautive:
        # Un lien, un tube, un géant : rien qu'on sache mettre de côté.
        return None


def garde(depot: Depot, abimee: Abimee) -> Path:
    """Où ce qu'elle contenait est gardé."""
    return depot.interne / COPIES / abimee.defaut.fichier.rpartition("/")[2]


def remettre(c: Contexte, depot: Depot, voulues: Iterable[Abimee]) -> list[Abimee]:
    """Remettre leur bonne version, si elles n'ont pas changé entre-temps ; rend celles qui le sont."""
    remises: list[Abimee] = []
    with c.ecriture(depot) as ecriture:
        for a in voulues:
            chemin = a.defaut.fichier
            if a.bonne is None or _lire(ArbreDisque(depot.racine), chemin) != a.contenu:
                continue
            if a.contenu and a.contenu.strip():
                systeme.ecrire_abrite(_ou_garder(depot, a), a.contenu)
            systeme.remplacer(depot.racine / chemin, [a.bonne], abrite=True)
            if ecriture.enregistre(chemin) != empreinte_de(a.bonne):
                ecriture.adopter(chemin, a.bonne, a.bonne)
            remises.append(a)
        if ecriture.poses:
            combien = accorder(len(ecriture.poses), "fiche")
            ecriture.enregistrer(f"Dernière bonne version de {combien}", "reprise.remettre")
    return remises


def _ou_garder(depot: Depot, abimee: Abimee) -> Path:
    ou = garde(depot, abimee)
    ou.parent.mkdir(mode=0o700, exist_ok=True)
    if os.path.lexists(ou):
        ou.unlink()
    return ou

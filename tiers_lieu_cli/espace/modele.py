"""Les salles."""

from __future__ import annotations

from tiers_lieu_cli.noyau.collection import Collection
from tiers_lieu_cli.noyau.fiche import Fiche
from tiers_lieu_cli.noyau.identifiants import Genre


class Salle(Fiche, frozen=True):
    """Une salle ; `capacite` en personnes, 0 si elle n'est pas limitée.

    `compose_de` : les salles qu'elle réunit ; `exclut` : celles qu'elle rend inutilisables.
    """

    nom: str
    capacite: int = 0
    compose_de: tuple[str, ...] = ()
    exclut: tuple[str, ...] = ()
    equipements: tuple[str, ...] = ()
    pmr: bool = False

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom de la salle est vide")
        if self.capacite < 0:
            raise ValueError("« capacite » est un nombre de personnes, 0 ou plus")


SALLES = Collection(Genre("salle", "espace/salles"), Salle)

"""Les salles."""

from __future__ import annotations

from datetime import date

from msgspec import field

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import SalleCitee, Texte


class Salle(Fiche, frozen=True):
    """Une salle ; `capacite` en personnes, 0 si elle n'est pas limitée.

    `compose_de` : les salles qu'elle réunit ; `exclut` : celles qu'elle rend inutilisables.
    `partage` : plusieurs réservations y tiennent à la fois, jusqu'à sa capacité.
    `dispositions` : les personnes qu'elle accueille selon les tables (« théâtre: 60 »).
    `retiree` : le jour depuis lequel on ne la promet plus ; ce qui y fut reste.
    `photos` : des empreintes de contenu ; les images sont dans `espace/photos/`.
    """

    nom: str
    capacite: int = 0
    compose_de: tuple[SalleCitee, ...] = ()
    exclut: tuple[SalleCitee, ...] = ()
    partage: bool = False
    dispositions: dict[str, int] = field(default_factory=dict)
    equipements: tuple[str, ...] = ()
    pmr: bool = False
    photos: tuple[str, ...] = ()
    consignes: Texte = ""
    retiree: date | None = None

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom de la salle est vide")
        if self.capacite < 0 or any(n < 1 for n in self.dispositions.values()):
            raise ValueError("« capacite » est un nombre de personnes, 0 ou plus")
        if self.partage and not self.capacite:
            raise ValueError("une salle qui se partage a une « capacite » : c'est elle qui borne le partage")

    @property
    def places(self) -> int:
        """Les personnes qu'elle accueille au plus, toutes dispositions comprises ; 0 : sans limite."""
        return max([self.capacite, *self.dispositions.values()]) if self.capacite else 0

    @property
    def atouts(self) -> list[str]:
        """« 20 places », « projecteur », « accès PMR »."""
        places = [f"{self.places} places"] if self.places else []
        return [*places, *self.equipements, *(["accès PMR"] if self.pmr else [])]


#: Pourquoi l'espace cite quelqu'un.
USAGE = Usage("Prêter salles et clés, savoir à qui", Base.CONTRAT)
SALLES = Collection(
    Genre(
        "salle",
        "espace/salles",
        ouvrir="tl espace salle fiche {id}",
        feminin=True,
        sert=lambda salle: not salle.retiree,
        plutot="tl espace salle retirer {id}",
        usage=USAGE,
        verifier="espace.verification:verifier",
        voisines=("espace.occupations:voisines",),
    ),
    Salle,
)

"""Un passage : quelqu'un est entré, ou reparti. Des mouvements, jamais un compteur."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import PublicCite, Sujet
from tiers_lieu_cli.noyau.temps.temps import jour_ou_moment

#: Sous quel nom se compte qui est entré sans qu'on dise de quel public.
SANS_PUBLIC = "sans public"


class Mouvement(StrEnum):
    """Entrer ou repartir."""

    ARRIVEE = "arrivee"
    DEPART = "depart"


class Passage(Fiche, frozen=True, dict=True):
    """`nombre` personnes d'un public, ou une personne connue, passent la porte.

    Un passage anonyme ne garde que son public. `moment` est murale (AAAA-MM-JJTHH:MM), ou un
    jour seul (AAAA-MM-JJ) quand on l'a compté le lendemain sans savoir l'heure.
    """

    moment: str
    public: PublicCite = ""
    nombre: int = 1
    personne: Sujet = ""
    sens: Mouvement = Mouvement.ARRIVEE

    def __post_init__(self) -> None:
        if self.nombre < 1 or (self.personne and self.nombre > 1):
            raise ValueError("« nombre » est au moins 1, et 1 pour une personne connue")
        if not (self.public or self.personne):
            raise ValueError("un passage dit son public, ou la personne")
        _ = self.jour

    @cached_property
    def jour(self) -> date:
        """Le jour du passage."""
        return jour_ou_moment(self.moment)[0]

    @cached_property
    def instant(self) -> datetime | None:
        """L'heure murale, si on l'a notée."""
        return jour_ou_moment(self.moment)[1]

    @property
    def qui(self) -> str:
        """De qui l'on parle : une personne, ou un public."""
        return self.personne or self.public


PASSAGES = Collection(
    Genre(
        "passage",
        "accueil/passages",
        ouvrir="tl accueil passages --du {jour} --au {jour}",
        par_mois=True,
        usage=Usage("Compter qui passe, par public", Base.INTERET),
        verifier_chacune="accueil.verification:passages",
    ),
    Passage,
)

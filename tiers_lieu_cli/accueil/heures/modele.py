"""Des heures de bénévolat : qui, à quoi, quel jour, combien de temps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import EvenementCite, Sujet, Texte
from tiers_lieu_cli.noyau.texte import clef


class Heures(Fiche, frozen=True):
    """`duree` est en minutes ; `evenement` : l'événement qu'on a tenu, s'il y en a un."""

    personne: Sujet
    activite: Texte
    jour: date
    duree: int
    evenement: EvenementCite = ""

    def __post_init__(self) -> None:
        if not 0 < self.duree <= 24 * 60:
            raise ValueError("« duree » est en minutes, de 1 à 1440")
        if not self.activite.strip():
            raise ValueError("l'activité est vide")


def d_une_seule_facon(heures: Iterable[Heures]) -> list[Heures]:
    """Les mêmes, où « bar » et « Bar » ne sont qu'une activité : comme on l'a le plus souvent écrite."""
    heures = list(heures)
    ecrites = Counter(h.activite for h in heures)
    choisies: dict[str, str] = {}
    for activite, _ in ecrites.most_common():
        choisies.setdefault(clef(activite) or activite, activite)
    dites = {activite: choisies[clef(activite) or activite] for activite in ecrites}
    return [structs.replace(h, activite=dites[h.activite]) for h in heures]


HEURES = Collection(
    Genre(
        "heures",
        "accueil/heures",
        ouvrir="tl accueil personne fiche @{fiche.personne}",
        par_mois=True,
        pluriel="heures",
        feminin=True,
        usage=Usage("Reconnaître les heures de bénévolat", Base.INTERET),
    ),
    Heures,
)

"""Une suite : ce qu'une note demande encore, pour un jour, jusqu'à ce que quelqu'un dise que c'est réglé."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from tiers_lieu_cli.journal.modele import USAGE, NoteCitee
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import Texte, cite

SuiteCitee = Annotated[str, cite("une suite", "journal/suites")]


class Suite(Fiche, frozen=True):
    """Née de `note`, ou d'aucune (un rappel) ; à faire `pour` ce jour, jusqu'à `reglee`.

    Une `alerte` se voit tout de suite.
    """

    ENSEMBLE = (("reglee", "mot"),)

    quoi: Texte
    pour: date
    note: NoteCitee = ""
    alerte: bool = False
    reglee: date | None = None
    mot: Texte = ""

    def __post_init__(self) -> None:
        if not self.quoi.strip():
            raise ValueError("une suite dit ce qui reste à faire")

    @property
    def est_ouverte(self) -> bool:
        """Reste-t-elle à faire ?"""
        return self.reglee is None


SUITES = affaires(
    Genre(
        "suite",
        "journal/suites",
        feminin=True,
        ouvrir="tl journal rappel",
        usage=USAGE,
        a_faire="journal.suite.modele:a_faire",
    ),
    Suite,
    lambda s: s.est_ouverte,
)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les alertes, et les suites dues ce jour ou avant."""
    for s in SUITES.en_cours.toutes(arbre).fiches:
        if s.pour <= jour:
            dit = f"alerte : {s.quoi}" if s.alerte else s.quoi
            gravite = Gravite.ALERTE if s.alerte else Gravite.RESTE
            yield Echeance(s.pour, dit, f"tl journal regler {s.id}", s.id, gravite)

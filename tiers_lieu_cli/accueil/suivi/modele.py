"""Un accompagnement : ce qui a été fait avec quelqu'un, et le prochain pas."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import FormationCitee, PersonneCitee, Sujet, Texte, cite

SuiviCite = Annotated[str, cite("un suivi", "accueil/suivis-en-cours", "accueil/suivis")]


class Suivi(Fiche, frozen=True):
    """Une aide donnée le jour `le`, notée comme on la lirait à la personne.

    `prochain` : le pas suivant, pour le jour `pour` ; `fait` le jour où il l'est. `formation` : le
    parcours où ce suivi mène.
    """

    personne: Sujet
    le: date
    texte: Texte
    par: PersonneCitee = ""
    prochain: Texte = ""
    pour: date | None = None
    fait: date | None = None
    formation: FormationCitee = ""

    def __post_init__(self) -> None:
        if not self.texte.strip():
            raise ValueError("le texte est vide")
        if bool(self.prochain) != bool(self.pour):
            raise ValueError("un prochain pas a une date, et une date son prochain pas")

    @property
    def est_ouvert(self) -> bool:
        """Le prochain pas reste-t-il à faire ?"""
        return bool(self.prochain) and self.fait is None


SUIVIS = affaires(
    Genre(
        "suivi",
        "accueil/suivis",
        ouvrir="tl accueil suivi liste @{fiche.personne}",
        usage=Usage("Accompagner une personne qui le demande", Base.ACCORD),
        de_quelqu_un=True,
        a_faire="accueil.suivi.fiches:a_faire",
    ),
    Suivi,
    lambda s: s.est_ouvert,
)

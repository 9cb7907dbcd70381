"""Un partenaire : une commune, une entreprise, un comité de quartier ; ses gens sont au registre."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import PersonneCitee, Texte, cite


class Sorte(StrEnum):
    """De quel bord il est."""

    PUBLIC = "public"
    PRIVE = "prive"
    CITOYEN = "citoyen"


SORTES = {Sorte.PUBLIC: "public", Sorte.PRIVE: "privé", Sorte.CITOYEN: "citoyen"}

PartenaireCite = Annotated[str, cite("un partenaire", "convention/partenaires")]


class Partenaire(Fiche, frozen=True):
    """Une organisation ; `contacts` : à qui l'on y parle, par leur identifiant au registre."""

    nom: str
    sorte: Sorte | None = None
    contacts: tuple[PersonneCitee, ...] = ()
    note: Texte = ""

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom du partenaire est vide")


#: Pourquoi les conventions citent quelqu'un.
USAGE = Usage("Suivre les engagements réciproques", Base.CONTRAT)
PARTENAIRES = Collection(
    Genre(
        "partenaire",
        "convention/partenaires",
        ouvrir="tl convention partenaire fiche {id}",
        usage=USAGE,
    ),
    Partenaire,
)

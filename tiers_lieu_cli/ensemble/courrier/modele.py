"""Un courriel reçu, tel que le registre le garde le temps d'y répondre."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import Sujet, cite
from tiers_lieu_cli.noyau.pages.courriel import Geste


class Etat(StrEnum):
    """Où il en est : `FAIT`, ce qu'il demande est au lieu, la réponse reste à écrire."""

    A_TRAITER = "a-traiter"
    FAIT = "fait"
    CLOS = "clos"


class Courrier(Fiche, frozen=True):
    """Un courriel, nommé par l'empreinte de son Message-ID : le même lu deux fois n'est qu'un.

    `de` : qui demande, s'il est au registre ; sinon `nom` et `adresse`, tels que le courriel les dit.
    `fil` : le premier courriel de la conversation ; qui l'écrivit reste le demandeur, quel que soit le
    dernier qui écrit (`par`). `quoi` : ce dont il parle, d'après son sujet. `suite` : ce qu'on en a fait.
    `message` et `references` ne servent qu'à enfiler la réponse ; clos, ni eux, ni le texte n'y sont plus.
    """

    ENSEMBLE = (("etat", "suite", "texte", "objet", "nom", "adresse", "message", "references"),)

    recu: date
    sorte: Geste = Geste.LIBRE
    etat: Etat = Etat.A_TRAITER
    de: Sujet = ""
    par: Sujet = ""
    fil: str = ""
    quoi: str = ""
    presence: str = ""
    suite: str = ""
    nom: str = ""
    adresse: str = ""
    objet: str = ""
    texte: str = ""
    pieces: tuple[str, ...] = ()
    message: str = ""
    references: tuple[str, ...] = ()

    @property
    def racine(self) -> str:
        """Le premier courriel de sa conversation : lui, s'il l'ouvre."""
        return self.fil or self.id


CourrierCite = Annotated[str, cite("un courrier", "courriers")]


def dire(c: Courrier) -> str:
    """Ce qu'on en dit en une ligne."""
    return c.objet or f"courrier du {c.recu:%d/%m}"


_USAGE = Usage(
    "Répondre à qui écrit au lieu",
    Base.INTERET,
    "le temps d'y répondre ; l'histoire du registre, jusqu'à l'effacement",
)
#: Ceux qui attendent un geste ou une réponse.
COURRIERS = Collection(
    Genre(
        "courrier",
        "courriers",
        ouvrir="tl courrier voir {id}",
        dire=dire,
        usage=_USAGE,
        a_faire_du_lieu="ensemble.courrier.fiches:a_faire",
    ),
    Courrier,
)
#: Ceux dont tout est fait : de quoi ne pas les relire, et suivre leur fil.
LUS = Collection(
    Genre("courrier lu", "courriers-lus", pluriel="courriers lus", dire=dire, usage=_USAGE), Courrier
)

"""Ce qu'un point d'accès a répondu d'une pièce (FIN-18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre

#: Au-delà, une pièce qui n'est pas partie se rappelle.
PATIENCE = timedelta(days=2)


class Etat(StrEnum):
    """Où en est l'envoi."""

    A_TRANSMETTRE = "à transmettre"
    TRANSMISE = "transmise"
    REJETEE = "rejetée"


class Transmission(Fiche, frozen=True):
    """Une réponse du point d'accès ; `preuve` : l'empreinte, au coffre, de ce qu'il a rendu."""

    piece: str
    etat: Etat
    le: date
    preuve: str = ""
    motif: str = ""


TRANSMISSIONS = Collection(Genre("transmission", "transmissions"), Transmission)


def etat_de(reponses: Sequence[Transmission]) -> Etat:
    """Où en est une pièce : ce qu'a dit la dernière réponse."""
    return max(reponses, key=lambda r: (r.le, r.id)).etat if reponses else Etat.A_TRANSMETTRE

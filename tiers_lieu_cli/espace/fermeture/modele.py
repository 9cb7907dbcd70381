"""Une fermeture : des salles, ou tout le lieu, qu'on ne peut pas occuper un temps."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from msgspec import structs

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import SalleCitee, Texte
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau


class Rouverture(Fiche, frozen=True, kw_only=True):
    """Un temps rendu à l'usage dans une fermeture ; `salles` vide : toutes celles qu'elle ferme.

    Sans `fin`, pour de bon.
    """

    id: str = ""
    debut: str
    fin: str = ""
    salles: tuple[SalleCitee, ...] = ()

    @property
    def creneau(self) -> Creneau:
        return _lire(self.debut, self.fin)


class Fermeture(Fiche, frozen=True, kw_only=True, dict=True):
    """De `debut` à `fin` (jours compris, ou moments) ; sans `fin`, jusqu'à nouvel ordre.

    `salles` vide : tout le lieu.
    Fermer n'efface rien : ce qui y tombe est « à replacer » tant que la fermeture dure.
    """

    ENSEMBLE = (("debut", "fin", "rouvert"),)

    debut: str
    fin: str = ""
    salles: tuple[SalleCitee, ...] = ()
    motif: Texte
    rouvert: tuple[Rouverture, ...] = ()

    def __post_init__(self) -> None:
        if not self.motif.strip():
            raise ValueError("le motif est vide")
        for rouverture in self.rouvert:
            _ = rouverture.creneau
        _ = self.creneau

    @cached_property
    def creneau(self) -> Creneau:
        """D'un bout à l'autre, sans compter ce qui fut rouvert."""
        return _lire(self.debut, self.fin)

    def creneaux(self, salle: str = "") -> tuple[Creneau, ...]:
        """Les temps où cette salle (ou toutes) est vraiment fermée, dans l'ordre."""
        restes = [self.creneau]
        for rouverture in self.rouvert:
            if not rouverture.salles or salle in rouverture.salles:
                restes = [bout for reste in restes for bout in temps.oter(reste, rouverture.creneau)]
        return tuple(restes)

    def ferme(self, creneau: Creneau) -> bool:
        """Ce créneau touche-t-il la fermeture ?"""
        return any(c.chevauche(creneau) for c in self.creneaux())


def _lire(debut: str, fin: str) -> Creneau:
    return temps.lire_bornes(debut, fin) if fin else Creneau(datetime.fromisoformat(debut), temps.SANS_FIN)


_FERMETURES = Genre("fermeture", "espace/fermetures", par_mois=True, feminin=True, usage=USAGE)
FERMETURES = Collection(_FERMETURES, Fermeture)
#: Celles de plus d'un mois, ou sans fin ; toute lecture à fenêtre les lit toutes.
LONGUES = Collection(
    structs.replace(_FERMETURES, dossier="espace/fermetures-longues", par_mois=False), Fermeture
)

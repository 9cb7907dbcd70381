"""Une inscription : quelqu'un, ou un groupe, a dit qu'il viendrait ; et s'il est venu."""

from __future__ import annotations

from enum import StrEnum

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import EvenementCite, PersonneCitee, PublicCite, Sujet, Texte
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.modele import USAGE


class Etat(StrEnum):
    """Ce qu'on a répondu à qui s'inscrit. `SUR_PLACE` : venu sans s'inscrire."""

    INSCRITE = "inscrite"
    EN_ATTENTE = "en attente"
    RETIREE = "retiree"
    SUR_PLACE = "sur place"


class Inscription(Fiche, frozen=True):
    """Une inscription à un événement, dont le nom commence par celui de l'événement.

    `demandee` (heure murale, à la microseconde) fait l'ordre de la liste d'attente. `groupe` : ils
    sont tant ; `accompagne` : et tant de plus avec eux. `responsable` : l'adulte d'un mineur.
    `presents` : combien sont venus, 0 pour une absence ; vide tant qu'on ne l'a pas noté.
    """

    ENSEMBLE = (("etat", "demandee"),)

    evenement: EvenementCite
    demandee: str
    personne: Sujet = ""
    groupe: int = 0
    accompagne: int = 0
    responsable: PersonneCitee = ""
    public: PublicCite = ""
    etat: Etat = Etat.INSCRITE
    presents: int | None = None
    note: Texte = ""

    def __post_init__(self) -> None:
        if not self.id.startswith(f"{self.evenement}-") or len(self.evenement) <= len("2026-11-24-"):
            raise ValueError("le nom d'une inscription commence par celui de son événement")
        if not (self.personne or self.groupe):
            raise ValueError("une inscription est d'une « personne », ou d'un « groupe » de tant")
        if min(self.groupe, self.accompagne, self.presents or 0) < 0:
            raise ValueError("« groupe », « accompagne » et « presents » sont 0 ou plus")
        temps.moment(self.demandee)

    @property
    def places(self) -> int:
        """Combien de places elle prend."""
        return (self.groupe or 1) + self.accompagne

    @property
    def code(self) -> str:
        """Le code qui désigne un groupe sans nom ; vide pour une personne."""
        return "" if self.personne else self.id.rpartition("-")[2]

    @property
    def est_attendue(self) -> bool:
        """A-t-elle sa place ?"""
        return self.etat is Etat.INSCRITE

    @property
    def attend(self) -> bool:
        """Est-elle sur la liste d'attente ?"""
        return self.etat is Etat.EN_ATTENTE

    @property
    def rang(self) -> tuple[str, str]:
        """Son ordre d'arrivée, le même sur tous les postes."""
        return self.demandee, self.id


#: Rangées au mois que nomme l'événement : un mois listé les donne toutes.
INSCRIPTIONS = Collection(
    Genre(
        "inscription",
        "prog/inscriptions",
        ouvrir="tl prog inscrits {fiche.evenement}",
        par_mois=True,
        feminin=True,
        usage=USAGE,
        verifier="prog.inscription.verification:verifier",
        voisines=("prog.inscription.fiches:voisines",),
    ),
    Inscription,
)

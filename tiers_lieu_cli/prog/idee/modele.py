"""Une idée de la boîte, et les soutiens qu'elle reçoit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import (
    BesoinCite,
    EvenementCite,
    IdeeCitee,
    PublicCite,
    SerieCitee,
    Sujet,
    Texte,
)
from tiers_lieu_cli.prog.modele import USAGE


class Sort(StrEnum):
    """Ce qu'une idée devient."""

    EN_ATTENTE = "en attente"
    ACCEPTEE = "acceptee"
    DECLINEE = "declinee"


class Idee(Fiche, frozen=True):
    """Une idée ; son nom porte le jour où elle est arrivée.

    `reponse` : ce qu'il faut en dire à qui l'a eue ; `decidee` : le jour où l'on a choisi ;
    `rendue` : le jour où la réponse a été dite. `evenements` et `serie` : ce qu'elle est devenue.
    """

    ENSEMBLE = (("sort", "reponse", "decidee", "rendue", "evenements", "serie"),)

    texte: Texte
    de: Sujet = ""
    besoins: tuple[BesoinCite, ...] = ()
    publics: tuple[PublicCite, ...] = ()
    sort: Sort = Sort.EN_ATTENTE
    evenements: tuple[EvenementCite, ...] = ()
    serie: SerieCitee = ""
    reponse: Texte = ""
    decidee: date | None = None
    rendue: date | None = None

    def __post_init__(self) -> None:
        if not self.texte.strip():
            raise ValueError("une idée ne peut pas être vide")
        try:
            _ = self.deposee
        except ValueError:
            raise ValueError("le nom d'une idée commence par le jour où elle est arrivée") from None

    @property
    def deposee(self) -> date:
        """Le jour où elle est arrivée."""
        return date.fromisoformat(self.id[:10])

    @property
    def titre(self) -> str:
        """Sa première ligne."""
        return self.texte.split("\n", 1)[0]

    @property
    def attend_une_decision(self) -> bool:
        return self.sort is Sort.EN_ATTENTE

    @property
    def est_finie(self) -> bool:
        """Décidée, et la réponse rendue à qui l'attend."""
        return not self.attend_une_decision and (bool(self.rendue) or not self.de)


class Soutien(Fiche, frozen=True):
    """Un soutien à une idée : une personne, ou des billets sans nom trouvés dans la boîte."""

    proposition: IdeeCitee
    personne: Sujet = ""
    papiers: int = 0

    def __post_init__(self) -> None:
        if bool(self.personne) == bool(self.papiers) or self.papiers < 0:
            raise ValueError("un soutien vient d'une « personne » ou d'un nombre de « papiers »")

    @property
    def voix(self) -> int:
        """Combien de gens il dit."""
        return self.papiers or 1


#: Celles de la boîte (sans décision, ou dont la réponse reste à rendre), et les finies, par mois.
IDEES = affaires(
    Genre(
        "proposition",
        "prog/propositions",
        feminin=True,
        plutot="tl prog decliner {id} --reponse",
        usage=USAGE,
        a_faire="prog.idee.fiches:a_faire",
        a_faire_du_lieu="prog.idee.fiches:a_rendre",
    ),
    Idee,
    lambda p: not p.est_finie,
)
#: Rangés au mois de leur proposition, dont leur nom commence par le nom.
SOUTIENS = Collection(
    Genre("soutien", "prog/soutiens", par_mois=True, usage=USAGE),
    Soutien,
)

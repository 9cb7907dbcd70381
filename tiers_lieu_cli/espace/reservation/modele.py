"""Une réservation : une salle promise à quelqu'un, à un moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Fin
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import (
    Beneficiaire,
    PersonneCitee,
    ReservationCitee,
    SalleCitee,
    Sorte,
    Texte,
    cite,
)
from tiers_lieu_cli.noyau.temps.temps import Creneau, exiger_moments, lire_bornes, moment

#: En minutes. Une lecture à fenêtre sait ainsi jusqu'où regarder.
PREPARATION_MAXIMALE = 24 * 60


#: Une réservation, ou toute une série.
PromesseCitee = Annotated[
    str, cite("une réservation", "espace/reservations", "espace/series", sorte=Sorte.DATE)
]


class Etat(StrEnum):
    """Où en est une réservation (le vocabulaire de GRR)."""

    CONFIRMEE = "confirmee"
    #: En modération : la place est tenue, quelqu'un doit valider.
    DEMANDEE = "demandee"
    #: Sous réserve : la place est tenue jusqu'à `expire`.
    OPTION = "option"
    #: En file : rien n'est tenu.
    ATTENTE = "attente"
    REFUSEE = "refusee"
    ANNULEE = "annulee"
    #: Partie à un autre mois ; `deplacee_a` dit sous quel nom.
    DEPLACEE = "deplacee"


#: Ceux où la place est promise.
_FERMES = frozenset({Etat.CONFIRMEE, Etat.DEMANDEE})


class Forcage(Fiche, frozen=True, kw_only=True):
    """Pourquoi on a passé outre, et ce que cela gênait (fiches, fermetures, règles)."""

    id: str = ""
    motif: Texte
    contre: tuple[str, ...] = ()


class Promesse(Fiche, frozen=True, kw_only=True, dict=True):
    """Ce qu'une réservation et une série ont en commun.

    `pour` : le bénéficiaire, une personne (p-…) ou un public ; `demandeur` : qui a demandé,
    si c'est quelqu'un d'autre. `montage` et `demontage` : des minutes, avant et après, où la
    salle est prise aussi. `demandee_le` : l'heure murale, à la microseconde, qui fait l'ordre de la file.
    """

    ENSEMBLE: ClassVar[tuple[tuple[str, ...], ...]] = (("etat", "expire", "motif"),)

    salle: SalleCitee
    objet: Texte
    pour: Beneficiaire = ""
    demandeur: PersonneCitee = ""
    personnes: int = 0
    disposition: str = ""
    montage: int = 0
    demontage: int = 0
    etat: Etat = Etat.CONFIRMEE
    expire: str = ""
    motif: Texte = ""
    demandee_le: str = ""
    forcage: Forcage | None = None

    def __post_init__(self) -> None:
        if not self.objet.strip():
            raise ValueError("l'objet est vide")
        if min(self.personnes, self.montage, self.demontage) < 0:
            raise ValueError("« personnes », « montage » et « demontage » sont des nombres, 0 ou plus")
        if max(self.montage, self.demontage) > PREPARATION_MAXIMALE:
            raise ValueError("un montage ou un démontage dure un jour au plus ; au-delà, réserver plus long")
        if (self.etat is Etat.OPTION) != bool(self.expire):
            raise ValueError("une option, et elle seule, a un moment où elle expire (« expire »)")
        exiger_moments(self.expire, self.demandee_le)

    @cached_property
    def expiration(self) -> datetime | None:
        """Quand l'option tombe ; `None` si ce n'en est pas une."""
        return moment(self.expire) if self.expire else None

    def tient(self, maintenant: datetime) -> bool:
        """La place est-elle gardée à ce moment ? Une option expirée ne garde plus rien."""
        if self.expiration is not None:
            return maintenant < self.expiration
        return self.est_ferme

    @property
    def est_ferme(self) -> bool:
        """La place est-elle promise, sans plus de condition que d'être validée ?"""
        return self.etat in _FERMES

    def etendre(self, seance: Creneau) -> Creneau:
        """Tout le temps où la salle est prise : la séance, son montage et son démontage."""
        if not (self.montage or self.demontage):
            return seance
        return Creneau(
            seance.debut - timedelta(minutes=self.montage), seance.fin + timedelta(minutes=self.demontage)
        )


class Reservation(Promesse, frozen=True, kw_only=True, dict=True):
    """Une salle promise de `debut` inclus à `fin` exclue (heures murales), ou pour des jours entiers."""

    ENSEMBLE = (
        ("salle", "debut", "fin", "montage", "demontage"),
        ("etat", "expire", "motif", "deplacee_a"),
    )

    FINS = (Fin("etat", (Etat.ANNULEE, Etat.REFUSEE, Etat.DEPLACEE), ("salle", "debut", "fin")),)

    debut: str
    fin: str
    deplacee_a: ReservationCitee = ""
    #: On ne les a pas vus : un fait, pas une sanction.
    absence: bool = False

    def __post_init__(self) -> None:
        Promesse.__post_init__(self)
        _ = self.emprise

    @cached_property
    def creneau(self) -> Creneau:
        """La séance annoncée."""
        return lire_bornes(self.debut, self.fin)

    @cached_property
    def emprise(self) -> Creneau:
        """Tout le temps où la salle est prise."""
        return self.etendre(self.creneau)


RESERVATIONS = Collection(
    Genre(
        "réservation",
        "espace/reservations",
        ouvrir="tl espace fiche {id}",
        par_mois=True,
        feminin=True,
        plutot="tl espace annuler {id}",
        usage=USAGE,
        verifier_chacune="espace.promesse.verification:verifier",
        voisines=("espace.occupations:voisines", "stock.objet.fiches:voisines"),
        a_faire="espace.promesse.fiches:a_faire",
    ),
    Reservation,
)

"""Un besoin et une offre : un texte, de qui, sur quoi, quand."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import PublicCite, Sujet, Texte


class Annonce(Fiche, frozen=True):
    """Ce que quelqu'un demande ou propose : une personne, un public, ou le territoire.

    `entendu` : le jour où on l'a su ; `quand` : les moments qui conviennent (« mercredi matin »).
    `publie` : on a choisi de le montrer sur le site ; qui le dit n'y paraît que sous son nom public.
    """

    texte: Texte
    entendu: date
    personne: Sujet = ""
    public: PublicCite = ""
    territoire: bool = False
    themes: tuple[str, ...] = ()
    quand: tuple[str, ...] = ()
    publie: bool = False

    def __post_init__(self) -> None:
        if not self.texte.strip():
            raise ValueError("le texte est vide")
        if self.territoire and self.personne:
            raise ValueError("c'est le besoin ou l'offre d'une personne, ou du territoire")

    @property
    def de_qui(self) -> str:
        """De qui elle vient : une personne, un public, le territoire, ou on ne sait pas."""
        return self.personne or self.public or ("le territoire" if self.territoire else "")


class EtatBesoin(StrEnum):
    """Où en est un besoin."""

    EXPRIME = "exprime"
    RELIE = "relie"
    COMBLE = "comble"
    SANS_SUITE = "sans-suite"


class Besoin(Annonce, frozen=True):
    """Un besoin, d'exprimé à comblé ; `relie_le` et `clos_le` datent ses états."""

    ENSEMBLE = (("etat", "relie_le", "clos_le", "motif"),)

    urgent: bool = False
    etat: EtatBesoin = EtatBesoin.EXPRIME
    relie_le: date | None = None
    clos_le: date | None = None
    motif: Texte = ""

    @property
    def est_ouvert(self) -> bool:
        """Attend-il encore quelque chose ?"""
        return self.etat in (EtatBesoin.EXPRIME, EtatBesoin.RELIE)


class EtatOffre(StrEnum):
    """Une offre vaut jusqu'à ce qu'on la retire."""

    DISPONIBLE = "disponible"
    RETIREE = "retiree"


class Offre(Annonce, frozen=True):
    """Ce que quelqu'un offre de faire ; `retiree_le` : elle ne vaut plus depuis ce jour."""

    ENSEMBLE = (("etat", "retiree_le", "motif"),)

    etat: EtatOffre = EtatOffre.DISPONIBLE
    retiree_le: date | None = None
    motif: Texte = ""

    @property
    def est_ouvert(self) -> bool:
        """Vaut-elle encore ?"""
        return self.etat is EtatOffre.DISPONIBLE


BESOINS = affaires(
    Genre(
        "besoin",
        "accueil/besoins",
        ouvrir="tl accueil besoin fiche {id}",
        plutot="tl accueil besoin modifier {id} --etat sans-suite",
        usage=Usage("Recueillir ce dont chacun a besoin", Base.INTERET),
        de_quelqu_un=True,
    ),
    Besoin,
    lambda b: b.est_ouvert,
)
OFFRES = affaires(
    Genre(
        "offre",
        "accueil/offres",
        ouvrir="tl accueil offre fiche {id}",
        feminin=True,
        plutot="tl accueil offre modifier {id} --etat retiree",
        usage=Usage("Recueillir ce que chacun propose", Base.ACCORD),
        de_quelqu_un=True,
    ),
    Offre,
    lambda o: o.est_ouvert,
)

"""Une clé, ce qu'elle ouvre, et chaque exemplaire prêté."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import SalleCitee, Sujet, Texte, cite
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

#: Trois chiffres d'affilée, fussent-ils espacés, ouvriraient une porte.
_CHIFFRES = motif(r"\d(?:[ .,;:/_-]?\d){2,}")


class Sorte(StrEnum):
    """Une clé de métal, un badge, ou un code qu'on retient."""

    CLE = "cle"
    BADGE = "badge"
    CODE = "code"


class Cle(Fiche, frozen=True):
    """Une clé du lieu. `ouvre` : des salles ; `aussi` : le reste (armoire, portail), en mots.

    `retiree` : le jour où elle a quitté le trousseau.
    D'un code, on sait qui le connaît et quand il a changé ; jamais le code lui-même.
    """

    nom: str
    sorte: Sorte = Sorte.CLE
    exemplaires: int = 1
    ouvre: tuple[SalleCitee, ...] = ()
    aussi: tuple[str, ...] = ()
    rangee: str = ""
    changee_le: date | None = None
    retiree: date | None = None

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom de la clé est vide")
        if self.exemplaires < 0:
            raise ValueError("« exemplaires » est un nombre, 0 ou plus")
        refuser_un_secret(self.sorte, self.nom, self.rangee, *self.aussi)


class Fin(StrEnum):
    """Comment un prêt s'est terminé."""

    RENDUE = "rendue"
    PERDUE = "perdue"
    #: Le code a changé, le badge est désactivé : ce que la personne avait n'ouvre plus rien.
    PERIMEE = "perimee"


CleCitee = Annotated[str, cite("une clé", "espace/cles")]


class PretDeCle(Fiche, frozen=True, dict=True):
    """Un exemplaire de `cle` aux mains de quelqu'un (`a`) ou d'une société, depuis un moment mural.

    `rendre_le` : le jour promis, s'il y en a un. Une fois `fin` dite, le prêt est de l'histoire.
    """

    ENSEMBLE = (("fin", "fini_le"),)

    cle: CleCitee
    depuis: str
    a: Sujet = ""
    societe: str = ""
    rendre_le: date | None = None
    pour: Texte = ""
    fin: Fin | None = None
    fini_le: str = ""
    remarque: Texte = ""

    def __post_init__(self) -> None:
        if bool(self.a) == bool(self.societe):
            raise ValueError("une clé est prêtée à une personne (« a ») ou à une société, non aux deux")
        if (self.fin is None) != (not self.fini_le):
            raise ValueError("« fin » et « fini_le » vont ensemble")
        temps.exiger_moments(self.fini_le)
        _ = self.depuis_quand

    @cached_property
    def depuis_quand(self) -> datetime:
        """Le moment de la remise ; `ValueError` s'il n'en est pas un."""
        return temps.moment(self.depuis)

    @property
    def detenteur(self) -> str:
        """Qui l'a : l'identifiant d'une personne, ou le nom d'une société."""
        return self.a or self.societe


CLES = Collection(
    Genre(
        "clé",
        "espace/cles",
        ouvrir="tl espace cle fiche {id}",
        feminin=True,
        sert=lambda cle: not cle.retiree,
        plutot="tl espace cle retirer {id}",
        usage=USAGE,
        verifier="espace.cle.verification:verifier",
        voisines=("espace.cle.fiches:voisines",),
    ),
    Cle,
)


#: Ceux qui sont dehors se trouvent sans relire l'histoire ; rendus, ils rejoignent le mois de leur remise.
PRETS = affaires(
    Genre(
        "prêt de clé",
        "espace/cles-pretees",
        ouvrir="tl espace cle fiche {fiche.cle}",
        pluriel="prêts de clés",
        usage=USAGE,
        voisines=("espace.cle.fiches:voisines",),
        a_faire="espace.cle.fiches:a_faire",
    ),
    PretDeCle,
    lambda pret: pret.fin is None,
)


def refuser_un_secret(sorte: Sorte, *textes: str) -> None:
    """`ValueError` si un texte sur un code porte de quoi le composer."""
    for texte in textes:
        if sorte is Sorte.CODE and _CHIFFRES.search(texte):
            raise ValueError("les chiffres d'un code ne s'écrivent pas dans l'archive")

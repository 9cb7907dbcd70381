"""Une passation : ce qui était ouvert au moment du relais, ce qui s'est réglé, et ce qu'on s'en est dit.

L'ordre est celui d'I-PASS (Starmer, NEJM 2014) : la gravité, l'état, les actions, ce qui pourrait
tourner mal, et ce que le suivant a compris, redit par lui.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from tiers_lieu_cli.journal.modele import USAGE
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PersonneCitee, Texte
from tiers_lieu_cli.noyau.temps import temps


class Gravite(StrEnum):
    """D'un mot, comment va la maison."""

    CALME = "calme"
    A_SURVEILLER = "a-surveiller"
    URGENT = "urgent"


class Rubrique(StrEnum):
    """Où une chose ouverte se lit ; l'ordre est celui de la page."""

    URGENT = "urgent"
    FERME = "ferme"
    A_FAIRE = "a-faire"
    DEHORS = "dehors"
    PROMIS = "promis"
    #: Ce qui court sans presser : compté, et gardé par son nom.
    COURT = "court"


class Chose(Fiche, frozen=True, kw_only=True):
    """Une chose ouverte. `cle` la suit d'une passation à l'autre ; `mot` : ce qu'on en a dit au suivant."""

    id: str = ""
    cle: str
    rubrique: Rubrique
    phrase: Texte
    jour: date | None = None
    commande: str = ""
    mot: Texte = ""


class Reglee(Fiche, frozen=True, kw_only=True):
    """Une chose qui était ouverte et ne l'est plus ; `comment` : ce que l'histoire en dit."""

    id: str = ""
    cle: str
    phrase: Texte
    comment: Texte = ""


class Passation(Fiche, frozen=True):
    """Faite au `moment` (heure murale), de quelqu'un `a` quelqu'un.

    `depuis` : le dernier tour de qui prend le relais ; `si` : ce qui pourrait arriver, et que faire ;
    `compris` : ce que la personne a redit en la recevant, au moment `recue_le`.
    """

    ENSEMBLE = (("recue_le", "recue_par", "compris"),)

    moment: str
    depuis: str
    gravite: Gravite
    de: PersonneCitee = ""
    a: PersonneCitee = ""
    journee: tuple[Texte, ...] = ()
    ouvertes: tuple[Chose, ...] = ()
    reglees: tuple[Reglee, ...] = ()
    change: tuple[Texte, ...] = ()
    si: tuple[Texte, ...] = ()
    recue_le: str = ""
    recue_par: PersonneCitee = ""
    compris: Texte = ""
    texte: Texte = ""

    def __post_init__(self) -> None:
        temps.exiger_moments(self.depuis, self.recue_le)
        _ = self.quand
        if self.recue_par and not self.recue_le:
            raise ValueError("« recue_par » va avec « recue_le »")

    @property
    def quand(self) -> datetime:
        """Le moment où elle fut faite."""
        return temps.moment(self.moment)


PASSATIONS = Collection(
    Genre(
        "passation",
        "journal/passations",
        par_mois=True,
        suffixe=".md",
        feminin=True,
        ouvrir="tl journal releve {id}",
        usage=USAGE,
        a_faire="journal.passation.modele:a_faire",
    ),
    Passation,
)


def derniere(arbre: Arbre) -> Passation | None:
    """La dernière faite ; une seule est lue."""
    idents = PASSATIONS.idents(arbre)
    return PASSATIONS.une(arbre, max(idents)) if idents else None


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """La dernière passation, tant que personne n'a dit l'avoir reçue."""
    p = derniere(arbre)
    if p and not p.recue_le:
        de = f" de {p.de}" if p.de else ""
        dit = f"lire la passation{de} ({temps.dire_jour(p.quand.date(), jour)})"
        yield Echeance(p.quand.date(), dit, "tl journal releve", p.id)

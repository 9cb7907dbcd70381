"""Une note du journal : une phrase, un instant, des liens."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import FicheCitee, PersonneCitee, Texte, cite
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

#: Pourquoi le journal cite quelqu'un.
USAGE = Usage("Noter le quotidien et le transmettre", Base.INTERET)
_ETIQUETTE = motif(r"(?<![\w#&])#(\w[\w-]*)")


class Sorte(StrEnum):
    """Ce qu'une note est : un fait, le plus souvent."""

    FAIT = "fait"
    INCIDENT = "incident"
    IDEE = "idee"
    MERCI = "merci"
    #: Se voit tout de suite, et jusqu'à ce qu'elle soit réglée (`journal/suite`).
    ALERTE = "alerte"


NoteCitee = Annotated[str, cite("une note", "journal/notes")]


class Note(Fiche, frozen=True, dict=True):
    """Ce qui s'est passé, noté à `moment` (heure murale, AAAA-MM-JJTHH:MM) par `auteur`, s'il s'est nommé.

    Deux notes d'une même minute se suivent : la seconde dit aussi ses secondes.
    """

    moment: str
    auteur: PersonneCitee = ""
    sorte: Sorte = Sorte.FAIT
    liens: tuple[FicheCitee, ...] = ()
    corrigee_le: date | None = None
    texte: Texte = ""

    def __post_init__(self) -> None:
        if not self.texte.strip():
            raise ValueError("une note ne peut pas être vide")
        _ = self.instant

    @cached_property
    def instant(self) -> datetime:
        """Le moment, en heure murale ; `ValueError` s'il n'est pas une date et une heure."""
        return temps.moment(self.moment)

    @property
    def jour(self) -> date:
        return self.instant.date()

    @property
    def etiquettes(self) -> tuple[str, ...]:
        """Les mots en « #… » du texte."""
        return tuple(dict.fromkeys(mot.lower() for mot in _ETIQUETTE.findall(self.texte)))


NOTES = Collection(
    Genre(
        "note",
        "journal/notes",
        par_mois=True,
        ouvrir="tl journal jour {jour}",
        suffixe=".md",
        feminin=True,
        usage=USAGE,
    ),
    Note,
)


class Cloture(Fiche, frozen=True):
    """Un jour clos : ce qu'il dit au trésorier ne bouge plus sans qu'on le sache. Son nom est le jour."""

    clos_le: str
    restait: int = 0


CLOTURES = Collection(Genre("jour clos", "journal/clotures", par_mois=True, pluriel="jours clos"), Cloture)


def ident_du_jour(jour: date) -> str:
    """Le nom de la fiche qui clôt ce jour."""
    return f"{jour}-clos"

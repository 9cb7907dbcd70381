"""Une règle de mise à disposition : qui peut réserver, combien, dans quels délais."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PublicCite, SalleCitee, cite

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.temps.delais import Periode

T = TypeVar("T")

CharteCitee = Annotated[str, cite("une règle des salles", "espace/regles")]


class Charte(Fiche, frozen=True):
    """Ce qu'il faut respecter pour réserver ces salles (toutes, si `salles` est vide).

    Les durées s'écrivent comme on les dit : « 2 jours », « 3h » ; un délai, aussi « 3 mois ».
    Zéro ou vide : sans limite.
    """

    salles: tuple[SalleCitee, ...] = ()
    publics: tuple[PublicCite, ...] = ()
    delai_min: str = ""
    delai_max: str = ""
    duree_max: str = ""
    par_semaine: int = 0
    heures_par_semaine: int = 0
    moderation: bool = False
    habilitation: str = ""
    horaires: bool = False

    def __post_init__(self) -> None:
        if min(self.par_semaine, self.heures_par_semaine) < 0:
            raise ValueError("« par_semaine » et « heures_par_semaine » sont des nombres, 0 ou plus")
        _ = delai_ecrit(self.delai_min), delai_ecrit(self.delai_max), duree_ecrite(self.duree_max)


def duree_ecrite(texte: str) -> timedelta | None:
    """La durée écrite ; `None` s'il n'y en a pas."""
    from tiers_lieu_cli.noyau.temps.heures import lire_duree

    return _ecrit(texte, lire_duree)


def delai_ecrit(texte: str) -> timedelta | Periode | None:
    """Le délai écrit, des mois et des ans se comptant au calendrier ; `None` s'il n'y en a pas."""
    from tiers_lieu_cli.noyau.temps.delais import lire_delai

    return _ecrit(texte, lire_delai)


def _ecrit(texte: str, lire: Callable[[str], T]) -> T | None:
    try:
        return lire(texte) if texte else None
    except ErreurUsage as faute:
        raise ValueError(faute.fait) from None


CHARTES = Collection(Genre("règle", "espace/regles", ouvrir="tl espace regle liste", feminin=True), Charte)

"""Une règle de mise à disposition : qui peut réserver, combien, dans quels délais."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PublicCite, SalleCitee, cite

CharteCitee = Annotated[str, cite("une règle", "espace/regles")]


class Charte(Fiche, frozen=True):
    """Ce qu'il faut respecter pour réserver ces salles (toutes, si `salles` est vide).

    Les durées s'écrivent comme on les dit : « 2 jours », « 3h ». Zéro ou vide : sans limite.
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
        for duree in (self.delai_min, self.delai_max, self.duree_max):
            _ = duree_ecrite(duree)


def duree_ecrite(texte: str) -> timedelta | None:
    """La durée écrite ; `None` s'il n'y en a pas."""
    if not texte:
        return None
    from tiers_lieu_cli.noyau.temps.saisie import lire_duree

    try:
        return lire_duree(texte)
    except ErreurUsage as faute:
        raise ValueError(faute.fait) from None


CHARTES = Collection(Genre("règle", "espace/regles", ouvrir="tl espace regle liste", feminin=True), Charte)

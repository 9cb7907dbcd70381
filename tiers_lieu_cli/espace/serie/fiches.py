"""Les séries de réservations lues dans le lieu : celle d'une date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.verification import Fonds
from tiers_lieu_cli.noyau.temps import recurrence, series


def de_la_date(arbre: Arbre, nom: str) -> tuple[Serie, date] | None:
    """La série et le jour que ce nom désigne ; `None` si ce n'est pas celui d'une date de série."""
    dit = series.lire_nom(nom)
    if dit is None:
        return None
    jour, souche = dit
    siennes = [s for s in SERIES.toutes(arbre).fiches if s.souche == souche]
    trouvee = next((s for s in siennes if recurrence.est_une_date(s.recurrence, jour)), None)
    return (trouvee, jour) if trouvee else None


def dates(fonds: Fonds, noms: Iterable[str]) -> Iterator[str]:
    """De ces noms, ceux qui sont des dates de ces séries."""
    return (nom for nom in noms if de_la_date(fonds.arbre, nom))

"""Les séries de réservations lues dans le lieu : celle d'une date."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau.depot.arbre import Arbre
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

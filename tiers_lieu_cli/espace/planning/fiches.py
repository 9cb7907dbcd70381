"""Les salles d'une fenêtre : ce qui les prend, ce qui les ferme, quand le lieu est ouvert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.regles import Graphe, Occupation
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Promesse
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.temps.temps import Creneau


def de_la_fenetre(arbre: Arbre, fenetre: Creneau, maintenant: datetime) -> tuple[Graphe, list[Occupation]]:
    """Les salles, et tout ce qui les prend, fermetures comprises."""
    graphe = occupations.graphe(arbre)
    prises = occupations.de_la_fenetre(arbre, fenetre, maintenant)
    return graphe, [*prises, *occupations.fermees(arbre, fenetre, graphe)]


def ouvert(arbre: Arbre, jours: Sequence[date]) -> list[str]:
    """Les heures d'ouverture de chaque jour ; vides si le lieu n'en a pas dit."""
    horaires = HORAIRES.toutes(arbre).fiches
    return [ouverture.dire_jour(horaires, jour) if horaires else "" for jour in jours]


def promesses(arbre: Arbre, idents: Iterable[str]) -> dict[str, Promesse]:
    """La réservation ou la série derrière chaque occupation ; un événement n'y est pas."""
    trouvees: dict[str, Promesse] = {}
    for nom in idents:
        if promesse := promesse_de(arbre, nom):
            trouvees[nom] = promesse
    return trouvees


def promesse_de(arbre: Arbre, nom: str) -> Promesse | None:
    """La réservation de ce nom, ou la série dont c'est une date."""
    dite = de_la_date(arbre, nom)
    try:
        return dite[0] if dite else RESERVATIONS.une(arbre, nom)
    except IdentifiantInvalide:
        return None

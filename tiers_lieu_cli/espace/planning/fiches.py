"""Les salles d'une fenêtre : ce qui les prend, ce qui les ferme, quand le lieu est ouvert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, PERIODES, Horaires, Periode
from tiers_lieu_cli.espace.regles import Graphe, Occupation
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Promesse
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_redite import FERIES
from tiers_lieu_cli.noyau.temps.temps import Creneau


def de_la_fenetre(arbre: Arbre, fenetre: Creneau, maintenant: datetime) -> tuple[Graphe, list[Occupation]]:
    """Les salles, et tout ce qui les prend, fermetures comprises."""
    graphe = occupations.graphe(arbre)
    prises = occupations.de_la_fenetre(arbre, fenetre, maintenant)
    return graphe, [*prises, *occupations.fermees(arbre, fenetre, graphe)]


def ouvert(arbre: Arbre, jours: Sequence[date]) -> list[str]:
    """Les heures d'ouverture de chaque jour, fériés et fermetures compris ; vides si rien n'en est dit."""
    horaires, feries = HORAIRES.toutes(arbre).fiches, PERIODES.une(arbre, FERIES)
    if not jours:
        return []
    fenetre = Creneau.de_jours(min(jours), max(jours))
    fermees = [f for f in occupations.fermetures_de(arbre, fenetre) if not f.salles]
    return [_dire_l_ouverture(horaires, feries, fermees, jour) for jour in jours]


def _dire_l_ouverture(
    horaires: Sequence[Horaires], feries: Periode | None, fermees: Sequence[Fermeture], jour: date
) -> str:
    """« 9:00–12:30 », « férié (Noël) », « fermé (travaux) »."""
    prevus = ouverture.ouvertures(horaires, jour) if horaires else [Creneau.de_jours(jour, jour)]
    restes = prevus
    for fermeture in fermees:
        for ferme in fermeture.creneaux():
            restes = [bout for reste in restes for bout in temps.oter(reste, ferme)]
    if prevus and not restes:
        motifs = (taire(f.motif) for f in fermees if f.ferme(Creneau.de_jours(jour, jour)))
        return f"fermé ({', '.join(dict.fromkeys(motifs))})"
    ferie = next((p.quoi for p in feries.plages if p.du <= jour <= p.au), None) if feries else None
    if ferie is not None:
        return f"férié ({ferie})" if ferie else "férié"
    if not horaires:
        return ""
    return " et ".join(temps.dire_heures(reste) for reste in restes) or "fermé"


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

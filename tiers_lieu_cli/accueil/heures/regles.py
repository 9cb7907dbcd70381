"""Les heures, sans fichier ni heure courante : dire une durée, faire les totaux."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta
from enum import StrEnum

from tiers_lieu_cli.accueil.heures.modele import Heures, d_une_seule_facon
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.temps.temps import MOIS, UN_JOUR
from tiers_lieu_cli.noyau.texte import clef

#: Une activité se dit en quelques mots : « bar », « atelier vélo ».
ACTIVITE_MAXIMALE = 80


class Par(StrEnum):
    """Ce par quoi on fait les totaux."""

    ACTIVITE = "activite"
    PERSONNE = "personne"
    MOIS = "mois"


def nouvelles(
    personne: str, activite: str, jour: date, duree: timedelta, evenement: str, hasard: Hasard
) -> Heures:
    """Des heures prêtes à enregistrer."""
    propre = activite_propre(activite)
    return Heures(
        id=identifiants.date_de(jour, propre, "heures", hasard),
        personne=personne,
        activite=propre,
        jour=jour,
        duree=minutes(duree),
        evenement=evenement,
    )


def activite_propre(dite: str, connues: Iterable[str] = ()) -> str:
    """Une activité, dite en peu de mots ; comme on l'écrit déjà, si elle est de celles qu'on connaît."""
    propre = " ".join(dite.split())
    if not propre or len(propre) > ACTIVITE_MAXIMALE:
        raise ErreurUsage(
            f"Une activité se dit en 1 à {ACTIVITE_MAXIMALE} caractères.",
            "Exemple : tl accueil heures noter @karim 2h30 --activite bar",
        )
    return next((connue for connue in connues if clef(propre) and clef(connue) == clef(propre)), propre)


def minutes(duree: timedelta) -> int:
    """La durée d'un jour de bénévolat, en minutes."""
    if duree > UN_JOUR:
        raise ErreurUsage("Plus de 24 heures en un jour ?", "Noter chaque jour à part, avec --le.")
    return round(duree.total_seconds() / 60)


def de_la_periode(
    heures: Iterable[Heures], du: date, au: date, personnes: Container[str] | None = None
) -> list[Heures]:
    """Celles de `du` à `au` compris, de toutes les personnes ou de celles-ci, dans l'ordre du temps."""
    voulues = (h for h in heures if du <= h.jour <= au and (personnes is None or h.personne in personnes))
    return sorted(voulues, key=lambda h: (h.jour, h.id))


_PAR: dict[Par, Callable[[Heures], str]] = {
    Par.ACTIVITE: lambda h: h.activite,
    Par.PERSONNE: lambda h: h.personne,
    Par.MOIS: lambda h: h.jour.isoformat()[:7],
}


def totaux(heures: Iterable[Heures], par: Par) -> dict[str, int]:
    """Les minutes par activité, par personne (les plus grandes d'abord) ou par mois (dans l'ordre)."""
    compte: Counter[str] = Counter()
    for h in d_une_seule_facon(heures):
        compte[_PAR[par](h)] += h.duree
    if par is Par.MOIS:
        return dict(sorted(compte.items()))
    return dict(sorted(compte.items(), key=lambda paire: (-paire[1], paire[0])))


def dire_mois(mois: str) -> str:
    """« 2026-11 » → « novembre 2026 »."""
    return f"{MOIS[int(mois[5:7]) - 1]} {mois[:4]}"

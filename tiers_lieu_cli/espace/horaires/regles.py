"""Est-ce ouvert ? Les heures d'un jour, selon la saison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from tiers_lieu_cli.espace.horaires.modele import Horaires, lire_plage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import JOURS, UN_JOUR, Creneau


def du_jour(horaires: Iterable[Horaires], jour: date) -> Horaires | None:
    """Les horaires qui valent ce jour : ceux de la saison la plus courte, sinon ceux de toujours."""
    valables = [h for h in horaires if h.couvre(jour)]
    return min(valables, key=lambda h: (_longueur(h), h.id), default=None)


def _longueur(horaires: Horaires) -> int:
    if not horaires.du:
        return 367
    du, au = (date.fromisoformat(f"2024-{borne}") for borne in (horaires.du, horaires.au))
    return (au - du).days % 366


def ouvertures(horaires: Sequence[Horaires], jour: date) -> list[Creneau]:
    """Les temps où le lieu est ouvert ce jour-là, dans l'ordre."""
    valables = du_jour(horaires, jour)
    plages = valables.semaine.get(JOURS[jour.weekday()], ()) if valables else ()
    return sorted(_creneau(jour, *lire_plage(plage)) for plage in plages)


def _creneau(jour: date, debut: time, fin: time) -> Creneau:
    soir = temps.minuit(jour + UN_JOUR) if fin == time() else datetime.combine(jour, fin)
    return Creneau(datetime.combine(jour, debut), soir)


def est_ouvert(horaires: Sequence[Horaires], creneau: Creneau) -> bool:
    """Le lieu est-il ouvert d'un bout à l'autre du créneau ? Un jour sans horaires connus l'est."""
    restes = [creneau]
    jour = creneau.premier_jour
    while jour <= creneau.dernier_jour:
        ouverts = ouvertures(horaires, jour) if du_jour(horaires, jour) else [Creneau.de_jours(jour, jour)]
        for ouvert in ouverts:
            restes = [bout for reste in restes for bout in temps.oter(reste, ouvert)]
        jour += UN_JOUR
    return not restes


def dire_jour(horaires: Sequence[Horaires], jour: date) -> str:
    """« 9:00–12:30 et 14:00–18:00 », ou « fermé »."""
    ouverts = ouvertures(horaires, jour)
    return " et ".join(temps.dire_heures(o) for o in ouverts) or "fermé"


def dire_semaine(horaires: Horaires) -> str:
    """« lun–ven 9:00–18:00 · sam 10:00–13:00 » : les jours de mêmes heures ensemble ; les fermés, tus."""
    groupes: list[tuple[list[str], tuple[str, ...]]] = []
    for jour in JOURS:
        plages = horaires.semaine.get(jour, ())
        if groupes and groupes[-1][1] == plages:
            groupes[-1][0].append(jour[:3])
        else:
            groupes.append(([jour[:3]], plages))
    return " · ".join(
        f"{'–'.join(dict.fromkeys((jours[0], jours[-1])))} {' et '.join(map(dire_plage, plages))}"
        for jours, plages in groupes
        if plages
    )


def dire_plage(plage: str) -> str:
    """« 9:00–12:30 », d'une plage écrite « 09:00-12:30 »."""
    return temps.dire_heures(_creneau(date(2024, 1, 1), *lire_plage(plage)))

"""La semaine des salles en grille : une vue à plat, la même pour le terminal, la page, le PDF et le JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_HEURE, Creneau
from tiers_lieu_cli.noyau.texte import A_MONTRER, Montre

#: Les heures d'une journée où rien n'est dit : on élargit si quelque chose déborde.
HEURES = range(8, 22)
#: La nuit ne chauffe pas la grille : une soirée qui finit à 2 h l'étirerait d'un tiers.
AUBE = 6


class Bloc(msgspec.Struct, frozen=True, kw_only=True):
    """Une salle prise un jour. `nature` : vide, « fermée », « option »… ; `liee` : la salle qui la prend."""

    id: str
    jour: str
    debut: str
    fin: str
    heures: Montre
    titre: str
    nature: str = ""
    liee: str = ""


class Rangee(msgspec.Struct, frozen=True, kw_only=True):
    """Une salle et ses sept jours."""

    salle: str
    nom: str
    jours: tuple[tuple[Bloc, ...], ...]


class Chaleur(msgspec.Struct, frozen=True, kw_only=True):
    """Par jour et par heure, combien de salles sont prises."""

    heures: tuple[int, ...]
    salles: int
    prises: tuple[tuple[int, ...], ...]


class Planning(msgspec.Struct, frozen=True, kw_only=True):
    """Une semaine des salles."""

    lieu: str
    du: str
    au: str
    dite: Montre
    jours: Annotated[tuple[str, ...], A_MONTRER]
    ouvert: Annotated[tuple[str, ...], A_MONTRER]
    rangees: tuple[Rangee, ...]
    vides: tuple[str, ...]
    chaleur: Chaleur


def planning(
    fenetre: Creneau,
    occupations: Sequence[Occupation],
    graphe: Graphe,
    ouvert: Sequence[str],
    nom_du_lieu: str,
    montrer: Callable[[str], str],
) -> Planning:
    """La grille d'une semaine ; une salle qu'une autre rend inutilisable le montre."""
    jours = jours_de(fenetre)
    par_salle = _par_salle(occupations, graphe)
    rangees = [
        Rangee(
            salle=salle,
            nom=graphe.nom(salle),
            jours=tuple(
                tuple(
                    _bloc(o, salle, jour, graphe, montrer)
                    for o in par_salle[salle]
                    if se_montre(o, jour, fenetre)
                )
                for jour in jours
            ),
        )
        for salle in sorted(par_salle, key=graphe.nom)
    ]
    return Planning(
        lieu=nom_du_lieu,
        du=fenetre.premier_jour.isoformat(),
        au=fenetre.dernier_jour.isoformat(),
        dite=temps.dire_semaine(fenetre),
        jours=tuple(f"{temps.JOURS[j.weekday()][:3]} {j.day}" for j in jours),
        ouvert=tuple(ouvert),
        rangees=tuple(r for r in rangees if any(r.jours)),
        vides=tuple(graphe.nom(s) for s in sorted(graphe.salles, key=graphe.nom) if not _pleine(s, rangees)),
        chaleur=chaleur(par_salle, jours),
    )


def _pleine(salle: str, rangees: Iterable[Rangee]) -> bool:
    return any(r.salle == salle and any(r.jours) for r in rangees)


def jours_de(fenetre: Creneau) -> list[date]:
    """Les jours que la fenêtre touche."""
    combien = (fenetre.dernier_jour - fenetre.premier_jour).days + 1
    return [fenetre.premier_jour + timedelta(days=n) for n in range(combien)]


def _par_salle(occupations: Iterable[Occupation], graphe: Graphe) -> dict[str, list[Occupation]]:
    """Ce qui prend chaque salle : ses occupations, et celles des salles qui la gênent."""
    par_salle: dict[str, list[Occupation]] = {salle: [] for salle in graphe.salles}
    for o in sorted(occupations, key=lambda o: (o.annonce.debut, o.id)):
        for salle in graphe.genees(o.salle):
            par_salle.setdefault(salle, []).append(o)
    return par_salle


def se_montre(o: Occupation, jour: date, fenetre: Creneau) -> bool:
    """Une soirée de 22 h à 2 h ne se montre qu'une fois ; ce qui dure, chaque jour."""
    seance = o.annonce
    if seance.duree <= UN_JOUR and not seance.jours_entiers:
        return jour == max(seance.premier_jour, fenetre.premier_jour) and seance.dernier_jour >= jour
    return seance.premier_jour <= jour <= seance.dernier_jour


def _bloc(o: Occupation, salle: str, jour: date, graphe: Graphe, montrer: Callable[[str], str]) -> Bloc:
    seance = o.annonce
    return Bloc(
        id=o.id,
        jour=jour.isoformat(),
        debut=temps.ecrire_moment(seance.debut),
        fin=temps.ecrire_moment(seance.fin),
        heures=temps.heures_du_jour(seance, jour),
        titre=montrer(o.titre),
        nature=o.nature,
        liee="" if o.salle == salle else graphe.nom(o.salle),
    )


def dire_heure(moment: datetime) -> str:
    """« 18:30 »."""
    return f"{moment:%H:%M}"


def chaleur(par_salle: Mapping[str, Sequence[Occupation]], jours: Sequence[date]) -> Chaleur:
    """Combien de salles sont prises, heure par heure ; une salle fermée n'est pas prise."""
    prises: dict[tuple[date, int], set[str]] = {}
    for salle, occupations in par_salle.items():
        for o in occupations:
            for moment in _heures(o.creneau, jours) if o.nature != FERMEE else ():
                if moment.hour >= AUBE:
                    prises.setdefault((moment.date(), moment.hour), set()).add(salle)
    dites = [heure for _, heure in prises]
    heures = range(min([HEURES.start, *dites]), max([HEURES.stop - 1, *dites]) + 1)
    return Chaleur(
        heures=tuple(heures),
        salles=len(par_salle),
        prises=tuple(tuple(len(prises.get((jour, h), ())) for h in heures) for jour in jours),
    )


def _heures(creneau: Creneau, jours: Sequence[date]) -> Iterator[datetime]:
    """Chaque heure que ce créneau touche, dans ces jours."""
    moment = max(creneau.debut.replace(minute=0, second=0, microsecond=0), temps.minuit(jours[0]))
    fin = min(creneau.fin, temps.minuit(jours[-1] + UN_JOUR))
    while moment < fin:
        yield moment
        moment += UNE_HEURE

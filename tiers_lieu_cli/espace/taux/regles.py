"""Combien les salles servent : par salle, par heure de la semaine, par public. Sans fichier ni horloge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation, parties
from tiers_lieu_cli.noyau.pages.bilan import sommer
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UNE_HEURE, UNE_MINUTE, Creneau

#: Sans horaires dits, une journée de salle va de 8 h à 22 h.
HEURES = (8, 22)
SANS_PUBLIC = "non dit"


class Salle(msgspec.Struct, frozen=True, kw_only=True):
    """L'usage d'une salle : des minutes prises, dont pendant l'ouverture, sur des minutes ouvertes.

    `composee` : faite d'autres, elle n'entre pas dans le taux d'ensemble, où celles-ci sont déjà.
    """

    salle: str
    nom: str
    prises: int
    pendant: int
    ouvertes: int
    composee: bool = False

    @property
    def taux(self) -> int:
        """En pour cent, entier."""
        return pour_cent(self.pendant, self.ouvertes)


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """L'usage des salles d'un temps. `semaine` : par jour et par heure, le taux moyen en pour cent."""

    horaires: bool
    salles: tuple[Salle, ...]
    taux: int
    heures: tuple[int, ...]
    semaine: tuple[tuple[int, ...], ...]
    publics: dict[str, int]


def journees(jours: Iterable[date]) -> list[Creneau]:
    """Les journées d'un lieu qui n'a pas dit ses horaires."""
    debut, fin = (timedelta(hours=heure) for heure in HEURES)
    return [Creneau(temps.minuit(jour) + debut, temps.minuit(jour) + fin) for jour in jours]


def usage(
    fenetre: Creneau,
    occupations: Sequence[Occupation],
    graphe: Graphe,
    ouvertures: Sequence[Creneau],
    publics: Mapping[str, Sequence[str]],
    *,
    horaires: bool,
    fuseau: tzinfo,
) -> Usage:
    """Tout ce qu'on peut dire de l'usage des salles dans la fenêtre."""
    prises = {
        salle: unir(_prise(occupations, salle, graphe, fenetre, fermee=False)) for salle in graphe.salles
    }
    ouvertes = {
        salle: unir(_oter(ouvertures, _prise(occupations, salle, graphe, fenetre, fermee=True)))
        for salle in graphe.salles
    }
    salles = tuple(
        Salle(
            salle=salle,
            nom=graphe.nom(salle),
            prises=_minutes(prises[salle], fuseau),
            pendant=_minutes(_communs(prises[salle], ouvertes[salle]), fuseau),
            ouvertes=_minutes(ouvertes[salle], fuseau),
            composee=bool(graphe.salles[salle].compose_de),
        )
        for salle in sorted(graphe.salles, key=graphe.nom)
    )
    simples = [s for s in salles if not s.composee]
    heures, semaine = _semaine(prises, {s.salle: ouvertes[s.salle] for s in simples})
    return Usage(
        horaires=horaires,
        salles=salles,
        taux=pour_cent(sum(s.pendant for s in simples), sum(s.ouvertes for s in simples)),
        heures=heures,
        semaine=semaine,
        publics=_par_public(occupations, publics, fenetre, fuseau),
    )


def _prise(
    occupations: Iterable[Occupation], salle: str, graphe: Graphe, fenetre: Creneau, *, fermee: bool
) -> Iterator[Creneau]:
    """Les temps où la salle sert, seule ou dans une plus grande ; ou ceux où elle est fermée."""
    for o in occupations:
        if (o.nature == FERMEE) is fermee and (o.salle == salle or salle in parties(o.salle, graphe.salles)):
            commun = temps.commun(o.creneau, fenetre)
            if commun:
                yield commun


def unir(creneaux: Iterable[Creneau]) -> list[Creneau]:
    """Les mêmes temps, sans en compter un deux fois."""
    unis: list[Creneau] = []
    for c in sorted(creneaux, key=lambda c: (c.debut, c.fin)):
        if unis and c.debut <= unis[-1].fin:
            unis[-1] = Creneau(unis[-1].debut, max(unis[-1].fin, c.fin))
        else:
            unis.append(Creneau(c.debut, c.fin))
    return unis


def _oter(de: Iterable[Creneau], fermes: Iterable[Creneau]) -> list[Creneau]:
    restes = list(de)
    for ferme in fermes:
        restes = [bout for reste in restes for bout in temps.oter(reste, ferme)]
    return restes


def _communs(uns: Sequence[Creneau], autres: Sequence[Creneau]) -> Iterator[Creneau]:
    """Ce que deux suites de temps, chacune unie, ont en commun : un seul balayage."""
    i = j = 0
    while i < len(uns) and j < len(autres):
        if commun := temps.commun(uns[i], autres[j]):
            yield commun
        if uns[i].fin <= autres[j].fin:
            i += 1
        else:
            j += 1


def _minutes(creneaux: Iterable[Creneau], fuseau: tzinfo) -> int:
    """Leur durée, changement d'heure compris."""
    return sum((temps.duree_reelle(c, fuseau) for c in creneaux), timedelta()) // UNE_MINUTE


def pour_cent(part: float, tout: float) -> int:
    """Un taux entier ; zéro sans rien à mesurer."""
    return round(100 * part / tout) if tout else 0


def _semaine(
    prises: Mapping[str, Sequence[Creneau]], ouvertes: Mapping[str, Sequence[Creneau]]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """Le taux moyen de chaque heure de la semaine, où le lieu est ouvert."""
    tout: dict[tuple[int, int], float] = {}
    part: dict[tuple[int, int], float] = {}
    for salle, temps_ouverts in ouvertes.items():
        _ajouter(tout, temps_ouverts)
        _ajouter(part, _communs(prises[salle], temps_ouverts))
    heures = tuple(range(min((h for _, h in tout), default=0), max((h for _, h in tout), default=-1) + 1))
    return heures, tuple(
        tuple(pour_cent(part.get((jour, h), 0), tout.get((jour, h), 0)) for h in heures) for jour in range(7)
    )


def _ajouter(somme: dict[tuple[int, int], float], creneaux: Iterable[Creneau]) -> None:
    """Compter chaque heure de la semaine que ces temps couvrent, au prorata."""
    for c in creneaux:
        moment = c.debut
        while moment < c.fin:
            suivant = min(_heure_suivante(moment), c.fin)
            cle = moment.weekday(), moment.hour
            somme[cle] = somme.get(cle, 0) + (suivant - moment) / UNE_HEURE
            moment = suivant


def _heure_suivante(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + UNE_HEURE


def _par_public(
    occupations: Iterable[Occupation],
    publics: Mapping[str, Sequence[str]],
    fenetre: Creneau,
    fuseau: tzinfo,
) -> dict[str, int]:
    """Les minutes de chaque public, le plus servi d'abord ; deux publics ensemble comptent chacun.

    Une activité dans deux salles n'a duré qu'une fois.
    """
    servis: dict[tuple[str, Creneau], tuple[str, ...]] = {}
    for o in occupations:
        commun = temps.commun(o.annonce, fenetre) if o.nature != FERMEE else None
        if commun:
            servis[o.id, commun] = tuple(publics.get(o.id) or (SANS_PUBLIC,))
    return sommer((p, _minutes([duree], fuseau)) for (_, duree), dits in servis.items() for p in dits)

"""Qui occupe quelle salle, quand : le seul endroit qui lit réservations, séries, événements et fermetures.

Tous les chemins y passent (réserver, déplacer, série, import, fusion, réouverture, programme).
Une lecture à fenêtre n'ouvre que ses mois, les séries et les choses longues.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from tiers_lieu_cli.espace import regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS
from tiers_lieu_cli.espace.fermeture import regles as fermetures
from tiers_lieu_cli.espace.fermeture.modele import FERMETURES, LONGUES, Fermeture
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import (
    FERMEE,
    ILLISIBLE,
    EmploiDuTemps,
    Graphe,
    Occupation,
    SalleDejaPromise,
)
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau.depot.arbre import Arbre, Secours
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches.collection import Recolte, hors_de
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import Exclus, etendue
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog import fiches as prog
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES as DU_PROGRAMME

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.fiches.verification import Fonds

#: Les fiches dont l'une, illisible, tient peut-être une salle.
OCCUPANTS = (RESERVATIONS, SERIES, EVENEMENTS, LONGS, DU_PROGRAMME, FERMETURES, LONGUES, ENTRETIENS)


def graphe(arbre: Arbre) -> Graphe:
    """Les salles du lieu, et celles qui se gênent."""
    return Graphe(SALLES.toutes(arbre).fiches)


def exclus(arbre: Arbre) -> Exclus:
    """Les périodes nommées, que les séries sautent."""
    return {periode.id: periode for periode in PERIODES.toutes(arbre).fiches}


def reservations_de(arbre: Arbre, fenetre: Creneau) -> Recolte[Reservation]:
    """Les réservations dont la salle est prise dans la fenêtre, quel que soit leur état."""
    premier, dernier = temps.un_mois_avant(fenetre.premier_jour), fenetre.dernier_jour + UN_JOUR
    recolte = RESERVATIONS.des_mois(arbre, premier, dernier, hors_de(fenetre))
    touchees = [r for r in recolte.fiches if r.emprise.chevauche(fenetre)]
    return Recolte(tuple(sorted(touchees, key=lambda r: (r.debut, r.id))), recolte.defauts)


def fermetures_de(arbre: Arbre, fenetre: Creneau) -> list[Fermeture]:
    """Les fermetures qui touchent la fenêtre, celles qui durent comprises."""
    mois = FERMETURES.des_mois(arbre, temps.un_mois_avant(fenetre.premier_jour), fenetre.dernier_jour)
    toutes = (*mois.fiches, *LONGUES.toutes(arbre).fiches)
    return sorted((f for f in toutes if f.ferme(fenetre)), key=lambda f: (f.debut, f.id))


def de_la_fenetre(arbre: Arbre, fenetre: Creneau, maintenant: datetime) -> list[Occupation]:
    """Toutes les occupations de la fenêtre, dans l'ordre du temps ; une option expirée n'y est plus."""
    return sorted(_de_la_fenetre(arbre, fenetre, maintenant), key=lambda o: (o.creneau, o.salle, o.id))


def _de_la_fenetre(arbre: Arbre, fenetre: Creneau, maintenant: datetime) -> Iterator[Occupation]:
    tenues = {r.id: r for r in reservations_de(arbre, fenetre).fiches if r.tient(maintenant)}
    for occupation in prog.occupations(prog.de_la_fenetre(arbre, _large(fenetre)).fiches):
        # La salle n'est prise qu'une fois par un événement et la réservation où il a lieu.
        tenue = tenues.get(occupation.dans)
        if occupation.creneau.chevauche(fenetre) and not (tenue and contient(tenue, occupation)):
            yield occupation
    yield from map(reservations.occuper, tenues.values())
    natures: Exclus | None = None
    for serie in SERIES.toutes(arbre).fiches:
        if serie.tient(maintenant):
            if natures is None:
                natures = exclus(arbre)
            yield from series.occupations(serie, fenetre, natures)


def _large(fenetre: Creneau) -> Creneau:
    """La fenêtre, et le jour d'avant et d'après : on y monte, on y démonte."""
    return Creneau(fenetre.debut - UN_JOUR, fenetre.fin + UN_JOUR)


def contient(reservation: Reservation, occupation: Occupation) -> bool:
    """Cette réservation tient-elle la salle d'un bout à l'autre de l'occupation ?"""
    emprise, creneau = reservation.emprise, occupation.creneau
    tout_le_temps = emprise.debut <= creneau.debut and creneau.fin <= emprise.fin
    return reservation.salle == occupation.salle and tout_le_temps


def au_programme(arbre: Arbre, reservation: Reservation) -> list[Evenement]:
    """Les événements qui ont lieu dans cette réservation."""
    la = prog.de_la_fenetre(arbre, _large(reservation.emprise)).fiches
    return [e for e in la if e.reservation == reservation.id and e.a_lieu]


def evenements_de(arbre: Arbre, fenetre: Creneau) -> dict[str, Evenement]:
    """Les événements et dates de série du programme qui touchent la fenêtre, par nom."""
    return {e.id: e for e in prog.de_la_fenetre(arbre, fenetre).fiches}


def fermees(arbre: Arbre, fenetre: Creneau, salles: Graphe) -> list[Occupation]:
    """Les salles fermées dans la fenêtre, hors service comprises."""
    closes = [o for f in fermetures_de(arbre, fenetre) for o in fermetures.occuper(f, salles)]
    closes += (
        Occupation(e.id, e.titre, e.salle, e.fermeture, nature=FERMEE)
        for e in ENTRETIENS.toutes(arbre).fiches
        if e.fermeture
    )
    return [o for o in closes if o.creneau.chevauche(fenetre)]


def _prises(arbre: Arbre, fenetre: Creneau, maintenant: datetime, salles: Graphe) -> list[Occupation]:
    """Promesses et fermetures ; et ce que tient peut-être une fiche qui ne se lit pas."""
    prises = [*de_la_fenetre(arbre, fenetre, maintenant), *fermees(arbre, fenetre, salles)]
    return [*prises, *illisibles(arbre, fenetre, salles)]


def illisibles(arbre: Arbre, fenetre: Creneau, salles: Graphe) -> Iterator[Occupation]:
    """Ce que tient peut-être une fiche qui ne se lit pas, et ne s'est jamais lue."""
    for chemin in arbre.perdues if isinstance(arbre, Secours) else ():
        ident = next(filter(None, (c.genre.ident(chemin) for c in OCCUPANTS)), "")
        if not ident:
            continue
        quand = fenetre
        if re.match(r"\d{4}-\d{2}-\d{2}-", ident) and not LONGS.genre.ident(chemin):
            with suppress(ValueError):
                jour = date.fromisoformat(ident[:10])
                quand = Creneau.de_jours(jour, jour)
        if quand.chevauche(fenetre):
            for salle in _nommees(arbre, chemin, salles) or salles.salles:
                yield Occupation(ident, ILLISIBLE, salle, quand, nature=ILLISIBLE)


def _nommees(arbre: Arbre, chemin: str, salles: Graphe) -> list[str]:
    """Les salles dont ce qui reste d'une fiche parle encore."""
    try:
        reste = (arbre.lire(chemin) or b"").decode("utf-8", "replace")
    except FicheFautive:
        return []
    return [salle for salle in salles.salles if re.search(rf"(?<![\w-]){salle}(?![\w-])", reste)]


def agenda(arbre: Arbre, fenetre: Creneau, maintenant: datetime, sauf: Container[str] = ()) -> EmploiDuTemps:
    """Les promesses et les fermetures de la fenêtre, prêtes à dire qui gêne qui.

    `sauf` : les réservations et les dates de série qu'on ne regarde pas.
    """
    salles = graphe(arbre)
    prises = _prises(arbre, fenetre, maintenant, salles)
    return EmploiDuTemps(salles, (p for p in prises if p.id not in sauf))


def genes(
    arbre: Arbre, voulues: Sequence[Occupation], maintenant: datetime
) -> list[tuple[Occupation, Occupation]]:
    """Tout ce que des occupations voulues gêneraient, fermetures comprises."""
    if not voulues:
        return []
    fenetre = Creneau(min(v.creneau.debut for v in voulues), max(v.creneau.fin for v in voulues))
    salles = graphe(arbre)
    prises = _prises(arbre, fenetre, maintenant, salles)
    return regles.genes(voulues, prises, salles)


def tenues_par(arbre: Arbre, qui: str, fenetre: Creneau, maintenant: datetime) -> dict[str, Creneau]:
    """Ce que cette personne tient dans la fenêtre : ses réservations et les dates de ses séries."""
    tenues = {
        r.id: r.creneau
        for r in reservations_de(arbre, fenetre).fiches
        if r.pour == qui and r.tient(maintenant)
    }
    for serie in SERIES.toutes(arbre).fiches:
        if serie.pour == qui and serie.tient(maintenant):
            dates = series.occupations(serie, fenetre, exclus(arbre))
            tenues |= {date.id: date.seance or date.creneau for date in dates}
    return tenues


def exiger_libre(arbre: Arbre, voulues: Iterable[Occupation], maintenant: datetime) -> None:
    """`SalleDejaPromise` si l'une des occupations voulues en gêne une autre."""
    trouvees = genes(arbre, list(voulues), maintenant)
    if trouvees:
        raise SalleDejaPromise(trouvees, graphe(arbre))


def voisines(arbre: Arbre, lues: Iterable[Fiche]) -> Iterator[tuple[str, Fiche]]:
    """Les salles, et les fiches dont les occupations touchent, au jour près, celles-ci : (dossier, fiche).

    Les jours se regardent une fois chacun : une année de fiches ne relit pas ses mois pour chacune.
    """
    fenetres = {_au_jour(occupe) for occupe in map(_etendue, lues) if occupe}
    for fenetre in fenetres:
        for evenement in prog.de_la_fenetre(arbre, _large(fenetre)).fiches:
            yield prog.collection(evenement.id, evenement.creneau).genre.dossier, evenement
        for reservation in reservations_de(arbre, fenetre).fiches:
            yield RESERVATIONS.genre.dossier, reservation
    for rangement in (SALLES, PERIODES, SERIES) if fenetres else (SALLES,):
        for fiche in rangement.toutes(arbre).fiches:
            yield rangement.genre.dossier, fiche


def _au_jour(occupe: Creneau) -> Creneau:
    return occupe if occupe.est_sans_fin else Creneau.de_jours(occupe.premier_jour, occupe.dernier_jour)


def _etendue(fiche: Fiche) -> Creneau | None:
    """Le temps qu'une fiche occupe, d'un bout à l'autre ; `None` si elle n'occupe rien."""
    if isinstance(fiche, Evenement):
        return fiche.emprise
    if isinstance(fiche, Reservation):
        return fiche.emprise
    if isinstance(fiche, Serie):
        return etendue(fiche.recurrence)
    return prog.etendue(fiche)


def du_fonds(fonds: Fonds) -> Iterator[Occupation]:
    """Toutes les promesses fermes des fiches lues ; une option n'en est pas encore une."""
    yield from prog.occupations([e for rangement in (EVENEMENTS, LONGS) for e in fonds.toutes(rangement)])
    for reservation in fonds.toutes(RESERVATIONS):
        if reservation.est_ferme:
            yield reservations.occuper(reservation)
    natures = {periode.id: periode for periode in fonds.toutes(PERIODES)}
    yield from prog.occupations(prog.seances_du_fonds(fonds, natures))
    for serie in fonds.toutes(SERIES):
        if serie.est_ferme:
            yield from series.occupations(serie, etendue(serie.recurrence), natures)

"""Les inscriptions d'un événement, et celles d'une fenêtre du programme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.prog.inscription import regles
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.inscription.regles import Affluence
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture


def de(arbre: Arbre, evenement: str) -> list[Inscription]:
    """Les inscriptions d'un événement ; un seul mois est listé."""
    return par_evenement(arbre, [evenement])[evenement]


def par_evenement(arbre: Arbre, evenements: Iterable[str]) -> dict[str, list[Inscription]]:
    """Les inscriptions de chacun de ces événements ; chaque mois n'est listé qu'une fois."""
    par: dict[str, list[Inscription]] = {ident: [] for ident in evenements}
    for i in INSCRIPTIONS.rattachees(arbre, par).fiches:
        if i.evenement in par:
            par[i.evenement].append(i)
    return par


def affluences(arbre: Arbre, evenements: Iterable[Evenement]) -> dict[str, Affluence]:
    """L'affluence de chacun de ces événements."""
    attendus = {e.id: e for e in evenements if e.est_a_nous and e.a_lieu}
    inscriptions = par_evenement(arbre, attendus)
    return {ident: regles.affluence(e.capacite, inscriptions[ident]) for ident, e in attendus.items()}


def voisines(arbre: Arbre, lues: Sequence[Inscription | Evenement]) -> Iterator[tuple[str, Fiche]]:
    """Les fiches (dossier du genre, fiche) qu'il faut lire avec celles-ci pour compter les places."""
    evenements = {lue.evenement if isinstance(lue, Inscription) else lue.id: lue for lue in lues}
    for ident, lue in evenements.items():
        yield from ((INSCRIPTIONS.genre.dossier, i) for i in de(arbre, ident))
        for rangement in (EVENEMENTS, LONGS) if isinstance(lue, Inscription) else ():
            if e := rangement.une(arbre, ident):
                yield rangement.genre.dossier, e
    if any(isinstance(lue, Inscription) for lue in lues):
        yield from ((SERIES.genre.dossier, serie) for serie in SERIES.toutes(arbre).fiches)


def promouvoir(
    ecriture: Ecriture, evenement: Evenement, inscriptions: Iterable[Inscription]
) -> list[Inscription]:
    """Donner leur place à ceux qui attendent, s'il s'en est libéré ; rend ceux qui l'ont."""
    anciennes = {i.id: i for i in inscriptions}
    promues = regles.promouvoir(evenement.capacite, anciennes.values())
    for promue in promues:
        INSCRIPTIONS.corriger(ecriture, anciennes[promue.id], promue)
    return promues


def suivre(
    ecriture: Ecriture, ancien: Evenement, nouveau: Evenement, inscriptions: Iterable[Inscription]
) -> list[Inscription]:
    """Poser à la nouvelle date les inscriptions qui valent encore ; celles de l'ancienne restent."""
    suivies = [regles.suivre(i, ancien, nouveau) for i in inscriptions if i.est_attendue or i.attend]
    for i in suivies:
        INSCRIPTIONS.poser(ecriture, i)
    return suivies

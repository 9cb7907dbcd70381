"""La seule fonction de conflit : qui occupe quelle salle, quand, et qui gêne qui."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.noyau import temps
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import Creneau


class Occupation(msgspec.Struct, frozen=True):
    """Une salle prise par une fiche (`id`) pendant un créneau."""

    id: str
    titre: str
    salle: str
    creneau: Creneau


class SalleDejaPromise(Echec):
    """Deux occupations se gênent."""

    def __init__(self, nom: str, prise: Occupation) -> None:
        quand = temps.dire_creneau(prise.creneau)
        super().__init__(
            f"Pas possible : {nom} est prise {quand} ({prise.titre}, {prise.id}).",
            "Choisir un autre moment ou une autre salle.",
        )


def salles_genees(salle: str, salles: Mapping[str, Salle]) -> frozenset[str]:
    """Les salles qu'on ne peut plus occuper quand `salle` l'est, elle comprise.

    Deux salles se gênent si elles partagent une partie, ou si une partie de l'une exclut une
    partie de l'autre : la gêne vaut toujours dans les deux sens.
    """
    prises = {salle} | parties(salle, salles)
    exclues = {e for p in prises if p in salles for e in salles[p].exclut}
    exclues |= {s.id for s in salles.values() if prises & set(s.exclut)}
    touchees = prises | exclues
    return frozenset(s for s in {salle, *salles} if touchees & ({s} | parties(s, salles)))


def parties(salle: str, salles: Mapping[str, Salle]) -> set[str]:
    """Les salles dont une salle est faite, à toute profondeur."""
    vues: set[str] = set()
    reste = [salle]
    while reste:
        fiche = salles.get(reste.pop())
        for partie in fiche.compose_de if fiche else ():
            if partie not in vues:
                vues.add(partie)
                reste.append(partie)
    return vues


def conflits(
    voulue: Occupation, prises: Iterable[Occupation], salles: Mapping[str, Salle]
) -> list[Occupation]:
    """Les occupations que `voulue` gênerait ; une fiche ne se gêne pas elle-même."""
    genees = salles_genees(voulue.salle, salles)
    return [
        prise
        for prise in prises
        if prise.id != voulue.id and prise.salle in genees and prise.creneau.chevauche(voulue.creneau)
    ]


def doubles(
    occupations: Iterable[Occupation], salles: Mapping[str, Salle]
) -> Iterator[tuple[Occupation, Occupation]]:
    """Les paires d'occupations qui se gênent, en un seul balayage du temps."""
    genees = {salle: salles_genees(salle, salles) for salle in salles}
    ouvertes: list[Occupation] = []
    for suivante in sorted(occupations, key=lambda o: o.creneau.debut):
        ouvertes = [o for o in ouvertes if o.creneau.fin > suivante.creneau.debut]
        for ouverte in ouvertes:
            if ouverte.id != suivante.id and ouverte.salle in genees.get(suivante.salle, {suivante.salle}):
                yield ouverte, suivante
        ouvertes.append(suivante)


def exiger_libre(
    voulues: Iterable[Occupation], prises: Iterable[Occupation], salles: Mapping[str, Salle]
) -> None:
    """`SalleDejaPromise` si l'une des occupations voulues gêne une promesse."""
    prises = tuple(prises)
    for voulue in voulues:
        for prise in conflits(voulue, prises, salles):
            fiche = salles.get(prise.salle)
            raise SalleDejaPromise(fiche.nom if fiche else prise.salle, prise)

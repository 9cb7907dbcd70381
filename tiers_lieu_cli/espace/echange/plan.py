"""Ce qu'un import ferait : le neuf, ce qu'on a déjà, ce qui a changé là-bas, ce que quelque chose gêne."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tiers_lieu_cli.espace.regles import Graphe, Occupation, genes
from tiers_lieu_cli.espace.reservation.modele import Etat, Reservation
from tiers_lieu_cli.espace.reservation.regles import occuper


@dataclass(slots=True)
class Plan:
    """Ce que l'import ferait. `laissees` : une ligne, et la raison de la laisser.

    `a_designer` : par réservation, sa ligne et les personnes qui portent le nom dit ; elle entre sans.

    `changees` : ce qu'on a, et ce que le fichier en dit maintenant ; rien n'en est pris sans qu'on le dise.
    """

    neuves: list[Reservation] = field(default_factory=list)
    connues: int = 0
    annulees: int = 0
    changees: list[tuple[Reservation, Reservation]] = field(default_factory=list)
    genees: list[tuple[Reservation, Occupation]] = field(default_factory=list)
    laissees: list[tuple[int, str]] = field(default_factory=list)
    a_designer: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)


def departager(plan: Plan, prises: Iterable[Occupation], graphe: Graphe) -> None:
    """Ne garder que ce que rien ne gêne, ni le lieu, ni une ligne d'avant : la première du fichier l'emporte.

    Un changement est jugé comme s'il était pris, et laissé s'il gêne ; ce qu'il rendrait n'est pas compté.
    """
    candidates = {
        r.id: r for r in (*(n for _, n in plan.changees if n.etat is not Etat.ANNULEE), *plan.neuves)
    }
    en_face: dict[str, list[Occupation]] = {}
    for voulue, prise in genes([occuper(r) for r in candidates.values()], prises, graphe):
        en_face.setdefault(voulue.id, []).append(prise)
    retenues: set[str] = set()
    for ident, reservation in candidates.items():
        gene = next((p for p in en_face.get(ident, ()) if p.id not in candidates or p.id in retenues), None)
        if gene is None:
            retenues.add(ident)
        else:
            plan.genees.append((reservation, gene))
    genees = {r.id for r, _ in plan.genees}
    plan.neuves = [r for r in plan.neuves if r.id not in genees]
    neuves = {r.id for r in plan.neuves}
    plan.a_designer = {ident: dit for ident, dit in plan.a_designer.items() if ident in neuves}
    plan.changees = [(a, n) for a, n in plan.changees if n.id not in genees]

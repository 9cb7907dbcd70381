"""Ce qu'un import ferait : les réservations neuves, celles qu'on a déjà, celles que quelque chose gêne."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tiers_lieu_cli.espace.regles import Graphe, Occupation, genes
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.reservation.regles import occuper


@dataclass(slots=True)
class Plan:
    """Ce que l'import ferait. `laissees` : une ligne, et la raison de la laisser."""

    neuves: list[Reservation] = field(default_factory=list)
    connues: int = 0
    annulees: int = 0
    genees: list[tuple[Reservation, Occupation]] = field(default_factory=list)
    laissees: list[tuple[int, str]] = field(default_factory=list)


def departager(plan: Plan, prises: Iterable[Occupation], graphe: Graphe) -> None:
    """Ne garder neuves que celles que rien ne gêne, ni le lieu, ni une autre ligne déjà retenue."""
    candidates = {r.id: r for r in sorted(plan.neuves, key=lambda r: (r.debut, r.id))}
    en_face: dict[str, list[Occupation]] = {}
    for voulue, prise in genes([occuper(r) for r in candidates.values()], prises, graphe):
        en_face.setdefault(voulue.id, []).append(prise)
    retenues: dict[str, Reservation] = {}
    for ident, reservation in candidates.items():
        gene = next((p for p in en_face.get(ident, ()) if p.id not in candidates or p.id in retenues), None)
        if gene is None:
            retenues[ident] = reservation
        else:
            plan.genees.append((reservation, gene))
    plan.neuves = list(retenues.values())

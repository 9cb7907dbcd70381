"""Le réseau des personnes, sans fichier ni heure courante : qui est relié, qui ne l'est pas encore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from tiers_lieu_cli.accueil.lien.modele import Lien
from tiers_lieu_cli.noyau.texte import Montre


class Noeud(msgspec.Struct, frozen=True):
    """Une personne : son identifiant, le nom à montrer, le jour où on l'a connue."""

    id: str
    nom: Montre
    depuis: date | None = None


class Reseau(msgspec.Struct, frozen=True):
    """Les personnes reliées, par groupe, leurs liens (chaque paire une fois), et les isolées.

    Les isolées vont de la plus récemment arrivée à la plus ancienne : ce sont les nouvelles
    qu'il faut présenter d'abord.
    """

    isolees: tuple[Noeud, ...]
    groupes: tuple[tuple[Noeud, ...], ...]
    liens: tuple[tuple[str, str], ...]

    def voisins(self, ident: str) -> list[str]:
        """À qui cette personne est reliée."""
        return [b if a == ident else a for a, b in self.liens if ident in (a, b)]


def tisser(noeuds: Iterable[Noeud], liens: Iterable[Lien], vrais: Mapping[str, str]) -> Reseau:
    """Le réseau de ces personnes ; `vrais` : l'identifiant d'aujourd'hui de qui en a eu plusieurs.

    Une mise en lien compte dès que les deux ont été présentés, quoi qu'elle ait donné.
    """
    connus = {n.id: n for n in noeuds}
    paires = set()
    for lien in liens:
        if lien.presente and len(lien.personnes) == 2:
            a, b = sorted(vrais.get(p, p) for p in lien.personnes)
            if a != b:
                paires.add((a, b))
    for ident in {p for paire in paires for p in paire}:
        connus.setdefault(ident, Noeud(ident, ident))
    groupes = _groupes(paires)
    relies = {p for groupe in groupes for p in groupe}
    isolees = [n for n in connus.values() if n.id not in relies]
    return Reseau(
        isolees=tuple(sorted(isolees, key=lambda n: (-(n.depuis or date.min).toordinal(), n.nom, n.id))),
        groupes=tuple(
            tuple(sorted((connus[p] for p in groupe), key=lambda n: (n.nom, n.id))) for groupe in groupes
        ),
        liens=tuple(sorted(paires, key=lambda paire: (connus[paire[0]].nom, connus[paire[1]].nom, paire))),
    )


def _groupes(paires: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Les personnes qui se rejoignent de proche en proche, les plus grands groupes d'abord."""
    groupes: list[set[str]] = []
    for a, b in sorted(paires):
        touches = [g for g in groupes if a in g or b in g]
        groupes = [g for g in groupes if g not in touches]
        groupes.append({a, b}.union(*touches))
    return sorted(groupes, key=lambda g: (-len(g), sorted(g)))

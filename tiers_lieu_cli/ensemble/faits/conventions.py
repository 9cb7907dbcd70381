"""De quelle convention relève un fait : celle qui cite la réservation ou le prêt, ou qu'ils prouvent.

Lier une fiche à une convention ne la touche pas : la révision de ses faits compte donc aussi les
enregistrements de tout ce qui l'a jamais citée, et ne peut que monter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import msgspec

from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, Convention
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Engagement
from tiers_lieu_cli.ensemble.faits.modele import Fait
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

_RANGEMENTS: tuple[Collection[Any], ...] = (*CONVENTIONS.rangements, *ENGAGEMENTS.rangements)


class Lien(msgspec.Struct, frozen=True):
    """La convention d'un fait, et ce que ses liens ajoutent à sa révision."""

    convention: str | None = None
    revisions: int = 0


class Liees:
    """Ce que les conventions de cet enregistrement citent, et ce qu'elles ont cité."""

    def __init__(self, archive: Depot, objets: Objets, commit: str, arbre: Arbre) -> None:
        self._archive, self._objets, self._commit, self._arbre = archive, objets, commit, arbre

    def de(self, ident: str, fait: Fait) -> Lien:
        """La convention dont relève ce fait de la fiche `ident`, ou d'une date de série."""
        noms = {ident, fait.source}
        possibles = {c for nom in noms for c in self._par_fiche.get(nom, ())}
        choisie = min(possibles, key=lambda c: (not self._court(c, fait.jour), c), default=None)
        return Lien(choisie, sum(self._revisions.get(nom, 0) for nom in noms))

    def _court(self, ident: str, jour: date) -> bool:
        c = self._conventions.get(ident)
        return c is not None and c.du <= jour <= (c.finie_le or (date.max if c.reconduction else c.au))

    @cached_property
    def _conventions(self) -> dict[str, Convention]:
        return {c.id: c for c in CONVENTIONS.toutes(self._arbre).fiches}

    @cached_property
    def _par_fiche(self) -> dict[str, set[str]]:
        """Par fiche citée, les conventions."""
        trouvees = defaultdict[str, set[str]](set)
        for citant in (*self._conventions.values(), *ENGAGEMENTS.toutes(self._arbre).fiches):
            for vers in _cites(citant):
                trouvees[vers].add(citant.convention if isinstance(citant, Engagement) else citant.id)
        return trouvees

    @cached_property
    def _revisions(self) -> dict[str, int]:
        """Par fiche jamais citée, les enregistrements de ce qui l'a citée."""
        combien = defaultdict[str, int](int)
        for rangement in _RANGEMENTS:
            par_chemin = defaultdict[str, list[str]](list)
            for commit, chemin in touches(self._archive, self._commit, [rangement.genre.dossier]):
                par_chemin[chemin].append(commit)
            for chemin, commits in par_chemin.items():
                for vers in {v for commit in commits for v in self._cites_alors(rangement, commit, chemin)}:
                    combien[vers] += len(commits)
        return combien

    def _cites_alors(self, rangement: Collection[Any], commit: str, chemin: str) -> Iterable[str]:
        ident, lu = rangement.genre.ident(chemin), self._objets.lire(f"{commit}:{chemin}")
        if ident is None or lu is None:
            return ()
        try:
            citant = fiche.lire(lu[2], rangement.structure, ident, chemin)
        except FicheFautive:
            return ()
        return _cites(citant)


def _cites(citant: Fiche) -> tuple[str, ...]:
    if isinstance(citant, Convention):
        return citant.porte_sur
    return citant.preuves if isinstance(citant, Engagement) else ()


def touches(archive: Depot, commit: str, dossiers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Chaque (enregistrement, chemin) qui a touché ces dossiers, le plus récent d'abord.

    Chaque différence compte, celles des réunions comprises : on n'en voit jamais moins que la fois d'avant.
    """
    sortie = archive.git(
        *("log", "-m", "--full-history", "--format=%x01%H", "--name-only", "--no-renames", "-z"),
        *("--no-ext-diff", "--no-textconv", commit, "--", *dossiers),
    ).decode("utf-8", "replace")
    for bloc in sortie.split("\x01")[1:]:
        tete, _, reste = bloc.replace("\n", "\0").partition("\0")
        yield from ((tete, chemin) for chemin in reste.split("\0") if chemin)

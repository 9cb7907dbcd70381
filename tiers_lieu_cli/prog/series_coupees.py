"""Une série de l'agenda qu'on a coupée ici, ou que l'agenda coupe : ses morceaux, chacun avec ses dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.prog.serie.modele import Serie


def morceaux(voulue: Serie, connues: Iterable[Serie]) -> Iterator[Serie]:
    """La série que l'agenda veut, répartie comme on l'a coupée ici (`tl prog serie depuis`)."""
    siennes = _d_une_meme(voulue, connues)
    debuts = [None, *map(_lendemain, siennes[:-1])]
    for connue, depuis, avant in zip(siennes, debuts, [*debuts[1:], None], strict=False):
        try:
            regle = recurrence.restreindre(voulue.recurrence, depuis, avant)
        except ValueError:
            # L'agenda n'a plus de date de ce côté.
            continue
        yield structs.replace(voulue, id=connue.id, suite_de=connue.suite_de, recurrence=regle)
    if not siennes:
        yield voulue


def coupures(serie: Serie, connues: Iterable[Serie]) -> tuple[str, ...]:
    """Les bornes que cette série ne tient que d'avoir été coupée : `du`, `au`, les deux, ou aucune."""
    idents = [s.id for s in _d_une_meme(serie, connues)]
    return ("du",) * (serie.id != idents[0]) + ("au",) * (serie.id != idents[-1])


def _d_une_meme(serie: Serie, connues: Iterable[Serie]) -> list[Serie]:
    assert serie.origine is not None
    siennes = (s for s in connues if s.origine and s.origine.occurrence == serie.origine.occurrence)
    return sorted(siennes, key=lambda s: (s.recurrence.du, s.id))


def _lendemain(serie: Serie) -> date:
    return date.fromisoformat(serie.recurrence.au or serie.recurrence.du) + UN_JOUR

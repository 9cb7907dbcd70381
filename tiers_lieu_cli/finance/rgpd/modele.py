"""Ce qui fut effacé du coffre, quand et pourquoi ; et jusqu'à quand une pièce se garde."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.finance.regimes import Droit
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class Purge(Fiche, frozen=True):
    """Des contenus ôtés du coffre pour de bon ; la chaîne en garde l'empreinte, pas le contenu."""

    le: date
    motif: str
    empreintes: tuple[str, ...]


PURGES = Collection(Genre("purge", "purges", par_mois=True), Purge)


def terme(datee: date, droit: Droit) -> date:
    """Le premier jour où une pièce datée de ce jour peut s'effacer : les années dues, dès le 1er janvier."""
    annees = droit.nombre("conservation-annees-pieces", datee)
    return date(datee.year + 1 + int(annees or 10), 1, 1)

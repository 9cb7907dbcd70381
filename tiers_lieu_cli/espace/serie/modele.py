"""Une série : la même promesse à dates répétées, ses exceptions dedans."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from tiers_lieu_cli.espace.modele import USAGE
from tiers_lieu_cli.espace.reservation.modele import Etat, Promesse
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fin
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.fiches.qui_revient import QuiRevient
from tiers_lieu_cli.noyau.liens import cite
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence

SerieReservee = Annotated[str, cite("une série", "espace/series")]


class Serie(Promesse, QuiRevient, frozen=True, kw_only=True, dict=True):
    """Une règle et ses écarts par date ; `absences` : les dates où l'on n'a vu personne.

    `suite_de` : la série dont on l'a détachée (« celle-ci et les suivantes ») ; ses dates gardent leur nom.
    """

    FINS = (Fin("etat", (Etat.ANNULEE, Etat.REFUSEE), ("salle", "recurrence")),)

    recurrence: Recurrence
    absences: tuple[date, ...] = ()
    suite_de: SerieReservee = ""


#: Durables : une lecture à fenêtre les lit toutes.
SERIES = Collection(
    Genre(
        "série",
        "espace/series",
        ouvrir="tl espace fiche {id}",
        feminin=True,
        plutot="tl espace serie annuler {id}",
        usage=USAGE,
        voisines=("espace.occupations:voisines",),
        dates="espace.serie.fiches:dates",
    ),
    Serie,
)

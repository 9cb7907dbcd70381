"""Ce que les séries vérifient : leurs écarts sont à leurs dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Aucun écart n'est sans date."""
    for s in fonds.toutes(SERIES):
        yield from _ecarts_sans_date(fonds, s)


def _ecarts_sans_date(fonds: Fonds, s: Serie) -> Iterator[Constat]:
    for ecrit in s.recurrence.ecarts:
        if recurrence.prevue(s.recurrence, ecrit) is None:
            jour = date.fromisoformat(ecrit[:10])
            yield fonds.constat(
                SERIES,
                s.id,
                ecrit,
                "ecart",
                f"la série n'a pas lieu {temps.dire_jour(jour)} : cet écart ne sert à rien",
                f"L'ôter, ou ajouter la date : tl prog serie ajouter {s.id} {jour}",
            )

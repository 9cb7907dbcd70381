"""Ce que les séries vérifient : ce qu'elles citent existe, et leurs écarts sont à leurs dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie
from tiers_lieu_cli.prog.service.modele import SERVICES


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Salles, publics, personnes, périodes et séries citées existent ; aucun écart n'est sans date."""
    series = fonds.toutes(SERIES)
    if not series:
        return
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    services = {service.id for service in fonds.toutes(SERVICES)}
    periodes = set(PERIODES.idents(fonds.arbre))
    connues = {serie.id for serie in series}
    for s in series:
        citees = (*s.salles, *(salle for e in s.recurrence.ecarts.values() for salle in e.salles))
        yield from fonds.liens_casses(SERIES, s.id, citees, salles, "une salle")
        yield from fonds.liens_casses(SERIES, s.id, s.recurrence.sauf, periodes, "une période du lieu")
        if s.suite_de:
            yield from fonds.liens_casses(SERIES, s.id, [s.suite_de], connues, "une série")
        if s.service:
            yield from fonds.liens_casses(SERIES, s.id, [s.service], services, "un service")
        if s.publics and fonds.publics:
            yield from fonds.liens_casses(SERIES, s.id, s.publics, fonds.publics, "un public du lieu")
        yield from fonds.inconnues(SERIES, s.id, s.porteurs)
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

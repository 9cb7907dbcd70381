"""Ce que les promesses, fermetures et règles citent existe, et chacune est rangée où on la lira."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from tiers_lieu_cli.espace.fermeture.modele import FERMETURES, LONGUES
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regle.modele import CHARTES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Promesse
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens.personnes import cites
from tiers_lieu_cli.noyau.temps import temps

P = TypeVar("P", bound=Promesse)


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Salles, personnes, périodes et fiches citées existent ; les rangements sont les bons."""
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    for reservation in fonds.toutes(RESERVATIONS):
        yield from _cites(fonds, RESERVATIONS, reservation, salles)
        if reservation.deplacee_a:
            yield from fonds.liens_casses(
                RESERVATIONS, reservation.id, [reservation.deplacee_a], fonds.idents, "une réservation"
            )
        if not temps.tient_dans_son_mois(reservation.id, reservation.creneau):
            yield fonds.constat(
                RESERVATIONS,
                reservation.id,
                "debut",
                "rangement",
                "sa date n'est pas celle de son nom : aucune lecture ne la trouverait",
                f'La déplacer par la commande : tl espace deplacer {reservation.id} "…"',
            )
    connues = {serie.id for serie in fonds.toutes(SERIES)}
    periodes = {periode.id for periode in fonds.toutes(PERIODES)}
    for serie in fonds.toutes(SERIES):
        yield from _cites(fonds, SERIES, serie, salles)
        ailleurs = [s for ecart in serie.recurrence.ecarts.values() for s in ecart.salles]
        yield from fonds.liens_casses(SERIES, serie.id, ailleurs, salles, "une salle")
        if serie.suite_de:
            yield from fonds.liens_casses(SERIES, serie.id, [serie.suite_de], connues, "une série")
        yield from fonds.liens_casses(SERIES, serie.id, serie.recurrence.sauf, periodes, "une période notée")
    for rangement in (FERMETURES, LONGUES):
        for fermeture in fonds.toutes(rangement):
            yield from fonds.liens_casses(rangement, fermeture.id, fermeture.salles, salles, "une salle")
    for charte in fonds.toutes(CHARTES):
        yield from fonds.liens_casses(CHARTES, charte.id, charte.salles, salles, "une salle")
        if fonds.publics:
            yield from fonds.liens_casses(
                CHARTES, charte.id, charte.publics, fonds.publics, "un public du lieu"
            )


def _cites(fonds: Fonds, collection: Collection[P], promesse: P, salles: set[str]) -> Iterator[Constat]:
    yield from fonds.liens_casses(collection, promesse.id, [promesse.salle], salles, "une salle")
    qui = [p for p in (promesse.pour, promesse.demandeur) if p.startswith("p-")]
    yield from fonds.inconnues(collection, promesse.id, [*qui, *cites(promesse.objet)])
    if promesse.pour and not qui and fonds.publics:
        yield from fonds.liens_casses(
            collection, promesse.id, [promesse.pour], fonds.publics, "une personne, ni un public du lieu"
        )

"""Ce qu'un fait est devenu à la caisse : accepté, en attente, rejeté ; facturé ou pas encore."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.faits.modele import FACTURABLES, Fait, Genre
from tiers_lieu_cli.finance.faits.regles import Correction, Motif, corrections
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.tarif import regles as tarifs
from tiers_lieu_cli.finance.tarif.modele import Tarif
from tiers_lieu_cli.finance.tarif.regles import TrouDeTarif


class Etat(StrEnum):
    """Ce que la caisse répond d'un fait."""

    ACCEPTE = "accepte"
    REJETE = "rejete"
    EN_ATTENTE = "en-attente"


class Reponse(msgspec.Struct, frozen=True):
    """L'état d'un fait, et pourquoi s'il est rejeté."""

    fait: Fait
    etat: Etat
    motif: Motif | None = None


class Sort(StrEnum):
    """Ce qu'il advient d'un fait accepté et pas encore facturé."""

    ANNULE = "annulé"
    INTERNE = "pour le lieu"
    SANS_PRIX = "rien à payer"
    CARNET = "payé par un carnet"
    GRATUIT = "gratuit"
    A_FACTURER = "à facturer"


def sort(fait: Fait, tarif: Tarif | None, couvert: Decimal) -> Sort:
    """Son sort, sous ce tarif, une fois qu'un carnet en a payé tant."""
    if fait.annule:
        return Sort.ANNULE
    if _est_interne(fait):
        return Sort.INTERNE
    if couvert and couvert >= fait.combien:
        return Sort.CARNET
    if tarif is None:
        return Sort.SANS_PRIX
    return Sort.A_FACTURER if tarif.prix_unitaire and fait.combien else Sort.GRATUIT


def sorts(caisse: Caisse) -> dict[str, Sort]:
    """Celui de chaque fait reçu."""
    from tiers_lieu_cli.finance import carnets

    couverts = carnets.couverts(caisse)
    return {
        ident: sort(fait, tarifs.du_fait(fait, caisse.tarifs), couverts.get(ident, ZERO))
        for ident, fait in caisse.memoire.faits.items()
    }


def repondre(caisse: Caisse, faits: Iterable[Fait]) -> Iterator[Reponse]:
    """Ce que la caisse fait de chacun de ces faits."""
    regles = _regles(caisse)
    return (_repondre(caisse, fait, regles) for fait in faits)


def _repondre(caisse: Caisse, fait: Fait, regles: Collection[str]) -> Reponse:
    if fait.annule or _est_interne(fait) or fait.id in regles:
        return Reponse(fait, Etat.ACCEPTE)
    if fait.genre in FACTURABLES and tarifs.du_fait(fait, caisse.tarifs) is None:
        if tarifs.unites_attendues(fait, caisse.tarifs):
            return Reponse(fait, Etat.REJETE, Motif.UNITE)
        return Reponse(fait, Etat.EN_ATTENTE)
    if fait.qui not in caisse.liens:
        return Reponse(fait, Etat.EN_ATTENTE)
    return Reponse(fait, Etat.ACCEPTE)


def a_facturer(
    caisse: Caisse, tiers: str = "", du: date = date.min, au: date = date.max
) -> Iterator[tuple[str, Fait, Tarif]]:
    """(tiers, fait, tarif) de ce qui n'est pas encore facturé ; `TrouDeTarif` nomme un fait sans prix.

    Un fait sans tiers attend ; un fait gratuit, ou payé d'avance par un carnet, ne se facture pas.
    """
    from tiers_lieu_cli.finance import carnets

    couverts = carnets.couverts(caisse)
    factures = caisse.facturees
    for fait in sorted(caisse.memoire.faits.values(), key=lambda f: (f.jour, f.id)):
        qui = caisse.liens.get(fait.qui, "")
        if (
            fait.annule
            or fait.id in factures
            or not qui
            or (tiers and qui != tiers)
            or not du <= fait.jour <= au
        ):
            continue
        tarif = tarifs.du_fait(fait, caisse.tarifs)
        if tarif is None and fait.genre in FACTURABLES:
            raise TrouDeTarif(fait)
        couvert = couverts.get(fait.id, ZERO)
        if tarif is not None and sort(fait, tarif, couvert) is Sort.A_FACTURER:
            yield qui, carnets.a_facturer(fait, couvert), tarif


def _est_interne(fait: Fait) -> bool:
    """Ce que le lieu consomme pour lui-même : personne n'a à le payer."""
    return fait.genre is Genre.CONSOMMATION and not fait.qui


def sans_tiers(caisse: Caisse) -> dict[str, list[Fait]]:
    """Par identifiant opaque (vide : personne n'est dit), les faits qui attendent un tiers."""
    attendent: dict[str, list[Fait]] = {}
    regles = _regles(caisse)
    for fait in caisse.memoire.faits.values():
        if (
            not fait.annule
            and fait.id not in regles
            and not _est_interne(fait)
            and fait.genre in FACTURABLES
            and fait.qui not in caisse.liens
        ):
            attendent.setdefault(fait.qui, []).append(fait)
    return attendent


def non_factures(caisse: Caisse, annee: int) -> tuple[int, int]:
    """Combien de faits de cette année restent à facturer, et combien attendent un tiers ou un prix."""
    from tiers_lieu_cli.finance import carnets

    couverts, regles, a_facturer, attendent = carnets.couverts(caisse), _regles(caisse), 0, 0
    for fait in caisse.memoire.faits.values():
        if fait.jour.year != annee or fait.annule or _est_interne(fait) or fait.genre not in FACTURABLES:
            continue
        tarif = tarifs.du_fait(fait, caisse.tarifs)
        if tarif is None or fait.qui not in caisse.liens:
            attendent += fait.id not in regles
        elif sort(fait, tarif, couverts.get(fait.id, ZERO)) is Sort.A_FACTURER:
            a_facturer += fait.id not in caisse.facturees
    return a_facturer, attendent


def _regles(caisse: Caisse) -> set[str]:
    """Les faits qu'une pièce ou un carnet a payés : fût-ce d'un tiers effacé depuis, ils n'attendent plus."""
    from tiers_lieu_cli.finance import carnets

    return {*caisse.facturees, *carnets.couverts(caisse)}


def a_corriger(caisse: Caisse) -> list[Correction]:
    """Les faits facturés dans une pièce émise qui ont changé depuis."""
    return corrections(caisse.memoire, caisse.livre.faits)

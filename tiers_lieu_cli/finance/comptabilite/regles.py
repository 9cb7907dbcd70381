"""Des pièces, de la banque et de la caisse, les écritures : des fonctions pures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from tiers_lieu_cli.finance.comptabilite.modele import Ecriture, Journal, Ligne
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece.modele import Piece, Serie
from tiers_lieu_cli.finance.plan import Nature, Plan

#: Une ligne de facture dont le tarif commence ainsi vend des heures d'avance : une dette, pas un produit.
CARNET = "carnet-"


def de_la_piece(piece: Piece, plan: Plan) -> Ecriture:
    """Une vente : le client doit, le produit et la TVA sont nés ; une note de crédit, l'inverse."""
    sens = 1 if piece.serie is Serie.FACTURE else -1
    avance = sum((Decimal(f.net) for f in piece.lignes if f.ligne.tarif.startswith(CARNET)), ZERO)
    sommes = {
        plan.role("clients"): piece.montant_du,
        plan.role("ventes"): avance - Decimal(piece.total_ht),
        plan.role("credits"): ZERO - avance,
        plan.role("tva-due"): ZERO - Decimal(piece.total_tva),
        plan.role("arrondi"): ZERO - Decimal(piece.arrondi),
    }
    quoi = "Facture" if sens == 1 else "Note de crédit"
    return Ecriture(
        piece.emise,
        Journal.VENTES,
        piece.numero,
        f"{quoi} {piece.numero}",
        tuple(Ligne(compte, sens * somme) for compte, somme in sommes.items() if somme),
    )


def de_la_banque(
    jour: date, banque: str, somme: Decimal, parts: Mapping[str, Decimal], attente: str, reference: str
) -> Ecriture:
    """Un mouvement : la banque d'un côté ; de l'autre, ce qu'il règle, et le reste en attente."""
    reste = somme - sum(parts.values(), ZERO)
    contreparties = dict(parts)
    if reste:
        contreparties[attente] = contreparties.get(attente, ZERO) + reste
    lignes = [Ligne(banque, somme), *(Ligne(c, ZERO - part) for c, part in contreparties.items() if part)]
    return Ecriture(jour, Journal.BANQUE, reference, f"Mouvement {reference}", tuple(lignes))


def simple(
    jour: date, journal: Journal, piece: str, libelle: str, debit: str, credit: str, somme: Decimal
) -> Ecriture:
    """Une somme d'un compte à un autre."""
    return Ecriture(jour, journal, piece, libelle, (Ligne(debit, somme), Ligne(credit, ZERO - somme)))


# -- ce qu'elles donnent -------------------------------------------------------------


def soldes(ecritures: Iterable[Ecriture]) -> dict[str, Decimal]:
    """Le solde de chaque compte, débiteur s'il est positif."""
    sommes: dict[str, Decimal] = {}
    for ecriture in ecritures:
        for ligne in ecriture.lignes:
            sommes[ligne.compte] = sommes.get(ligne.compte, ZERO) + ligne.somme
    return dict(sorted(sommes.items()))


class Poste(msgspec.Struct, frozen=True):
    """Un compte et ce qu'il porte, dans le sens où on le lit."""

    compte: str
    nom: str
    somme: Decimal


def postes(
    sommes: Mapping[str, Decimal], noms: Mapping[str, tuple[str, Nature]], *natures: Nature
) -> list[Poste]:
    """Les comptes de ces natures, lus du côté où ils vivent : un produit au crédit se dit positif."""
    signe = 1 if natures[0] in (Nature.ACTIF, Nature.CHARGE) else -1
    return [
        Poste(compte, noms[compte][0], signe * somme)
        for compte, somme in sommes.items()
        if noms[compte][1] in natures and somme
    ]


def resultat(sommes: Mapping[str, Decimal], noms: Mapping[str, tuple[str, Nature]]) -> Decimal:
    """Produits moins charges."""
    return sum(
        (
            ZERO - somme
            for compte, somme in sommes.items()
            if noms[compte][1] in (Nature.PRODUIT, Nature.CHARGE)
        ),
        ZERO,
    )


def a_nouveaux(
    ecritures: Sequence[Ecriture], annee: int, noms: Mapping[str, tuple[str, Nature]], report: str
) -> Ecriture | None:
    """Au 1er janvier, ce que les comptes de bilan portaient la veille ; le résultat rejoint le report."""
    avant = soldes(e for e in ecritures if e.jour.year < annee)
    repris = {c: s for c, s in avant.items() if noms[c][1] not in (Nature.PRODUIT, Nature.CHARGE) and s}
    repris[report] = repris.get(report, ZERO) - resultat(avant, noms)
    lignes = tuple(Ligne(c, s) for c, s in repris.items() if s)
    if not lignes:
        return None
    return Ecriture(date(annee, 1, 1), Journal.A_NOUVEAU, f"AN{annee}", f"À-nouveaux {annee}", lignes)

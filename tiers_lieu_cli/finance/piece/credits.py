"""`tl finance note-credit` : corriger une facture sans la toucher."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.options import LaFacture
from tiers_lieu_cli.finance.piece import calcul, factures
from tiers_lieu_cli.finance.piece.emission import AEmettre
from tiers_lieu_cli.finance.piece.factures import (
    Motif,
    dire_emises,
    emettre_ensemble,
    prete_a_emettre,
)
from tiers_lieu_cli.finance.piece.modele import Origine, Piece, Serie
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application

app = factures.app
credit_app = Application("Les notes de crédit : corriger une facture sans la toucher.")


@credit_app.ecrit("creer", depot=prete_a_emettre, oui=True)
def creer(
    c: Contexte,
    e: Ecriture,
    facture: LaFacture,
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--ligne", metavar="RANG[:QUANTITE]", help="Cette ligne, ou une part : 2:1,5. Rien : tout."
        ),
    ] = None,
    faits: Annotated[
        list[str] | None, typer.Option("--fait", metavar="FAIT", help="Ce que ce fait a fait facturer.")
    ] = None,
    motif: Motif = "",
) -> Fait:
    """Émettre la note de crédit d'une facture, entière ou en partie ; la facture, elle, ne change pas.

    Exemples :
        tl finance note-credit creer 2026-0001
        tl finance note-credit creer 2026-0001 --ligne 2:1,5 --motif "une heure de trop"
    """
    caisse = caisses.ouvrir(c)
    return _crediter(c, caisse, e, caisse.livre.une(facture), parts or [], faits or [], motif, "credit")


@app.ecrit("annuler", depot=prete_a_emettre, oui=True)
def annuler(c: Contexte, e: Ecriture, facture: LaFacture, motif: Motif = "") -> Fait:
    """Annuler une facture : par une note de crédit du même montant, jamais autrement.

    Exemple :
        tl finance facture annuler 2026-0001 --motif "adressée au mauvais client"
    """
    caisse = caisses.ouvrir(c)
    return _crediter(c, caisse, e, caisse.livre.une(facture), [], [], motif, "annuler")


def _crediter(
    c: Contexte,
    caisse: Caisse,
    e: Ecriture,
    facture: Piece,
    parts: Sequence[str],
    faits: Sequence[str],
    motif: str,
    verbe: str,
) -> Fait:
    if facture.serie is not Serie.FACTURE:
        raise ErreurUsage(f"{facture.numero} est déjà une note de crédit.", "Refaire plutôt une facture.")
    notes = caisse.livre.credits.get(facture.id, [])
    restes = {rang: r.quantite for rang, r in calcul.restants(facture, notes).items() if r.quantite}
    if not restes:
        raise ErreurUsage(f"{facture.numero} est déjà créditée en entier.", "Il n'y a plus rien à en rendre.")
    quantites, rendus = _parts(facture, restes, parts), dict[int, tuple[str, ...]]()
    for fait in faits:
        rang, cle, quantite = _part_du_fait(caisse, facture, fait)
        quantites[rang] = quantites.get(rang, Decimal(0)) + quantite
        rendus[rang] = (*rendus.get(rang, ()), cle)
    if not (parts or faits):
        quantites = restes
    for rang, quantite in quantites.items():
        if calcul.depasse(quantite, restes.get(rang, Decimal(0))):
            raise ErreurUsage(
                f"La ligne {rang} de {facture.numero} n'a plus que"
                f" {montants.nombre(restes.get(rang, Decimal(0)))} à créditer.",
                f"La relire : tl finance facture fiche {facture.numero}",
            )
        if quantite == restes[rang]:
            rendus[rang] = _faits_a_rendre(facture, notes, rang)
    voulue = AEmettre(
        ident=facture.numero,
        serie=Serie.CREDIT,
        tiers=caisse.tiers[facture.tiers],
        totaux=calcul.rendre_les_faits(calcul.crediter(facture, notes, quantites), rendus),
        operation=facture.operation,
        echeance=c.horloge.aujourdhui(),
        reference=facture.reference,
        motif=texte.ligne(motif, "Le motif", vide=True),
        origine=Origine(id=facture.id, numero=facture.numero, emise=facture.emise),
    )
    (note,) = emettre_ensemble(c, caisse, e, [voulue])
    return dire_emises(caisse, [note], verbe)


def _parts(facture: Piece, restes: dict[int, Decimal], dites: Sequence[str]) -> dict[int, Decimal]:
    quantites: dict[int, Decimal] = {}
    for dite in dites:
        avant, _, quantite = dite.partition(":")
        rang = texte.entier(avant) or 0
        if not 1 <= rang <= len(facture.lignes):
            raise ErreurUsage(
                f"« {dite[:40]} » : {facture.numero} n'a pas cette ligne.",
                f"La relire : tl finance facture fiche {facture.numero}",
            )
        part = montants.lire(quantite, "La quantité") if quantite else restes.get(rang, Decimal(0))
        quantites[rang] = quantites.get(rang, Decimal(0)) + part
    return quantites


def _part_du_fait(caisse: Caisse, facture: Piece, dit: str) -> tuple[int, str, Decimal]:
    """Le rang, la clé et la quantité d'un fait tel que cette facture le porte."""
    versions = {fait.cle: fait for lot in caisse.memoire.lots for fait in lot.faits}
    for cle, (piece, rang) in caisse.livre.faits.items():
        if piece == facture.id and dit in (cle, cle.partition(":")[0]) and cle in versions:
            return rang, cle, versions[cle].combien
    raise ErreurUsage(
        f"{facture.numero} ne facture pas (ou plus) le fait « {dit[:40]} ».",
        f"La relire : tl finance facture fiche {facture.numero}",
    )


def _faits_a_rendre(facture: Piece, notes: Sequence[Piece], rang: int) -> tuple[str, ...]:
    deja = {f for n in notes for figee in n.lignes if figee.origine == rang for f in figee.ligne.faits}
    return tuple(fait for fait in facture.lignes[rang - 1].ligne.faits if fait not in deja)

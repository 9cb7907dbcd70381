"""`tl finance facture transmise|rejetee` : l'envoi est l'affaire du point d'accès ; on en garde la preuve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.options import LaPiece
from tiers_lieu_cli.finance.piece.credits import app
from tiers_lieu_cli.finance.piece.modele import Piece
from tiers_lieu_cli.finance.transmission.modele import TRANSMISSIONS, Etat, Transmission, etat_de
from tiers_lieu_cli.noyau import fichiers, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait

_TAILLE_D_UNE_PREUVE = 5 * 1024 * 1024


@app.ecrit("transmise", depot=caisses.depot)
def transmise(
    c: Contexte,
    e: Ecriture,
    laquelle: LaPiece,
    preuve: Annotated[
        Path, typer.Option("--preuve", help="L'accusé du point d'accès (XML, PDF, texte) ; il va au coffre.")
    ],
) -> Fait:
    """Noter qu'une pièce est partie, avec la preuve du point d'accès.

    Exemple :
        tl finance facture transmise 2026-0001 --preuve accuse.xml
    """
    caisse = caisses.ouvrir(c)
    piece = _a_transmettre(caisse, laquelle)
    octets = fichiers.octets(preuve, _TAILLE_D_UNE_PREUVE)
    return _noter(caisse, e, piece, Etat.TRANSMISE, preuve=caisse.coffre.ranger(e, octets))


@app.ecrit("rejetee", depot=caisses.depot)
def rejetee(
    c: Contexte,
    e: Ecriture,
    laquelle: LaPiece,
    motif: Annotated[str, typer.Option("--motif", help="Ce que le point d'accès a répondu.")],
) -> Fait:
    """Noter qu'une pièce est revenue : elle est de nouveau à transmettre, ou à créditer.

    Exemple :
        tl finance facture rejetee 2026-0001 --motif "destinataire inconnu"
    """
    caisse = caisses.ouvrir(c)
    return _noter(
        caisse, e, _a_transmettre(caisse, laquelle), Etat.REJETEE, motif=texte.ligne(motif, "Le motif")
    )


def _a_transmettre(caisse: Caisse, laquelle: str) -> Piece:
    piece = caisse.livre.une(laquelle)
    if not piece.a_transmettre:
        raise ErreurUsage(
            f"{piece.numero} ne passe pas par Peppol : elle s'envoie comme on veut.",
            f"tl finance facture document {piece.numero} --sortie ~/{piece.numero}.pdf",
        )
    return piece


def _noter(
    caisse: Caisse, e: Ecriture, piece: Piece, etat: Etat, *, preuve: str = "", motif: str = ""
) -> Fait:
    deja = caisse.transmissions.get(piece.id, ())
    if deja and etat_de(deja) is etat is Etat.TRANSMISE:
        raise ErreurUsage(
            f"{piece.numero} est déjà notée transmise.", f"tl finance facture fiche {piece.numero}"
        )
    neuve = Transmission(
        id=f"{piece.numero.lower()}-{len(deja) + 1:02}",
        piece=piece.id,
        etat=etat,
        le=caisse.c.horloge.aujourdhui(),
        preuve=preuve,
        motif=motif,
    )
    TRANSMISSIONS.poser(e, neuve)
    suite = f"tl finance facture annuler {piece.numero}" if motif else "tl finance aujourdhui"
    return Fait(
        id=neuve.id,
        action="finance.facture.transmission",
        histoire=f"{piece.numero} {etat}",
        phrase=f"{piece.numero} est notée {etat}.",
        suite=suite,
    )

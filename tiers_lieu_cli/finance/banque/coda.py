"""Lire un fichier CODA (Febelfin, version 2) ; les sommes sont refaites ici, jamais crues.

La bibliothèque contrôle par `assert` : sous `python -O`, elle accepterait un fichier falsifié.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from tiers_lieu_cli.finance.banque.modele import MouvementLu, ReleveLu
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.montants import arrondir
from tiers_lieu_cli.finance.paiement import ogm_valide


def est_du_coda(octets: bytes) -> bool:
    """Un enregistrement d'en-tête, de 128 caractères, version 2 ?"""
    premiere = octets.split(b"\n", 1)[0].rstrip(b"\r")
    return premiere.startswith(b"0000") and len(premiere) == 128


def lire(octets: bytes) -> list[ReleveLu]:
    """Les relevés d'un fichier CODA ; `ReleveRefuse` s'il ne se lit pas."""
    from coda import CODA

    texte = octets.decode("windows-1252", "replace")
    try:
        lus = CODA(io.StringIO(texte)).statements
        if not lus or any(lu.new_balance is None for lu in lus):
            raise ReleveRefuse("ce fichier CODA n'a pas de relevé entier : une page y manque")
        # Le compte, le numéro, la référence ne se lisent dans la bibliothèque que si on les demande.
        return [_releve(lu) for lu in lus]
    except (AssertionError, ValueError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError):
        raise ReleveRefuse("ce fichier CODA est abîmé, ou ses sommes ne s'accordent pas") from None


def _releve(lu: Any) -> ReleveLu:
    return ReleveLu(
        iban=lu.account.replace(" ", ""),
        numero=int(lu.old_sequence or 0),
        jour=lu.new_balance_date,
        initial=arrondir(lu.old_balance),
        final=arrondir(lu.new_balance),
        # Les mouvements de détail (types 5 à 8) sont déjà comptés dans leur total.
        mouvements=tuple(_mouvements(lu)),
    )


def _mouvements(lu: Any) -> Iterator[MouvementLu]:
    for move in lu.moves:
        dit = (move.communication or "").strip()
        structuree = move.communication_type in ("101", "102") and ogm_valide(dit)
        yield MouvementLu(
            reference=move.bank_reference.strip(),
            jour=move.entry_date,
            montant=arrondir(move.amount),
            communication=dit if structuree else "",
            libelle=" ".join(dit.split()),
            nom=(move.counterparty_name or "").strip(),
            compte=(move.counterparty_account or "").split(" ")[0],
            unique=bool(move.bank_reference.strip()),
        )

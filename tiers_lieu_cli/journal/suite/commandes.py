"""`tl journal regler` : dire qu'une alerte, ou la suite d'une note, est réglée."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.journal.suite.modele import SUITES, SuiteCitee
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.ecrit("regler")
def regler(
    c: Contexte,
    e: Ecriture,
    laquelle: Annotated[
        SuiteCitee, typer.Argument(metavar="SUITE", help="L'alerte ou la suite (Tab propose).")
    ],
    mot: Annotated[str, typer.Option("--note", help="Comment.")] = "",
) -> Fait:
    """Dire qu'une alerte, ou ce qu'une note demandait, est réglé.

    Exemple :
        tl journal regler 2026-11-24-le-four-fume-q2x7 --note "le réparateur est passé"
    """
    ancienne = SUITES.exiger(c.arbre, laquelle)
    if ancienne.reglee:
        raise ErreurUsage("C'est déjà réglé.", "Ce qui reste : tl journal rappel")
    comment = texte.ligne(mot, "Le mot", vide=True)
    SUITES.corriger(e, ancienne, structs.replace(ancienne, reglee=c.horloge.aujourdhui(), mot=comment))
    return Fait(
        id=ancienne.id,
        action="journal.regler",
        histoire=f"Réglé : {ancienne.quoi}",
        phrase=f"Réglé : {ancienne.quoi}.",
        suite="tl aujourdhui",
    )

"""D'où vient une activité : le besoin, le service ; comment on le dit à la ligne de commande.

À part de `options` : le programme de la semaine se lit sans rien charger des besoins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.liens import BesoinCite, ServiceCite


def dire_besoins(c: Contexte, idents: Iterable[str]) -> str:
    """Les besoins en toutes lettres."""
    trouves = ((ident, BESOINS.une(c.arbre, ident)) for ident in idents)
    return " ; ".join(b.texte if b else ident for ident, b in trouves)


def besoins_designes(c: Contexte, mots: Iterable[str]) -> tuple[str, ...]:
    """Les besoins que ces mots désignent."""
    return tuple(dict.fromkeys(BESOINS.exiger(c.arbre, mot).id for mot in mots))


ServiceLie = Annotated[ServiceCite | None, typer.Option("--service", help="Le service dont il est.")]
Besoins = Annotated[list[BesoinCite] | None, typer.Option("--besoin", help="Le besoin dont cela vient.")]

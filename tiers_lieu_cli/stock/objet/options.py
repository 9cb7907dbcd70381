"""Ce que plusieurs commandes de prêt demandent de la même façon, et ce que Tab y propose."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.stock.objet import fiches
from tiers_lieu_cli.stock.objet.modele import OBJETS, Etat, ObjetCite


def _objets_et_gens(c: Contexte) -> list[tuple[str, str]]:
    prets = ((o.id, o.nom) for o in OBJETS.toutes(c.arbre).fiches if not o.retire)
    return [*prets, *personnes_a_citer(c)]


def _dehors(c: Contexte) -> list[tuple[str, str]]:
    prets = [p for p in fiches.ouverts(c.arbre) if p.etat is Etat.DEHORS]
    return [*sorted({(p.objet, "dehors") for p in prets}), *((p.id, p.objet) for p in prets)]


Lequel = Annotated[ObjetCite, typer.Argument(metavar="OBJET", help="L'objet (Tab propose).")]
Mots = Annotated[
    list[str],
    typer.Argument(
        metavar="OBJET… @QUI",
        help="Un ou plusieurs objets, et la personne.",
        autocompletion=completion(_objets_et_gens),
    ),
]
Sorti = Annotated[
    str,
    typer.Argument(
        metavar="OBJET", help="L'objet, ou le prêt (Tab propose).", autocompletion=completion(_dehors)
    ),
]
Quand = Annotated[
    str, typer.Option("--quand", metavar="CRENEAU", help='Quand : "jeu 14h-18h", "du 4 au 7 décembre".')
]
Jusqua = Annotated[str, typer.Option("--jusqua", metavar="MOMENT", help="D'ici à ce jour ou ce moment.")]
Combien = Annotated[int, typer.Option("--combien", min=1, help="Combien d'exemplaires d'un lot.")]
Pour = Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")]


def separer(c: Contexte, mots: list[str]) -> tuple[list[str], str]:
    """Les objets, et l'identifiant de la personne, dans l'ordre où on les a dits."""
    gens = [mot for mot in mots if mot.startswith("@")]
    dits = [mot for mot in mots if not mot.startswith("@")]
    if not gens and len(dits) > 1:
        gens, dits = dits[-1:], dits[:-1]
    if len(gens) != 1 or not dits:
        raise ErreurUsage(
            "Il faut un objet au moins, et une personne.", "Par exemple : tl stock preter perceuse @karim"
        )
    return dits, c.registre.exiger(gens[0]).id

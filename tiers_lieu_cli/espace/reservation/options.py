"""Ce que plusieurs commandes de réservation demandent de la même façon, et ce que Tab y propose."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.espace import propositions
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer

#: Autour d'aujourd'hui, les réservations que la touche Tab propose.
_A_PROPOSER = (timedelta(days=7), timedelta(days=60))


def _promesses(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    mois = RESERVATIONS.idents_des_mois(c.arbre, jour - _A_PROPOSER[0], jour + _A_PROPOSER[1])
    return [(ident, "") for ident in (*mois, *SERIES.idents(c.arbre))]


def _beneficiaires(c: Contexte) -> list[tuple[str, str]]:
    return [*personnes_a_citer(c), *((public, "un public") for public in c.lieu.reglages.publics)]


def _dispositions(c: Contexte) -> list[tuple[str, str]]:
    return [(d, s.nom) for s in SALLES.toutes(c.arbre).fiches for d in s.dispositions]


Laquelle = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="La réservation ou la série (Tab propose).", autocompletion=completion(_promesses)
    ),
]
Salle = Annotated[
    str,
    typer.Argument(
        metavar="SALLE", help="La salle (Tab propose).", autocompletion=completion(propositions.salles)
    ),
]
Objet = Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")]
Pour = Annotated[
    str,
    typer.Option(
        "--pour",
        metavar="@QUI",
        help="Qui en profite : une personne, ou un public du lieu.",
        autocompletion=completion(_beneficiaires),
    ),
]
Beneficiaire = Annotated[
    str | None,
    typer.Option(
        "--pour",
        metavar="@QUI",
        help="Qui en profite ; vide : personne en particulier.",
        autocompletion=completion(_beneficiaires),
    ),
]
Demandeur = Annotated[
    str,
    typer.Option(
        "--demandeur",
        metavar="@QUI",
        help="Qui demande, si c'est quelqu'un d'autre.",
        autocompletion=completion(personnes_a_citer),
    ),
]
Personnes = Annotated[int, typer.Option("--personnes", min=0, help="Combien de personnes.")]
Disposition = Annotated[
    str,
    typer.Option(
        "--disposition", help="Comment ranger la salle : théâtre…", autocompletion=completion(_dispositions)
    ),
]
Montage = Annotated[
    str, typer.Option("--montage", metavar="DUREE", help="Avant, la salle est prise aussi : 30min.")
]
Demontage = Annotated[
    str, typer.Option("--demontage", metavar="DUREE", help="Après, la salle est prise aussi : 30min.")
]
Option = Annotated[
    str, typer.Option("--option", metavar="MOMENT", help="Tenir la place sans promettre, jusqu'à ce moment.")
]
Forcer = Annotated[
    bool, typer.Option("--forcer", help="Passer outre un refus ; le motif est gardé dans l'histoire.")
]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi.")]
Date = Annotated[str, typer.Option("--date", metavar="DATE", help="D'une série, cette date seulement.")]

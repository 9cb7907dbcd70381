"""Ce que plusieurs commandes de réservation demandent de la même façon, et ce que Tab y propose."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation.modele import PromesseCitee
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.liens import PersonneCitee, SalleCitee, cite


def _dispositions(c: Contexte) -> list[tuple[str, str]]:
    return [(d, s.nom) for s in SALLES.toutes(c.arbre).fiches for d in s.dispositions]


Laquelle = Annotated[
    PromesseCitee, typer.Argument(metavar="ID", help="La réservation ou la série (Tab propose).")
]
Salle = Annotated[SalleCitee, typer.Argument(metavar="SALLE", help="La salle (Tab propose).")]
Objet = Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")]
Pour = Annotated[
    liens.Beneficiaire, typer.Option("--pour", help="Qui en profite : une personne, ou un public du lieu.")
]
Beneficiaire = Annotated[
    liens.Beneficiaire | None, typer.Option("--pour", help="Qui en profite ; vide : personne en particulier.")
]
Demandeur = Annotated[
    PersonneCitee, typer.Option("--demandeur", help="Qui demande, si c'est quelqu'un d'autre.")
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
Materiel = Annotated[
    list[Annotated[str, cite("un objet", "stock/objets")]] | None,
    typer.Option("--materiel", metavar="OBJET", help='Ce qu\'elle emporte : projecteur, "20 chaises".'),
]
Option = Annotated[
    str, typer.Option("--option", metavar="MOMENT", help="Tenir la place sans promettre, jusqu'à ce moment.")
]
Forcer = Annotated[
    bool, typer.Option("--forcer", help="Passer outre un refus ; le motif est gardé dans l'histoire.")
]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi.")]
Date = Annotated[str, typer.Option("--le", metavar="JOUR", help="D'une série, cette date seulement.")]

"""Ce que plusieurs commandes du programme demandent de la même façon, et ce que la touche Tab y propose."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.liens import EvenementCite, PersonneCitee, PublicCite, SalleCitee

Lequel = Annotated[EvenementCite, typer.Argument(metavar="ID", help="L'événement (Tab propose).")]
Quand = Annotated[
    str | None,
    typer.Option("--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'),
]
Salles = Annotated[list[SalleCitee] | None, typer.Option("--salle", help="Une salle occupée.")]
Ailleurs = Annotated[
    str | None, typer.Option("--ailleurs", help="L'endroit, s'il n'est pas dans nos salles.")
]
Publics = Annotated[list[PublicCite] | None, typer.Option("--public", help="Un public visé.")]
Porteurs = Annotated[list[PersonneCitee] | None, typer.Option("--porteur", help="Qui le porte.")]
Etiquettes = Annotated[list[str] | None, typer.Option("--etiquette", help="Un mot pour le retrouver.")]
Description = Annotated[str | None, typer.Option("--description", help="Le texte du programme (Markdown).")]
Capacite = Annotated[
    int | None, typer.Option("--capacite", min=0, help="Le nombre de places ; 0 : pas de limite.")
]
Age = Annotated[str | None, typer.Option("--age", help='Pour quel âge : "6-12", "18+" ; "tous".')]
Langues = Annotated[list[str] | None, typer.Option("--langue", help="Une langue parlée : fr, nl, ar…")]
Accessibilite = Annotated[
    list[str] | None, typer.Option("--acces", help='Ce qui ouvre à tous : "PMR", "langue des signes".')
]
Qui = Annotated[PersonneCitee | None, typer.Argument(metavar="[@QUI]", help="Qui.")]
Volontaire = Annotated[PersonneCitee, typer.Argument(metavar="@QUI", help="Qui.")]
Public = Annotated[PublicCite | None, typer.Option("--public", help="Leur public.")]
Responsable = Annotated[PersonneCitee | None, typer.Option("--responsable", help="L'adulte d'un mineur.")]
Gens = Annotated[
    list[PersonneCitee] | None, typer.Argument(metavar="[@QUI…]", help="Qui est venu ; @lea=2 pour deux.")
]
Presents = Annotated[
    list[PersonneCitee] | None,
    typer.Option("--presents", metavar="@QUI…", help="La liste entière : les autres sont absents."),
]
Absents = Annotated[list[PersonneCitee] | None, typer.Option("--absent", help="Pas venu.")]
De = Annotated[PersonneCitee | None, typer.Option("--de", help="De qui c'est l'idée.")]
Responsables = Annotated[list[PersonneCitee] | None, typer.Option("--responsable", help="Qui le tient.")]

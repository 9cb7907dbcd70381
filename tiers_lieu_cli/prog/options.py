"""Ce que plusieurs commandes du programme demandent de la même façon, et ce que la touche Tab y propose."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer, publics_du_lieu
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS
from tiers_lieu_cli.prog.serie import fiches as series

#: Autour d'aujourd'hui, les événements que la touche Tab propose.
_A_PROPOSER = (timedelta(days=7), timedelta(days=60))
#: Une série en a tant : celles des deux semaines qui viennent.
_DATES_DE_SERIE = timedelta(days=14)


def _evenements_proches(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    mois = EVENEMENTS.idents_des_mois(c.arbre, jour - _A_PROPOSER[0], jour + _A_PROPOSER[1])
    fenetre = Creneau.de_jours(jour - _A_PROPOSER[0], jour + _DATES_DE_SERIE)
    seances = [(seance.id, "") for seance in series.seances(c.arbre, fenetre).fiches]
    return [*((ident, "") for ident in (*mois, *LONGS.idents(c.arbre))), *seances]


def _salles(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in SALLES.idents(c.arbre)]


Lequel = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="L'événement (Tab propose).", autocompletion=completion(_evenements_proches)
    ),
]
Quand = Annotated[
    str | None,
    typer.Option("--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'),
]
Salles = Annotated[
    list[str] | None,
    typer.Option("--salle", metavar="ID", help="Une salle occupée.", autocompletion=completion(_salles)),
]
Ailleurs = Annotated[
    str | None, typer.Option("--ailleurs", help="L'endroit, s'il n'est pas dans nos salles.")
]
Publics = Annotated[
    list[str] | None,
    typer.Option("--public", help="Un public visé.", autocompletion=completion(publics_du_lieu)),
]
Porteurs = Annotated[
    list[str] | None,
    typer.Option(
        "--porteur", metavar="@QUI", help="Qui le porte.", autocompletion=completion(personnes_a_citer)
    ),
]
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
Qui = Annotated[
    str | None,
    typer.Option("--personne", metavar="@QUI", help="Qui.", autocompletion=completion(personnes_a_citer)),
]
Volontaire = Annotated[
    str,
    typer.Option("--personne", metavar="@QUI", help="Qui.", autocompletion=completion(personnes_a_citer)),
]
Public = Annotated[
    str | None, typer.Option("--public", help="Leur public.", autocompletion=completion(publics_du_lieu))
]
Responsable = Annotated[
    str | None,
    typer.Option(
        "--responsable",
        metavar="@QUI",
        help="L'adulte d'un mineur.",
        autocompletion=completion(personnes_a_citer),
    ),
]
Gens = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[@QUI…]",
        help="Qui est venu ; @lea=2 pour deux.",
        autocompletion=completion(personnes_a_citer),
    ),
]
Presents = Annotated[
    list[str] | None,
    typer.Option(
        "--presents",
        metavar="@QUI…",
        help="La liste entière : les autres sont absents.",
        autocompletion=completion(personnes_a_citer),
    ),
]
Absents = Annotated[
    list[str] | None,
    typer.Option("--absent", metavar="@QUI", help="Pas venu.", autocompletion=completion(personnes_a_citer)),
]
De = Annotated[
    str | None,
    typer.Option(
        "--de", metavar="@QUI", help="De qui c'est l'idée.", autocompletion=completion(personnes_a_citer)
    ),
]
Responsables = Annotated[
    list[str] | None,
    typer.Option(
        "--responsable", metavar="@QUI", help="Qui le tient.", autocompletion=completion(personnes_a_citer)
    ),
]

"""Ce que les commandes des séries demandent et lisent de la même façon."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.temps import regle_dite, saisie, temps
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.serie import changements, fiches
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie, SiFerme


def series_du_lieu(c: Contexte) -> list[tuple[str, str]]:
    """Les séries, pour la touche Tab."""
    return [(serie.id, serie.titre) for serie in SERIES.toutes(c.arbre).fiches]


Laquelle = Annotated[
    str,
    typer.Argument(metavar="ID", help="La série (Tab propose).", autocompletion=completion(series_du_lieu)),
]
Regle = Annotated[
    str,
    typer.Option("--regle", help='"chaque mardi 19h-21h sauf vacances scolaires", "le 1er samedi du mois".'),
]
AutreRegle = Annotated[
    str | None, typer.Option("--regle", help='La nouvelle règle : "chaque jeudi 19h-21h".')
]
Fin = Annotated[str | None, typer.Option("--au", metavar="DATE", help="La dernière date possible.")]
SiFermeture = Annotated[
    SiFerme,
    typer.Option(
        "--si-ferme", help="Ce que devient une date un jour de fermeture ; vaut pour toute la série."
    ),
]


def ident_neuf(c: Contexte, titre: str) -> str:
    """Un mot, et de quoi ne jamais le confondre : `chorale-7k2m`."""
    return f"{en_tirets(titre, 'serie')}-{identifiants.hasard(c.hasard, 4)}"


def lire_fin(au: str | None, depart: date) -> date | None:
    """La dernière date possible, lue à partir du début."""
    return saisie.lire_jour(au, temps.minuit(depart), Sens.ENSUITE) if au else None


def lire_regle(c: Contexte, regle: str, depart: date, fin: date | None) -> Recurrence:
    """La règle dite ; elle peut exclure les périodes que le lieu nomme."""
    return regle_dite.lire_recurrence(regle, depart, fin, natures=fiches.jours_exclus(c.arbre))


def avec_une_autre_regle(c: Contexte, serie: Serie, regle: str | None, au: str | None, depart: date) -> Serie:
    """La série, sous la règle dite et jusqu'au jour dit, s'ils sont donnés."""
    fin = lire_fin(au, depart)
    if regle is not None:
        dite = lire_regle(c, regle, depart, fin)
        suivie = changements.suivre_une_autre_regle(serie.recurrence, dite)
        if perdus := sorted(serie.recurrence.ecarts.keys() - suivie.ecarts.keys()):
            c.ecran.avertir(f"Avec cette règle, ces dates changées n'existent plus : {', '.join(perdus)}.")
        return structs.replace(serie, recurrence=suivie)
    return changements.prolonger(serie, fin) if fin else serie


def dire_regle(serie: Serie) -> str:
    """« chaque mardi, 19:00–21:00, du mardi 1er décembre 2026 au … »."""
    debut = temps.dire_jour(date.fromisoformat(serie.recurrence.du))
    fin = serie.recurrence.au and temps.dire_jour(date.fromisoformat(serie.recurrence.au))
    periode = f"du {debut} au {fin}" if fin else f"à partir du {debut}"
    return f"{regle_dite.dire(serie.recurrence)}, {periode}"

"""Ce que les commandes des conventions demandent de la même façon, et ce que Tab y propose."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.convention.convention.modele import ConventionCitee
from tiers_lieu_cli.convention.partenaire.modele import PartenaireCite
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.liens import CITE, PersonneCitee
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens

Laquelle = Annotated[ConventionCitee, typer.Argument(metavar="ID", help="La convention, ou un mot d'elle.")]
Partenaire = Annotated[PartenaireCite, typer.Argument(metavar="PARTENAIRE", help="Le partenaire.")]
De = Annotated[ConventionCitee, typer.Option("--convention", help="De cette convention.")]
Avec = Annotated[PartenaireCite, typer.Option("--avec", metavar="PARTENAIRE", help="Avec qui (Tab propose).")]
AvecLui = Annotated[PartenaireCite, typer.Option("--avec", metavar="PARTENAIRE", help="Avec lui.")]
Le = Annotated[str, typer.Option("--le", metavar="JOUR", help="Quand, si ce n'est pas aujourd'hui.")]
Note = Annotated[str, typer.Option("--note", help="Autre chose à en retenir, en une phrase.")]
Par = Annotated[list[PersonneCitee] | None, typer.Option("--par", help="Qui.")]


def jour_passe(c: Contexte, dit: str) -> date:
    """Le jour dit, aujourd'hui ou avant ; aujourd'hui sans rien dire."""
    return saisie.lire_jour_venu(dit, c.horloge.murale()) if dit else c.horloge.aujourdhui()


def jour_libre(c: Contexte, dit: str) -> date:
    """Le jour dit, passé ou à venir."""
    return saisie.lire_jour(dit, c.horloge.murale(), Sens.LIBRE)


def en_entier(c: Contexte, dit: str) -> str:
    """Le texte où chacun porte son nom entier : un papier à signer ne connaît ni identifiant ni surnom."""

    def nom(trouve: re.Match[str]) -> str:
        personne = c.registre.une(trouve[1])
        return personne.nom if personne else c.registre.nom(trouve[1])

    return CITE.sub(nom, dit)

"""`tl prog ical` : le programme en agenda."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers
from tiers_lieu_cli.prog import publication

app = Application()


@app.lit("ical", vers=Vers)
def ical(
    c: Contexte,
    vers: Vers = A_L_ECRAN,
    interne: Annotated[
        bool, typer.Option("--interne", help="Avec ce qui est interne et les brouillons.")
    ] = False,
    json: Json = False,
) -> None:
    """Le programme en agenda (.ics), à publier ou à ouvrir dans un autre outil.

    Les mêmes données donnent les mêmes octets ; un événement annulé y reste, marqué.

    Exemple :
        tl prog ical --sortie public/programme.ics
    """
    a_tous = Public(c.registre)
    activites = list(publication.rediger(c, a_tous, interne=interne).activites())
    for phrase in a_tous.avis():
        c.ecran.avertir(phrase)
    morceaux = flux.ecrire_flux(
        c.lieu.reglages.nom, (p for a in activites for p in a.publications), c.lieu.fuseau
    )
    ensuite = "le publier, ou l'ouvrir dans un agenda (Thunderbird, Google, Nextcloud)."
    flux.rendre(c, vers, morceaux, len(activites), "événements et séries écrits", ensuite, json=json)

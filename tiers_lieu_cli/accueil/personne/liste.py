"""`tl accueil personne liste` : les personnes du registre, celles qu'on veut."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.personne import nouvelles
from tiers_lieu_cli.accueil.personne.commandes import buts, montrer
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.personnes import BUTS
from tiers_lieu_cli.noyau.liens import PublicCite
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.lit("liste")
def liste(
    c: Contexte,
    publics: Annotated[
        list[PublicCite] | None, typer.Option("--public", help="Seulement celles de ce public.")
    ] = None,
    accepte: Annotated[
        str,
        typer.Option(
            "--accepte",
            metavar="BUT",
            help="Celles qui y consentent : lettre, photo…",
            autocompletion=completion(buts),
        ),
    ] = "",
    sans_nouvelle: Annotated[
        str,
        typer.Option("--sans-nouvelle", metavar="DEPUIS", help='Rien d\'elles depuis : "3 mois", "1 an".'),
    ] = "",
    json: Json = False,
) -> None:
    """Voir les personnes du registre.

    Exemples :
        tl accueil personne liste
        tl accueil personne liste --public bénévoles
        tl accueil personne liste --accepte lettre
        tl accueil personne liste --sans-nouvelle "6 mois"
    """
    voulus = set(c.lieu.reglages.publics_connus(filter(None, publics or ())))
    accepte = valeurs.exiger(accepte, valeurs.parmi(BUTS), "un accord") if accepte else ""
    vues = nouvelles.depuis(c, sans_nouvelle) if sans_nouvelle else None
    personnes = [
        p
        for p in c.personnes()
        if (not voulus or voulus & set(p.publics))
        and (not accepte or p.accepte(accepte))
        and (vues is None or vues.sont_sans(c.registre.anciens(p.id), p.depuis))
    ]
    if not personnes and not json and (voulus or accepte or vues):
        c.ecran.dire("Personne ne répond à cela.")
        return
    if not personnes and not json:
        c.ecran.dire('Personne encore.  Commencer : tl accueil personne creer "Prénom Nom"')
        return
    montrer(c, sorted(personnes, key=lambda p: (p.cle, p.id)), json=json)

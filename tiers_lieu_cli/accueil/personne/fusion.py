"""`tl accueil personne doublons`, `fusionner` : une personne, une fiche."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.personne import recherche
from tiers_lieu_cli.accueil.personne.regles import reunir
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, RENVOIS, Personne, Renvoi

doublons_app, fusionner_app = Application(), Application()


@doublons_app.action("doublons")
def doublons(ctx: typer.Context, json: Json = False) -> None:
    """Voir celles qui sont peut-être deux fois au registre, et pourquoi on le croit.

    Exemple :
        tl accueil personne doublons
    """
    c = ouvrir(ctx)
    trouves = recherche.doublons(c.personnes())
    if json:
        c.ecran.json([{"une": d.une.id, "autre": d.autre.id, "raison": d.raison} for d in trouves])
        return
    if not trouves:
        c.ecran.dire("Personne ne semble là deux fois.")
        return
    for d in trouves:
        c.ecran.dire(f"{d.une.nom} · {d.autre.nom} ({d.raison})")
        c.ecran.dire(f"  → tl accueil personne fusionner {d.une.id} {d.autre.id}")


@fusionner_app.action("fusionner")
def fusionner(
    ctx: typer.Context,
    gardee: Annotated[
        str, typer.Argument(help="La fiche qui reste.", autocompletion=completion(personnes_a_citer))
    ],
    autre: Annotated[
        str, typer.Argument(help="Celle qui s'y réunit.", autocompletion=completion(personnes_a_citer))
    ],
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Réunir deux fiches d'une même personne ; l'ancien identifiant la désigne pour toujours.

    Exemple :
        tl accueil personne fusionner p-7k2m9x p-3hq8zd
    """
    c = ouvrir(ctx)
    depot = c.registre.depot
    restante, reunie = c.registre.exiger(gardee), c.registre.exiger(autre)
    neuve = reunir(restante, reunie)
    if not (oui or essai or json):
        _demander(c, restante, reunie)
    with c.ecriture(depot) as ecriture:
        if neuve != restante:
            PERSONNES.corriger(ecriture, restante, neuve)
        ecriture.retirer(PERSONNES.genre.chemin(reunie.id))
        RENVOIS.poser(ecriture, Renvoi(id=reunie.id, vers=restante.id))
        fait = Fait(
            id=restante.id,
            action="accueil.personne.fusionner",
            histoire=f"Deux fiches d'une personne réunies ({reunie.id} est {restante.id})",
            phrase=f"{reunie.nom} ({reunie.id}) et {restante.nom} ne font plus qu'une fiche.",
            suite=f"tl accueil personne fiche @{neuve.surnom or neuve.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _demander(c: Contexte, restante: Personne, reunie: Personne) -> None:
    """Réunir ne se devine pas : la question, ou la commande exacte."""
    dit = f"{reunie.nom} ({reunie.id}) se réunit à {restante.nom} ({restante.id})"
    if not c.ecran.interactif:
        raise ErreurUsage(
            f"À confirmer : {dit}.",
            f"Pour le faire : tl accueil personne fusionner {restante.id} {reunie.id} --oui",
        )
    if not c.ecran.confirmer(f"{dit}. Les réunir ?"):
        raise typer.Abort

"""`tl accueil personne doublons`, `fusionner` : une personne, une fiche."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.personne import recherche
from tiers_lieu_cli.accueil.personne.regles import exiger_un_tuteur_majeur, reunir
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, RENVOIS, Personne, Renvoi, tel_quel
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application, registre

doublons_app, fusionner_app = Application(), Application()


@doublons_app.lit("doublons")
def doublons(c: Contexte, json: Json = False) -> None:
    """Voir celles qui sont peut-être deux fois au registre, et pourquoi on le croit.

    Exemple :
        tl accueil personne doublons
    """
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


@fusionner_app.ecrit("fusionner", depot=registre, oui=True)
def fusionner(
    c: Contexte,
    e: Ecriture,
    gardee: Annotated[PersonneCitee, typer.Argument(help="La fiche qui reste.")],
    autre: Annotated[PersonneCitee, typer.Argument(help="Celle qui s'y réunit.")],
) -> Fait:
    """Réunir deux fiches d'une même personne ; l'ancien identifiant la désigne pour toujours.

    Exemple :
        tl accueil personne fusionner p-7k2m9x p-3hq8zd
    """
    restante, reunie = c.registre.exiger(gardee), c.registre.exiger(autre)
    neuve = reunir(restante, reunie)
    exiger_un_tuteur_majeur(neuve, c.registre.toutes.fiches)
    # Réunir ne se devine pas : la question, ou la commande exacte.
    c.confirmer(f"{_dire(reunie)} se réunit à {_dire(restante)}. Les réunir ?")
    if neuve != restante:
        PERSONNES.corriger(e, restante, neuve)
    e.retirer(PERSONNES.genre.chemin(reunie.id))
    RENVOIS.poser(e, Renvoi(id=reunie.id, vers=restante.id))
    return Fait(
        id=restante.id,
        action="accueil.personne.fusionner",
        histoire=f"Deux fiches d'une personne réunies ({reunie.id} est {restante.id})",
        phrase=f"{_dire(reunie)} et {restante.nom} ne font plus qu'une fiche.",
        suite=f"tl accueil personne fiche @{neuve.id}",
    )


def _dire(personne: Personne) -> str:
    return f"{personne.nom} ({tel_quel(personne.id)})"

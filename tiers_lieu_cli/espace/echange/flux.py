"""`tl espace flux` : un agenda (.ics) par salle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.espace.echange.publication import Agenda, fenetre_autour
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.agenda.flux import ecrire_flux
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import PUBLIC, Ecraser, Sorties

app = Application()
#: Le dossier de ce qui est public où vont les agendas des salles, si on ne le dit pas.
SALLES_PUBLIQUES = "salles"


@app.lit("flux")
def flux(
    c: Contexte,
    salle: Annotated[SalleCitee, typer.Argument(metavar="[SALLE]", help="Une seule salle.")] = "",
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="DOSSIER", help="Où les écrire ; sinon public/salles.")
    ] = None,
    interne: Annotated[
        bool, typer.Option("--interne", help="Avec l'objet des réservations : pour l'équipe seulement.")
    ] = False,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Un agenda par salle, à suivre depuis un téléphone : quand elle est prise, de trois mois à un an.

    Sans --interne, une réservation s'y dit seulement « Réservée » ; personne n'y est nommé.

    Exemples :
        tl espace flux
        tl espace flux salle-rez --interne --sortie ~/equipe
    """
    agenda = Agenda(c, fenetre_autour(c.horloge.aujourdhui()), interne=interne)
    voulues = [SALLES.designer(c.arbre, salle)] if salle else list(agenda.graphe.salles)
    with Sorties(c, ecraser=ecraser) as neuves:
        dossier = neuves.dossier(sortie or neuves.dossier(c.lieu.racine / PUBLIC) / SALLES_PUBLIQUES)
        ecrits = []
        for ident in voulues:
            nom = f"{c.lieu.reglages.nom} · {agenda.graphe.nom(ident)}"
            morceaux = ecrire_flux(nom, agenda.de(ident), c.lieu.fuseau)
            ecrits.append(str(neuves.ecrire(dossier / f"{ident}.ics", morceaux)))
    for phrase in agenda.a_tous.avis():
        c.ecran.avertir(phrase)
    if json:
        c.ecran.json({"fichiers": ecrits})
    else:
        c.ecran.dire(f"{len(ecrits)} agenda{'s' * (len(ecrits) > 1)} dans {dossier}.")

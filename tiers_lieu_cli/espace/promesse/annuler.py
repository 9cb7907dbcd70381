"""`tl espace annuler` : une réservation, une série, une de ses dates, ou celle-ci et les suivantes."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace import materiel, saisies
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.reservation.options import Date, Laquelle, Motif
from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau import series
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


@app.ecrit("annuler", oui=True, prevenir=True)
def annuler(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    date_dite: Date = "",
    a_partir_de: Annotated[
        str, typer.Option("--du", metavar="JOUR", help="D'une série, cette date et les suivantes.")
    ] = "",
    motif: Motif = "",
) -> Fait:
    """Annuler une réservation, une série, une de ses dates, ou celle-ci et les suivantes.

    Rien n'est effacé ; ce qui a déjà eu lieu reste. La file d'attente est montrée.

    Exemples :
        tl espace annuler 2026-11-26-reunion-de-quartier-7k2m --motif "reportée"
        tl espace annuler chorale-7k2m --le "mardi 15 décembre"
        tl espace annuler chorale-7k2m --du 2027-01-05
    """
    dit = saisies.lire_motif(motif)
    visee = fiches.exiger(c, laquelle, date_dite)
    if isinstance(visee.promesse, Serie):
        jour = str(visee.jour) if visee.jour else a_partir_de
        if visee.jour and a_partir_de:
            raise ErreurUsage("Une date, ou celle-ci et les suivantes.", "Ôter --le ou --du.")
        dites, suivantes = [jour] if jour else [], bool(a_partir_de)
        return series.annuler(c, e, Reservee(), visee.promesse.id, dites, suivantes=suivantes, motif=dit)
    if a_partir_de:
        raise ErreurUsage("Ce n'est pas une série : elle n'a qu'une date.", "Ôter --du.")
    ancienne = visee.promesse
    quoi = f"« {ancienne.objet} », {temps.dire_creneau(ancienne.creneau)}"
    annulee = regles.annuler(ancienne, dit)
    if c.ecran.interactif:
        c.confirmer(f"Annuler {quoi} ?")
    RESERVATIONS.corriger(e, ancienne, annulee)
    rendu = materiel.qui_accompagne(c, ancienne.id).rendre(e)
    return Fait(
        id=ancienne.id,
        action="espace.annuler",
        histoire=f"Annulé : {quoi}" + (f" ({dit})" if dit else ""),
        phrase=f"C'est annulé : {quoi}.",
        lignes=[
            *rendu,
            *fiches.au_programme(c, ancienne, "annuler {id}"),
            *fiches.en_file(c, e, fiches.occupee(c, visee)),
        ],
        suite="défaire : tl defaire",
    )

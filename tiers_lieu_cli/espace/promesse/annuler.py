"""`tl espace annuler` : une réservation, une série, une de ses dates, ou celle-ci et les suivantes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import saisies
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Promesse, Reservation
from tiers_lieu_cli.espace.reservation.options import Date, Laquelle, Motif
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import recurrence, saisie, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application()


@app.ecrit("annuler", oui=True)
def annuler(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    date_dite: Date = "",
    a_partir_de: Annotated[
        str, typer.Option("--a-partir-de", metavar="DATE", help="D'une série, cette date et les suivantes.")
    ] = "",
    motif: Motif = "",
) -> Fait:
    """Annuler une réservation, une série, une de ses dates, ou celle-ci et les suivantes.

    Rien n'est effacé ; ce qui a déjà eu lieu reste. La file d'attente est montrée.

    Exemples :
        tl espace annuler 2026-11-26-reunion-de-quartier-7k2m --motif "reportée"
        tl espace annuler chorale-7k2m --date "mardi 15 décembre"
        tl espace annuler chorale-7k2m --a-partir-de 2027-01-05
    """
    dit = saisies.lire_motif(motif)
    visee = fiches.exiger(c, laquelle, date_dite)
    suivantes = saisie.lire_jour(a_partir_de, c.horloge.murale(), Sens.LIBRE) if a_partir_de else None
    nouvelle, quoi = _annulee(visee, suivantes, c.horloge.aujourdhui(), dit)
    if c.ecran.interactif:
        c.confirmer(f"Annuler {quoi} ?")
    fiches.corriger(e, visee.promesse, nouvelle)
    return Fait(
        id=nouvelle.id,
        action="espace.annuler",
        histoire=f"Annulé : {quoi}" + (f" ({dit})" if dit else ""),
        phrase=f"C'est annulé : {quoi}.",
        lignes=list(fiches.en_file(c, e, _liberees(c, fiches.occupee(c, visee), suivantes))),
        suite="prévenir ; défaire : tl annuler",
    )


def _annulee(
    visee: fiches.Visee, suivantes: date | None, aujourdhui: date, motif: str
) -> tuple[Promesse, str]:
    """La fiche changée, et ce qui est annulé."""
    promesse = visee.promesse
    if isinstance(promesse, Reservation):
        if suivantes:
            raise ErreurUsage("Ce n'est pas une série : elle n'a qu'une date.", "Ôter --a-partir-de.")
        return (
            regles.annuler(promesse, motif),
            f"« {promesse.objet} », {temps.dire_creneau(promesse.creneau)}",
        )
    if visee.jour and suivantes:
        raise ErreurUsage("Une date, ou celle-ci et les suivantes.", "Ôter --date ou --a-partir-de.")
    regles.exiger_vivante(promesse)
    if visee.jour:
        return _sans_la_date(promesse, visee.jour, motif)
    if suivantes:
        avant, _ = recurrence.couper(promesse.recurrence, suivantes)
        quoi = f"la série « {promesse.objet} » à partir du {temps.dire_jour(suivantes)}"
        return structs.replace(promesse, recurrence=avant), quoi
    return series.arreter(promesse, aujourdhui, motif), f"la série « {promesse.objet} »"


def _sans_la_date(serie: Serie, jour: date, motif: str) -> tuple[Serie, str]:
    if (deja := serie.recurrence.ecarts.get(str(jour))) and deja.quoi is Quoi.ANNULE:
        raise ErreurUsage(f"« {serie.objet} » est déjà annulée {temps.dire_jour(jour)}.")
    ecart = Ecart(quoi=Quoi.ANNULE, motif=motif)
    changee = structs.replace(serie, recurrence=recurrence.ecarter(serie.recurrence, jour, ecart))
    return changee, f"« {serie.objet} », {temps.dire_jour(jour)}"


def _liberees(c: Contexte, avant: list[Occupation], suivantes: date | None) -> list[Occupation]:
    depuis = temps.minuit(suivantes) if suivantes else c.horloge.murale()
    return [o for o in avant if o.creneau.fin > depuis]

"""`tl espace valider`, `refuser`, `absent` : répondre à une demande, et noter qui n'est pas venu."""

from __future__ import annotations

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations, saisies
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.promesse.fiches import Visee
from tiers_lieu_cli.espace.regles import SalleDejaPromise
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Promesse, Reservation
from tiers_lieu_cli.espace.reservation.options import Date, Forcer, Laquelle, Motif
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import temps

valider_app = Application()
refuser_app = Application()
absent_app = Application()


@valider_app.action("valider")
def valider(
    ctx: typer.Context,
    laquelle: Laquelle,
    forcer: Forcer = False,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Promettre pour de bon une demande, une option, ou la première de la file.

    Exemple :
        tl espace valider 2026-11-26-reunion-de-quartier-7k2m
    """
    c = ouvrir(ctx)
    forcage = saisies.lire_forcage(c, motif, forcer=forcer)
    with c.ecriture() as ecriture:
        visee = fiches.exiger(c, laquelle)
        nouvelle: Promesse = regles.valider(visee.promesse)
        genes = occupations.genes(c.arbre, fiches.occupee(c, visee), c.horloge.murale())
        if genes and not forcage:
            raise SalleDejaPromise(genes, occupations.graphe(c.arbre), _remede(visee))
        if genes:
            nouvelle = regles.forcer(nouvelle, forcage, [prise.id for _, prise in genes])
        fiches.corriger(ecriture, visee.promesse, nouvelle)
        fait = Fait(
            id=nouvelle.id,
            action="espace.valider",
            histoire=f"Validée : « {nouvelle.objet} »{_quand(visee)}{regles.dire_forcage(nouvelle)}",
            phrase=f"« {c.registre.montrer(nouvelle.objet)} »{_quand(visee)} est confirmée ({nouvelle.id}).",
            suite=f"prévenir ; tl espace fiche {nouvelle.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _remede(visee: Visee) -> str:
    return f'La déplacer : tl espace deplacer {visee.promesse.id} "…" ; ou --forcer --motif "…"'


def _quand(visee: Visee) -> str:
    if visee.jour:
        return f", {temps.dire_jour(visee.jour)}"
    if isinstance(visee.promesse, Reservation):
        return f", {temps.dire_creneau(visee.promesse.creneau)}"
    return ""


@refuser_app.action("refuser")
def refuser(
    ctx: typer.Context,
    laquelle: Laquelle,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Refuser une demande, une option ou une attente, et dire pourquoi.

    Exemple :
        tl espace refuser 2026-11-26-reunion-de-quartier-7k2m --motif "la salle est en travaux"
    """
    c = ouvrir(ctx)
    dit = saisies.lire_motif(c, motif)
    if not dit:
        raise ErreurUsage("Refuser demande de dire pourquoi.", 'Ajouter --motif "…".')
    with c.ecriture() as ecriture:
        visee = fiches.exiger(c, laquelle)
        liberees = fiches.occupee(c, visee)
        fiches.corriger(ecriture, visee.promesse, regles.refuser(visee.promesse, dit))
        fait = Fait(
            id=visee.promesse.id,
            action="espace.refuser",
            histoire=f"Refusée : « {visee.promesse.objet} »{_quand(visee)} ({dit})",
            phrase=f"« {c.registre.montrer(visee.promesse.objet)} »{_quand(visee)} est refusée.",
            suite="prévenir, avec le motif",
        )
        c.achever(ecriture, fait, json=json, essai=essai)
    if not (json or essai):
        fiches.dire_la_file(c, liberees)


@absent_app.action("absent")
def absent(
    ctx: typer.Context,
    laquelle: Laquelle,
    date: Date = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter qu'on ne les a pas vus : un fait, pas une sanction.

    Exemples :
        tl espace absent 2026-11-24-reunion-de-quartier-7k2m
        tl espace absent chorale-7k2m --date mardi
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        visee = fiches.exiger(c, laquelle, date)
        fiches.exiger_la_date(visee, "absent")
        _exiger_commencee(c, visee)
        fiches.corriger(ecriture, visee.promesse, _absente(visee))
        fait = Fait(
            id=visee.promesse.id,
            action="espace.absent",
            histoire=f"Absence : « {visee.promesse.objet} »{_quand(visee)}",
            phrase=f"Noté : personne pour « {c.registre.montrer(visee.promesse.objet)} »{_quand(visee)}.",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _exiger_commencee(c: Contexte, visee: Visee) -> None:
    prises = fiches.occupee(c, visee)
    if not prises or (prises[0].seance or prises[0].creneau).debut > c.horloge.murale():
        raise ErreurUsage("Cela n'a pas encore commencé.", "Une absence se note le moment venu.")


def _absente(visee: Visee) -> Promesse:
    if isinstance(visee.promesse, Serie):
        jours = sorted({*visee.promesse.absences, str(visee.jour)})
        return structs.replace(visee.promesse, absences=tuple(jours))
    return structs.replace(visee.promesse, absence=True)

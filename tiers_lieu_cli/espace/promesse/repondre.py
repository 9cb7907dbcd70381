"""`tl espace valider`, `refuser`, `absent` : répondre à une demande, et noter qui n'est pas venu."""

from __future__ import annotations

from msgspec import structs

from tiers_lieu_cli.espace import materiel, occupations, saisies
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.promesse.fiches import Visee
from tiers_lieu_cli.espace.regles import SalleDejaPromise
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Promesse, Reservation
from tiers_lieu_cli.espace.reservation.options import Date, Forcer, Laquelle, Motif
from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau import series as verbes
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.recurrence import Quoi

valider_app = Application()
refuser_app = Application()
absent_app = Application()


@valider_app.ecrit("valider", prevenir=True)
def valider(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    forcer: Forcer = False,
    motif: Motif = "",
) -> Fait:
    """Promettre pour de bon une demande, une option, ou la première de la file.

    Exemple :
        tl espace valider 2026-11-26-reunion-de-quartier-7k2m
    """
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    visee = fiches.exiger(c, laquelle)
    nouvelle: Promesse = regles.valider(visee.promesse)
    genes = occupations.genes(c.arbre, fiches.occupee(c, visee), c.horloge.murale())
    if genes and not forcage:
        raise SalleDejaPromise(genes, occupations.graphe(c.arbre), _remede(visee))
    if genes:
        nouvelle = regles.forcer(nouvelle, forcage, [prise.id for _, prise in genes])
    fiches.corriger(e, visee.promesse, nouvelle)
    return Fait(
        id=nouvelle.id,
        action="espace.valider",
        histoire=f"Validée : « {nouvelle.objet} »{_quand(visee)}{regles.dire_forcage(nouvelle)}",
        phrase=f"« {nouvelle.objet} »{_quand(visee)} est confirmée ({nouvelle.id}).",
        suite=f"tl espace fiche {nouvelle.id}",
    )


def _remede(visee: Visee) -> str:
    return f"La déplacer : tl espace deplacer {visee.promesse.id} ; ou, ici, --forcer et --motif"


def _quand(visee: Visee) -> str:
    if visee.jour:
        return f", {temps.dire_jour(visee.jour)}"
    if isinstance(visee.promesse, Reservation):
        return f", {temps.dire_creneau(visee.promesse.creneau)}"
    return ""


@refuser_app.ecrit("refuser", prevenir=True)
def refuser(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    motif: Motif = "",
) -> Fait:
    """Refuser une demande, une option ou une attente, et dire pourquoi.

    Exemple :
        tl espace refuser 2026-11-26-reunion-de-quartier-7k2m --motif "la salle est en travaux"
    """
    dit = saisies.lire_motif(motif)
    if not dit:
        raise ErreurUsage("Refuser demande de dire pourquoi.", 'Ajouter --motif "…".')
    visee = fiches.exiger(c, laquelle)
    fiches.corriger(e, visee.promesse, regles.refuser(visee.promesse, dit))
    rendu = materiel.qui_accompagne(c, visee.promesse.id).rendre(e)
    return Fait(
        id=visee.promesse.id,
        action="espace.refuser",
        histoire=f"Refusée : « {visee.promesse.objet} »{_quand(visee)} ({dit})",
        phrase=f"« {visee.promesse.objet} »{_quand(visee)} est refusée.",
        lignes=[*rendu, *fiches.en_file(c, e, fiches.occupee(c, visee))],
        suite="prévenir, avec le motif",
    )


@absent_app.ecrit("absent")
def absent(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    date: Date = "",
) -> Fait:
    """Noter qu'on ne les a pas vus : un fait, pas une sanction.

    Exemples :
        tl espace absent 2026-11-24-reunion-de-quartier-7k2m
        tl espace absent chorale-7k2m --le mardi
    """
    visee = fiches.exiger(c, laquelle, date)
    _exiger_manquee(c, visee)
    fiches.corriger(e, visee.promesse, _absente(visee))
    return Fait(
        id=visee.promesse.id,
        action="espace.absent",
        histoire=f"Absence : « {visee.promesse.objet} »{_quand(visee)}",
        phrase=f"Noté : personne pour « {visee.promesse.objet} »{_quand(visee)}.",
    )


def _exiger_manquee(c: Contexte, visee: Visee) -> None:
    """Une absence se note d'une promesse qui tenait, une fois son heure venue."""
    if isinstance(visee.promesse, Serie) and visee.jour is None:
        raise ErreurUsage(
            f"« {visee.promesse.objet} » est une série : dire quelle date.",
            f"tl espace absent {visee.promesse.id} --le",
        )
    if isinstance(visee.promesse, Serie):
        assert visee.jour is not None
        dits = {Quoi.ANNULE: "annulée", Quoi.SAUTE: "sautée", Quoi.A_REPLACER: "à replacer"}
        verbes.exiger_la_date(c, Reservee(), visee.promesse, visee.jour, dits)
    if not visee.promesse.est_ferme:
        raise ErreurUsage(f"« {visee.promesse.objet} » n'était pas promise : {regles.dire(visee.promesse)}.")
    if fiches.occupee(c, visee)[0].annonce.debut > c.horloge.murale():
        raise ErreurUsage("Cela n'a pas encore commencé.", "Une absence se note le moment venu.")


def _absente(visee: Visee) -> Promesse:
    if isinstance(visee.promesse, Serie):
        assert visee.jour is not None
        jours = sorted({*visee.promesse.absences, visee.jour})
        return structs.replace(visee.promesse, absences=tuple(jours))
    return structs.replace(visee.promesse, absence=True)

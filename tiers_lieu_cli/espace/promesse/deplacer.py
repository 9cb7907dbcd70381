"""`tl espace deplacer` : la même réservation, ou une date d'une série, à un autre moment ou ailleurs."""

from __future__ import annotations

import shlex
from functools import partial
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import propositions, refus, saisies
from tiers_lieu_cli.espace.examen import Examen, Reglement, examiner
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.promesse.fiches import Visee
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.reservation.options import Date, Forcer, Laquelle, Motif
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()


@app.action("deplacer")
def deplacer(
    ctx: typer.Context,
    laquelle: Laquelle,
    quand: Annotated[
        str, typer.Argument(metavar="[QUAND]", help="Le nouveau moment ; sans fin, la durée est gardée.")
    ] = "",
    salle: Annotated[
        str,
        typer.Option(
            "--salle",
            metavar="SALLE",
            help="Une autre salle.",
            autocompletion=completion(propositions.salles),
        ),
    ] = "",
    date_dite: Date = "",
    forcer: Forcer = False,
    motif: Motif = "",
    passe: Passe = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer le moment ou la salle d'une réservation, ou d'une date d'une série.

    Exemples :
        tl espace deplacer 2026-11-26-reunion-de-quartier-7k2m "vendredi 14h-16h"
        tl espace deplacer chorale-7k2m --date "mardi 15 décembre" --salle salle-bleue
    """
    c = ouvrir(ctx)
    forcage = saisies.lire_forcage(c, motif, forcer=forcer)
    visee = fiches.exiger(c, laquelle, date_dite)
    fiches.exiger_la_date(visee, "deplacer")
    ancienne = _ou_elle_est(visee)
    voulue = _ou_elle_va(c, visee, ancienne, quand, salle, passe=passe)
    reglement = Reglement(c, visee.promesse, delais=False)
    ecrire = partial(_ecrire, c, visee, reglement, forcage, json=json, essai=essai)
    while (contre := ecrire(voulue)) is not None:
        choix = refus.choisir(c, contre, voulue, reglement, partial(_commande, visee), json=json)
        voulue = regles.occupation(visee.promesse, voulue.id, choix.salle, choix.seance)
    if not (json or essai):
        fiches.dire_la_file(c, [ancienne])


def _ou_elle_est(visee: Visee) -> Occupation:
    if isinstance(visee.promesse, Reservation):
        return regles.occuper(visee.promesse)
    assert visee.jour is not None
    return series.occuper_le(visee.promesse, visee.jour)


def _ou_elle_va(
    c: Contexte, visee: Visee, ancienne: Occupation, quand: str, salle: str, *, passe: bool
) -> Occupation:
    regles.exiger_vivante(visee.promesse)
    seance = ancienne.seance or ancienne.creneau
    ou = SALLES.designer(c.arbre, salle) if salle else ancienne.salle
    if quand:
        sens = Sens.PASSE if passe else Sens.A_VENIR
        seance = saisie.lire_creneau(quand, c.horloge.murale(), c.lieu.fuseau, sens=sens, duree=seance.duree)
        saisies.refuser_le_passe(c, seance, passe=passe)
    if (ou, seance) == (ancienne.salle, ancienne.seance):
        raise ErreurUsage("Rien ne change.", "Donner un moment, ou --salle.")
    return regles.occupation(visee.promesse, ancienne.id, ou, seance)


def _ecrire(
    c: Contexte,
    visee: Visee,
    reglement: Reglement,
    forcage: str,
    voulue: Occupation,
    *,
    json: bool,
    essai: bool,
) -> Examen | None:
    """Enregistrer le déplacement s'il est possible, ou forcé ; sinon, rendre ce qui s'y oppose."""
    seance = voulue.seance or voulue.creneau
    with c.ecriture() as ecriture:
        contre = examiner(c, reglement, [voulue])
        if not contre.est_possible and not forcage:
            return contre
        motif = forcage if not contre.est_possible else ""
        ident = _poser(c, ecriture, visee, voulue.salle, seance, motif, contre)
        nom, objet = reglement.graphe.nom(voulue.salle), visee.promesse.objet
        fait = Fait(
            id=ident,
            action="espace.deplacer",
            histoire=f"Déplacée : « {objet} », {nom}, {temps.dire_creneau(seance)}"
            + (f" (forcé : {motif})" if motif else ""),
            phrase=f"« {c.registre.montrer(objet)} » est déplacée : {nom}, "
            f"{temps.dire_creneau(seance, c.horloge.aujourdhui())} ({ident}).",
            suite=f"prévenir ; tl espace fiche {ident}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)
    return None


def _poser(
    c: Contexte, ecriture: Ecriture, visee: Visee, salle: str, seance: Creneau, motif: str, contre: Examen
) -> str:
    if isinstance(visee.promesse, Serie):
        assert visee.jour is not None
        changee = series.deplacer(visee.promesse, visee.jour, salle, seance)
        if motif:
            changee = regles.forcer(changee, motif, contre.contre)
        fiches.corriger(ecriture, visee.promesse, changee)
        return changee.id
    nouvelle = structs.replace(regles.deplacer(visee.promesse, salle, seance), forcage=None)
    if motif:
        nouvelle = regles.forcer(nouvelle, motif, contre.contre)
    return fiches.replacer(c, ecriture, visee.promesse, nouvelle).id


def _commande(visee: Visee, p: Proposition) -> str:
    date_dite = ["--date", str(visee.jour)] if visee.jour else []
    mots = ["tl", "espace", "deplacer", visee.promesse.id, refus.a_dire(p), "--salle", p.salle]
    return shlex.join([*mots, *date_dite])

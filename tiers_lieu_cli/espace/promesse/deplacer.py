"""`tl espace deplacer` : la même réservation, ou une date d'une série, à un autre moment ou ailleurs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import materiel, occupations, refus, saisies
from tiers_lieu_cli.espace.examen import Examen, Reglement, examiner
from tiers_lieu_cli.espace.materiel import Materiel
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.promesse.fiches import Visee
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.reservation.options import Date, Forcer, Laquelle, Motif
from tiers_lieu_cli.espace.serie import regles as des_series
from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.espace.serie.options import SiPrise
from tiers_lieu_cli.noyau import series as verbes
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Quoi
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application()


@app.ecrit("deplacer", prevenir=True)
def deplacer(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    quand: Annotated[
        str, typer.Argument(metavar="[QUAND]", help="Le nouveau moment ; sans fin, la durée est gardée.")
    ] = "",
    salle: Annotated[SalleCitee, typer.Option("--salle", metavar="SALLE", help="Une autre salle.")] = "",
    date_dite: Date = "",
    si_pris: SiPrise = None,
    forcer: Forcer = False,
    motif: Motif = "",
    passe: Passe = False,
) -> Fait:
    """Changer le moment ou la salle d'une réservation, d'une date d'une série, ou de toute une série.

    D'une série sans --le, tout ce qui est à venir se déplace d'un geste ; le passé reste.

    Exemples :
        tl espace deplacer 2026-11-26-reunion-de-quartier-7k2m "vendredi 14h-16h"
        tl espace deplacer chorale-7k2m --le "mardi 15 décembre" --salle salle-bleue
        tl espace deplacer chorale-7k2m "mercredi 18h-20h" --salle salle-bleue
    """
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    visee = fiches.exiger(c, laquelle, date_dite)
    regles.exiger_vivante(visee.promesse)
    ou = SALLES.designer(c.arbre, salle) if salle else ""
    if not (quand or ou) and c.ecran.interactif:
        quand = c.demander("À quel moment ?")
    if not (quand or ou):
        raise ErreurUsage("Rien ne change.", "Donner un moment, ou --salle.")
    if isinstance(visee.promesse, Serie) and visee.jour is None:
        return deplacer_la_serie(c, e, Reservee(si_pris, forcage), visee.promesse, quand, ou)
    return deplacer_une(c, e, visee, quand, ou, forcage, passe=passe)


def deplacer_une(
    c: Contexte, e: Ecriture, visee: Visee, quand: str, salle: str, forcage: str, *, passe: bool = False
) -> Fait:
    """Une réservation, ou une date d'une série, à un autre moment ou ailleurs."""
    ancienne = _ou_elle_est(c, visee)
    voulue = _ou_elle_va(c, visee, ancienne, quand, salle, passe=passe)
    emporte = materiel.qui_accompagne(c, visee.promesse.id)
    reglement = Reglement(c, visee.promesse, delais=False, materiel=emporte)
    while (contre := examiner(c, reglement, [voulue])).manques or not (contre.est_possible or forcage):
        choix = refus.choisir(c, contre, voulue, reglement, partial(_commande, visee))
        voulue = regles.occupation(visee.promesse, voulue.id, choix.salle, choix.seance)
    force = "" if contre.est_possible else forcage
    ident = _poser(c, e, visee, voulue, force, contre, emporte)
    nom, objet = reglement.graphe.nom(voulue.salle), visee.promesse.objet
    return Fait(
        id=ident,
        action="espace.deplacer",
        histoire=f"Déplacée : « {objet} », {nom}, {temps.dire_creneau(voulue.annonce)}"
        + (f" (forcé : {force})" if force else ""),
        phrase=f"« {objet} » est déplacée : {nom}, "
        f"{temps.dire_creneau(voulue.annonce, c.horloge.aujourdhui())} ({ident}).",
        lignes=[
            *reglement.avis(voulue.annonce),
            *([f"  Avec elle : {emporte}."] if str(emporte) else []),
            *_au_programme(c, visee, voulue),
            *fiches.en_file(c, e, [ancienne]),
        ],
        suite=f"tl espace fiche {ident}",
    )


def _au_programme(c: Contexte, visee: Visee, voulue: Occupation) -> Iterator[str]:
    if isinstance(visee.promesse, Reservation):
        ou = shlex.join(["--quand", temps.a_taper(voulue.annonce), "--salle", voulue.salle])
        yield from fiches.au_programme(c, visee.promesse, f"modifier {{id}} {ou}")


def deplacer_la_serie(c: Contexte, e: Ecriture, m: Reservee, serie: Serie, quand: str, salle: str) -> Fait:
    """Tout ce que la série a encore à venir, d'un geste."""
    jour = c.horloge.aujourdhui()
    prochaine = series.prochaine(serie.recurrence, jour, m.exclus(c.arbre))
    if prochaine is None:
        raise ErreurUsage(f"« {serie.objet} » est finie : il n'y a plus rien à déplacer.")

    def changer(suite: Serie, depart: date) -> Serie:
        regle = verbes.lire_autre_rythme(c, m, suite.recurrence, depart, quand) if quand else suite.recurrence
        return structs.replace(suite, recurrence=regle, salle=salle or suite.salle)

    if serie.recurrence.du < str(jour):
        _, changee, lignes = verbes.couper(c, e, m, serie.id, str(prochaine.jour), changer)
    else:
        changee = changer(serie, prochaine.jour)
        lignes = verbes.remplacer(c, e, m, serie, changee)
    ou = f"{occupations.graphe(c.arbre).nom(changee.salle)}, {dire_regle(changee.recurrence)}"
    return Fait(
        id=changee.id,
        action="espace.deplacer",
        histoire=f"Série déplacée : « {serie.objet} », {ou}",
        phrase=f"« {serie.objet} » est déplacée : {ou} ({changee.id}).",
        lignes=lignes,
        suite=f"tl espace fiche {changee.id}",
    )


def _ou_elle_est(c: Contexte, visee: Visee) -> Occupation:
    if isinstance(visee.promesse, Reservation):
        return regles.occuper(visee.promesse)
    assert visee.jour is not None
    deja = {Quoi.ANNULE: "annulée", Quoi.SAUTE: "sautée"}
    verbes.exiger_la_date(c, Reservee(), visee.promesse, visee.jour, deja)
    return des_series.occuper_le(visee.promesse, visee.jour)


def _ou_elle_va(
    c: Contexte, visee: Visee, ancienne: Occupation, quand: str, salle: str, *, passe: bool
) -> Occupation:
    seance, ou = ancienne.annonce, salle or ancienne.salle
    if quand:
        sens = Sens.PASSE if passe else Sens.A_VENIR
        seance = saisie.lire_creneau(quand, c.horloge.murale(), c.lieu.fuseau, sens=sens, duree=seance.duree)
        saisies.refuser_le_passe(c, seance, passe=passe)
    if (ou, seance) == (ancienne.salle, ancienne.annonce):
        raise ErreurUsage("Rien ne change.", "Donner un moment, ou --salle.")
    return regles.occupation(visee.promesse, ancienne.id, ou, seance)


def _poser(
    c: Contexte,
    e: Ecriture,
    visee: Visee,
    voulue: Occupation,
    force: str,
    contre: Examen,
    emporte: Materiel,
) -> str:
    """Poser le déplacement ; rend le nom de ce qui est déplacé, qui change si elle change de mois."""
    if isinstance(visee.promesse, Serie):
        assert visee.jour is not None
        ecart = des_series.vers(visee.promesse, Proposition(voulue.salle, voulue.annonce))
        ecartee = series.ecarter(visee.promesse.recurrence, [visee.jour], ecart)
        changee = structs.replace(visee.promesse, recurrence=ecartee)
        if force:
            changee = regles.forcer(changee, force, contre.contre)
        fiches.corriger(e, visee.promesse, changee)
        return changee.id
    nouvelle = structs.replace(regles.deplacer(visee.promesse, voulue.salle, voulue.annonce), forcage=None)
    if force:
        nouvelle = regles.forcer(nouvelle, force, contre.contre)
    posee = fiches.replacer(c, e, visee.promesse, nouvelle)
    emporte.retenir(e, posee)
    return posee.id


def _commande(visee: Visee, p: Proposition) -> str:
    date_dite = ["--le", str(visee.jour)] if visee.jour else []
    mots = ["tl", "espace", "deplacer", visee.promesse.id, temps.a_taper(p.seance), "--salle", p.salle]
    return shlex.join([*mots, *date_dite])

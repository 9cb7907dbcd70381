"""`tl stock reserver`, `preter`, `prolonger` : le même contrôle pour tous, ou trois autres moments."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.liens import ReservationCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_MINUTE, Creneau
from tiers_lieu_cli.stock.objet import fiches, regles
from tiers_lieu_cli.stock.objet.examen import examiner
from tiers_lieu_cli.stock.objet.modele import PRETS, Etat, Objet, Pret
from tiers_lieu_cli.stock.objet.options import Combien, Jusqua, Mots, Pour, Quand, Sorti, separer

reserver_app, preter_app, prolonger_app = Application(), Application(), Application()


def _creneau(c: Contexte, quand: str, jusqua: str, *, des_maintenant: bool) -> Creneau:
    """Le temps dit ; « jusqu'à » vaut à partir de maintenant."""
    maintenant = c.horloge.murale()
    if quand and jusqua:
        raise ErreurUsage("--quand dit déjà la fin.", "Ôter --jusqua.")
    if jusqua:
        lu = saisie.lire_creneau(jusqua, maintenant, c.lieu.fuseau, duree=UNE_MINUTE, est_la_fin=True)
        if lu.jours_entiers:
            return Creneau.de_jours(maintenant.date(), lu.dernier_jour)
        if lu.debut <= maintenant:
            raise ErreurUsage(f"« {jusqua} » est déjà passé.", "Dire un moment à venir.")
        return Creneau(maintenant, lu.debut)
    if not quand:
        raise ErreurUsage("Jusqu'à quand ?", 'Ajouter --jusqua lundi, ou --quand "jeu 14h-18h".')
    sens = Sens.LIBRE if des_maintenant else Sens.A_VENIR
    lu = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=sens)
    if lu.fin <= maintenant:
        raise ErreurUsage(f"C'est déjà passé : {temps.dire_creneau(lu)}.", "Dire un moment à venir.")
    return lu


def _commande(verbe: str, objet: Objet, a: str, combien: int, pour: str) -> str:
    mots = ["tl", "stock", verbe, objet.id, f"@{a}"]
    mots += ["--combien", str(combien)] if combien > 1 else []
    return shlex.join([*mots, *(["--objet", pour] if pour else [])])


@reserver_app.ecrit("reserver")
def reserver(
    c: Contexte,
    e: Ecriture,
    mots: Mots,
    quand: Quand = "",
    jusqua: Jusqua = "",
    combien: Combien = 1,
    pour: Pour = "",
    avec: Annotated[
        ReservationCitee,
        typer.Option("--reservation", help="Pour cette réservation de salle : à ses heures, et il la suit."),
    ] = "",
    attente: Annotated[bool, typer.Option("--attente", help="C'est pris : se mettre en file.")] = False,
    attente_de: Annotated[
        str, typer.Option("--attente-de", metavar="PRET", help="Donner sa place à ce prêt en file.")
    ] = "",
) -> Fait:
    """Retenir un ou plusieurs objets ; un refus dit ce qui gêne et propose trois moments.

    Exemples :
        tl stock reserver perceuse @karim --quand "samedi 10h-18h"
        tl stock reserver projecteur @amina --reservation 2026-11-26-reunion-de-quartier-7k2m
        tl stock reserver perceuse @lea --quand "samedi 10h-18h" --attente
    """
    dits, a = separer(c, mots)
    prets = list(fiches.ouverts(c.arbre))
    if attente_de:
        return _donner_la_place(c, e, attente_de, prets)
    if avec:
        salle = _reservation(c, avec)
        voulu, dit, avec = salle.emprise, salle.objet, salle.id
    else:
        voulu, dit = _creneau(c, quand, jusqua, des_maintenant=False), pour
    raison = texte.ligne(dit, "L'objet", vide=True)
    etat = Etat.ATTENTE if attente else Etat.RESERVE
    poses = []
    for objet in [o for mot in dits for o in fiches.avec_contenu(c, fiches.exiger(c, mot))]:
        if attente:
            if not regles.manque(objet, prets, voulu, combien, c.horloge.murale()):
                raise ErreurUsage(f"« {objet.nom} » est libre : rien à attendre.", "Refaire sans --attente.")
        else:
            examiner(c, objet, a, voulu, combien, prets, _commande("reserver", objet, a, combien, raison))
        neuf = regles.nouveau(objet, a, voulu, combien, etat, c.horloge.murale(), c.hasard, raison, avec)
        prets.append(neuf)
        poses.append((objet, neuf))
        PRETS.poser(e, neuf)
    return _fait(c, poses, voulu, "en file pour" if attente else "retenu", "stock.reserver")


def _reservation(c: Contexte, mot: str) -> Reservation:
    try:
        return RESERVATIONS.exiger(c.arbre, mot)
    except FicheIntrouvable:
        if not any(mot.startswith(serie) or mot in serie for serie in SERIES.idents(c.arbre)):
            raise
        raise ErreurUsage(
            f"« {mot} » est une série : le matériel se retient une date à la fois.",
            'Dire ses heures : --quand "mardi 18h-20h"',
        ) from None


def _donner_la_place(c: Contexte, e: Ecriture, ident: str, prets: list[Pret]) -> Fait:
    ancien = PRETS.en_cours.exiger(c.arbre, ident)
    objet = fiches.exiger(c, ancien.objet)
    if ancien.etat is not Etat.ATTENTE:
        raise ErreurUsage(f"Le prêt {ancien.id} n'est pas en file.", "Voir : tl stock prets")
    autres = [p for p in prets if p.id != ancien.id]
    commande = _commande("reserver", objet, ancien.a, ancien.combien, ancien.pour)
    examiner(c, objet, ancien.a, ancien.creneau, ancien.combien, autres, commande)
    neuf = structs.replace(ancien, etat=Etat.RESERVE)
    PRETS.corriger(e, ancien, neuf)
    return _fait(c, [(objet, neuf)], neuf.creneau, "retenu", "stock.reserver")


@preter_app.ecrit("preter")
def preter(
    c: Contexte,
    e: Ecriture,
    mots: Mots,
    quand: Quand = "",
    jusqua: Jusqua = "",
    combien: Combien = 1,
    pour: Pour = "",
) -> Fait:
    """Remettre un ou plusieurs objets ; ce qui était retenu pour la personne part avec elle.

    Exemples :
        tl stock preter perceuse @karim --jusqua lundi
        tl stock preter perceuse visseuse @karim --quand "du vendredi au lundi"
    """
    dits, a = separer(c, mots)
    prets = list(fiches.ouverts(c.arbre))
    maintenant = c.horloge.murale()
    raison = texte.ligne(pour, "L'objet", vide=True)
    poses: list[tuple[Objet, Pret]] = []
    for objet in [o for mot in dits for o in fiches.avec_contenu(c, fiches.exiger(c, mot))]:
        retenu = _retenu(c, objet, a, prets, maintenant)
        if retenu and not (quand or jusqua):
            voulu, nombre = _des_maintenant(retenu.creneau, maintenant), retenu.combien
        else:
            voulu, nombre = _creneau(c, quand, jusqua, des_maintenant=True), combien
        autres = [p for p in prets if retenu is None or p.id != retenu.id]
        examiner(c, objet, a, voulu, nombre, autres, _commande("preter", objet, a, nombre, raison))
        if voulu.debut > maintenant + UN_JOUR:
            raise ErreurUsage(
                f"Ce prêt commence {temps.dire_creneau(voulu, maintenant.date())}.",
                f"Le retenir : {_commande('reserver', objet, a, nombre, raison)}"
                f" --quand {temps.a_taper(voulu)}",
            )
        if retenu:
            debut, fin = temps.ecrire_bornes(voulu)
            neuf = structs.replace(regles.sortir(retenu, maintenant), debut=debut, fin=fin, combien=nombre)
            PRETS.corriger(e, retenu, neuf)
        else:
            neuf = regles.nouveau(objet, a, voulu, nombre, Etat.DEHORS, maintenant, c.hasard, raison)
            PRETS.poser(e, neuf)
        prets = [*autres, neuf]
        poses.append((objet, neuf))
    return _fait(c, poses, poses[0][1].creneau, "remis", "stock.preter")


def _retenu(c: Contexte, objet: Objet, a: str, prets: list[Pret], maintenant: datetime) -> Pret | None:
    """Ce qui était retenu pour elle et commence bientôt."""
    siens = [
        p
        for p in prets
        if p.objet == objet.id
        and p.etat is Etat.RESERVE
        and c.registre.resoudre(p.a) == a
        and p.creneau.debut <= maintenant + UN_JOUR
        and p.creneau.fin > maintenant
    ]
    return min(siens, key=lambda p: (p.debut, p.id), default=None)


def _des_maintenant(quand: Creneau, maintenant: datetime) -> Creneau:
    """Le temps promis ; on vient parfois un peu avant l'heure."""
    return quand if quand.debut <= maintenant or quand.jours_entiers else Creneau(maintenant, quand.fin)


def _fait(c: Contexte, poses: list[tuple[Objet, Pret]], quand: Creneau, verbe: str, action: str) -> Fait:
    noms = ", ".join(f"{o.nom}{f' (×{p.combien})' if p.combien > 1 else ''}" for o, p in poses)
    premier = poses[0][1]
    dit = temps.dire_creneau(quand, c.horloge.aujourdhui())
    cautions = [
        f"  Une caution est attendue pour {o.nom}." for o, _ in poses if o.caution and verbe == "remis"
    ]
    places = [f"  {o.nom} : {o.place}" for o, _ in poses if o.place and verbe == "remis"]
    suites = {
        "remis": f"au retour, tl stock rendre {premier.objet} @{premier.a}",
        "retenu": f"le moment venu, tl stock preter {premier.objet} @{premier.a}",
    }
    pour = "à" if verbe == "remis" else "pour"
    accord = f"{verbe} {pour}" if verbe != "en file pour" else verbe
    return Fait(
        id=premier.id,
        action=action,
        histoire=f"{noms} : {verbe}, {temps.dire_creneau(quand)}",
        phrase=f"{noms} : {accord} {c.registre.nom(premier.a)}, {dit}.",
        lignes=[*cautions, *places],
        suite=suites.get(verbe, "tl stock prets"),
    )


@prolonger_app.ecrit("prolonger")
def prolonger(
    c: Contexte,
    e: Ecriture,
    objet: Sorti,
    jusqua: Annotated[str, typer.Option("--jusqua", metavar="MOMENT", help="La nouvelle fin.")],
) -> Fait:
    """Garder un objet plus longtemps, si personne ne l'attend.

    Exemple :
        tl stock prolonger perceuse --jusqua mercredi
    """
    ancien = fiches.exiger_pret(c, objet, "", frozenset({Etat.DEHORS, Etat.RESERVE}))
    lu = fiches.exiger(c, ancien.objet)
    autres = [p for p in fiches.ouverts(c.arbre) if p.id != ancien.id]
    base = ancien.creneau
    fin = _creneau(c, "", jusqua, des_maintenant=True)
    voulu = (
        Creneau.de_jours(base.premier_jour, fin.dernier_jour)
        if base.jours_entiers and fin.jours_entiers
        else Creneau(base.debut, fin.fin)
    )
    if voulu.fin <= base.fin:
        raise ErreurUsage(
            f"Le prêt va déjà {regles.dire_jusqua(ancien)}.", "Pour l'écourter : le rendre le moment venu."
        )
    if attendent := regles.attendu_par(lu, autres, voulu.fin):
        raise Echec(
            f"« {lu.nom} » est attendu par {attendent[0].a}, {temps.dire_creneau(attendent[0].creneau)}.",
            f"Le faire rendre : tl stock rendre {lu.id} @{ancien.a}",
        )
    examiner(c, lu, ancien.a, voulu, ancien.combien, autres, f"tl stock reserver {lu.id} @{ancien.a}")
    debut, nouvelle = temps.ecrire_bornes(voulu)
    neuf = structs.replace(ancien, debut=debut, fin=nouvelle)
    PRETS.corriger(e, ancien, neuf)
    return Fait(
        id=neuf.id,
        action="stock.prolonger",
        histoire=f"{lu.nom} : prêt prolongé {regles.dire_jusqua(neuf)}",
        phrase=f"« {lu.nom} » reste chez {c.registre.nom(neuf.a)} {regles.dire_jusqua(neuf)}.",
        suite=f"tl stock rendre {lu.id} @{neuf.a}",
    )

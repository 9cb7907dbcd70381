"""`tl stock reserver`, `preter`, `prolonger` : le même contrôle pour tous, ou trois autres moments."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from functools import partial
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
from tiers_lieu_cli.stock.objet.examen import autres_moments, examiner
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


def _commande(verbe: str, mots: Sequence[str], a: str, combien: int, pour: str) -> str:
    dite = ["tl", "stock", verbe, *mots, f"@{a}"]
    dite += ["--combien", str(combien)] if combien > 1 else []
    return shlex.join([*dite, *(["--objet", pour] if pour else [])])


def _se_mettre_en_file(commande: str, quand: Creneau) -> str:
    return (
        f"Choisir un autre moment, ou se mettre en file : {commande} --quand {temps.a_taper(quand)} --attente"
    )


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
    prets = fiches.en_main(c, e)
    if attente_de:
        return _donner_la_place(c, e, attente_de, prets)
    if avec:
        salle = _reservation(c, avec)
        voulu, dit, avec = salle.emprise, salle.objet, salle.id
    else:
        voulu, dit = _creneau(c, quand, jusqua, des_maintenant=False), pour
    raison = texte.ligne(dit, "L'objet", vide=True)
    kits = [fiches.avec_contenu(c, fiches.exiger(c, mot)) for mot in dits]
    if attente:
        for kit in kits:
            if not any(regles.manque(o, prets, voulu, combien, c.horloge.murale()) for o in kit):
                raise ErreurUsage(f"« {kit[0].nom} » est libre : rien à attendre.", "Refaire sans --attente.")
    commande = _commande("reserver", [kit[0].id for kit in kits], a, combien, raison)
    voulus = [(objet, combien) for kit in kits for objet in kit]
    avant = list(prets)
    poses: list[tuple[Objet, Pret]] = []
    for kit in kits:
        tete = ""
        for objet in kit:
            if not attente:
                examiner(
                    *(c, objet, a, voulu, combien, prets),
                    lambda: autres_moments(c, voulus, voulu, avant, lambda _: commande),
                    _se_mettre_en_file(commande, voulu),
                )
            etat, maintenant = Etat.ATTENTE if attente else Etat.RESERVE, c.horloge.murale()
            neuf = regles.nouveau(
                *(objet, a, voulu, combien, etat, maintenant, c.hasard, raison, avec), kit=tete
            )
            tete = tete or neuf.id
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
    ancien = next((p for p in prets if p.id == ancien.kit and p.etat is ancien.etat), ancien)
    if ancien.etat is not Etat.ATTENTE:
        raise ErreurUsage(f"Le prêt {ancien.id} n'est pas en file.", "Voir : tl stock prets")
    siens = [(fiches.exiger(c, p.objet), p) for p in regles.avec_les_siens(ancien, prets)]
    voulus = [(objet, p.combien) for objet, p in siens]
    commande = _commande("reserver", [ancien.objet], ancien.a, ancien.combien, ancien.pour)
    poses = []
    for objet, p in siens:
        examiner(
            *(c, objet, p.a, p.creneau, p.combien, prets),
            lambda: autres_moments(c, voulus, ancien.creneau, prets, lambda _: commande),
        )
        neuf = structs.replace(p, etat=Etat.RESERVE)
        PRETS.corriger(e, p, neuf)
        poses.append((objet, neuf))
    return _fait(c, poses, ancien.creneau, "retenu", "stock.reserver")


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
    prets = fiches.en_main(c, e)
    maintenant = c.horloge.murale()
    raison = texte.ligne(pour, "L'objet", vide=True)
    kits = [fiches.avec_contenu(c, fiches.exiger(c, mot)) for mot in dits]
    voulus = [(objet, combien) for kit in kits for objet in kit]
    demander = partial(_demander, [kit[0].id for kit in kits], a, combien, raison, maintenant)
    poses: list[tuple[Objet, Pret]] = []
    for kit in kits:
        retenu = _retenu(c, kit[0], a, prets, maintenant)
        if retenu and not (quand or jusqua):
            voulu, nombre = _des_maintenant(retenu.creneau, maintenant), retenu.combien
        else:
            voulu, nombre = _creneau(c, quand, jusqua, des_maintenant=True), combien
        retenus = [retenu, *(_retenu_avec(o, retenu, prets) for o in kit[1:])]
        autres = [p for p in prets if p not in retenus]
        # Tout s'examine avant que rien ne se pose : au lecteur de codes, un refus n'arrête pas le reste.
        for objet in kit:
            examiner(
                *(c, objet, a, voulu, nombre, [*autres, *(p for _, p in poses)]),
                partial(autres_moments, c, voulus, voulu, autres, demander),
                _se_mettre_en_file(_commande("reserver", [kit[0].id], a, nombre, raison), voulu),
            )
        if voulu.debut > maintenant + UN_JOUR:
            raise ErreurUsage(
                f"Ce prêt commence {temps.dire_creneau(voulu, maintenant.date())}.",
                f"Le retenir : {demander(voulu)} --quand {temps.a_taper(voulu)}",
            )
        tete = ""
        for objet, sien in zip(kit, retenus, strict=True):
            neuf = regles.nouveau(
                *(objet, a, voulu, nombre, Etat.DEHORS, maintenant, c.hasard, raison), kit=tete
            )
            if sien:
                parti, kit_promis = regles.sortir(sien, maintenant), tete or sien.kit
                bornes = {"debut": neuf.debut, "fin": neuf.fin}
                neuf = structs.replace(parti, **bornes, combien=nombre, kit=kit_promis)
                PRETS.corriger(e, sien, neuf)
            else:
                PRETS.poser(e, neuf)
            tete = tete or neuf.id
            poses.append((objet, neuf))
        prets = autres
    return _fait(c, poses, poses[0][1].creneau, "remis", "stock.preter")


def _demander(
    mots: Sequence[str], a: str, combien: int, pour: str, maintenant: datetime, quand: Creneau
) -> str:
    """La commande qui prête ; qui retient, si l'on ne vient pas d'ici demain."""
    verbe = "reserver" if quand.debut > maintenant + UN_JOUR else "preter"
    return _commande(verbe, mots, a, combien, pour)


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


def _retenu_avec(objet: Objet, tete: Pret | None, prets: Sequence[Pret]) -> Pret | None:
    """Ce qui était retenu de cet objet avec le kit."""
    return next(
        (p for p in prets if tete and p.objet == objet.id and p in regles.avec_les_siens(tete, prets)), None
    )


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
    connus = fiches.en_main(c, e)
    geste = "tl stock prolonger {p.id} --jusqua " + shlex.quote(jusqua)
    ancien = fiches.exiger_pret(c, objet, connus, frozenset({Etat.DEHORS, Etat.RESERVE}), geste)
    lu = fiches.exiger(c, ancien.objet)
    siens = regles.avec_les_siens(ancien, connus)
    autres = [p for p in connus if p not in siens]
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
    debut, nouvelle = temps.ecrire_bornes(voulu)
    for p in siens:
        _exiger_prolongeable(c, fiches.exiger(c, p.objet), p, voulu, autres)
        PRETS.corriger(e, p, structs.replace(p, debut=debut, fin=nouvelle))
    neuf = structs.replace(ancien, debut=debut, fin=nouvelle)
    return Fait(
        id=neuf.id,
        action="stock.prolonger",
        histoire=f"{lu.nom} : prêt prolongé {regles.dire_jusqua(neuf)}",
        phrase=f"« {lu.nom} » reste chez {c.registre.nom(neuf.a)} {regles.dire_jusqua(neuf)}.",
        suite=f"tl stock rendre {lu.id} @{neuf.a}",
    )


def _exiger_prolongeable(c: Contexte, objet: Objet, p: Pret, voulu: Creneau, autres: Sequence[Pret]) -> None:
    """Refuser de prolonger ce que quelqu'un attend, ou qui est promis d'ici là."""
    a_la_fin = f"Le libérer à la date dite : {regles.liberer(p)}"
    if attendent := regles.attendu_par(objet, autres, voulu.fin):
        raise Echec(
            f"« {objet.nom} » est attendu par {attendent[0].a}, {temps.dire_creneau(attendent[0].creneau)}.",
            a_la_fin,
        )
    examiner(c, objet, p.a, voulu, p.combien, autres, remede=a_la_fin)

"""`tl espace importer` : les réservations d'un autre outil (CSV, ICS), après les avoir montrées."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.echange import plan as plans
from tiers_lieu_cli.espace.echange import regles
from tiers_lieu_cli.espace.echange.dialogue import Reglage, accorder_les_colonnes, accorder_les_salles
from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES, Correspondance
from tiers_lieu_cli.espace.echange.plan import Plan
from tiers_lieu_cli.espace.echange.regles import Illisible, Ligne
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.planning.fiches import promesse_de
from tiers_lieu_cli.espace.regles import dire_gene
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat, Reservation
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.agenda.agenda_lu import lire_agenda
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.gens.mur import sans_montant
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import en_tirets

app = Application()
#: Ce qu'on cite dans un aperçu.
CITES = 10


@app.ecrit("importer", oui=True)
def importer(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Un .csv ou un .ics.")],
    correspondance: Annotated[
        list[str] | None,
        typer.Option(
            "--correspondance", metavar="CHAMP=COLONNE", help='Quelle colonne dit quoi : "debut=Start time".'
        ),
    ] = None,
    salle: Annotated[
        list[str] | None,
        typer.Option("--salle", metavar="[NOM=]SALLE", help='La salle de toutes, ou "Petite salle=bleue".'),
    ] = None,
) -> Fait | Rien:
    """Importer des réservations, aperçu d'abord ; les importer encore ne double rien.

    Les colonnes d'un export GRR ou MRBS sont reconnues ; ce qui manque est demandé, puis retenu.
    Une ligne qui gênerait une réservation, un événement ou une fermeture est laissée, et dite.

    Exemples :
        tl espace importer grr.csv
        tl espace importer export.csv --correspondance "debut=Start time" --salle "Room 1=salle-rez"
        tl espace importer agenda.ics --salle salle-rez --oui
    """
    octets = fichiers.octets(fichier, fichiers.TAILLE_D_UN_TABLEAU)
    reglage = Reglage.de(c, correspondance or (), salle or ())
    lues, laissees, retenir = _lire(c, e, fichier, octets, reglage)
    retenir = accorder_les_salles(c, lues, reglage, retenir)
    plan = _planifier(c, lues, laissees, retenir)
    laisse = list(_dire_ce_qui_reste(c, plan))
    if not plan.neuves:
        return Rien(phrase="Rien n'est importé.", lignes=laisse, details=_bilan(plan))
    c.confirmer(
        "Importer ?", [*_apercu(c, fichier.name, plan), *laisse], sinon=f"tl espace importer {fichier} --oui"
    )
    for neuve in plan.neuves:
        RESERVATIONS.poser(e, neuve)
    _retenir(c, e, retenir)
    premier = min(r.creneau.premier_jour for r in plan.neuves)
    return Fait(
        id=fichier.name,
        action="espace.importer",
        histoire=f"Import de réservations : {len(plan.neuves)}",
        phrase=f"{_compte(len(plan.neuves), 'réservation')} importée{'s' * (len(plan.neuves) > 1)}.",
        lignes=laisse if c.questions.oui or c.questions.essai else (),
        suite=f"tl espace planning --du {premier}",
        details=_bilan(plan),
    )


def _lire(
    c: Contexte, e: Ecriture, fichier: Path, octets: bytes, reglage: Reglage
) -> tuple[list[Ligne], list[Illisible], Correspondance | None]:
    """Les lignes du fichier, celles qu'on laisse, et comment on les a lues (d'un CSV)."""
    if octets.lstrip().upper().startswith(b"BEGIN:VCALENDAR") or fichier.suffix.lower() == ".ics":
        agenda = lire_agenda(
            octets, nom_du_fichier=fichier.name, fuseau=c.lieu.fuseau, aujourdhui=c.horloge.aujourdhui()
        )
        dits = ((f"{v.uid} {v.occurrence}", v.titre, v.lieu, v.creneau, v.annule) for v in agenda.evenements)
        lues, laissees = regles.lignes_d_agenda(dits, reglage.toutes)
        return lues, [*laissees, *(Illisible(0, d) for d in agenda.defauts)], None
    tableau = fichiers.lire_tableau(octets, fichier.name)
    if tableau.avis:
        e.avis.append(f"{fichier.name} : {tableau.avis}")
    if not tableau.lignes:
        raise ErreurUsage(
            f"{fichier.name} n'a pas de lignes sous une ligne de titres.",
            "Vérifier que c'est un export CSV, avec ses titres.",
        )
    accord = accorder_les_colonnes(c, fichier, tableau, reglage)
    lues, laissees = regles.lire_lignes(tableau, accord.colonnes, reglage.toutes)
    return lues, laissees, accord


def _planifier(
    c: Contexte, lues: Iterable[Ligne], laissees: Iterable[Illisible], accord: Correspondance | None
) -> Plan:
    plan = Plan(laissees=[(i.rang, i.raison) for i in laissees])
    noms = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
    retenues = accord.salles if accord else {}
    lues = [ligne for ligne in lues if ligne.etat is not Etat.ANNULEE or _compter_annulee(plan)]
    if not lues:
        return plan
    fenetre = Creneau(min(li.creneau.debut for li in lues), max(li.creneau.fin for li in lues))
    cles = {
        ident.rpartition("-")[2]
        for ident in RESERVATIONS.idents_des_mois(c.arbre, fenetre.premier_jour, fenetre.dernier_jour)
    }
    for ligne in lues:
        salle = retenues.get(ligne.salle) or regles.reconnaitre(ligne.salle, noms)
        if not salle:
            plan.laissees.append((ligne.rang, f"salle inconnue : {ligne.salle}"))
            continue
        cle = regles.cle(ligne, salle)
        if cle in cles or _est_a_nous(c, ligne.nom):
            plan.connues += 1
            continue
        cles.add(cle)
        try:
            plan.neuves.append(_reservation(c, ligne, salle, cle))
        except Echec:
            plan.laissees.append((ligne.rang, "nomme une personne du registre"))
    graphe = occupations.graphe(c.arbre)
    maintenant = c.horloge.murale()
    prises = occupations.de_la_fenetre(c.arbre, fenetre, maintenant)
    plans.departager(plan, [*prises, *occupations.fermees(c.arbre, fenetre, graphe)], graphe)
    return plan


def _compter_annulee(plan: Plan) -> bool:
    plan.annulees += 1
    return False


def _est_a_nous(c: Contexte, nom: str) -> bool:
    """Ce nom est-il celui d'une de nos réservations, ou d'une date d'une de nos séries ?"""
    return promesse_de(c.arbre, nom) is not None


def _reservation(c: Contexte, ligne: Ligne, salle: str, cle: str) -> Reservation:
    """La réservation d'une ligne ; un bénéficiaire que le registre ne connaît pas n'est pas gardé."""
    objet = c.entrer(sans_montant(ligne.objet))
    c.registre.refuser_le_prive(objet)
    debut, fin = temps.ecrire_bornes(ligne.creneau)
    return Reservation(
        id=f"{ligne.creneau.premier_jour:%Y-%m-%d}-{en_tirets(objet, 'reservation')}-{cle}",
        salle=salle,
        objet=objet,
        debut=debut,
        fin=fin,
        pour=_pour(c, ligne.pour),
        personnes=ligne.personnes,
        etat=ligne.etat,
    )


def _pour(c: Contexte, dit: str) -> str:
    if dit in c.lieu.reglages.publics:
        return dit
    try:
        return c.registre.designer(dit) if dit else ""
    except ErreurUsage:
        return ""


def _retenir(c: Contexte, ecriture: Ecriture, accord: Correspondance | None) -> None:
    """Garder comment lire ces fichiers, pour ne plus le demander ; jamais s'ils nomment quelqu'un."""
    if accord is None or not (accord.colonnes or accord.salles):
        return
    try:
        c.registre.refuser_le_prive(*accord.colonnes.values(), *accord.salles)
    except Echec:
        return
    connue = CORRESPONDANCES.une(c.arbre, accord.id)
    if connue is None:
        CORRESPONDANCES.poser(ecriture, accord)
    elif connue != accord:
        CORRESPONDANCES.corriger(ecriture, connue, accord)


def _apercu(c: Contexte, nom: str, plan: Plan) -> Iterator[str]:
    """Ce qui serait fait, avant de le faire."""
    graphe, jour = occupations.graphe(c.arbre), c.horloge.aujourdhui()
    yield f"{nom} : {_compte(len(plan.neuves), 'réservation neuve', 'réservations neuves')}"
    for r in plan.neuves[:CITES]:
        yield f"  + {graphe.nom(r.salle)} · {temps.dire_creneau(r.creneau, jour)} · {r.objet}"
    if len(plan.neuves) > CITES:
        yield f"  + … et {len(plan.neuves) - CITES} autres"


def _dire_ce_qui_reste(c: Contexte, plan: Plan) -> Iterator[str]:
    """Ce qui n'est pas pris, et pourquoi."""
    graphe = occupations.graphe(c.arbre)
    for r, gene in plan.genees[:CITES]:
        yield f"  ! « {r.objet} » est laissée : {dire_gene(gene, graphe)}"
    if len(plan.genees) > CITES:
        yield f"  ! … et {len(plan.genees) - CITES} autres que quelque chose gêne"
    for rang, raison in plan.laissees[:CITES]:
        yield f"  ! {f'ligne {rang} : ' if rang else ''}{raison}"
    if len(plan.laissees) > CITES:
        yield f"  ! … et {len(plan.laissees) - CITES} autres laissées"
    if plan.connues:
        yield f"  = {plan.connues} déjà là"
    if plan.annulees:
        yield f"  = {plan.annulees} annulées là-bas, laissées"


def _compte(nombre: int, un: str, plusieurs: str = "") -> str:
    return f"{nombre} {un if nombre < 2 else plusieurs or un + 's'}"


def _bilan(plan: Plan) -> dict[str, object]:
    return {
        "neuves": [r.id for r in plan.neuves],
        "connues": plan.connues,
        "annulees": plan.annulees,
        "genees": [
            {"objet": r.objet, "debut": r.debut, "salle": r.salle, "conflit": g.id} for r, g in plan.genees
        ],
        "laissees": [{"ligne": rang, "raison": raison} for rang, raison in plan.laissees],
    }

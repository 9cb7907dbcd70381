"""`tl espace importer` : les réservations d'un autre outil (CSV, ICS), après les avoir montrées."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import materiel, occupations
from tiers_lieu_cli.espace.echange import plan as plans
from tiers_lieu_cli.espace.echange import regles
from tiers_lieu_cli.espace.echange.dialogue import (
    Reglage,
    accorder_l_ordre,
    accorder_les_colonnes,
    accorder_les_salles,
)
from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES, Correspondance
from tiers_lieu_cli.espace.echange.plan import Plan
from tiers_lieu_cli.espace.echange.regles import Illisible, Ligne
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.promesse.fiches import replacer
from tiers_lieu_cli.espace.regles import dire_gene
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat, Reservation
from tiers_lieu_cli.espace.reservation.regles import est_vivante
from tiers_lieu_cli.espace.serie import regles as des_series
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.agenda.agenda_lu import lire_agenda
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.gens.mur import sans_montant
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import a_taper, en_tirets

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
        list[SalleCitee] | None,
        typer.Option("--salle", metavar="[NOM=]SALLE", help='La salle de toutes, ou "Petite salle=bleue".'),
    ] = None,
    mois_dabord: Annotated[
        bool | None,
        typer.Option("--mois-dabord/--jour-dabord", help="Comment lire 12/05 : le 5 décembre, ou le 12 mai."),
    ] = None,
    changees: Annotated[
        bool, typer.Option("--changees", help="Prendre aussi ce qui a changé là-bas (≠).")
    ] = False,
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
    reglage = Reglage.de(c, correspondance or (), salle or (), mois_dabord)
    lues, laissees, retenir = _lire(c, e, fichier, octets, reglage)
    retenir = accorder_les_salles(c, lues, reglage, retenir)
    plan = _planifier(c, lues, laissees, retenir)
    apercu, reste = list(_apercu(c, fichier.name, plan)), list(_dire_ce_qui_reste(c, plan))
    prises = plan.changees if changees or _prend_les_changements(c, plan) else []
    if plan.changees and not prises:
        reste.append(f"  → Prendre aussi ce qui a changé : {c.questions.redite('--changees', '--oui')}")
    if not (plan.neuves or prises):
        return Rien(phrase="Rien n'est importé.", lignes=reste, details=_bilan(plan))
    c.confirmer("Importer ?", [*apercu, *reste])
    for neuve in plan.neuves:
        RESERVATIONS.poser(e, neuve)
    _prendre_les_changements(c, e, prises)
    _retenir(c, e, retenir)
    comptes = [f"{_compte(len(plan.neuves), 'réservation')} importée{'s' * (len(plan.neuves) > 1)}"]
    comptes += [_compte(len(prises), "changée")] if prises else []
    premier = min(r.creneau.premier_jour for r in (*plan.neuves, *(n for _, n in prises)))
    return Fait(
        id=fichier.name,
        action="espace.importer",
        histoire=f"Import de réservations : {', '.join(comptes)}",
        phrase=f"{', '.join(comptes)}.",
        lignes=reste if c.questions.oui or c.questions.essai else (),
        suite=f"tl espace planning {premier}",
        details=_bilan(plan),
    )


def _prend_les_changements(c: Contexte, plan: Plan) -> bool:
    """Ce qui a changé là-bas a pu l'être aussi ici : on le montre, et on demande."""
    if not plan.changees:
        return False
    montrees = "\n".join(_dire_les_changements(c, plan))
    return c.accorder(f"{montrees}\nPrendre ces changements ?")


def _lire(
    c: Contexte, e: Ecriture, fichier: Path, octets: bytes, reglage: Reglage
) -> tuple[list[Ligne], list[Illisible], Correspondance | None]:
    """Les lignes du fichier, celles qu'on laisse, et comment on les a lues (d'un CSV)."""
    if octets.lstrip().upper().startswith(b"BEGIN:VCALENDAR") or fichier.suffix.lower() == ".ics":
        agenda = lire_agenda(octets, nom_du_fichier=fichier.name, fuseau=c.lieu.fuseau)
        jour = c.horloge.aujourdhui()
        dites = regles.dates_d_agenda(agenda, jour)
        lues, laissees = regles.lignes_d_agenda(dites, reglage.toutes)
        dits = [*agenda.laisses, *agenda.avis]
        if combien := len(agenda.annulations):
            dits.append(f"{combien} annulation{'s' * (combien > 1)} sans date : tl espace annuler")
        if any(not s.recurrence.au or s.recurrence.au > str(jour + regles.AVENIR) for s in agenda.series):
            dits.append(f"Les séries sont prises jusqu'au {temps.dire_jour(jour + regles.AVENIR)}.")
        return lues, [*laissees, *(Illisible(0, dit) for dit in dits)], None
    tableau = fichiers.lire_tableau(octets, fichier.name)
    if tableau.avis:
        e.avis.append(f"{fichier.name} : {tableau.avis}")
    if not tableau.lignes:
        raise ErreurUsage(
            f"{fichier.name} n'a pas de lignes sous une ligne de titres.",
            "Vérifier que c'est un export CSV, avec ses titres.",
        )
    accord = accorder_les_colonnes(c, fichier, tableau, reglage)
    ordre = accorder_l_ordre(c, fichier, regles.ordre_des_dates(tableau, accord.colonnes), reglage)
    lues, laissees = regles.lire_lignes(tableau, accord.colonnes, c.lieu.fuseau, ordre, reglage.toutes)
    return lues, laissees, accord


def _planifier(
    c: Contexte, lues: Iterable[Ligne], laissees: Iterable[Illisible], accord: Correspondance | None
) -> Plan:
    plan = Plan(laissees=[(i.rang, i.raison) for i in laissees])
    noms = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
    retenues = accord.salles if accord else {}
    deja = {ident.rpartition("-")[2]: ident for ident in RESERVATIONS.idents(c.arbre)}
    vues: set[str] = set()
    for ligne in lues:
        salle = retenues.get(ligne.salle) or regles.reconnaitre(ligne.salle, noms)
        if not salle:
            plan.laissees.append((ligne.rang, f"salle inconnue : {ligne.salle}"))
            continue
        cle = regles.cle(ligne, salle)
        ancienne = _deja_la(c, deja.get(cle, ligne.nom))
        if cle in vues:
            plan.connues += 1
            continue
        if ancienne is None and (dite := de_la_date(c.arbre, ligne.nom)):
            if not est_vivante(dite[0]) and ligne.etat is not Etat.ANNULEE:
                plan.laissees.append((ligne.rang, f"la série « {dite[0].objet} » est annulée ici"))
                continue
            ancienne = des_series.comme_une_reservation(*dite, occupations.exclus(c.arbre))
        vues.add(cle)
        if ligne.etat is Etat.ANNULEE and ancienne is None:
            plan.annulees += 1
            continue
        try:
            _comparer(plan, ancienne, _reservation(c, plan, ligne, salle, cle))
        except Echec:
            plan.laissees.append((ligne.rang, "nomme une personne du registre"))
    voulues = [n.emprise for n in plan.neuves] + [n.emprise for _, n in plan.changees]
    if voulues:
        fenetre = Creneau(min(v.debut for v in voulues), max(v.fin for v in voulues))
        graphe = occupations.graphe(c.arbre)
        prises = occupations.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
        plans.departager(plan, [*prises, *occupations.fermees(c.arbre, fenetre, graphe)], graphe)
    return plan


def _deja_la(c: Contexte, ident: str) -> Reservation | None:
    """La réservation de ce nom, là où elle est partie si on l'a déplacée."""
    try:
        trouvee = RESERVATIONS.une(c.arbre, ident)
    except IdentifiantInvalide:
        return None
    while trouvee is not None and trouvee.deplacee_a:
        trouvee = RESERVATIONS.une(c.arbre, trouvee.deplacee_a)
    return trouvee


def _prendre_les_changements(
    c: Contexte, e: Ecriture, prises: Iterable[tuple[Reservation, Reservation]]
) -> None:
    """Une réservation suit ce qui en est dit là-bas ; une date de série, par un écart de sa série."""
    anciennes: dict[str, Serie] = {}
    suivies: dict[str, Serie] = {}
    for ancienne, nouvelle in prises:
        dite = de_la_date(c.arbre, ancienne.id)
        if dite is None or RESERVATIONS.une(c.arbre, ancienne.id):
            emporte = materiel.qui_accompagne(c, ancienne.id)
            arrivee = replacer(c, e, ancienne, nouvelle)
            if arrivee.etat is Etat.ANNULEE:
                emporte.rendre(e)
            elif not emporte.manques(arrivee.emprise):
                # Pris ailleurs à ces heures-là, il reste aux siennes : « tl verifier » le dit.
                emporte.retenir(e, arrivee)
            continue
        serie, jour = dite
        anciennes[serie.id] = serie
        suivies[serie.id] = des_series.suivre(
            suivies.get(serie.id, serie), jour, nouvelle, occupations.exclus(c.arbre)
        )
    for ident, suivie in suivies.items():
        SERIES.corriger(e, anciennes[ident], suivie)


def _comparer(plan: Plan, ancienne: Reservation | None, lue: Reservation) -> None:
    """Neuve, la même qu'ici, ou autre : d'autres heures, une autre salle, ou annulée là-bas."""
    if ancienne is None:
        plan.neuves.append(lue)
        return
    eteinte, annule = ancienne.etat in (Etat.ANNULEE, Etat.REFUSEE), lue.etat is Etat.ANNULEE
    meme_place = (lue.salle, lue.debut, lue.fin) == (ancienne.salle, ancienne.debut, ancienne.fin)
    if eteinte is annule and (annule or meme_place):
        plan.connues += 1
    elif annule:
        plan.changees.append((ancienne, structs.replace(ancienne, etat=Etat.ANNULEE, expire="")))
    else:
        etat = lue.etat if eteinte else ancienne.etat
        suivie = structs.replace(ancienne, salle=lue.salle, debut=lue.debut, fin=lue.fin, etat=etat)
        plan.changees.append((ancienne, suivie))


def _reservation(c: Contexte, plan: Plan, ligne: Ligne, salle: str, cle: str) -> Reservation:
    """La réservation d'une ligne ; un bénéficiaire que le registre ne connaît pas n'est pas gardé."""
    objet = c.entrer(sans_montant(ligne.objet))
    c.registre.refuser_le_prive(objet)
    debut, fin = temps.ecrire_bornes(ligne.creneau)
    ident = f"{ligne.creneau.premier_jour:%Y-%m-%d}-{en_tirets(objet, 'reservation')}-{cle}"
    try:
        pour = _pour(c, ligne.pour)
    except SaisieAmbigue as ambigue:
        # On ne devine pas lequel ; le nom, lui, n'est pas recopié.
        pour, plan.a_designer[ident] = "", (ligne.rang, tuple(lue.texte for lue in ambigue.lectures))
    return Reservation(
        id=ident,
        salle=salle,
        objet=objet,
        debut=debut,
        fin=fin,
        pour=pour,
        personnes=ligne.personnes,
        etat=ligne.etat,
    )


def _pour(c: Contexte, dit: str) -> str:
    """Le public ou la personne que ce nom désigne ; `SaisieAmbigue` si plusieurs le portent."""
    if public := c.lieu.reglages.public(dit):
        return public
    try:
        return c.registre.designer(dit) if dit else ""
    except FicheIntrouvable:
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
    for ident, (rang, qui) in list(plan.a_designer.items())[:CITES]:
        yield f"  ! {f'ligne {rang} : ' if rang else ''}plusieurs personnes portent ce nom, importée sans"
        yield from (f"    → tl espace modifier {ident} --pour {a_taper(dit)}" for dit in qui[:CITES])
    if len(plan.a_designer) > CITES:
        yield f"  ! … et {len(plan.a_designer) - CITES} autres dont plusieurs personnes portent le nom"
    yield from _dire_les_changements(c, plan)
    if plan.connues:
        yield f"  = {plan.connues} déjà là"
    if plan.annulees:
        yield f"  = {plan.annulees} annulées là-bas, laissées"


def _dire_les_changements(c: Contexte, plan: Plan) -> Iterator[str]:
    """Ce que le fichier dit autrement qu'ici."""
    graphe, jour = occupations.graphe(c.arbre), c.horloge.aujourdhui()
    for ancienne, nouvelle in plan.changees[:CITES]:
        ici, la_bas = (
            "annulée"
            if r.etat is Etat.ANNULEE
            else f"{graphe.nom(r.salle)}, {temps.dire_creneau(r.creneau, jour)}"
            for r in (ancienne, nouvelle)
        )
        yield f"  ≠ « {ancienne.objet} » ({ancienne.id}) : ici {ici} ; là-bas {la_bas}"
    if len(plan.changees) > CITES:
        yield f"  ≠ … et {len(plan.changees) - CITES} autres"


def _compte(nombre: int, un: str, plusieurs: str = "") -> str:
    return f"{nombre} {un if nombre < 2 else plusieurs or un + 's'}"


def _bilan(plan: Plan) -> dict[str, object]:
    return {
        "neuves": [r.id for r in plan.neuves],
        "connues": plan.connues,
        "annulees": plan.annulees,
        "changees": [
            {"id": a.id, "salle": n.salle, "debut": n.debut, "fin": n.fin, "etat": n.etat}
            for a, n in plan.changees
        ],
        "genees": [
            {"objet": r.objet, "debut": r.debut, "salle": r.salle, "conflit": g.id} for r, g in plan.genees
        ],
        "a_designer": [{"ligne": rang, "id": ident} for ident, (rang, _) in plan.a_designer.items()],
        "laissees": [{"ligne": rang, "raison": raison} for rang, raison in plan.laissees],
    }

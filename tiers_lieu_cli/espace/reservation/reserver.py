"""`tl espace reserver` : promettre une salle, ou dire pourquoi non et proposer autre chose."""

from __future__ import annotations

import shlex
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import materiel as materiels
from tiers_lieu_cli.espace import occupations, refus, saisies
from tiers_lieu_cli.espace.examen import Examen, Reglement, examiner
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat, Reservation
from tiers_lieu_cli.espace.reservation.options import (
    Demandeur,
    Demontage,
    Disposition,
    Forcer,
    Materiel,
    Montage,
    Motif,
    Objet,
    Option,
    Personnes,
    Pour,
    Salle,
)
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()
#: Au-delà, c'est une fermeture, ou un événement.
DUREE_MAXIMALE = timedelta(days=28)


@app.ecrit("reserver")
def reserver(
    c: Contexte,
    e: Ecriture,
    salle: Salle,
    quand: Annotated[
        str, typer.Argument(metavar="QUAND", help='Le moment : "jeu 14h-16h", "2026-11-26 14h-16h".')
    ],
    objet: Objet,
    jusqua: Annotated[
        str, typer.Option("--jusqua", metavar="HEURE", help="La fin, si QUAND ne la dit pas.")
    ] = "",
    pour: Pour = "",
    demandeur: Demandeur = "",
    personnes: Personnes = 0,
    disposition: Disposition = "",
    montage: Montage = "",
    demontage: Demontage = "",
    materiel: Materiel = None,
    option: Option = "",
    attente: Annotated[
        bool, typer.Option("--attente", help="La salle est prise : se mettre en file.")
    ] = False,
    forcer: Forcer = False,
    motif: Motif = "",
    passe: Passe = False,
) -> Fait:
    """Réserver une salle et son matériel ; un refus dit ce qui gêne et propose trois créneaux.

    Le matériel suit la réservation : déplacé avec elle, rendu si elle est annulée.

    Exemples :
        tl espace reserver salle-rez "jeu 14h-16h" --pour @amina --objet "réunion de quartier"
        tl espace reserver salle-rez "sam 20h" --jusqua 2h --objet "concert" --montage 2h --demontage 1h
        tl espace reserver salle-rez "jeu 18h-20h" --pour @amina --objet "ciné" --materiel projecteur
        tl espace reserver salle-rez "12/12 9h-17h" --objet "assemblée" --option "vendredi 18h"
    """
    debut, fin = _bornes(saisies.lire_creneau(c, quand, jusqua, passe=passe))
    voeu = Reservation(
        id="",
        debut=debut,
        fin=fin,
        salle=SALLES.designer(c.arbre, salle),
        objet=texte.ligne(objet, "L'objet"),
        pour=saisies.designer_qui(c, pour),
        demandeur=c.registre.designer(demandeur) if demandeur else "",
        personnes=personnes,
        disposition=disposition,
        montage=saisie.lire_minutes(montage),
        demontage=saisie.lire_minutes(demontage),
        etat=Etat.OPTION if option else Etat.ATTENTE if attente else Etat.CONFIRMEE,
        expire=temps.ecrire_moment(saisies.lire_moment(c, option)) if option else "",
    )
    if option and attente:
        raise ErreurUsage("Une option tient la place ; une attente ne tient rien.", "Choisir l'une.")
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    emporte = _emporter(c, voeu, materiel or [])
    reglement = Reglement(c, voeu, delais=True, materiel=emporte)
    commande = partial(_commande, voeu, materiel or [])
    while (contre := _examiner(c, reglement, voeu)).manques or not (contre.est_possible or forcage):
        choix = refus.choisir(c, contre, regles.occuper(voeu), reglement, commande)
        voeu = regles.deplacer(voeu, choix.salle, choix.seance)
    if not contre.est_possible:
        voeu = regles.forcer(voeu, forcage, contre.contre)
    elif voeu.etat is Etat.CONFIRMEE and reglement.modere(voeu.salle) and not forcage:
        voeu = structs.replace(voeu, etat=Etat.DEMANDEE)
    jour, dit = voeu.creneau.premier_jour, saisies.sans_personne(voeu.objet)
    voisines = occupations.reservations_de(c.arbre, voeu.emprise).fiches
    posee = structs.replace(
        voeu,
        id=identifiants.date_de(jour, dit, "reservation", c.hasard),
        demandee_le=c.horloge.arrivee(r.demandee_le for r in voisines),
    )
    RESERVATIONS.poser(e, posee)
    if emporte:
        emporte.retenir(e, posee)
    genees = reglement.graphe.genees(posee.salle)
    avant = sum(r.etat is Etat.ATTENTE and r.salle in genees for r in voisines)
    return _fait(c, posee, reglement, avant, str(emporte or ""))


def _bornes(creneau: Creneau) -> tuple[str, str]:
    if creneau.duree > DUREE_MAXIMALE:
        raise ErreurUsage(
            f"Une réservation dure {DUREE_MAXIMALE.days} jours au plus.",
            "Au-delà, fermer la salle (tl espace fermer), ou en faire un événement.",
        )
    return temps.ecrire_bornes(creneau)


def _emporter(c: Contexte, voeu: Reservation, dits: list[str]) -> materiels.Materiel | None:
    """Le matériel demandé avec la salle, et qui en répond."""
    if not dits:
        return None
    if voeu.etat is not Etat.CONFIRMEE:
        place = "option ne promet" if voeu.etat is Etat.OPTION else "attente ne tient"
        raise ErreurUsage(
            f"Une {place} rien : le matériel se retient quand la salle l'est.",
            "Refaire sans --materiel ; une fois validée, le retenir : tl stock reserver",
        )
    qui = next((p for p in (voeu.pour, voeu.demandeur) if p.startswith("p-")), "")
    if not qui:
        raise ErreurUsage("Qui répond du matériel ?", "Dire une personne : --pour @…, ou --demandeur @…")
    return materiels.demande(c, dits, qui)


def _examiner(c: Contexte, reglement: Reglement, voeu: Reservation) -> Examen:
    """Ce qui s'oppose au vœu ; à une attente, les règles seules : il faut quelque chose à attendre."""
    contre = examiner(c, reglement, [regles.occuper(voeu)])
    if voeu.etat is not Etat.ATTENTE:
        return contre
    if not contre.genes:
        raise ErreurUsage("La salle est libre : il n'y a rien à attendre.", "Refaire sans --attente.")
    return Examen(manquements=contre.manquements, manques=contre.manques)


def _commande(voeu: Reservation, materiel: list[str], p: Proposition) -> str:
    options = [("--objet", voeu.objet), ("--pour", voeu.pour), ("--personnes", str(voeu.personnes or ""))]
    options += [(f"--{mot}", f"{n}min" if n else "") for mot, n in _preparations(voeu)]
    options += [("--demandeur", voeu.demandeur), *(("--materiel", dit) for dit in materiel)]
    mots = [mot for nom, valeur in options if valeur for mot in (nom, valeur)]
    return shlex.join(["tl", "espace", "reserver", p.salle, temps.a_taper(p.seance), *mots])


def _preparations(voeu: Reservation) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("montage", voeu.montage), ("demontage", voeu.demontage)


def _fait(c: Contexte, r: Reservation, reglement: Reglement, avant: int, emporte: str) -> Fait:
    nom, quand = reglement.graphe.nom(r.salle), temps.dire_creneau(r.creneau, c.horloge.aujourdhui())
    pour = f", pour {r.pour}" if r.pour else ""
    suites = {
        Etat.DEMANDEE: f"tl espace valider {r.id}",
        Etat.OPTION: f"tl espace valider {r.id}",
        Etat.ATTENTE: "tl espace demandes",
    }
    return Fait(
        id=r.id,
        action="espace.reserver",
        histoire=f"{regles.dire_acte(r)} de {nom}, {temps.dire_creneau(r.creneau)}"
        f"{f', avec {emporte}' if emporte else ''}{regles.dire_forcage(r)}",
        phrase=f"{nom} {regles.dire_place(r, c.horloge.aujourdhui())} {quand}{pour} ({r.id}).",
        lignes=[
            *reglement.avis(r.creneau),
            *([f"  Avec : {emporte}."] if emporte else []),
            *([f"  {avant} avant elle dans la file."] if r.etat is Etat.ATTENTE and avant else []),
        ],
        suite=suites.get(r.etat, f"tl espace fiche {r.id}"),
    )

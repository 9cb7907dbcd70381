"""`tl espace serie creer` : promettre une salle à dates répétées, chaque date vérifiée avant d'écrire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations, saisies
from tiers_lieu_cli.espace.examen import Reglement
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.espace.reservation.options import (
    Demandeur,
    Demontage,
    Disposition,
    Forcer,
    Montage,
    Motif,
    Personnes,
    Pour,
    Salle,
)
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.espace.serie.options import SiPrise
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.series import ident_neuf
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.recurrence import Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_dite import NATURES, dire, lire_recurrence
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application()


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    salle: Salle,
    regle: Annotated[
        str, typer.Option("--regle", help='Comme on le dit : "chaque mardi 19h-21h sauf vacances scolaires".')
    ],
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="À partir de ce jour.")],
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Jusqu'à ce jour compris.")],
    objet: Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")] = "série",
    pour: Pour = "",
    demandeur: Demandeur = "",
    personnes: Personnes = 0,
    disposition: Disposition = "",
    montage: Montage = "",
    demontage: Demontage = "",
    si_pris: SiPrise = None,
    forcer: Forcer = False,
    motif: Motif = "",
    passe: Passe = False,
) -> Fait:
    """Réserver une salle à dates répétées.

    Chaque date est vérifiée avant d'écrire. Celles qui sont prises se sautent, se déplacent, ou
    restent « à replacer » : au choix pour chacune, ou pour toutes avec --si-pris. Le matériel d'une
    série se retient date par date : tl stock reserver.

    Exemple :
        tl espace serie creer salle-rez --regle "chaque mardi 19h-21h" --du 1/12 --au 30/6 --objet chorale
    """
    dit = texte.ligne(objet, "L'objet")
    serie = Serie(
        id=ident_neuf(c, saisies.sans_personne(dit)),
        salle=SALLES.designer(c.arbre, salle),
        objet=dit,
        recurrence=_lire(c, regle, du, au, passe=passe),
        pour=saisies.designer_qui(c, pour),
        demandeur=c.registre.designer(demandeur) if demandeur else "",
        personnes=personnes,
        disposition=disposition,
        montage=saisie.lire_minutes(montage),
        demontage=saisie.lire_minutes(demontage),
        demandee_le=c.horloge.arrivee(),
    )
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    if not forcage and Reglement(c, serie, delais=False).modere(serie.salle):
        serie = structs.replace(serie, etat=Etat.DEMANDEE)
    (serie,) = Reservee(si_pris, forcage).promettre(c, None, [serie])
    SERIES.poser(e, serie)
    return _fait(c, serie)


def _lire(c: Contexte, regle: str, du: str, au: str, *, passe: bool) -> Recurrence:
    """La règle dite, entre deux jours ; ce qu'elle excepte doit avoir été noté par le lieu."""
    maintenant = c.horloge.murale()
    premier = saisie.lire_jour(du, maintenant, Sens.LIBRE)
    dernier = date.fromisoformat(saisies.lire_bornes(c, str(premier), au, passe=passe)[1])
    if premier < maintenant.date() and not passe:
        raise ErreurUsage(
            f"C'est déjà passé : {temps.dire_jour(premier)}.", "Si c'est voulu, ajouter --passe."
        )
    connues = PERIODES.idents(c.arbre)
    lue = regles.exiger_assez_courte(lire_recurrence(regle, premier, dernier, natures={*NATURES, *connues}))
    for nature in lue.sauf:
        if nature not in connues:
            raise ErreurUsage(
                f"Le lieu n'a pas encore noté ses « {nature} ».", f"Les noter : tl espace periode {nature}"
            )
    return lue


def _fait(c: Contexte, serie: Serie) -> Fait:
    nom, quand = occupations.graphe(c.arbre).nom(serie.salle), dire(serie.recurrence)
    tenues = regles.toutes(serie, occupations.exclus(c.arbre))
    reglement = Reglement(c, serie, delais=False)
    hors = sum(not reglement.est_ouvert(tenue.seance or tenue.creneau) for tenue in tenues)
    quois = [e.quoi for e in serie.recurrence.ecarts.values()]
    comptes = [
        f"{quois.count(quoi)} {mot}{'s' * (accorde and quois.count(quoi) > 1)}"
        for quoi, mot, accorde in (
            (Quoi.SAUTE, "sautée", True),
            (Quoi.DEPLACE, "déplacée", True),
            (Quoi.A_REPLACER, "à replacer", False),
        )
        if quoi in quois
    ]
    compte = ", ".join([f"{len(tenues)} date{'s' * (len(tenues) > 1)}", *comptes])
    place = reservations.dire_place(serie, c.horloge.aujourdhui())
    return Fait(
        id=serie.id,
        action="espace.serie.creer",
        histoire=f"Série de réservations, {nom}, {quand}{reservations.dire_forcage(serie)}",
        phrase=f"{nom} {place} {quand} : {compte} ({serie.id}).",
        lignes=[f"  Attention : {texte.accorder(hors, 'date')} hors des heures d'ouverture."] if hors else (),
        suite=f"tl espace {'valider' if serie.etat is Etat.DEMANDEE else 'fiche'} {serie.id}",
    )

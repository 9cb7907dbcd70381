"""`tl prog evenement creer` et `modifier`."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations, refus
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import ReservationCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.evenement import suites
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.options import Lequel, Quand

creer_app = Application()
modifier_app = Application()


Montage = Annotated[
    str | None, typer.Option("--montage", metavar="DUREE", help="Avant, la salle est prise aussi : 30min.")
]
Demontage = Annotated[
    str | None, typer.Option("--demontage", metavar="DUREE", help="Après, la salle est prise aussi : 30min.")
]


def _sens(passe: bool) -> Sens:
    return Sens.PASSE if passe else Sens.A_VENIR


@creer_app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce que le programme affichera.")],
    dits: Dits,
    quand: Annotated[
        str,
        typer.Option(
            "--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'
        ),
    ] = "",
    reservation: Annotated[
        ReservationCitee,
        typer.Option("--reservation", help="La réservation à mettre au programme."),
    ] = "",
    montage: Montage = None,
    demontage: Demontage = None,
    interne: Annotated[bool, typer.Option("--interne", help="Pour l'équipe : jamais publié.")] = False,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    passe: Passe = False,
) -> Fait:
    """Ajouter un événement au programme ; une salle prise fait proposer autre chose.

    Une réservation mise au programme lui donne son moment et sa salle, et la tient pour lui.

    Exemples :
        tl prog evenement creer "Atelier vélo" --quand "mardi 18h30-20h" --salle cour --porteur @karim
        tl prog evenement creer "Concert" --quand "samedi 20h-23h" --salle cour --montage 2h --demontage 1h
        tl prog evenement creer "Assemblée" --reservation 2026-11-26-assemblee-7k2m
        tl prog evenement creer "Fête du quartier" --quand "du 3 au 5 juin" --ailleurs "place du Marché"
    """
    maintenant = c.horloge.murale()
    reprise = _reservee(c, reservation) if reservation else None
    if reprise and not quand:
        creneau = reprise.creneau
    elif quand:
        creneau = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=_sens(passe))
    else:
        raise ErreurUsage("Il manque l'option --quand.", 'Exemple : --quand "mardi 18h30-20h"')
    debut, fin = temps.ecrire_bornes(creneau)
    nu = Evenement(
        id="",
        titre=regles.titre_propre(titre),
        debut=debut,
        fin=fin,
        etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
        interne=interne,
        reservation=reprise.id if reprise else "",
        salles=(reprise.salle,) if reprise else (),
    )
    neuf = preparer(completer(c, nu, dits), montage, demontage)
    while choix := refus.au_programme(c, list(fiches.occupations([neuf])), _ailleurs(neuf), _reprise(neuf)):
        neuf = _suivre(neuf, choix)
    neuf = structs.replace(
        neuf, id=identifiants.date_de(neuf.creneau.premier_jour, neuf.titre, "evenement", c.hasard)
    )
    creneau = neuf.creneau
    fiches.collection(neuf.id, creneau).poser(e, neuf)
    dit = temps.dire_creneau(creneau, maintenant.date())
    deja = " (c'est déjà passé)" if creneau.fin <= maintenant else ""
    return Fait(
        id=neuf.id,
        action="prog.evenement.creer",
        histoire=f"Nouvel événement : « {neuf.titre} », {temps.dire_creneau(creneau)}",
        phrase=f"« {neuf.titre} » est au programme, {dit}{deja} ({neuf.id}).",
        suite=f"tl prog semaine {creneau.premier_jour}",
    )


def _reservee(c: Contexte, mot: str) -> Reservation:
    """La réservation à mettre au programme : tenue, et qui n'y est pas déjà."""
    lue = RESERVATIONS.exiger(c.arbre, mot)
    if not lue.tient(c.horloge.murale()):
        raise ErreurUsage(f"« {lue.objet} » ne tient plus sa salle.", f"La voir : tl espace fiche {lue.id}")
    for deja in occupations.au_programme(c.arbre, lue):
        raise ErreurUsage(
            f"« {lue.objet} » est déjà au programme : « {deja.titre} ».",
            f"Le voir : tl prog evenement fiche {deja.id}",
        )
    return lue


def preparer(evenement: Evenement, montage: str | None, demontage: str | None) -> Evenement:
    """L'événement, avec le temps dit pour monter et démonter ; vide : aucun."""
    dites = {"montage": montage, "demontage": demontage}
    durees = {nom: saisie.lire_minutes(dite) for nom, dite in dites.items() if dite is not None}
    if evenement.creneau.jours_entiers and any(durees.values()):
        raise ErreurUsage("Un événement de jours entiers n'a ni montage ni démontage.", "Dire son heure.")
    return structs.replace(evenement, **durees)


def _suivre(evenement: Evenement, choix: Proposition | Reservation) -> Evenement:
    """L'événement, là où l'on a choisi qu'il ait lieu."""
    if isinstance(choix, Reservation):
        return structs.replace(evenement, reservation=choix.id)
    debut, fin = temps.ecrire_bornes(choix.seance)
    return structs.replace(evenement, debut=debut, fin=fin, salles=(choix.salle, *evenement.salles[1:]))


def _ailleurs(evenement: Evenement) -> Callable[[Proposition], str]:
    def commande(p: Proposition) -> str:
        autres = [mot for salle in evenement.salles[1:] for mot in ("--salle", salle)]
        return _redire(evenement, "--quand", temps.a_taper(p.seance), "--salle", p.salle, *autres)

    return commande


def _reprise(evenement: Evenement) -> Callable[[Reservation], str]:
    def commande(reservation: Reservation) -> str:
        autre_heure = reservation.creneau != evenement.creneau
        quand = ("--quand", temps.a_taper(evenement.creneau)) if autre_heure else ()
        salles = () if evenement.salles == (reservation.salle,) else evenement.salles
        autres = [mot for salle in salles for mot in ("--salle", salle)]
        return _redire(evenement, "--reservation", reservation.id, *quand, *autres)

    return commande


def _redire(x: Evenement, *ou: str) -> str:
    """La même commande, ailleurs : tout ce qu'on avait dit y est."""
    repetes = {
        "--public": x.publics,
        "--porteur": [f"@{qui}" for qui in x.porteurs],
        "--etiquette": x.etiquettes,
        "--langue": x.langues,
        "--acces": x.accessibilite,
        "--besoin": x.besoins,
    }
    uniques = {
        "--montage": f"{x.montage}min" if x.montage else "",
        "--demontage": f"{x.demontage}min" if x.demontage else "",
        "--capacite": str(x.capacite or ""),
        "--age": f"{x.age_min}-{x.age_max}" if x.age_max else f"{x.age_min}+" if x.age_min else "",
        "--ailleurs": x.ailleurs,
        "--service": x.service,
        "--description": x.description,
    }
    mots = [mot for option, valeurs in repetes.items() for valeur in valeurs for mot in (option, valeur)]
    mots += [mot for option, valeur in uniques.items() if valeur for mot in (option, valeur)]
    mots += ["--interne"] * x.interne + ["--brouillon"] * (x.etat is Etat.BROUILLON)
    return shlex.join(["tl", "prog", "evenement", "creer", x.titre, *ou, *mots])


@modifier_app.ecrit("modifier", dits=Dits, prevenir=True)
def modifier(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    dits: Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    quand: Quand = None,
    confirmer: Annotated[
        bool, typer.Option("--confirmer", help="N'est plus un brouillon, ni annulé, ni reporté.")
    ] = False,
    interne: Annotated[
        bool | None, typer.Option("--interne/--publier", help="Pour l'équipe seule, ou au programme de tous.")
    ] = None,
    montage: Montage = None,
    demontage: Demontage = None,
    passe: Passe = False,
) -> Fait:
    """Changer un événement ; seul ce qu'on donne change.

    S'il change de mois, l'ancienne date reste au programme, marquée « reporté ».

    Exemple :
        tl prog evenement modifier 2026-11-24-atelier-velo-7k2m --quand "jeudi 18h30-20h" --salle cour
    """
    ancien = fiches.exiger(c.arbre, evenement)
    nouveau = completer(c, ancien, dits, titre)
    if confirmer:
        nouveau = structs.replace(nouveau, etat=Etat.CONFIRME, motif="", reporte_a="")
    if interne is not None:
        nouveau = structs.replace(nouveau, interne=interne)
        if not interne and nouveau.etat is Etat.BROUILLON:
            # Publier dit à tous ce qui n'était pas encore sûr.
            nouveau = structs.replace(nouveau, etat=Etat.CONFIRME)
    if quand is not None:
        creneau = saisie.lire_creneau(
            quand, c.horloge.murale(), c.lieu.fuseau, sens=_sens(passe), duree=ancien.creneau.duree
        )
        nouveau = regles.deplacer(nouveau, creneau)
    nouveau = preparer(nouveau, montage, demontage)
    modification.exiger(ancien, nouveau)
    occupations.exiger_libre(c.arbre, fiches.occupations([nouveau]), c.horloge.murale())
    suivi = fiches.corriger(
        e,
        ancien,
        nouveau,
        lambda x: identifiants.date_de(x.creneau.premier_jour, x.titre, "evenement", c.hasard),
    )
    quand_dit = temps.dire_creneau(suivi.creneau, c.horloge.aujourdhui())
    return Fait(
        id=suivi.id,
        action="prog.evenement.modifier",
        histoire=f"Événement modifié : « {suivi.titre} », {temps.dire_creneau(suivi.creneau)}",
        phrase=f"« {suivi.titre} » est modifié : {quand_dit} ({suivi.id}).",
        lignes=[
            *modification.changements(ancien, structs.replace(suivi, id=ancien.id), c.horloge.aujourdhui()),
            *suites.suivre(c, e, ancien, suivi),
        ],
        suite=f"tl prog semaine {suivi.creneau.premier_jour}",
    )

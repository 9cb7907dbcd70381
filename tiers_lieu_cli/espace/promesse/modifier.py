"""`tl espace modifier` : ce qu'une réservation dit d'elle-même ; son moment et sa salle se déplacent."""

from __future__ import annotations

import shlex
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace import materiel, refus, saisies
from tiers_lieu_cli.espace.examen import Reglement, examiner
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.espace.reservation.options import Beneficiaire, Forcer, Laquelle, Motif
from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.modification import lu
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application()


class Dits(msgspec.Struct, frozen=True):
    """Ce qu'on change d'une réservation ; `None` : on n'en a rien dit."""

    objet: Annotated[str | None, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")] = None
    pour: Beneficiaire = None
    demandeur: Annotated[
        PersonneCitee | None, typer.Option("--demandeur", help="Qui demande ; vide : personne d'autre.")
    ] = None
    personnes: Annotated[int | None, typer.Option("--personnes", min=0, help="Combien de personnes.")] = None
    disposition: Annotated[str | None, typer.Option("--disposition", help="Comment ranger la salle.")] = None
    montage: Annotated[
        str | None,
        typer.Option("--montage", metavar="DUREE", help="Avant, la salle est prise aussi : 30min."),
    ] = None
    demontage: Annotated[
        str | None, typer.Option("--demontage", metavar="DUREE", help="Après, la salle est prise aussi.")
    ] = None


@app.ecrit("modifier", dits=Dits)
def modifier(
    c: Contexte, e: Ecriture, laquelle: Laquelle, dits: Dits, forcer: Forcer = False, motif: Motif = ""
) -> Fait:
    """Changer une réservation : objet, nombre, pour qui, disposition ; seul ce qu'on donne change.

    Elle garde son nom. Le moment et la salle se changent par `tl espace deplacer`.

    Exemples :
        tl espace modifier 2026-11-26-reunion-de-quartier-7k2m --personnes 18 --disposition tables
        tl espace modifier reunion-de-quartier --objet "assemblée" --pour @amina
    """
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    visee = fiches.exiger(c, laquelle)
    ancienne = visee.promesse
    if not isinstance(ancienne, Reservation):
        dites = {"--objet": dits.objet, "--pour": dits.pour, "--personnes": dits.personnes}
        mots = [mot for option, dite in dites.items() if dite is not None for mot in (option, str(dite))]
        commande = shlex.join(["tl", "espace", "serie", "modifier", ancienne.id, *mots])
        raise ErreurUsage(f"« {ancienne.objet} » est une série.", f"La changer : {commande}")
    regles.exiger_vivante(ancienne)
    nouvelle = modification.changer(
        ancienne,
        objet=lu(dits.objet, texte.ligne, "L'objet"),
        pour=None if dits.pour is None else saisies.designer_qui(c, dits.pour),
        demandeur=dits.demandeur and c.registre.designer(dits.demandeur),
        personnes=dits.personnes,
        disposition=dits.disposition,
        montage=lu(dits.montage, saisie.lire_minutes),
        demontage=lu(dits.demontage, saisie.lire_minutes),
    )
    emporte = materiel.qui_accompagne(c, ancienne.id)
    reglement, voulue = Reglement(c, nouvelle, delais=False, materiel=emporte), regles.occuper(nouvelle)
    contre = examiner(c, reglement, [voulue])
    deja = examiner(c, Reglement(c, ancienne, delais=False, materiel=emporte), [regles.occuper(ancienne)])
    # Ce qu'elle gênait déjà n'est pas le fait de ce changement.
    manques = {*contre.manques} - {*deja.manques}
    if manques or {*contre.contre, *contre.manquements} - {*deja.contre, *deja.manquements}:
        if manques or not forcage:

            def ailleurs(p: Proposition) -> str:
                return shlex.join(
                    ["tl", "espace", "deplacer", ancienne.id, temps.a_taper(p.seance), "--salle", p.salle]
                )

            raise refus.refuser(c, contre, voulue, reglement, ailleurs)
        nouvelle = regles.forcer(structs.replace(nouvelle, forcage=None), forcage, contre.contre)
    RESERVATIONS.corriger(e, ancienne, nouvelle)
    emporte.retenir(e, nouvelle)
    return modification.fait(
        ancienne,
        nouvelle,
        action="espace.modifier",
        histoire=f"Réservation modifiée : « {nouvelle.objet} », {temps.dire_creneau(nouvelle.creneau)}",
        nom=f"« {nouvelle.objet} », {temps.dire_creneau(nouvelle.creneau, c.horloge.aujourdhui())}",
        jour=c.horloge.aujourdhui(),
        suite=f"tl espace fiche {nouvelle.id}",
    )

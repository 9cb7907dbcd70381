"""`tl prog evenement creer` et `modifier`."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
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


def _sens(passe: bool) -> Sens:
    return Sens.PASSE if passe else Sens.A_VENIR


@creer_app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce que le programme affichera.")],
    quand: Annotated[
        str,
        typer.Option(
            "--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'
        ),
    ],
    dits: Dits,
    interne: Annotated[bool, typer.Option("--interne", help="Pour l'équipe : jamais publié.")] = False,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    passe: Passe = False,
) -> Fait:
    """Ajouter un événement au programme.

    Exemples :
        tl prog evenement creer "Atelier vélo" --quand "mardi 18h30-20h" --salle cour --porteur @karim
        tl prog evenement creer "Fête du quartier" --quand "du 3 au 5 juin" --ailleurs "place du Marché"
    """
    maintenant = c.horloge.murale()
    creneau = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=_sens(passe))
    debut, fin = temps.ecrire_bornes(creneau)
    propre = regles.titre_propre(titre)
    nu = Evenement(
        id=identifiants.date_de(creneau.premier_jour, propre, "evenement", c.hasard),
        titre=propre,
        debut=debut,
        fin=fin,
        etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
        interne=interne,
    )
    neuf = completer(c, nu, dits)
    occupations.exiger_libre(c.arbre, fiches.occupations([neuf]), maintenant)
    fiches.collection(neuf.id, creneau).poser(e, neuf)
    dit = temps.dire_creneau(creneau, maintenant.date())
    deja = " (c'est déjà passé)" if creneau.fin <= maintenant else ""
    return Fait(
        id=neuf.id,
        action="prog.evenement.creer",
        histoire=f"Nouvel événement : « {neuf.titre} », {temps.dire_creneau(creneau)}",
        phrase=f"« {neuf.titre} » est au programme, {dit}{deja} ({neuf.id}).",
        suite=f"tl prog semaine --du {creneau.premier_jour}",
    )


@modifier_app.ecrit("modifier", dits=Dits)
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
    if nouveau == ancien:
        raise ErreurUsage("Rien ne change.", "Donner ce qui change : --quand, --salle, --titre…")
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
        suite=f"tl prog semaine --du {suivi.creneau.premier_jour}",
    )

"""`tl espace reserver` : promettre une salle."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace import occupations, saisies
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau import identifiants, temps
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Fait, completion, ouvrir
from tiers_lieu_cli.noyau.options import Essai, Json, Passe

app = Application()


@app.action("reserver")
def reserver(
    ctx: typer.Context,
    salle: Annotated[
        str,
        typer.Argument(
            metavar="SALLE",
            help="La salle (Tab propose).",
            autocompletion=completion(saisies.salles_connues),
        ),
    ],
    quand: Annotated[
        str, typer.Argument(metavar="QUAND", help='Le moment : "jeu 14h-16h", "2026-11-26 14h-16h".')
    ],
    objet: Annotated[str, typer.Option("--objet", help="Pour quoi faire, en quelques mots.")],
    jusqua: Annotated[
        str, typer.Option("--jusqua", metavar="HEURE", help="La fin, si QUAND ne la dit pas.")
    ] = "",
    pour: Annotated[
        str,
        typer.Option(
            "--pour",
            metavar="@QUI",
            help="Qui en profite : une personne, ou un public du lieu.",
            autocompletion=completion(saisies.beneficiaires_connus),
        ),
    ] = "",
    personnes: Annotated[int, typer.Option("--personnes", min=0, help="Combien de personnes.")] = 0,
    montage: Annotated[str, typer.Option("--montage", metavar="DUREE", help="Avant : 30min, 1h.")] = "",
    demontage: Annotated[str, typer.Option("--demontage", metavar="DUREE", help="Après : 30min, 1h.")] = "",
    passe: Passe = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Réserver une salle.

    Exemple :
        tl espace reserver salle-rez "jeu 14h-16h" --objet "réunion de quartier" --montage 30min
    """
    c = ouvrir(ctx)
    creneau = saisies.lire_creneau(c, quand, jusqua, passe=passe)
    debut, fin = temps.ecrire_bornes(creneau)
    dit = regles.objet_propre(c.registre.rendre_opaque(objet))
    with c.ecriture() as ecriture:
        neuve = Reservation(
            id=identifiants.date_de(creneau.premier_jour, dit, "reservation", c.hasard),
            salle=SALLES.designer(c.arbre, salle),
            objet=dit,
            debut=debut,
            fin=fin,
            pour=saisies.designer_qui(c, pour),
            personnes=personnes,
            montage=saisies.lire_minutes(montage),
            demontage=saisies.lire_minutes(demontage),
            demandee_le=f"{c.horloge.murale():%Y-%m-%dT%H:%M}",
        )
        occupations.exiger_libre(c.arbre, [regles.occuper(neuve)], c.horloge.murale())
        RESERVATIONS.poser(ecriture, neuve)
        nom = occupations.graphe(c.arbre).nom(neuve.salle)
        fait = Fait(
            id=neuve.id,
            action="espace.reserver",
            histoire=f"Réservation de {nom}, {temps.dire_creneau(creneau)}",
            phrase=f"{nom} est réservée {temps.dire_creneau(creneau, c.horloge.aujourdhui())} ({neuve.id}).",
        )
        c.achever(ecriture, fait, json=json, essai=essai)

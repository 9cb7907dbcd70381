"""`tl espace serie` : les réservations à dates répétées."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations, refus, saisies
from tiers_lieu_cli.espace.examen import Reglement
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.options import Forcer, Laquelle, Motif
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.espace.serie.verifier import agenda_de, dates_prises
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import recurrence, saisie, temps
from tiers_lieu_cli.noyau.temps.regle_dite import dire
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application("Les réservations à dates répétées.")
app.differer("creer", "Réserver une salle à dates répétées.", "tiers_lieu_cli.espace.serie.creer:app")


@app.ecrit("ajouter")
def ajouter(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    date_dite: Annotated[str, typer.Argument(metavar="DATE", help="La date à ajouter, ou à rétablir.")],
    forcer: Forcer = False,
    motif: Motif = "",
) -> Fait:
    """Rajouter une date à une série : une date sautée, annulée, ou hors de la règle.

    Exemple :
        tl espace serie ajouter chorale-7k2m "mardi 22 décembre"
    """
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    jour = saisie.lire_jour(date_dite, c.horloge.murale(), Sens.LIBRE)
    ancienne = SERIES.exiger(c.arbre, laquelle)
    reservations.exiger_vivante(ancienne)
    natures = occupations.exclus(c.arbre)
    nouvelle = structs.replace(ancienne, recurrence=recurrence.ajouter(ancienne.recurrence, jour, natures))
    voulue = regles.occuper_le(nouvelle, jour)
    reglement = Reglement(c, nouvelle, delais=False)
    autres = [o for o in regles.toutes(nouvelle, natures) if o.id != voulue.id]
    agenda = agenda_de(c, [voulue], ancienne.id)
    for autre in autres:
        agenda.ajouter(autre)
    for prise in dates_prises(c, reglement, [voulue], agenda):
        if not forcage:
            raise Echec(
                refus.dire(prise.examen, reglement.graphe),
                "Passer outre : --forcer --motif …, ou choisir une autre date.",
            )
        nouvelle = reservations.forcer(nouvelle, forcage, prise.examen.contre)
    SERIES.corriger(e, ancienne, nouvelle)
    quand = temps.dire_creneau(voulue.seance or voulue.creneau)
    return Fait(
        id=nouvelle.id,
        action="espace.serie.ajouter",
        histoire=f"Date rajoutée : « {nouvelle.objet} », {quand}{reservations.dire_forcage(nouvelle)}",
        phrase=f"« {nouvelle.objet} » a lieu {quand}.",
        suite=f"tl espace fiche {nouvelle.id}",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    toutes: Annotated[bool, typer.Option("--toutes", help="Les finies et les annulées aussi.")] = False,
    json: Json = False,
) -> None:
    """Les séries en cours.

    Exemple :
        tl espace serie liste
    """
    recolte = SERIES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    jour = str(c.horloge.aujourdhui())
    gardees = [
        s
        for s in recolte.fiches
        if toutes or (s.tient(c.horloge.murale()) and (not s.recurrence.au or s.recurrence.au >= jour))
    ]
    if json:
        c.ecran.json(gardees)
        return
    if not gardees:
        c.ecran.dire('Aucune série.  Exemple : tl espace serie creer SALLE --regle "chaque mardi 19h-21h" …')
        return
    c.ecran.tableau(
        [
            Colonne("série", style=Style.GRAS),
            Colonne("objet", cede=True),
            Colonne("salle"),
            Colonne("quand", cede=True),
        ],
        [(s.id, s.objet, s.salle, f"{dire(s.recurrence)}, {regles.dire_bornes(s)}") for s in gardees],
    )

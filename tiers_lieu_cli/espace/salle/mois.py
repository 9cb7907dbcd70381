"""`tl espace salle mois` : le mois d'une salle, et tout ce qu'il faut en savoir."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.salle.vie import Prise, Vie, vie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import accorder

app = Application()


@app.lit("mois")
def mois(
    c: Contexte,
    laquelle: Annotated[SalleCitee, typer.Argument(metavar="SALLE", help="La salle (Tab propose).")],
    voulu: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Un jour du mois voulu : décembre, 1/12.")
    ] = "aujourd'hui",
    json: Json = False,
) -> None:
    """Le mois d'une salle : qui la prend, quand elle ferme, ses pannes, ses clés, ce qu'on en a noté.

    Exemples :
        tl espace salle mois salle-rez
        tl espace salle mois salle-rez 1/12
    """
    salle = SALLES.exiger(c.arbre, laquelle)
    jour = saisie.lire_jour(voulu, c.horloge.murale(), Sens.LIBRE)
    premier, fin = jour.replace(day=1), temps.jours_du_mois(jour.year, jour.month)
    lue = vie(c.arbre, salle, Creneau.de_jours(premier, jour.replace(day=fin)), c.horloge.murale())
    if json:
        c.ecran.json(lue)
        return
    compte = accorder(len(lue.prises), "fois") if lue.prises else "libre tout le mois"
    c.ecran.titre(f"{salle.nom} · {temps.MOIS[jour.month - 1]} {jour.year}", compte)
    montrer(c, lue, c.horloge.aujourdhui())


def montrer(c: Contexte, lue: Vie, jour: date) -> None:
    """La vie d'une salle, ce qui la prend d'abord."""
    colonnes = [Colonne(cede=True), Colonne(style=Style.GRAS, cede=True), Colonne(cede=True)]
    c.ecran.tableau([*colonnes, Colonne(style=Style.PALE)], map(_prise, lue.prises))
    if lue.fermee:
        c.ecran.titre("Fermée")
        fermetures = [(p.quand, p.titre) for p in lue.fermee]
        c.ecran.tableau([Colonne(cede=True), Colonne(cede=True)], fermetures)
    if lue.pannes:
        c.ecran.titre("À entretenir")
        for p in lue.pannes:
            hors = ", HORS SERVICE" if p.hors_service else ""
            depuis = temps.dire_jour(date.fromisoformat(p.depuis), jour)
            c.ecran.dire(f"  {p.titre}, depuis {depuis}{hors}")
            c.ecran.dire(f"    tl espace entretien fiche {p.id}")
    if lue.cles:
        c.ecran.titre("Clés")
        for cle in lue.cles:
            chez = f", chez {', '.join(cle.chez)}" if cle.chez else ""
            c.ecran.dire(f"  {cle.nom} : {cle.ici} ici{chez}")
    if lue.notes:
        c.ecran.titre("Noté")
        lignes = [(temps.dire_jour(n.moment.date(), jour), f"{n.moment:%H:%M}", n.texte) for n in lue.notes]
        c.ecran.tableau([Colonne(), Colonne(), Colonne(cede=True)], lignes)


def _prise(p: Prise) -> tuple[str, ...]:
    detail = ", ".join(filter(None, [p.pour, p.nature, f"avec {p.par}" if p.par else ""]))
    return p.quand, p.titre, detail, p.id.rpartition("-")[2]

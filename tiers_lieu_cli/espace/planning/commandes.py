"""`tl espace planning` : la semaine des salles en grille."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.planning import fiches, grille, pages, regles
from tiers_lieu_cli.espace.planning.regles import Planning
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers, forme
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()


class Format(StrEnum):
    """La forme du planning."""

    TERMINAL = "terminal"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


@app.lit("planning", vers=Vers)
def planning(
    c: Contexte,
    jour: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Un jour de la semaine voulue.")
    ] = "aujourd'hui",
    format: Annotated[
        Format | None, typer.Option("--format", help="La forme voulue ; sinon, selon --sortie.")
    ] = None,
    vers: Vers = A_L_ECRAN,
    salle: Annotated[
        SalleCitee, typer.Option("--salle", help="Une seule ; son PDF est à mettre sur sa porte.")
    ] = "",
    a3: Annotated[bool, typer.Option("--a3", help="Le PDF sur une feuille A3 ; sinon, A4.")] = False,
    json: Json = False,
) -> None:
    """La semaine des salles en grille, et la chaleur heure par heure.

    La page et le PDF, à afficher, ne nomment personne.

    Exemples :
        tl espace planning
        tl espace planning "lundi prochain"
        tl espace planning --sortie ~/planning.pdf
        tl espace planning --salle cour --sortie ~/porte-de-la-cour.pdf
    """
    fenetre = temps.semaine_de(saisie.lire_jour(jour, c.horloge.murale(), Sens.LIBRE))
    voulu = forme(Format, Format.JSON if json else format, vers.sortie, ecran=Format.TERMINAL)
    vue = _vue(c, fenetre, au_mur=voulu in (Format.HTML, Format.PDF))
    if salle:
        salle = SALLES.designer(c.arbre, salle)
        vue = structs.replace(vue, rangees=tuple(r for r in vue.rangees if r.salle == salle), vides=())
    if voulu is Format.TERMINAL:
        _au_terminal(c, vue)
        return
    octets = _rendre(c, vue, voulu, salle, "a3" if a3 else "a4")
    if vers.sortie is None:
        c.ecran.sortie.buffer.write(octets)
        return
    sortie = vers.ecrire(c, octets)
    if not json:
        c.ecran.dire(f"Le planning est dans {sortie}.")


def _vue(c: Contexte, fenetre: Creneau, *, au_mur: bool) -> Planning:
    graphe, occupations = fiches.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    ouvert = fiches.ouvert(c.arbre, regles.jours_de(fenetre))
    montrer = taire if au_mur else c.registre.montrer
    return regles.planning(fenetre, occupations, graphe, ouvert, c.lieu.reglages.nom, montrer)


def _au_terminal(c: Contexte, vue: Planning) -> None:
    c.ecran.titre(f"{vue.lieu} · salles, {vue.dite}")
    if not vue.rangees:
        c.ecran.dire("Rien de réservé.  Réserver : tl espace reserver")
        return
    for ligne in grille.lignes(vue, c.ecran.largeur_de_grille()):
        c.ecran.dire(ligne)
    if vue.vides:
        c.ecran.dire(f"Sans rien : {', '.join(vue.vides)}")
    c.ecran.dire()
    c.ecran.titre("Heure par heure", "· rien   ░▒▓ de plus en plus   █ tout est pris")
    for ligne in grille.chaleur(vue.chaleur, vue.jours):
        c.ecran.dire(ligne)


def _rendre(c: Contexte, vue: Planning, voulu: Format, salle: str, papier: str) -> bytes:
    if voulu is Format.JSON:
        return c.ecran.en_json(vue)
    if voulu is Format.HTML:
        return pages.html(c.lieu.racine, vue).encode()
    tenue = SALLES.exiger(c.arbre, salle) if salle else None
    return pages.porte(c.lieu, vue, tenue, papier) if tenue else pages.pdf(c.lieu, vue, papier)

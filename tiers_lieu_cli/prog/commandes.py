"""`tl prog` : le programme de la semaine."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import gabarit, saisie
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import ouvrir
from tiers_lieu_cli.noyau.ecran import Ecran
from tiers_lieu_cli.noyau.options import Json
from tiers_lieu_cli.noyau.saisie import Sens
from tiers_lieu_cli.noyau.tableau import Colonne, Style
from tiers_lieu_cli.prog import fiches, regles, semaines
from tiers_lieu_cli.prog.semaines import Semaine

app = Application("Le programme : événements, semaine, agenda.")
app.differer(
    "evenement",
    "Les événements : créer, modifier, tenir, voir.",
    "tiers_lieu_cli.prog.evenement.commandes:app",
)
app.differer(
    "serie", "Ce qui revient : une règle, et ses dates une à une.", "tiers_lieu_cli.prog.serie.commandes:app"
)
app.differer("reseau", "Les lieux amis et leurs agendas.", "tiers_lieu_cli.prog.reseau.commandes:app")
app.differer("publier", "Écrire tous les agendas, publics et de l'équipe.", "tiers_lieu_cli.prog.publier:app")
app.differer("ical", "Le programme en agenda (.ics).", "tiers_lieu_cli.prog.ical:app")
_IDEES = "tiers_lieu_cli.prog.proposition.commandes"
app.differer("proposer", "Déposer une idée dans la boîte.", f"{_IDEES}:proposer_app")
app.differer("soutenir", "Compter un soutien à une idée.", f"{_IDEES}:soutenir_app")
app.differer("boite", "Voir la boîte à idées.", f"{_IDEES}:boite_app")
app.differer("accepter", "Faire d'une idée une activité.", "tiers_lieu_cli.prog.proposition.accepter:app")
app.differer("decliner", "Ne pas faire une idée, et dire pourquoi.", f"{_IDEES}:decliner_app")
app.differer("repondu", "Noter que la réponse est rendue.", f"{_IDEES}:repondu_app")
_INSCRIPTIONS = "tiers_lieu_cli.prog.inscription.commandes"
app.differer("inscrire", "Inscrire une personne, ou un groupe.", f"{_INSCRIPTIONS}:inscrire_app")
app.differer("desinscrire", "Ôter quelqu'un de la liste.", f"{_INSCRIPTIONS}:desinscrire_app")
app.differer("inscrits", "Voir qui vient, qui attend, qui est venu.", f"{_INSCRIPTIONS}:inscrits_app")
app.differer("emarger", "Noter qui est venu.", "tiers_lieu_cli.prog.inscription.emargement:app")
app.differer(
    "equipe", "Les équipes : qui tient quoi, ce qui manque.", "tiers_lieu_cli.prog.equipe.commandes:app"
)
app.differer("service", "Les services : essai, pérenne, arrêté.", "tiers_lieu_cli.prog.service.commandes:app")


class Format(StrEnum):
    """La forme du programme."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    JSON = "json"


@app.action("semaine")
def semaine(
    ctx: typer.Context,
    du: Annotated[
        str, typer.Option("--du", metavar="DATE", help="Un jour de la semaine voulue.")
    ] = "aujourd'hui",
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.TERMINAL,
    json: Json = False,
) -> None:
    """Le programme d'une semaine, du lundi au dimanche.

    En Markdown et en HTML, prêt à publier : ni brouillon, ni événement interne.

    Exemples :
        tl prog semaine
        tl prog semaine --du lundi prochain
        tl prog semaine --format html > semaine.html
    """
    c = ouvrir(ctx)
    fenetre = regles.semaine_de(saisie.lire_jour(du, c.horloge.murale(), Sens.LIBRE))
    recolte = fiches.de_la_fenetre(c.arbre, fenetre)
    c.ecran.defauts(recolte.defauts)
    salles = fiches.noms_des_salles(c.arbre, (s for e in recolte.fiches for s in e.salles))
    vue = semaines.vue(
        recolte.fiches, fenetre, c.lieu.reglages, salles, c.horloge.aujourdhui(), c.registre.nom
    )
    if json or format is Format.JSON:
        c.ecran.json(vue)
    elif format is Format.TERMINAL:
        _au_terminal(c.ecran, vue)
    else:
        page = gabarit.rendre(c.lieu.racine, f"semaine.{format}", semaines.publique(vue))
        c.ecran.sortie.write(page)


def _au_terminal(ecran: Ecran, vue: Semaine) -> None:
    ecran.titre(f"{vue.lieu} · {vue.dite}", vue.compte)
    if not vue.jours and not vue.voisins:
        ecran.dire('Rien encore.  Ajouter : tl prog evenement creer "…" --quand "mardi 18h30-20h"')
        return
    colonnes = [Colonne(style=Style.GRAS), Colonne(), *[Colonne(cede=True)] * 4]
    ecran.tableau(colonnes, semaines.lignes(vue.jours))
    if vue.voisins:
        ecran.titre("Chez nos voisins")
        ecran.tableau(colonnes, semaines.lignes(vue.voisins))
    for heurt in vue.heurts:
        ecran.dire(f"Même public, même soir : {heurt}")

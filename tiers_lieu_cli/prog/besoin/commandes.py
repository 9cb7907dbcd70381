"""`tl prog besoins` : ce que le programme oublie."""

from __future__ import annotations

from collections.abc import Sequence

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.besoin import regles
from tiers_lieu_cli.prog.formation import regles as parcours
from tiers_lieu_cli.prog.formation.fiches import nes_d_un_besoin
from tiers_lieu_cli.prog.formation.modele import FORMATIONS
from tiers_lieu_cli.prog.idee.modele import IDEES
from tiers_lieu_cli.prog.serie.modele import SERIES
from tiers_lieu_cli.prog.service.modele import SERVICES

app = Application()


@app.lit("besoins")
def besoins(c: Contexte, json: Json = False) -> None:
    """Les besoins sans aucune activité, ceux d'apprendre sans parcours, les activités nées d'aucun besoin.

    On regarde trois mois en arrière et trois mois en avant. Un besoin d'apprendre a le thème « formation »,
    et celui qui dit quoi.

    Exemple :
        tl prog besoins
    """
    jour = c.horloge.aujourdhui()
    fenetre = Creneau.de_jours(jour - regles.AUTOUR, jour + regles.AUTOUR)
    recolte, services = fiches.de_la_fenetre(c.arbre, fenetre), SERVICES.toutes(c.arbre)
    c.ecran.defauts((*recolte.defauts, *services.defauts))
    idees = IDEES.en_cours.toutes(c.arbre).fiches
    formations, ouverts = FORMATIONS.toutes(c.arbre).fiches, vivants.en_cours(c, BESOINS).fiches
    repondus = regles.repondus(recolte.fiches, SERIES.toutes(c.arbre).fiches, services.fiches, idees)
    a_apprendre = parcours.sans_parcours(ouverts, formations)
    repondus |= {b.id for b in ouverts if any(parcours.repond(f, b) for f in formations)}
    oublies = regles.sans_activite(ouverts, repondus | {b.id for b in a_apprendre})
    a_venir = (e for e in recolte.fiches if e.creneau.fin > c.horloge.murale())
    gratuites = regles.sans_besoin(a_venir, services.fiches, nes_d_un_besoin(formations))
    if json:
        c.ecran.json(
            {
                "besoins_sans_activite": [b.id for b in oublies],
                "besoins_sans_parcours": [b.id for b in a_apprendre],
                "activites_sans_besoin": [ident for ident, _ in gratuites],
            }
        )
        return
    _montrer(c, "Besoins sans activité", oublies)
    _montrer(c, "Besoins d'apprendre sans parcours", a_apprendre)
    c.ecran.titre("Activités à venir sans besoin", str(len(gratuites)))
    c.ecran.tableau(
        [Colonne(cede=True), Colonne(style=Style.PALE)],
        [(titre, ident) for ident, titre in gratuites],
    )
    c.ecran.dire("  Répondre à un besoin : tl prog proposer --besoin")
    if a_apprendre:
        c.ecran.dire("  Bâtir un parcours : tl prog formation creer --besoin")
    c.ecran.dire("  Dire d'où vient une activité : tl prog evenement modifier --besoin")


def _montrer(c: Contexte, titre: str, besoins: Sequence[Besoin]) -> None:
    c.ecran.titre(titre, str(len(besoins)))
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 2, Colonne(), Colonne(style=Style.PALE)],
        [
            (
                "urgent" if b.urgent else "",
                b.texte,
                b.de_qui,
                f"{b.entendu.day}/{b.entendu.month}/{b.entendu.year}",
                b.id.rpartition("-")[2],
            )
            for b in besoins
        ],
    )

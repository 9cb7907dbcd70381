"""`tl aujourd'hui` : la journée d'un coup d'œil. Tout s'y calcule à la lecture."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin
from tiers_lieu_cli.ensemble import echeances
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.planning import fiches as planning
from tiers_lieu_cli.journal.fiches import du_jour
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import Montre
from tiers_lieu_cli.prog import fiches, semaines
from tiers_lieu_cli.prog.affichage import fiches as affichage

app = Application()
#: Ce qu'on fait d'une matinée ; le reste se demande.
A_LA_FOIS = 8


@app.lit("aujourdhui")
def aujourdhui(
    c: Contexte,
    tout: Annotated[bool, typer.Option("--tout", help="Tout ce qui reste à faire.")] = False,
    json: Json = False,
) -> None:
    """La journée : ce qui reste à faire, ce qui a lieu, ce qui fut noté hier.

    Tout se calcule à la lecture : deux mois d'absence ne font rien manquer.

    Exemples :
        tl aujourdhui
        tl aujourdhui --tout
    """
    jour, heure = c.horloge.aujourdhui(), c.horloge.murale()
    fenetre = Creneau.de_jours(jour, jour)
    programme = affichage.a_montrer(c.arbre, fenetre)
    salles = fiches.noms_des_salles(c.arbre, (s for e in programme.fiches for s in e.salles))
    remarques = affichage.remarques(c.arbre, programme.fiches, heure)
    vue = semaines.vue(programme.fiches, fenetre, c.lieu.reglages, salles, jour, c.registre.nom, remarques)
    hier = du_jour(c.arbre, jour - UN_JOUR)
    c.ecran.defauts((*programme.defauts, *hier.defauts))
    reserve = _reserve(c, fenetre, {e.id for e in programme.fiches})
    besoins = [b for b in BESOINS.en_cours.toutes(c.arbre).fiches if b.entendu >= jour - UN_JOUR]
    a_faire = echeances.toutes(c)
    if json:
        c.ecran.json(
            {
                "jour": jour,
                "programme": vue.jours,
                "reservations": reserve,
                "a_faire": a_faire,
                "besoins": besoins,
                "notes_hier": len(hier.fiches),
            }
        )
        return
    c.ecran.titre(
        f"{temps.dire_jour(jour).capitalize()}, {heure:%H:%M} · {c.lieu.reglages.nom}",
        planning.ouvert(c.arbre, [jour])[0] or c.lieu.reglages.horaires,
    )
    _dire_a_faire(c, a_faire, A_LA_FOIS if not tout else len(a_faire))
    lignes = [ligne[1:] for ligne in semaines.lignes(vue.jours)]
    lignes += [(temps.dire_heures(o.creneau), o.titre, o.ou, "", "") for o in reserve]
    c.ecran.dire("Dans la maison" if lignes else "Dans la maison : rien d'annoncé.")
    c.ecran.tableau([Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 4], sorted(lignes))
    _dire_hier(c, len(hier.fiches), besoins)


class Reservee(msgspec.Struct, frozen=True):
    """Une salle réservée aujourd'hui."""

    id: str
    titre: str
    salle: str
    ou: Montre
    debut: datetime
    fin: datetime

    @property
    def creneau(self) -> Creneau:
        """De son début à sa fin."""
        return Creneau(self.debut, self.fin)


def _reserve(c: Contexte, fenetre: Creneau, au_programme: Set[str]) -> list[Reservee]:
    """Les salles prises aujourd'hui autrement que par le programme."""
    prises = occupations.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    salles = occupations.graphe(c.arbre)
    return [
        Reservee(o.id, o.titre, o.salle, salles.nom(o.salle), o.annonce.debut, o.annonce.fin)
        for o in prises
        if o.id not in au_programme
    ]


def _dire_hier(c: Contexte, notes: int, besoins: Sequence[Besoin]) -> None:
    """Ce qu'on a entendu depuis hier, et ce qu'on en a noté."""
    entendus = [f"{len(besoins)} besoin{'s' * (len(besoins) > 1)}"] if besoins else []
    entendus += [f"URGENT : {b.texte}" for b in besoins if b.urgent]
    if entendus:
        c.ecran.dire(f"Depuis hier, {' · '.join(entendus)}.  Rapprocher : tl accueil relier")
    if notes:
        combien = "1 note" if notes == 1 else f"{notes} notes"
        c.ecran.dire(f"Hier, {combien} au journal.  Relire : tl journal jour hier")


def _dire_a_faire(c: Contexte, a_faire: list[Echeance], combien: int) -> None:
    if a_faire:
        c.ecran.dire("À faire")
    for echeance in a_faire[:combien]:
        c.ecran.dire(f"  · {echeance.phrase}")
        if echeance.commande:
            c.ecran.dire(f"      {echeance.commande}")
    if len(a_faire) > combien:
        c.ecran.dire(f"  … et {len(a_faire) - combien} autres : tl aujourdhui --tout")

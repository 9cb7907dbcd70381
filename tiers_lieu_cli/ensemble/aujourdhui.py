"""`tl aujourd'hui` : la journée d'un coup d'œil. Tout s'y calcule à la lecture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import typer

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS
from tiers_lieu_cli.journal.fiches import du_jour
from tiers_lieu_cli.noyau import intention, temps
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.options import Json
from tiers_lieu_cli.noyau.tableau import Colonne, Style
from tiers_lieu_cli.noyau.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog import fiches, regles, semaines

app = Application()
#: Ce qu'il faut préparer se voit une semaine d'avance.
HORIZON = timedelta(days=7)


@app.action("aujourdhui")
def aujourdhui(ctx: typer.Context, json: Json = False) -> None:
    """La journée : ce qui a lieu, ce qui reste à préparer, ce qui fut noté hier.

    Exemple :
        tl aujourd'hui
    """
    c = ouvrir(ctx)
    jour, heure = c.horloge.aujourdhui(), c.horloge.murale()
    horizon = fiches.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour + HORIZON))
    fenetre = Creneau.de_jours(jour, jour)
    salles = fiches.noms_des_salles(c.arbre, (s for e in horizon.fiches for s in e.salles))
    vue = semaines.vue(
        regles.dans(horizon.fiches, fenetre), fenetre, c.lieu.reglages, salles, jour, c.registre.nom
    )
    hier = du_jour(c.arbre, jour - UN_JOUR)
    c.ecran.defauts((*horizon.defauts, *hier.defauts))
    a_faire = [*_en_suspens(c), *regles.a_preparer(horizon.fiches, jour)]
    if json:
        c.ecran.json(
            {"jour": jour, "programme": vue.jours, "a_faire": a_faire, "notes_hier": len(hier.fiches)}
        )
        return
    c.ecran.titre(
        f"{temps.dire_jour(jour).capitalize()}, {heure:%H:%M} · {c.lieu.reglages.nom}",
        c.lieu.reglages.horaires,
    )
    if a_faire:
        c.ecran.dire("À faire")
        for tache in a_faire:
            c.ecran.dire(f"  · {tache}")
    c.ecran.dire("Dans la maison" if vue.jours else "Dans la maison : rien d'annoncé.")
    colonnes = [Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 4]
    c.ecran.tableau(colonnes, (ligne[1:] for ligne in semaines.lignes(vue.jours)))
    if hier.fiches:
        combien = "1 note" if len(hier.fiches) == 1 else f"{len(hier.fiches)} notes"
        c.ecran.dire(f"Hier, {combien} au journal.  Relire : tl journal jour hier")


def _en_suspens(c: Contexte) -> Iterator[str]:
    """Ce qu'une panne ou une mise en commun a laissé à décider."""
    coupee = intention.lire(c.archive.interne)
    if coupee or intention.laissees(c.archive.interne):
        yield "une action interrompue attend : tl reprise"
    attendent = len(DESACCORDS.idents(c.arbre))
    if attendent:
        yield f"{attendent} désaccord{'s' * (attendent > 1)} entre postes : tl trancher"

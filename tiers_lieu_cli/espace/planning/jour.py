"""`tl espace jour` : la feuille du jour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.cle import fiches as cles
from tiers_lieu_cli.espace.cle.modele import CLES
from tiers_lieu_cli.espace.entretien import fiches as entretiens
from tiers_lieu_cli.espace.planning import feuille, fiches
from tiers_lieu_cli.espace.planning.feuille import CleAPorter, Feuille
from tiers_lieu_cli.espace.planning.regles import se_montre
from tiers_lieu_cli.espace.regles import FERMEE
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()


@app.lit("jour")
def jour(
    c: Contexte,
    voulu: Annotated[str, typer.Argument(metavar="JOUR", help="Le jour voulu.")] = "aujourd'hui",
    json: Json = False,
) -> None:
    """La feuille du jour : ouverture, salles prises, montages, clés à remettre et à reprendre.

    Exemples :
        tl espace jour
        tl espace jour samedi
    """
    quand = saisie.lire_jour(voulu, c.horloge.murale(), Sens.LIBRE)
    vue = _vue(c, quand)
    if json:
        c.ecran.json(vue)
    else:
        _au_terminal(c, vue)


def _vue(c: Contexte, quand: date) -> Feuille:
    fenetre = Creneau.de_jours(quand, quand)
    graphe, toutes = fiches.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    promesses = fiches.promesses(c.arbre, (o.id for o in toutes))
    prises = [o for o in toutes if o.nature != FERMEE]
    return Feuille(
        lieu=c.lieu.reglages.nom,
        jour=quand.isoformat(),
        dit=temps.dire_jour(quand, c.horloge.aujourdhui()),
        ouvert=fiches.ouvert(c.arbre, [quand])[0],
        occupations=tuple(
            feuille.lignes((o for o in toutes if se_montre(o, quand, fenetre)), promesses, graphe, quand)
        ),
        preparations=tuple(feuille.preparations(prises, promesses, graphe, quand)),
        cles_a_remettre=tuple(
            feuille.cles_a_remettre(
                prises, promesses, CLES.toutes(c.arbre).fiches, cles.pretees(c.arbre), graphe
            )
        ),
        a_faire=tuple(_a_faire(c, quand)),
    )


def _a_faire(c: Contexte, quand: date) -> Iterator[str]:
    """Les clés à reprendre et l'entretien dû ce jour-là, ou avant."""
    for metier in (cles, entretiens):
        for due in sorted(metier.a_faire(c.arbre, quand)):
            if due.jour <= quand:
                yield due.phrase


def _au_terminal(c: Contexte, vue: Feuille) -> None:
    ouvert = "fermé" if vue.ouvert == "fermé" else vue.ouvert
    if ouvert[:1].isdecimal():
        ouvert = f"ouvert {ouvert}"
    c.ecran.titre(f"{vue.dit.capitalize()} · {vue.lieu}", ouvert)
    if not vue.occupations:
        c.ecran.dire("Aucune salle n'est prise.")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 3, Colonne(style=Style.PALE)],
        [
            (o.heures, o.nom, o.titre, o.pour, "FERMÉE" if o.nature == FERMEE else o.nature)
            for o in vue.occupations
        ],
    )
    _liste(c, "À préparer", [f"{p.heure}  {p.quoi}" for p in vue.preparations])
    _liste(c, "Clés à remettre", [_dire_cle(cle) for cle in vue.cles_a_remettre])
    _liste(c, "À faire", list(vue.a_faire))


def _dire_cle(cle: CleAPorter) -> str:
    """« 14:00  cave → Amina (Cave) : tl espace cle remettre cave @p-… »."""
    reste = "" if cle.reste > 0 else ", PLUS D'EXEMPLAIRE ICI"
    return f"{cle.heure}  {cle.cle} → {cle.a} ({cle.salle}{reste})"


def _liste(c: Contexte, titre: str, phrases: list[str]) -> None:
    if phrases:
        c.ecran.titre(titre)
        for phrase in phrases:
            c.ecran.dire(f"  · {phrase}")

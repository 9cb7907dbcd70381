"""`tl accueil modifier-passage` : un passage mal compté, ou mal daté."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import De, Public
from tiers_lieu_cli.accueil.passage import regles
from tiers_lieu_cli.accueil.passage.commandes import moment_dit
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Passage
from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


def _du_jour(c: Contexte) -> list[tuple[str, str]]:
    return [(p.id, f"{p.moment[11:]} {p.qui} {p.nombre}") for p in _recents(c)]


def _recents(c: Contexte) -> list[Passage]:
    la = PASSAGES.du_jour(c.arbre, c.horloge.aujourdhui()).fiches
    return sorted(la, key=lambda p: (p.moment, p.id))


@app.ecrit("modifier-passage")
def modifier(
    c: Contexte,
    e: Ecriture,
    lequel: Annotated[
        str,
        typer.Argument(
            metavar="[PASSAGE]",
            help="Le passage (Tab propose ceux du jour) ; sans lui, le dernier.",
            autocompletion=completion(_du_jour),
        ),
    ] = "",
    public: Public = None,
    nombre: Annotated[int | None, typer.Option("--nombre", min=1, help="Combien ils étaient.")] = None,
    personne: De = None,
    quand: Annotated[str, typer.Option("--quand", help='Le moment : "9h15", "hier 14h", "hier".')] = "",
) -> Fait:
    """Corriger un passage : combien, de quel public, qui, quand ; seul ce qu'on donne change.

    Exemples :
        tl accueil modifier-passage --nombre 4
        tl accueil modifier-passage 2026-11-24-0852-riverains-7k2m --quand "hier 18h"
    """
    recents = _recents(c)
    if not (lequel or recents):
        raise ErreurUsage("Aucun passage aujourd'hui.", "Dire lequel : la touche Tab propose.")
    ancien = PASSAGES.exiger(c.arbre, lequel) if lequel else recents[-1]
    moment = moment_dit(c, quand) if quand else None
    change = modification.changer(
        ancien,
        public=c.lieu.reglages.publics_connus([public])[0] if public else None,
        nombre=nombre,
        personne=personne and c.registre.designer(personne),
        moment=regles.ecrire_moment(moment) if moment else None,
    )
    marque = regles.marque(datetime.fromisoformat(change.moment) if change.instant else change.jour)
    pose = modification.redater(e, PASSAGES, ancien, change, marque)
    jour = c.horloge.aujourdhui()
    return modification.fait(
        ancien,
        pose,
        action="accueil.passage.modifier",
        histoire=f"Passage corrigé, {temps.dire_jour(pose.jour)}",
        nom=f"Passage, {pose.qui}, {temps.dire_jour(pose.jour, jour)}",
        jour=jour,
        suite=f"tl accueil passages --du {pose.jour} --au {pose.jour}",
    )

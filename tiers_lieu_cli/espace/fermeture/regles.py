"""Fermer et rouvrir, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.espace.fermeture.modele import Fermeture, Rouverture
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau


def occuper(fermeture: Fermeture, graphe: Graphe) -> Iterator[Occupation]:
    """Les salles fermées, comme si quelqu'un les occupait : la même fonction dit alors qui est gêné."""
    for salle in fermeture.salles or graphe.salles:
        for creneau in fermeture.creneaux(salle):
            yield Occupation(fermeture.id, fermeture.motif, salle, creneau, nature=FERMEE)


def rouvrir(fermeture: Fermeture, rendu: Creneau | None, salle: str) -> Fermeture:
    """La fermeture, moins le temps rendu (`None` : tout) à une salle (vide : toutes)."""
    voulu = rendu or fermeture.creneau
    if not any(c.chevauche(voulu) for c in fermeture.creneaux(salle)):
        raise ErreurUsage(
            f"Ce n'est pas fermé {temps.dire_creneau(voulu)}.", "Voir : tl espace fermer --liste"
        )
    salles = (salle,) if salle and fermeture.salles != (salle,) else ()
    debut, fin = (fermeture.debut, "") if voulu.est_sans_fin else temps.ecrire_bornes(voulu)
    rouverture = Rouverture(debut=debut, fin=fin, salles=salles)
    return structs.replace(fermeture, rouvert=(*fermeture.rouvert, rouverture))


def dire(fermeture: Fermeture, graphe: Graphe, aujourdhui: date | None = None) -> str:
    """« Cour : fermée du lundi 21 au vendredi 25 décembre (travaux) »."""
    qui = dire_salles(fermeture, graphe)
    quand = " ; ".join(temps.dire_creneau(c, aujourdhui) for c in fermeture.creneaux()) or "rouvert"
    sauf = [
        f"{graphe.nom(salle)} {temps.dire_creneau(rouverture.creneau, aujourdhui)}"
        for rouverture in fermeture.rouvert
        for salle in rouverture.salles
    ]
    return f"{qui} : {quand} ({fermeture.motif})" + (f", sauf {' et '.join(sauf)}" if sauf else "")


def dire_salles(fermeture: Fermeture, graphe: Graphe) -> str:
    """« Cour, Salle bleue », ou « Tout le lieu »."""
    return ", ".join(graphe.nom(s) for s in fermeture.salles) or "Tout le lieu"

"""L'accompagnement, sans fichier ni heure courante."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from tiers_lieu_cli.accueil.suivi.modele import Suivi
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import ligne


def nouveau(
    personne: str,
    texte: str,
    par: str,
    prochain: str,
    pour: date | None,
    jour: date,
    hasard: Hasard,
    formation: str = "",
) -> Suivi:
    """Une aide donnée, prête à enregistrer ; son nom ne dit pas de quoi il s'agit."""
    if bool(prochain.strip()) != bool(pour):
        raise ErreurUsage(
            "Un prochain pas a une date.", 'Donner les deux : --prochain "relire le CV" --pour vendredi'
        )
    return Suivi(
        id=identifiants.date_de(jour, "suivi", "suivi", hasard),
        personne=personne,
        le=jour,
        texte=ligne(texte, "Un suivi"),
        par=par,
        prochain=ligne(prochain, "Le prochain pas", vide=True),
        pour=pour,
        formation=formation,
    )


def faire(suivi: Suivi, jour: date) -> Suivi:
    """Le prochain pas est fait."""
    if not suivi.est_ouvert:
        raise ErreurUsage("Ce suivi n'a pas de prochain pas à faire.")
    return structs.replace(suivi, fait=jour)


def dire_la_suite(suivi: Suivi, jour: date) -> str:
    """« relire le CV, vendredi 27 novembre », « formation permis-vélo » ; vide s'il n'y en a pas."""
    if not suivi.prochain or suivi.pour is None:
        return suivi.formation and f"formation {suivi.formation}"
    if suivi.fait:
        return f"{suivi.prochain}, fait {temps.dire_jour(suivi.fait, jour)}"
    return f"{suivi.prochain}, {temps.dire_jour(suivi.pour, jour)}"

"""Ce qu'un import change et ce qu'il laisse, en phrases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.importation import Importee, Plan
from tiers_lieu_cli.prog.serie.modele import Serie

#: Ce qu'on cite d'une même sorte.
CITES = 12
_PARTS = {
    "quand": "la date",
    "du": "le début",
    "au": "la fin",
    "lieu": "le lieu",
    "etat": "l'état",
    "interne": "ce qui est interne",
}


def dire(fiche: Importee, aujourdhui: date) -> str:
    """Quand, quoi, et ce qui le distingue."""
    interne = " · interne" * fiche.interne
    if isinstance(fiche, Serie):
        ecart = {"brouillon": " · brouillon", "annule": " · ANNULÉE"}.get(fiche.etat, "")
        return f"{dire_regle(fiche.recurrence)} · {fiche.titre}{interne}{ecart}"
    dit = regles.dire_ecart(fiche, aujourdhui)
    return f"{temps.dire_creneau(fiche.creneau, aujourdhui)} · {fiche.titre}{interne}{dit and f' · {dit}'}"


def reste(plan: Plan, aujourdhui: date) -> Iterator[str]:
    """Ce que l'import laisse, et pourquoi."""
    for fiche, champs in plan.gardes[:CITES]:
        quoi = "" if champs == ("tout",) else f" ({', '.join(_PARTS.get(nom, nom) for nom in champs)})"
        yield f"« {fiche.titre} » a changé là-bas et ici{quoi} : celle d'ici est gardée ({fiche.id})."
    for fiche in plan.anciens[:CITES]:
        yield f"« {fiche.titre} » : ce fichier en a une version plus ancienne, laissée ({fiche.id})."
    for fiche, gene in plan.heurts[:CITES]:
        verbe = "serie" if isinstance(fiche, Serie) else "evenement"
        yield (
            f"{dire(fiche, aujourdhui)} : laissé, car {gene}. "
            f"Décider : tl prog {verbe} modifier {fiche.id}, puis importer encore."
        )
    for combien in (len(plan.gardes), len(plan.anciens), len(plan.heurts)):
        if combien > CITES:
            yield f"… et {combien - CITES} autres."
    if plan.sans_objet:
        yield (
            "1 annulation d'un événement qu'on n'a pas."
            if plan.sans_objet == 1
            else f"{plan.sans_objet} annulations d'événements qu'on n'a pas."
        )

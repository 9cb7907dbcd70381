"""L'entretien lu dans le lieu : ce qui est dû, ce qui a été fait."""

from __future__ import annotations

from tiers_lieu_cli.espace.entretien import regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, INTERVENTIONS, Entretien, Intervention
from tiers_lieu_cli.espace.entretien.regles import Due
from tiers_lieu_cli.noyau import identifiants
from tiers_lieu_cli.noyau.arbre import Arbre
from tiers_lieu_cli.noyau.collection import FicheIntrouvable


def dues(arbre: Arbre) -> list[Due]:
    """Tout ce qui est à faire, en retard ou non."""
    entretiens = ENTRETIENS.toutes(arbre).fiches
    return regles.dues(entretiens, {})


def exiger(arbre: Arbre, mot: str) -> Entretien:
    """L'entretien qu'un mot désigne : à faire, ou fini."""
    try:
        return ENTRETIENS.exiger(arbre, mot)
    except FicheIntrouvable:
        if not any(mot in ident for ident in FINIS.idents(arbre)):
            raise
        return FINIS.exiger(arbre, mot)


def interventions(arbre: Arbre, entretien: str) -> list[Intervention]:
    """Ce qui a été fait pour cet entretien, le plus récent d'abord ; seules ses fiches sont lues."""
    mot = f"-{identifiants.mot(entretien, 'entretien')}-"
    lues = [INTERVENTIONS.une(arbre, ident) for ident in INTERVENTIONS.idents(arbre) if mot in ident]
    return sorted(
        (i for i in lues if i and i.entretien == entretien), key=lambda i: (i.le, i.id), reverse=True
    )

"""Les options que les commandes des clés partagent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tiers_lieu_cli.espace.cle import regles
from tiers_lieu_cli.espace.cle.modele import CLES, Cle, CleCitee
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.temps import saisie

Laquelle = Annotated[CleCitee, typer.Argument(metavar="CLÉ", help="La clé (Tab propose).")]
Qui = Annotated[PersonneCitee, typer.Argument(metavar="[@QUI]", help="Qui l'a, s'il y en a plusieurs.")]
Societe = Annotated[str, typer.Option("--societe", metavar="NOM", help="Ou la société qui l'a.")]
Le = Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour, si ce n'est pas maintenant.")]
Remarque = Annotated[str, typer.Option("--note", help="Ce qu'il faut en retenir.")]


def en_ligne(cle: Cle, dit: str, quoi: str) -> str:
    """Un texte libre sur une clé : sur une ligne, sans les chiffres d'un code."""
    propre = texte.ligne(dit, quoi, vide=True)
    regles.refuser_le_secret(cle.sorte, propre)
    return propre


def exiger(c: Contexte, mot: str) -> Cle:
    """La clé que ce mot désigne ; s'il n'y en a pas, comment l'ajouter."""
    try:
        return CLES.exiger(c.arbre, mot)
    except FicheIntrouvable as introuvable:
        remede = introuvable.remede or f"L'ajouter : tl espace cle creer {mot} --ouvre"
        raise ErreurUsage(introuvable.fait, remede) from None


def detenteur(c: Contexte, qui: str, societe: str) -> str:
    """Qui a la clé : l'identifiant d'une personne, le nom d'une société, ou rien de dit."""
    return c.registre.designer(qui) if qui else texte.ligne(societe, "Le nom d'une société", vide=True)


def moment(c: Contexte, le: str) -> datetime:
    """Le moment dit : maintenant, ou un jour passé."""
    maintenant = c.horloge.murale()
    if not le:
        return maintenant
    jour = saisie.lire_jour_venu(le, maintenant)
    return datetime.combine(jour, maintenant.time())

"""Les notes du lieu, lues et reliées."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.journal import regles
from tiers_lieu_cli.journal.modele import NOTES, Note
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, Recolte, partout


def du_jour(arbre: Arbre, jour: date) -> Recolte[Note]:
    """Les notes d'un jour, dans l'ordre où on les a prises."""
    recolte = NOTES.du_jour(arbre, jour)
    return Recolte(tuple(regles.du_jour(recolte.fiches, jour)), recolte.defauts)


def lier(arbre: Arbre, ident: str) -> str:
    """Cet identifiant, s'il nomme une fiche du lieu, de quelque genre qu'elle soit."""
    if not partout(arbre, ident):
        raise FicheIntrouvable("toutes", ident, (), "Donner le nom entier, tel que la commande l'a montré.")
    return ident

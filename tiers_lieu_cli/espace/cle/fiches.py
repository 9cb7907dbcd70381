"""Les clés lues dans le lieu : qui a quoi maintenant, et ce qui fut."""

from __future__ import annotations

from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Cle, PretDeCle
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.texte import en_tirets

#: Ce qu'une fiche montre du passé.
ANCIENS = 10


def pretees(arbre: Arbre) -> tuple[PretDeCle, ...]:
    """Tout ce qui est dehors ; l'histoire n'est pas lue."""
    return PRETS.en_cours.toutes(arbre).fiches


def anciens(arbre: Arbre, cle: str) -> list[PretDeCle]:
    """Les derniers prêts finis de cette clé, le plus récent d'abord."""
    mot = f"-{en_tirets(cle, 'cle')}-"
    idents = sorted((i for i in PRETS.closes.idents(arbre) if mot in i), reverse=True)[: 2 * ANCIENS]
    lus = (PRETS.closes.une(arbre, ident) for ident in idents)
    return sorted((p for p in lus if p and p.cle == cle), key=lambda p: p.fini_le, reverse=True)[:ANCIENS]


def qui_ouvrent(arbre: Arbre, salle: str) -> list[Cle]:
    """Les clés qui ouvrent cette salle."""
    return [cle for cle in CLES.toutes(arbre).fiches if salle in cle.ouvre]

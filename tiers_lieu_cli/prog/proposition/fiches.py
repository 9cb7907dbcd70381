"""La boîte à idées, lue et rangée : ce qui attend est à part de ce qui est fini."""

from __future__ import annotations

from collections.abc import Iterable

from tiers_lieu_cli.noyau.arbre import Arbre
from tiers_lieu_cli.noyau.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.ecriture import Ecriture
from tiers_lieu_cli.prog.proposition import regles
from tiers_lieu_cli.prog.proposition.modele import BOITE, FINIES, SOUTIENS, Proposition, Soutien


def exiger(arbre: Arbre, mot: str) -> Proposition:
    """L'idée qu'un mot désigne : d'abord dans la boîte, puis parmi les finies."""
    try:
        return BOITE.exiger(arbre, mot)
    except FicheIntrouvable:
        if not any(mot in ident for ident in FINIES.idents(arbre)):
            raise
        return FINIES.exiger(arbre, mot)


def soutiens(arbre: Arbre, propositions: Iterable[Proposition]) -> list[Soutien]:
    """Les soutiens de ces idées ; seuls leurs mois sont listés."""
    return list(SOUTIENS.rattachees(arbre, (p.id for p in propositions)).fiches)


def voix(arbre: Arbre, propositions: Iterable[Proposition]) -> dict[str, int]:
    """Combien de soutiens a chacune."""
    return regles.compter(soutiens(arbre, propositions))


def corriger(ecriture: Ecriture, ancienne: Proposition, nouvelle: Proposition) -> None:
    """Poser la nouvelle version ; une idée finie quitte la boîte et se range, telle quelle, à son mois."""
    BOITE.corriger(ecriture, ancienne, nouvelle)
    if nouvelle.est_finie:
        chemin = BOITE.genre.chemin(ancienne.id)
        telle_quelle = ecriture.poses[chemin] or b""
        ecriture.retirer(chemin)
        ecriture.creer(FINIES.genre.chemin(nouvelle.id), telle_quelle)

"""Les soutiens des idées, et ce que la boîte attend de nous."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.prog.idee import regles
from tiers_lieu_cli.prog.idee.modele import IDEES, SOUTIENS, Idee


def voix(arbre: Arbre, propositions: Iterable[Idee]) -> dict[str, int]:
    """Combien de soutiens a chaque idée ; seuls leurs mois sont listés."""
    return regles.compter(SOUTIENS.rattachees(arbre, (p.id for p in propositions)).fiches)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les idées sans réponse depuis un mois."""
    boite = IDEES.en_cours.toutes(arbre).fiches
    attendent = [p for p in boite if p.attend_une_decision and regles.attend_trop(p, jour)]
    soutiens = voix(arbre, attendent)
    for p in attendent:
        yield Echeance(
            p.deposee + regles.ATTENTE_CONVENABLE,
            f"répondre à l'idée « {p.titre} » ({regles.dire_voix(soutiens.get(p.id, 0))})",
            f"tl prog accepter {p.id} --quand",
            p.id,
        )


def a_rendre(c: Contexte, _: date) -> Iterator[Echeance]:
    """Les réponses à rendre à qui les attend : on n'a plus rien à dire à une personne effacée."""
    for p in vivants.en_cours(c, IDEES).fiches:
        if p.decidee:
            yield Echeance(
                p.decidee + regles.DELAI_POUR_RENDRE,
                f"dire à {p.de} la réponse à son idée « {p.titre} »",
                f"tl prog repondu {p.id}",
                p.id,
            )

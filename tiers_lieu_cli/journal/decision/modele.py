"""Une décision du lieu : son contexte, ce qui fut choisi, et le jour où on la relit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from tiers_lieu_cli.journal.modele import USAGE
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PersonneCitee, Texte, cite

DecisionCitee = Annotated[str, cite("une décision", "journal/decisions")]


class Decision(Fiche, frozen=True):
    """Prise le jour `le`. `remplace` : celle qu'elle abroge ; `revue_le` : la dernière relecture."""

    titre: Texte
    le: date
    decision: Texte
    contexte: Texte = ""
    options: tuple[Texte, ...] = ()
    par: tuple[PersonneCitee, ...] = ()
    revoir: date | None = None
    revue_le: date | None = None
    remplace: DecisionCitee = ""

    def __post_init__(self) -> None:
        if not self.titre.strip() or not self.decision.strip():
            raise ValueError("une décision a un titre, et dit ce qui est décidé")


DECISIONS = Collection(
    Genre(
        "décision",
        "journal/decisions",
        ouvrir="tl journal decision fiche {id}",
        par_mois=True,
        feminin=True,
        plutot="tl journal decision creer --remplace {id}",
        usage=USAGE,
        a_faire="journal.decision.modele:a_faire",
        proposer="journal.decision.modele:proposer",
    ),
    Decision,
)


def remplacantes(toutes: Iterable[Decision]) -> dict[str, Decision]:
    """Par décision qui ne vaut plus, celle qui l'a remplacée ; de deux, la plus récente."""
    return {d.remplace: d for d in sorted(toutes, key=lambda d: (d.le, d.id)) if d.remplace}


def en_vigueur(toutes: Iterable[Decision]) -> list[Decision]:
    """Celles qu'aucune autre n'a remplacées, la plus récente d'abord."""
    toutes = tuple(toutes)
    abrogees = remplacantes(toutes)
    return sorted((d for d in toutes if d.id not in abrogees), key=lambda d: (d.le, d.id), reverse=True)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les décisions à relire : une date passée reste due tant qu'on n'a pas relu."""
    for d in en_vigueur(DECISIONS.toutes(arbre).fiches):
        if d.revoir and d.revoir <= jour:
            yield Echeance(
                d.revoir, f"relire la décision « {d.titre} »", f"tl journal decision revoir {d.id}", d.id
            )


def proposer(arbre: Arbre, _jour: date) -> list[tuple[str, str]]:
    """Celles en vigueur."""
    return [(d.id, d.titre) for d in en_vigueur(DECISIONS.toutes(arbre).fiches)]

"""Une règle de la maison : un texte, la décision qui l'a faite, la règle des salles qui l'applique."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from tiers_lieu_cli.espace.regle.modele import CharteCitee
from tiers_lieu_cli.journal.decision.modele import DECISIONS, DecisionCitee
from tiers_lieu_cli.journal.modele import USAGE
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import Texte, cite

RegleCitee = Annotated[str, cite("une règle de la maison", "journal/regles")]
#: La charte, en prose : le lieu l'écrit, l'histoire en garde chaque version.
CHARTE = "regles/charte.md"


class Regle(Fiche, frozen=True):
    """Depuis le jour `depuis`. `revoir` : quand la relire ; `relue_le` : la dernière fois."""

    titre: Texte
    depuis: date
    decision: DecisionCitee = ""
    applique: tuple[CharteCitee, ...] = ()
    revoir: date | None = None
    relue_le: date | None = None
    texte: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip() or not self.texte.strip():
            raise ValueError("une règle a un titre, et dit ce qu'elle demande")


REGLES = Collection(
    Genre(
        "règle de la maison",
        "journal/regles",
        suffixe=".md",
        pluriel="règles de la maison",
        feminin=True,
        ouvrir="tl regles lire {id}",
        usage=USAGE,
        a_faire="journal.regle.modele:a_faire",
    ),
    Regle,
)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les règles à relire, et celles dont la décision fut remplacée par une autre."""
    regles = REGLES.toutes(arbre).fiches
    if not regles:
        return
    remplacees = {d.remplace: d for d in DECISIONS.toutes(arbre).fiches if d.remplace}
    for r in regles:
        if r.revoir and r.revoir <= jour:
            yield Echeance(r.revoir, f"relire la règle « {r.titre} »", f"tl regles revoir {r.id}", r.id)
        if neuve := remplacees.get(r.decision):
            yield Echeance(
                neuve.le,
                f"la règle « {r.titre} » vient d'une décision remplacée par « {neuve.titre} »",
                f"tl regles modifier {r.id} --decision {neuve.id}",
                r.id,
            )

"""Une page pratique : comment on fait ici, relue de temps en temps ; jamais un code ni un mot de passe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from tiers_lieu_cli.journal.modele import USAGE
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import SalleCitee, Texte, cite
from tiers_lieu_cli.noyau.temps import delais

PratiqueCitee = Annotated[str, cite("une page pratique", "journal/pratiques")]


class Pratique(Fiche, frozen=True):
    """`relue_le` : la dernière fois qu'on a vérifié qu'elle dit vrai ; `tous_les` : à refaire tous les…"""

    titre: Texte
    relue_le: date
    tous_les: str = "6 mois"
    salle: SalleCitee = ""
    texte: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip() or not self.texte.strip():
            raise ValueError("une page pratique a un titre et un texte")
        _ = delais.periode(self.tous_les)

    @property
    def a_relire(self) -> date | None:
        """Le jour où la relire ; `None` si elle ne vieillit pas."""
        pas = delais.periode(self.tous_les)
        return delais.apres(self.relue_le, pas) if pas else None


PRATIQUES = Collection(
    Genre(
        "page pratique",
        "journal/pratiques",
        suffixe=".md",
        pluriel="pages pratiques",
        feminin=True,
        ouvrir="tl journal fiche lire {id}",
        usage=USAGE,
        verifier_chacune="journal.verification:verifier",
        a_faire="journal.fiche.modele:a_faire",
    ),
    Pratique,
)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les pages qu'on n'a pas relues depuis trop longtemps."""
    for p in PRATIQUES.toutes(arbre).fiches:
        if p.a_relire and p.a_relire <= jour:
            yield Echeance(
                p.a_relire, f"relire la page « {p.titre} »", f"tl journal fiche relue {p.id}", p.id
            )

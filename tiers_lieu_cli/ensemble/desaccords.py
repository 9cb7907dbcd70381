"""Un désaccord : deux postes ont changé la même chose ; l'une est en place, l'autre est gardée ici."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.journal.modele import USAGE
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche as ecrites
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class Desaccord(Fiche, frozen=True):
    """L'autre version d'une fiche, entière, en attendant qu'on tranche.

    `fiche` est son chemin ; `champs`, ce qui y diffère (vide : toute la fiche) ; `texte`,
    l'autre version, telle qu'elle était écrite, vide si l'autre poste l'avait retirée.
    """

    fiche: str
    champs: tuple[str, ...] = ()
    texte: str = ""

    @property
    def autre(self) -> bytes | None:
        """L'autre version, telle qu'un fichier la dirait ; `None` si elle était retirée."""
        return f"{self.texte}\n".encode() if self.texte else None

    def dit_par(self, octets: bytes | None) -> Any:
        """Ce que cette version de la fiche dit de ce qui est en désaccord."""
        lue = self.lire(octets)
        return [getattr(lue, nom) for nom in self.champs] if lue and self.champs else octets

    def choisir(self, present: bytes | None, voulue: bytes | None) -> bytes | None:
        """Le fichier où les champs en désaccord sont ceux de cette version ; le reste ne bouge pas."""
        ici, la = self.lire(present), self.lire(voulue)
        if not (ici and la and present and self.champs):
            return voulue
        choisie = structs.replace(ici, **{nom: getattr(la, nom) for nom in self.champs})
        return ecrites.modifier(present, choisie, self.fiche)

    def lire(self, octets: bytes | None) -> Fiche | None:
        """Cette version de la fiche, comprise ; `None` si elle n'est pas là, ou ne se lit pas."""
        genre = structure_de(self.fiche)
        try:
            return ecrites.lire(octets, genre[1], genre[0], self.fiche) if octets and genre else None
        except FicheFautive:
            return None


DESACCORDS = Collection(
    Genre(
        "désaccord", "journal/desaccords", par_mois=True, suffixe=".md", dire=lambda d: d.fiche, usage=USAGE
    ),
    Desaccord,
)

"""Un désaccord : deux postes ont changé la même chose ; l'une est en place, l'autre est gardée ici."""

from __future__ import annotations

from tiers_lieu_cli.journal.modele import USAGE
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


DESACCORDS = Collection(
    Genre(
        "désaccord", "journal/desaccords", par_mois=True, suffixe=".md", dire=lambda d: d.fiche, usage=USAGE
    ),
    Desaccord,
)

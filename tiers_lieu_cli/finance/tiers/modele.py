"""Un tiers tel que git le garde : sans nom. Son identité est au coffre, par son empreinte."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from tiers_lieu_cli.finance.piece.modele import EMPREINTE
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.motif import motif

#: Une personne ou une organisation des opérations : un identifiant, rien d'autre.
OPAQUE = motif(r"[po]-[a-z0-9]{3,12}", re.ASCII)


class Qualite(StrEnum):
    """Ce qu'un tiers est pour la TVA et le droit de la consommation."""

    CONSOMMATEUR = "consommateur"
    ASSUJETTI = "assujetti"
    NON_ASSUJETTI = "non-assujetti"


class Tiers(Fiche, frozen=True):
    """À qui l'on facture. `identite` : l'empreinte, au coffre, de son nom et de son adresse.

    `liens` : les identifiants qui le désignent aux opérations ; `voir` : le lieu le renvoie au
    trésorier, sans dire pourquoi ; `restreint` : depuis quand on ne s'en sert plus (RGPD-1), ses
    pièces restant jusqu'à leur terme.
    """

    ENSEMBLE = (("qualite", "pays", "identite"),)

    qualite: Qualite
    pays: str
    identite: str
    cree: date
    liens: tuple[str, ...] = ()
    voir: bool = False
    restreint: date | None = None

    def __post_init__(self) -> None:
        if not EMPREINTE.fullmatch(self.identite):
            raise ValueError("« identite » est l'empreinte d'un contenu du coffre (sha256:…)")
        if any(not OPAQUE.fullmatch(lien) for lien in self.liens):
            raise ValueError("« liens » : des identifiants opaques, comme p-7k2m9x")


TIERS = Collection(Genre("tiers", "tiers"), Tiers)

"""Le contrat `faits/1`, du côté qui envoie (docs/contrats/faits-1.json) : ni montant, ni nom, ni prose.

La caisse a le sien : elle n'importe que le noyau, et ne croit personne sur parole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.texte import sha256

CONTRAT = "faits/1"


class Genre(StrEnum):
    """Ce qui s'est passé."""

    USAGE = "espace.usage"
    ANNULATION = "espace.annulation"
    JOURNEE = "poste.journee"
    PRET = "materiel.pret"
    RETOUR = "materiel.retour"
    CONSOMMATION = "stock.consommation"
    INSCRIPTION = "prog.inscription"
    CLE_REMISE = "cle.remise"
    CLE_RENDUE = "cle.rendue"


class Fait(msgspec.Struct, frozen=True, kw_only=True):
    """Un fait, un jour. `source` : ce qui le nomme pour toujours, et que son identifiant cache."""

    source: str
    jour: date
    genre: Genre
    quantite: str
    unite: str
    personne: str | None = None
    objet: str | None = None

    @property
    def id(self) -> str:
        """Opaque (le nom d'une fiche dit parfois son titre), et toujours le même."""
        return f"f-{sha256(self.source.encode())[:20]}"

    def dire(
        self, revision: int, *, annule: bool = False, convention: str | None = None
    ) -> dict[str, object]:
        """Le fait, dans les mots du contrat."""
        return {
            "id": self.id,
            "revision": revision,
            "annule": annule,
            "jour": self.jour.isoformat(),
            "genre": self.genre.value,
            "personne": self.personne,
            "payeur": None,
            "objet": self.objet,
            "quantite": self.quantite,
            "unite": self.unite,
            "convention": convention,
        }


def empreinte(dit: Mapping[str, object]) -> str:
    """L'empreinte d'un lot ou d'un retour : clés triées, sans blancs, UTF-8, sans le champ lui-même."""
    canon = msgspec.json.encode({c: v for c, v in dit.items() if c != "empreinte"}, order="sorted")
    return f"sha256:{sha256(canon)}"


def ecrire(dit: Mapping[str, object]) -> bytes:
    """Les octets d'un lot : toujours les mêmes."""
    return msgspec.json.format(msgspec.json.encode(dit, order="sorted"), indent=1) + b"\n"

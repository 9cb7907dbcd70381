"""Une bienvenue : les étapes d'une nouvelle personne, recopiées du parcours de son public."""

from __future__ import annotations

from datetime import date

import msgspec

from tiers_lieu_cli.noyau.affaires import affaires
from tiers_lieu_cli.noyau.fiche import Fiche


class Etape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Une étape : quoi, qui s'en charge, pour quand ; `faite` le jour où elle l'est."""

    etape: str
    qui: str
    pour: date
    faite: date | None = None


class Bienvenue(Fiche, frozen=True):
    """Le parcours d'une personne, commencé le jour `debut` ; `arretee` s'il s'interrompt."""

    personne: str
    debut: date
    public: str = ""
    etapes: tuple[Etape, ...] = ()
    arretee: date | None = None

    @property
    def prochaine(self) -> Etape | None:
        """La première étape qui reste à faire."""
        restent = [e for e in self.etapes if e.faite is None]
        return min(restent, key=lambda e: e.pour) if restent else None

    @property
    def est_ouverte(self) -> bool:
        """Reste-t-il une étape à faire ?"""
        return self.arretee is None and self.prochaine is not None


BIENVENUES = affaires("bienvenue", "accueil/bienvenues", Bienvenue, lambda b: b.est_ouverte)

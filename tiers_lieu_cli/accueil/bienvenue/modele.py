"""Une bienvenue : les étapes d'une nouvelle personne, recopiées du parcours de son public."""

from __future__ import annotations

from datetime import date

import msgspec

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import PersonneCitee, PublicCite, Sujet


class EtapePrevue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Une étape d'un parcours : quoi, qui s'en charge, combien de jours après l'arrivée."""

    etape: str
    qui: str = "accueil"
    jours: int = 0


class Parcours(Fiche, frozen=True):
    """Les étapes que le lieu a choisies, par public (`regles/bienvenue.yaml`) ; `tous` pour les autres."""

    publics: dict[str, tuple[EtapePrevue, ...]]


class Etape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Une étape d'une personne : quoi, qui s'en charge, pour quand ; `faite` le jour où elle l'est."""

    etape: str
    qui: str
    pour: date
    faite: date | None = None


class Bienvenue(Fiche, frozen=True):
    """Le parcours d'une personne, commencé le jour `debut` ; `arretee` s'il s'interrompt.

    Les étapes sont recopiées : changer le parcours du lieu ne change pas ceux qui sont commencés.
    """

    personne: Sujet
    debut: date
    public: PublicCite = ""
    referent: PersonneCitee = ""
    etapes: tuple[Etape, ...] = ()
    arretee: date | None = None

    @property
    def restantes(self) -> list[Etape]:
        """Les étapes qui restent à faire, la plus pressée d'abord."""
        return sorted((e for e in self.etapes if e.faite is None), key=lambda e: e.pour)

    @property
    def est_ouverte(self) -> bool:
        """Reste-t-il une étape à faire ?"""
        return self.arretee is None and bool(self.restantes)


BIENVENUES = affaires(
    Genre(
        "bienvenue",
        "accueil/bienvenues",
        ouvrir="tl accueil bienvenue fiche @{fiche.personne}",
        feminin=True,
        usage=Usage("Accueillir les gens", Base.INTERET),
        de_quelqu_un=True,
        verifier="accueil.verification:parcours",
        a_faire="accueil.bienvenue.fiches:a_faire",
    ),
    Bienvenue,
    lambda b: b.est_ouverte,
)

"""Une convention : qui, quoi, jusqu'à quand, et ce qu'il faut avoir dit avant. Jamais un montant.

Le loyer, la prime et les frais sont chez le trésorier, qui lie les siens à `c-…`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

import msgspec

from tiers_lieu_cli.convention.partenaire.modele import USAGE, PartenaireCite
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Fin
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import FicheCitee, PersonneCitee, Texte, cite
from tiers_lieu_cli.noyau.temps import delais
from tiers_lieu_cli.noyau.temps.delais import Periode

ConventionCitee = Annotated[str, cite("une convention", "convention/conventions")]
DocumentCite = Annotated[str, cite("un document", "convention/documents")]
#: En dehors, une date est une faute de frappe.
_PREMIERE_ANNEE, _DERNIERE_ANNEE = 1900, 2200


class Modele(StrEnum):
    """Ce qui se signe dans une maison."""

    OCCUPATION = "occupation"
    MISE_A_DISPOSITION = "mise-a-disposition"
    PARTENARIAT = "partenariat"
    BENEVOLAT = "benevolat"
    PRET = "pret"
    ASSURANCE = "assurance"
    BAIL = "bail"
    ABONNEMENT = "abonnement"
    MAINTENANCE = "maintenance"


NOMS = {
    Modele.OCCUPATION: "convention d'occupation",
    Modele.MISE_A_DISPOSITION: "mise à disposition",
    Modele.PARTENARIAT: "convention de partenariat",
    Modele.BENEVOLAT: "convention de bénévolat",
    Modele.PRET: "contrat de prêt",
    Modele.ASSURANCE: "assurance",
    Modele.BAIL: "bail",
    Modele.ABONNEMENT: "abonnement",
    Modele.MAINTENANCE: "contrat de maintenance",
}


#: Ce qu'une assurance doit pouvoir montrer, champ par champ.
PIECES = {"attestation": "l'attestation", "paiement": "la preuve de paiement"}


class Quoi(StrEnum):
    """Ce qu'on a décidé d'un terme qui vient, ou d'un terme passé."""

    RENOUVELER = "renouveler"
    RENEGOCIER = "renegocier"
    RESILIER = "resilier"
    #: Reconduite ou finie : on l'a lu.
    VU = "vu"


class Compte(StrEnum):
    """Ce qui fait foi d'un préavis : le jour où il part, ou celui où il arrive."""

    ENVOI = "envoi"
    RECEPTION = "reception"


class Partie(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base de ce qu'une convention retient, ligne à ligne ; `le` : le jour."""

    le: date
    note: Texte = ""


class Decision(Partie, frozen=True):
    """Décidé ce jour-là, pour la période qui finit le jour `terme`."""

    terme: date
    quoi: Quoi


class Signature(Partie, frozen=True):
    """Une version signée : par qui, et l'original rangé au coffre."""

    version: int = 1
    par: tuple[PersonneCitee, ...] = ()
    document: DocumentCite = ""


class Avenant(Partie, frozen=True):
    """Ce qu'une version de plus change ; `version` est la sienne."""

    version: int
    objet: Texte


class Convention(Fiche, frozen=True, dict=True):
    """Du jour `du` au dernier jour couvert `au`, compris.

    `preavis` : le délai du contrat (« 3 mois »), `forme`, `compte` et `source` (article, page) comme il
    les dit : rien n'est supposé ; `marge` : des jours de poste, montrés à part. `reconduction` : la durée
    qui s'ajoute d'elle-même. `finie_le` : le dernier jour, une fois résiliée. `avis` : le prestataire doit
    rappeler la reconduction ; `avis_recus` : quand il l'a fait. D'une assurance : `police`, `risques`,
    `attestation` et `paiement` (sa preuve).
    """

    ENSEMBLE = (("du", "au"), ("preavis", "forme", "compte", "source"), ("resiliee_le", "finie_le"))
    FINS = (Fin("resiliee_le", (), ("du", "au", "avenants")),)

    modele: Modele
    avec: PartenaireCite
    du: date
    au: date
    objet: Texte = ""
    preavis: str = ""
    forme: str = ""
    compte: Compte | None = None
    source: str = ""
    marge: int = 0
    reconduction: str = ""
    avis: bool = False
    avis_recus: tuple[date, ...] = ()
    porte_sur: tuple[FicheCitee, ...] = ()
    police: str = ""
    risques: tuple[str, ...] = ()
    attestation: DocumentCite = ""
    paiement: DocumentCite = ""
    signatures: tuple[Signature, ...] = ()
    avenants: tuple[Avenant, ...] = ()
    decisions: tuple[Decision, ...] = ()
    resiliee_le: date | None = None
    finie_le: date | None = None

    def __post_init__(self) -> None:
        if self.au < self.du:
            raise ValueError("une convention ne finit pas (« au ») avant de commencer (« du »)")
        for jour in filter(None, (self.du, self.au, self.finie_le)):
            if not _PREMIERE_ANNEE <= jour.year <= _DERNIERE_ANNEE:
                raise ValueError(f"{jour.year} n'est pas une année de convention")
        if (self.resiliee_le is None) != (self.finie_le is None):
            raise ValueError("« resiliee_le » et « finie_le » se disent ensemble")
        if not 0 <= self.marge <= 60:
            raise ValueError("« marge » est un nombre de jours de poste, de 0 à 60")
        _ = self.delai, self.pas

    @cached_property
    def delai(self) -> Periode | None:
        """Le préavis du contrat ; `None` s'il n'est pas dit."""
        return delais.periode(self.preavis)

    @cached_property
    def pas(self) -> Periode | None:
        """Ce qui s'ajoute quand personne n'a rien dit ; `None` si elle s'éteint."""
        return delais.periode(self.reconduction)

    @property
    def nom(self) -> str:
        """« bail », ou son objet."""
        return self.objet or NOMS[self.modele]

    @property
    def version(self) -> int:
        """La dernière version du texte."""
        return 1 + len(self.avenants)

    @property
    def est_signee(self) -> bool:
        """Sa dernière version l'est-elle ?"""
        return any(s.version == self.version for s in self.signatures)


class Version(Fiche, frozen=True):
    """Le texte d'une convention tel qu'il fut proposé ; un avenant en fait une autre, rien n'est réécrit."""

    convention: ConventionCitee
    version: int
    le: date
    texte: Texte


CONVENTIONS = Collection(
    Genre(
        "convention",
        "convention/conventions",
        feminin=True,
        ouvrir="tl convention fiche {id}",
        usage=USAGE,
        a_faire="convention.convention.fiches:a_faire",
        proposer="convention.convention.fiches:proposer",
    ),
    Convention,
)
VERSIONS = Collection(
    Genre(
        "texte de convention",
        "convention/textes",
        suffixe=".md",
        pluriel="textes de conventions",
        usage=USAGE,
        ouvrir="tl convention texte {fiche.convention} --version {fiche.version}",
    ),
    Version,
)


def ident_du_texte(convention: str, version: int) -> str:
    """Le nom de la fiche d'une version : « c-7k2m-v1 »."""
    return f"{convention}-v{version}"

"""Un document : sa fiche est dans l'archive, son contenu au coffre (`documents/`), hors de toute histoire."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

import msgspec

from tiers_lieu_cli.convention.convention.modele import ConventionCitee, DocumentCite
from tiers_lieu_cli.convention.partenaire.modele import USAGE, PartenaireCite
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Mot
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import PersonneCitee, Texte
from tiers_lieu_cli.noyau.motif import motif

#: Un SHA-256, tel que le coffre nomme ses contenus.
EMPREINTE = motif(r"[0-9a-f]{64}", re.ASCII)
#: Les règles du lieu : « classe: années », 0 pour toujours.
FICHIER = "regles/documents.yaml"


class Sorte(StrEnum):
    """Ce qu'il est."""

    CONTRAT = "contrat"
    ATTESTATION = "attestation"
    PREUVE = "preuve"
    RAPPORT = "rapport"
    PROCES_VERBAL = "proces-verbal"
    PLAN = "plan"
    COURRIER = "courrier"
    AUTRE = "autre"


class Classe(StrEnum):
    """Combien de temps le garder."""

    #: La vie de la maison : statuts, procès-verbaux.
    TOUJOURS = "toujours"
    CONTRAT = "contrat"
    ASSURANCE = "assurance"
    COURANT = "courant"
    PERSONNEL = "personnel"


class Durees(Fiche, frozen=True):
    """En années, comptées du 1er janvier qui suit ; 0 : toujours. Une règle du lieu, pas la loi."""

    id: str = "documents"
    toujours: int = 0
    contrat: int = 10
    assurance: int = 10
    courant: int = 3
    personnel: int = 1

    def __post_init__(self) -> None:
        if not all(0 <= getattr(self, str(classe)) <= 100 for classe in Classe):
            raise ValueError("une durée de conservation est un nombre d'années, de 0 (toujours) à 100")


class Document(Fiche, frozen=True):
    """`empreinte` (SHA-256) dit où est son contenu, de `taille` octets ; `suffixe` : sa sorte de fichier.

    `nomme` : les gens qu'il nomme ; `nominatif` : il en nomme, connus ou non. `remplace` : un plus ancien.
    `detruit_le` : le contenu n'est plus, la fiche le dit.
    """

    ENSEMBLE = (("empreinte", "taille", "suffixe"), ("detruit_le", "motif"))

    titre: Texte
    empreinte: str
    taille: int
    suffixe: str
    le: date
    sorte: Sorte = Sorte.AUTRE
    classe: Classe = Classe.COURANT
    echeance: date | None = None
    convention: ConventionCitee = ""
    parties: tuple[PartenaireCite, ...] = ()
    nomme: tuple[PersonneCitee, ...] = ()
    nominatif: bool = False
    remplace: DocumentCite = ""
    etiquettes: tuple[Mot, ...] = ()
    detruit_le: date | None = None
    motif: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip():
            raise ValueError("le titre du document est vide")
        if not EMPREINTE.fullmatch(self.empreinte):
            raise ValueError("« empreinte » est un SHA-256 : soixante-quatre chiffres de 0 à f")
        if self.taille < 0:
            raise ValueError("« taille » est un nombre d'octets")

    @property
    def est_nominatif(self) -> bool:
        """Nomme-t-il des gens ?"""
        return self.nominatif or bool(self.nomme)


DOCUMENTS = Collection(
    Genre(
        "document",
        "convention/documents",
        ouvrir="tl convention document fiche {id}",
        sert=lambda d: not d.detruit_le,
        usage=USAGE,
        a_faire="convention.document.fiches:a_faire",
    ),
    Document,
)


class Contenu(msgspec.Struct, frozen=True):
    """Ce qu'un fichier apporte : son empreinte, sa taille, sa sorte."""

    empreinte: str
    taille: int
    suffixe: str

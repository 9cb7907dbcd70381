"""Un événement : quelque chose a lieu, quelque part, à un moment."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from msgspec import field

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Fin, Mot
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import (
    AgendaCite,
    BesoinCite,
    EvenementCite,
    IdeeCitee,
    PersonneCitee,
    PublicCite,
    ReservationCitee,
    SalleCitee,
    ServiceCite,
    Texte,
)
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps.temps import Creneau, exiger_moments, lire_bornes

_HEURES = motif(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)


#: On ne monte pas une salle plus d'un jour d'avance : une lecture à fenêtre sait jusqu'où regarder.
PREPARATION = 24 * 60


class Etat(StrEnum):
    """Où en est un événement. `A_REPLACER` : sa salle est fermée, il reste promis si elle rouvre."""

    BROUILLON = "brouillon"
    CONFIRME = "confirme"
    REPORTE = "reporte"
    A_REPLACER = "a-replacer"
    ANNULE = "annule"
    TENU = "tenu"


#: Ceux où il occupe vraiment son créneau.
_A_LIEU = frozenset({Etat.BROUILLON, Etat.CONFIRME, Etat.TENU})


class Origine(Fiche, frozen=True, kw_only=True):
    """D'où vient ce qui est importé : la clé qui le retrouve, et ce que l'agenda en disait, champ par champ.

    `uid` : une empreinte de l'UID, qui porte souvent une adresse. `empreinte` : une par champ lu, pour
    savoir ce qui a changé là-bas et ce qui a changé ici. `version` : SEQUENCE et DTSTAMP, pour qu'un vieux
    fichier ne l'emporte pas (RFC 5546 § 2.1.5).
    `seules` : par date d'une série, la version d'une exception reçue sans la série.
    """

    id: str = ""
    uid: str
    occurrence: str = ""
    version: str = ""
    empreinte: str
    seules: dict[str, str] = field(default_factory=dict)


class Quart(Fiche, frozen=True, kw_only=True):
    """Un rôle à tenir pendant un événement : `combien` de personnes, de quand à quand.

    `heures` (17:30-20:00, fin exclue) est vide quand le rôle se tient d'un bout à l'autre.
    """

    id: str = ""
    role: str
    combien: int = 1
    heures: str = ""

    def __post_init__(self) -> None:
        if self.combien < 1:
            raise ValueError("« combien » est un nombre de personnes, 1 ou plus")
        if self.heures and not _HEURES.fullmatch(self.heures):
            raise ValueError(f"« {self.heures} » ne se comprend pas ; écrire 17:30-20:00")


class Evenement(Fiche, frozen=True, dict=True):
    """Un événement du programme.

    `debut` et `fin` sont des heures murales (AAAA-MM-JJTHH:MM, fin exclue ; deux fois la même
    pour un instant) ou, pour des jours entiers, deux jours compris (AAAA-MM-JJ). `calendrier` : il
    vient d'un agenda ami que l'on suit ; il n'est pas à nous. `capacite`, `age_min`, `age_max` : 0,
    sans limite. `montage` et `demontage` : des minutes, avant et après, où ses salles sont prises aussi.
    `reservation` : celle qui tenait la salle, mise au programme.
    `participants` et `suite` : combien on fut et ce que cela a donné, une fois l'événement tenu.
    """

    ENSEMBLE = (
        ("debut", "fin", "montage", "demontage"),
        ("etat", "motif", "reporte_a", "participants", "suite"),
        ("age_min", "age_max"),
    )
    FINS = (Fin("etat", (Etat.ANNULE, Etat.REPORTE), ("debut", "fin", "salles")),)

    titre: Texte
    debut: str
    fin: str
    salles: tuple[SalleCitee, ...] = ()
    ailleurs: str = ""
    montage: int = 0
    demontage: int = 0
    reservation: ReservationCitee = ""
    publics: tuple[PublicCite, ...] = ()
    porteurs: tuple[PersonneCitee, ...] = ()
    etat: Etat = Etat.CONFIRME
    interne: bool = False
    motif: Texte = ""
    reporte_a: EvenementCite = ""
    calendrier: AgendaCite = ""
    etiquettes: tuple[Mot, ...] = ()
    lien: str = ""
    langues: tuple[str, ...] = ()
    accessibilite: tuple[str, ...] = ()
    age_min: int = 0
    age_max: int = 0
    capacite: int = 0
    besoins: tuple[BesoinCite, ...] = ()
    proposition: IdeeCitee = ""
    service: ServiceCite = ""
    equipe: tuple[Quart, ...] = ()
    participants: int | None = None
    suite: Texte = ""
    origine: Origine | None = None
    description: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip():
            raise ValueError("le titre est vide")
        if min(self.capacite, self.age_min, self.age_max, self.participants or 0) < 0:
            raise ValueError("« capacite », « age_min », « age_max » et « participants » sont 0 ou plus")
        if self.age_max and self.age_max < self.age_min:
            raise ValueError("« age_max » vient avant « age_min »")
        if min(self.montage, self.demontage) < 0 or max(self.montage, self.demontage) > PREPARATION:
            raise ValueError("« montage » et « demontage » sont des minutes, un jour au plus")
        _ = self.creneau

    @cached_property
    def creneau(self) -> Creneau:
        """Quand il a lieu ; `ValueError` si les deux dates ne font pas un créneau."""
        return lire_bornes(self.debut, self.fin, instant=True)

    @property
    def emprise(self) -> Creneau:
        """Tout le temps où ses salles sont prises : lui, son montage et son démontage."""
        if not (self.montage or self.demontage):
            return self.creneau
        return Creneau(
            self.creneau.debut - timedelta(minutes=self.montage),
            self.creneau.fin + timedelta(minutes=self.demontage),
        )

    @property
    def a_lieu(self) -> bool:
        """Occupe-t-il vraiment son créneau ?"""
        return self.etat in _A_LIEU

    @property
    def est_a_nous(self) -> bool:
        """Est-ce un événement du lieu, et non d'un agenda ami ?"""
        return not self.calendrier


class AgendaAmi(Fiche, frozen=True):
    """L'agenda d'un lieu ami, et quand on l'a lu pour la dernière fois (heure murale).

    `source` : un fichier, un dossier de fichiers, ou une adresse https. `publics` : ceux à qui il
    s'adresse, parmi les nôtres. `etag` et `modifie` : ce que son serveur a dit de la version lue.
    `arrete_le` : le jour où l'on a cessé de le suivre.
    """

    ENSEMBLE = (("lu_le", "etag", "modifie"),)

    nom: str
    source: str = ""
    publics: tuple[PublicCite, ...] = ()
    lu_le: str = ""
    etag: str = ""
    modifie: str = ""
    arrete_le: date | None = None

    def __post_init__(self) -> None:
        exiger_moments(self.lu_le)


#: Pourquoi le programme cite quelqu'un.
USAGE = Usage("Tenir le programme : qui vient, qui porte, qui aide", Base.CONTRAT)
_EVENEMENTS = Genre(
    "événement",
    "prog/evenements",
    ouvrir="tl prog evenement fiche {id}",
    par_mois=True,
    plutot="tl prog evenement annuler {id}",
    usage=USAGE,
    verifier_chacune="prog.verification:verifier",
    voisines=("espace.occupations:voisines", "prog.inscription.fiches:voisines"),
    a_faire="prog.evenement.fiches:a_faire",
    proposer="prog.evenement.proposer:proposer",
)
EVENEMENTS = Collection(_EVENEMENTS, Evenement)
#: Ceux qui durent plus d'un mois ; toute lecture à fenêtre les lit tous.
LONGS = Collection(
    Genre(
        "événement",
        "prog/longs",
        ouvrir="tl prog evenement fiche {id}",
        plutot=_EVENEMENTS.plutot,
        usage=USAGE,
        voisines=_EVENEMENTS.voisines,
    ),
    Evenement,
)
AGENDAS_AMIS = Collection(
    Genre(
        "agenda suivi",
        "prog/reseau",
        ouvrir="tl prog reseau liste",
        pluriel="agendas suivis",
        plutot="tl prog reseau retirer {id}",
        a_faire="prog.reseau.echeances:a_faire",
        sert=lambda agenda: not agenda.arrete_le,
    ),
    AgendaAmi,
)

"""Un objet qui se prête (un seul, ou un lot de plusieurs pareils), et chaque prêt, promis ou en cours."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import ReservationCitee, SalleCitee, Sujet, Texte, cite
from tiers_lieu_cli.noyau.temps.temps import Creneau, exiger_moments, lire_bornes, moment

#: En minutes : au-delà d'une semaine, ce n'est plus un temps de remise en état.
BATTEMENT_MAXIMAL = 7 * 24 * 60


ObjetCite = Annotated[str, cite("un objet", "stock/objets")]
PretCite = Annotated[str, cite("un prêt", "stock/prets-en-cours", "stock/prets")]


class Objet(Fiche, frozen=True):
    """Une chose qui se prête. `lot` : combien il y en a de pareilles.

    `perdus` et `en_reparation` : combien n'en servent pas ; `contient` : d'un kit, les objets qui
    partent avec lui ; `habilitation` : ce qu'il faut avoir appris (`accueil habilitation`) ;
    `caution` : on en attend une, sans montant ; `jours_max`, `par_personne` : les bornes d'un prêt ;
    `battement` : des minutes entre un retour et le prêt suivant ; `salle` : où il reste d'ordinaire.
    """

    nom: str
    lot: int = 1
    perdus: int = 0
    en_reparation: int = 0
    contient: tuple[ObjetCite, ...] = ()
    place: str = ""
    salle: SalleCitee = ""
    serie: str = ""
    mode_d_emploi: str = ""
    habilitation: str = ""
    caution: bool = False
    jours_max: int = 0
    par_personne: int = 0
    battement: int = 0
    photo: str = ""
    note: Texte = ""
    retire: bool = False

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom de l'objet est vide")
        comptes = (
            self.lot,
            self.perdus,
            self.en_reparation,
            self.jours_max,
            self.par_personne,
            self.battement,
        )
        if min(comptes) < 0 or self.perdus + self.en_reparation > self.lot:
            raise ValueError("on ne perd ni ne répare plus d'exemplaires qu'il n'y en a")
        if self.battement > BATTEMENT_MAXIMAL:
            raise ValueError("un battement dure une semaine au plus")

    @property
    def utilisables(self) -> int:
        """Combien existent et marchent."""
        return 0 if self.retire else self.lot - self.perdus - self.en_reparation


class Etat(StrEnum):
    """Où en est un prêt."""

    RESERVE = "reserve"
    DEHORS = "dehors"
    #: En file : rien n'est tenu.
    ATTENTE = "attente"
    RENDU = "rendu"
    PERDU = "perdu"
    ANNULE = "annule"


OUVERTS = frozenset({Etat.RESERVE, Etat.DEHORS, Etat.ATTENTE})


class Pret(Fiche, frozen=True, dict=True):
    """`combien` exemplaires d'un objet pour quelqu'un (`a`), de `debut` inclus à `fin` exclue.

    Les heures sont murales. Un prêt dehors tient l'objet jusqu'à ce qu'il soit vraiment revenu, quoi que
    dise `fin`. `demande_le` : l'ordre de la file, à la microseconde. `avec` : la réservation de salle qu'il
    accompagne, et dont il suit le sort. `kit` : le prêt du kit avec lequel il part, et revient.
    """

    ENSEMBLE = (("debut", "fin"), ("etat", "sorti_le", "fini_le"))

    objet: ObjetCite
    a: Sujet
    debut: str
    fin: str
    combien: int = 1
    etat: Etat = Etat.RESERVE
    demande_le: str = ""
    sorti_le: str = ""
    fini_le: str = ""
    caution: bool = False
    avec: ReservationCitee = ""
    kit: PretCite = ""
    pour: Texte = ""
    remarque: Texte = ""

    def __post_init__(self) -> None:
        if self.combien < 1:
            raise ValueError("« combien » est au moins 1")
        if (self.etat in (Etat.RENDU, Etat.PERDU)) != bool(self.fini_le):
            raise ValueError("« fini_le » dit quand un objet est revenu, ou perdu, et alors seulement")
        if self.etat is Etat.DEHORS and not self.sorti_le:
            raise ValueError("un objet dehors est sorti à un moment (« sorti_le »)")
        exiger_moments(self.demande_le, self.sorti_le, self.fini_le)
        _ = self.creneau

    @cached_property
    def creneau(self) -> Creneau:
        """Ce qui est promis."""
        return lire_bornes(self.debut, self.fin)

    @cached_property
    def sorti(self) -> datetime | None:
        """Quand il est vraiment parti."""
        return moment(self.sorti_le) if self.sorti_le else None

    @property
    def est_ouvert(self) -> bool:
        """Reste-t-il quelque chose à en attendre ?"""
        return self.etat in OUVERTS


#: Pourquoi le stock cite quelqu'un.
USAGE = Usage("Prêter du matériel, savoir à qui", Base.CONTRAT)
OBJETS = Collection(
    Genre(
        "objet",
        "stock/objets",
        ouvrir="tl stock objet fiche {id}",
        sert=lambda objet: not objet.retire,
        plutot="tl stock objet retirer {id}",
        usage=USAGE,
        voisines=("stock.objet.fiches:voisines",),
    ),
    Objet,
)
PRETS = affaires(
    Genre(
        "prêt",
        "stock/prets",
        ouvrir="tl stock objet fiche {fiche.objet}",
        plutot="tl stock annuler {id}",
        usage=USAGE,
        verifier="stock.verification:verifier",
        voisines=("stock.objet.fiches:voisines",),
        a_faire="stock.objet.fiches:a_faire",
        accompagner="stock.objet.materiel:Materiel",
    ),
    Pret,
    lambda pret: pret.est_ouvert,
)

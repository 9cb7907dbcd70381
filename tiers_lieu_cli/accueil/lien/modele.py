"""Une mise en lien : un besoin, une offre, l'accord de chacun, et ce que cela a donné."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.affaires import affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import BesoinCite, OffreCitee, PersonneCitee, Sujet, Texte, cite
from tiers_lieu_cli.noyau.motif import motif

_NOM = motif(r"\d{4}-(?:0[1-9]|1[0-2])-\d{2}-[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


class Suite(StrEnum):
    """Ce qu'une mise en lien a donné."""

    ATTENDUE = "attendue"
    EN_COURS = "en-cours"
    COMBLE = "comble"
    SANS_SUITE = "sans-suite"


LienCite = Annotated[str, cite("une mise en lien", "accueil/liens-en-cours", "accueil/liens")]


class Lien(Fiche, frozen=True):
    """Un besoin et une offre rapprochés le jour `propose`.

    `personnes` : celles qu'on présente l'une à l'autre ; `accords` : celles qui l'ont accepté.
    Tant qu'il en manque, personne n'est présenté : `presente` est le jour où tous ont dit oui.
    """

    ENSEMBLE = (("suite", "revu", "note"),)

    besoin: BesoinCite
    offre: OffreCitee
    propose: date
    personnes: tuple[Sujet, ...] = ()
    accords: tuple[PersonneCitee, ...] = ()
    presente: date | None = None
    suite: Suite = Suite.ATTENDUE
    revu: date | None = None
    note: Texte = ""

    def __post_init__(self) -> None:
        for nom in (self.besoin, self.offre):
            if not _NOM.fullmatch(nom):
                raise ValueError(f"« {nom[:40]} » n'est pas le nom d'un besoin ou d'une offre")

    @property
    def est_ouvert(self) -> bool:
        """Attend-on encore de savoir ce qu'elle a donné ?"""
        return self.suite in (Suite.ATTENDUE, Suite.EN_COURS)

    @property
    def a_demander(self) -> tuple[str, ...]:
        """Les personnes dont on n'a pas l'accord."""
        return tuple(p for p in self.personnes if p not in self.accords)


LIENS = affaires(
    Genre(
        "mise en lien",
        "accueil/liens",
        ouvrir="tl accueil lien fiche {id}",
        pluriel="mises en lien",
        feminin=True,
        usage=Usage("Mettre deux personnes en lien, avec l'accord des deux", Base.ACCORD),
        de_quelqu_un=True,
        a_faire="accueil.lien.fiches:a_faire",
    ),
    Lien,
    lambda lien: lien.est_ouvert,
)

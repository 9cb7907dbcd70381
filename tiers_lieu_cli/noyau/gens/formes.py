"""Une personne, comme ses mots la nomment : ce sans quoi un texte ne peut pas parler d'elle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from tiers_lieu_cli.noyau.gens.aplati import plat
from tiers_lieu_cli.noyau.gens.mots import PARTICULES
from tiers_lieu_cli.noyau.motif import motif

#: Une suite de lettres.
LETTRES = motif(r"[^\W\d_]+")
#: Ce qui s'écrit collé ou non devant un nom : Desmet, de Smet.
PREFIXES = (
    "van",
    "vande",
    "vanden",
    "vander",
    "de",
    "le",
    "la",
    "du",
    "d",
    "ben",
    "el",
    "al",
    "mac",
    "mc",
    "o",
)
#: Une famille plus courte, précédée d'une lettre, se rencontre dans bien des mots.
_LONG = 6
#: Un mot si court se rencontre partout.
COURT = 2
#: L'allemand et les langues du Nord écrivent aussi ces lettres en deux.
_EN_DEUX = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


class Nommee(Protocol):
    """Ce qu'il faut savoir d'une personne pour la reconnaître ; voir `pivots` et `appels`.

    `cle` : son nom ramené à ses lettres ; `repond_a` : les clefs des mots qui, tapés, la désignent.
    """

    @property
    def id(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def surnom(self) -> str: ...
    @property
    def courriel(self) -> str: ...
    @property
    def telephone(self) -> str: ...
    @property
    def pivots(self) -> tuple[str, ...]: ...
    @property
    def appels(self) -> tuple[str, ...]: ...
    @property
    def cle(self) -> str: ...
    @property
    def repond_a(self) -> frozenset[str]: ...


def mots(texte: str) -> list[str]:
    """Les mots d'un nom, sans accents ni capitales."""
    return [mot.lower() for mot in LETTRES.findall(plat(texte))]


def colle(texte: str) -> str:
    """Les lettres d'un nom, d'un seul tenant : la clef de ce qu'on en retient."""
    return "".join(mots(texte))


def cle_du_mot(texte: str) -> str:
    """Ce qu'on retient d'un mot, d'un nombre : ses lettres et ses chiffres."""
    return re.sub(r"[\W_]+", "", plat(texte)).lower()


def pivots(nom: str) -> tuple[str, ...]:
    """Les mots sans lesquels un texte ne la nomme pas à coup sûr ; rien si le nom n'a qu'un mot.

    « Marie-Ange Van de Velde » → « velde », « vandevelde », « marieangevandevelde »…
    """
    trouves: dict[str, None] = {}
    for _, famille in _ecritures(nom):
        if famille:
            trouves |= dict.fromkeys((*reversed(_pleins(famille)), "".join(famille)))
    return tuple(trouves | dict.fromkeys((*entiers(nom), *raccourcis(nom))))


def appels(nom: str, surnom: str = "") -> tuple[str, ...]:
    """Les mots qui, seuls, font demander : son prénom, son surnom."""
    dits = ("".join(prenom) for prenom, _ in _ecritures(nom))
    return tuple(dict.fromkeys(filter(None, (*dits, colle(surnom)))))


def entiers(nom: str) -> Iterator[str]:
    """Le nom d'un seul tenant, dans les deux sens, avec ses particules ou sans."""
    for prenom, famille in _ecritures(nom):
        qui = "".join(prenom)
        for dit in ("".join(famille), _pleins(famille)[-1]) if qui and famille else ():
            yield qui + dit
            yield dit + qui


def raccourcis(nom: str) -> Iterator[str]:
    """Le nom d'un compte : l'initiale et la famille d'un seul tenant (« khaddad », « haddadk »)."""
    for prenom, famille in _ecritures(nom):
        dit = "".join(famille)
        if prenom and len(dit) >= _LONG:
            yield prenom[0][0] + dit
            yield dit + prenom[0][0]


def declics(pivot: str) -> Iterator[str]:
    """Ce pivot, et ce qui en reste quand sa particule s'écrit à part (Desmet, de Smet)."""
    yield pivot
    for prefixe in PREFIXES:
        if pivot.startswith(prefixe) and len(pivot) > len(prefixe) + COURT:
            yield pivot.removeprefix(prefixe)


def _ecritures(nom: str) -> Iterator[tuple[list[str], list[str]]]:
    """(prénom, famille) en mots, puis leur autre orthographe s'ils en ont une."""
    for ecrit in (nom,) if nom.isascii() else dict.fromkeys((nom, nom.translate(_EN_DEUX))):
        prenom, _, famille = " ".join(ecrit.split()).partition(" ")
        yield mots(prenom), mots(famille)


def _pleins(famille: list[str]) -> list[str]:
    """Les mots d'un nom de famille, sans particule s'il en reste."""
    return [mot for mot in famille if mot not in PARTICULES] or famille


class Famille(msgspec.Struct, frozen=True):
    """Ceux qui portent un nom : par leur prénom, leur initiale ; `liants` : ce qui précède le nom."""

    prenoms: dict[str, str]
    #: Le premier mot d'un prénom composé (« Marie » pour Marie-Ange) : il fait demander.
    debuts: dict[str, str]
    initiales: dict[str, str]
    liants: frozenset[str]
    #: Ceux dont c'est le dernier mot du nom, ou tout le nom : les autres font demander.
    porteurs: frozenset[str]

    @classmethod
    def de(cls, pivot: str, personnes: Iterable[Nommee]) -> Famille:
        """La famille que ce mot désigne, parmi ces personnes."""
        prenoms, debuts, initiales = dict[str, str](), dict[str, str](), dict[str, str]()
        liants, porteurs = set(PARTICULES), set[str]()
        for p in personnes:
            for prenom, famille in _ecritures(p.nom):
                if not famille or pivot not in (*famille, "".join(famille)):
                    continue
                if pivot in (_pleins(famille)[-1], "".join(famille)):
                    porteurs.add(p.id)
                liants.update(famille)
                for dit in filter(None, ("".join(prenom), colle(p.surnom))):
                    prenoms.setdefault(dit, p.id)
                if len(prenom) > 1:
                    debuts.setdefault(prenom[0], p.id)
                for mot in (*prenom, "".join(mot[0] for mot in prenom)):
                    initiales.setdefault(mot[0] if mot in prenom else mot, p.id)
        return cls(prenoms, debuts, initiales, frozenset(liants - prenoms.keys()), frozenset(porteurs))

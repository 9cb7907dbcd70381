"""Un texte à plat, découpé en mots, et ce qui lie chacun au suivant."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise

from tiers_lieu_cli.noyau.gens.formes import LETTRES, PREFIXES
from tiers_lieu_cli.noyau.gens.mots import CIVILITES
from tiers_lieu_cli.noyau.motif import motif

#: Ce que les capitales séparent dans un mot (« KarimHaddad »).
BOSSE = motif(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Ce qui, entre deux mots, dit qu'ils ne vont pas ensemble ; puis ce qui en fait une énumération.
_RUPTURE = motif(r"[;!?\d]|[:.]\s|\.\.|\n\s*\n")
_ET = motif(r"\s[&+]\s")
_LISTE = motif(r",|\s[-*|/]\s|\n\s*[-*]")
#: Un trait d'union, fût-il en fin de ligne, ou rien : les deux bouts sont peut-être un seul mot.
_COUPURE = motif(r"(?:-(?:\r?\n[ \t]{0,20})?)?")
_NOMBRE_AVANT = motif(r"\d[ .]{0,2}$")
#: Ce qui peut séparer deux mots d'un nom, en caractères ; deux mots d'un prénom.
_ECART, _ECART_D_UN_PRENOM = 40, 2
#: Combien de mots font un prénom (Marie-Ange), un nom coupé (Had-dad) ou à particule (de Smet).
D_UN_TENANT = 4


class Lien(Enum):
    """Ce qui sépare un mot du suivant."""

    RIEN = auto()
    LISTE = auto()
    ET = auto()
    TENU = auto()


class Lecture:
    """Un texte à plat, mot à mot."""

    def __init__(self, texte: str) -> None:
        self.texte = texte
        self.bornes: list[tuple[int, int]] = []
        for trouve in LETTRES.finditer(texte):
            debut, fin = trouve.span()
            lettres = trouve[0]
            if lettres[1:].islower() or lettres.isupper() or not lettres.isascii():
                self.bornes.append((debut, fin))
            else:
                self.bornes += pairwise([debut, *(debut + m.start() for m in BOSSE.finditer(lettres)), fin])
        self.mots = [texte[debut:fin].lower() for debut, fin in self.bornes]
        self._liens: dict[int, Lien] = {}

    def capitale(self, n: int) -> bool:
        """Ce mot commence-t-il comme un nom propre ? Toujours, dans une écriture sans capitales."""
        lettre = self.texte[self.bornes[n][0]]
        return lettre.isupper() or lettre.lower() == lettre.upper()

    def point(self, n: int) -> bool:
        """Ce mot est-il suivi d'un point ?"""
        return self.texte.startswith(".", self.bornes[n][1])

    def entre(self, n: int) -> str:
        """Ce qui est écrit entre le mot n et le suivant."""
        return self.texte[self.bornes[n][1] : self.bornes[n + 1][0]]

    def etendue(self, premier: int, dernier: int) -> tuple[int, int]:
        """Où commence le premier de ces mots, où finit le dernier."""
        return self.bornes[premier][0], self.bornes[dernier][1]

    def apres_un_nombre(self, n: int) -> bool:
        """« 2 m » : ce mot est-il une unité ?"""
        debut = self.bornes[n][0]
        return bool(_NOMBRE_AVANT.search(self.texte[max(0, debut - 3) : debut]))

    def coupe(self, n: int) -> bool:
        """Ce mot et le suivant en sont-ils peut-être un seul, coupé d'un tiret ?"""
        return bool(_COUPURE.fullmatch(self.entre(n)))

    def lien(self, n: int) -> Lien:
        """Comment le mot n tient au suivant."""
        if n not in self._liens:
            self._liens[n] = self._lire_le_lien(n)
        return self._liens[n]

    def _lire_le_lien(self, n: int) -> Lien:
        if not 0 <= n < len(self.bornes) - 1:
            return Lien.RIEN
        entre = self.entre(n)
        if entre in (" ", "", "-"):
            return Lien.TENU
        if entre[0] == "." and (len(self.mots[n]) == 1 or self.mots[n] in CIVILITES):
            entre = entre[1:]
        if len(entre) > _ECART or _RUPTURE.search(entre):
            return Lien.RIEN
        if _LISTE.search(entre) and not self.coupe(n):
            return Lien.LISTE
        return Lien.ET if _ET.search(entre) else Lien.TENU

    def colles(self, n: int) -> Iterator[tuple[int, str]]:
        """(premier mot, lettres) des courtes suites d'un tenant qui finissent au mot n."""
        lettres = self.mots[n]
        yield n, lettres
        for premier in range(n - 1, max(-1, n - D_UN_TENANT), -1):
            ecart = self.bornes[premier + 1][0] - self.bornes[premier][1]
            serre = ecart <= _ECART_D_UN_PRENOM or self.coupe(premier)
            if not serre or self.lien(premier) is not Lien.TENU:
                return
            lettres = self.mots[premier] + lettres
            yield premier, lettres

    @cached_property
    def suites(self) -> list[tuple[int, int, str]]:
        """(premier mot, dernier mot, lettres) de tout ce qui peut être un nom ou un morceau de nom."""
        return list(self._suites())

    def _suites(self) -> Iterator[tuple[int, int, str]]:
        for n, mot in enumerate(self.mots):
            yield n, n, mot
            if n and (self.mots[n - 1] in PREFIXES or self.coupe(n - 1) or self.capitale(n - 1)):
                yield from ((premier, n, lettres) for premier, lettres in self.colles(n) if premier != n)

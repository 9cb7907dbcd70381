"""Le mur : ni nom, ni contact d'une personne, ni montant dans l'archive.

L'archive est permanente et partagée ; le registre est effaçable, la caisse est au
trésorier (`architecture.md` § 1). Ce module reconnaît ce qui ne doit pas passer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

#: Un montant en euros, comme on l'écrit : 5 €, 12,50 euros, EUR 30.
MONTANT = re.compile(
    r"(?<![\w.,])\d[\d \u00a0\u202f.]*(?:,\d{1,2})?[ \u00a0\u202f]?(?:€|EUR\b|euros?\b)"
    r"|(?:€|\bEUR)[ \u00a0\u202f]?\d+(?:[.,]\d{1,2})?",
    re.IGNORECASE,
)
_MOTS = re.compile(r"\w+")
_COURRIEL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CHIFFRES = re.compile(r"\+?\d(?:[ ./()-]{0,2}\d){7,16}")
#: En dessous, une suite de chiffres n'est pas un numéro de téléphone.
_CHIFFRES_UTILES = 8


class Nommee(Protocol):
    """Ce qu'il faut savoir d'une personne pour la reconnaître dans un texte."""

    @property
    def id(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def courriel(self) -> str: ...
    @property
    def telephone(self) -> str: ...


class Indice(msgspec.Struct, frozen=True):
    """Ce qui passerait le mur : l'extrait du texte, et la personne qu'il désigne (vide : un montant)."""

    extrait: str
    personne: str = ""


class Detecteur:
    """Reconnaît, dans un texte, les personnes données et les montants.

    Un prénom ou un surnom seul n'est pas reconnu : « Rose » est aussi une couleur.
    """

    def __init__(self, personnes: Iterable[Nommee]) -> None:
        self._noms: dict[str, list[tuple[str, Nommee]]] = {}
        self._courriels: dict[str, Nommee] = {}
        self._telephones: dict[str, Nommee] = {}
        for personne in personnes:
            premier, reste, _ = clef(personne.nom).partition("-")
            if reste:
                self._noms.setdefault(premier, []).append((clef(personne.nom), personne))
            if personne.courriel:
                self._courriels[personne.courriel.casefold()] = personne
            if len(chiffres := _nationaux(personne.telephone)) >= _CHIFFRES_UTILES:
                self._telephones[chiffres] = personne

    def trouver(self, texte: str) -> Iterator[Indice]:
        """Tout ce qui ne doit pas être dans l'archive ; rien, le plus souvent, et vite."""
        plat = _plat(texte)
        for premier in self._noms.keys() & set(_MOTS.findall(plat.replace("_", " "))):
            entoure = "-" + re.sub(r"[\W_]+", "-", plat) + "-"
            for cle, personne in self._noms[premier]:
                if f"-{cle}-" in entoure:
                    yield Indice(_dans(texte, personne.nom), personne.id)
        if self._courriels and "@" in texte:
            for trouve in _COURRIEL.finditer(texte):
                if connue := self._courriels.get(trouve[0].casefold()):
                    yield Indice(trouve[0], connue.id)
        for trouve in _CHIFFRES.finditer(texte) if self._telephones else ():
            if connue := self._telephones.get(_nationaux(trouve[0])):
                yield Indice(trouve[0], connue.id)
        for montant in montants(texte):
            yield Indice(montant)


def montants(texte: str) -> Iterator[str]:
    """Les montants écrits dans un texte."""
    if "€" in texte or "eur" in texte or "EUR" in texte or "Eur" in texte:
        for trouve in MONTANT.finditer(texte):
            yield trouve[0]


def sans_montant(texte: str) -> str:
    """Un texte venu d'ailleurs, dont les montants sont retirés."""
    return MONTANT.sub("(montant retiré)", texte)


def clef(texte: str) -> str:
    """Un nom ramené à ses lettres : « D'Hondt, Zoë » → « d-hondt-zoe » ; toute écriture est gardée."""
    return re.sub(r"[\W_]+", "-", _plat(texte)).strip("-")


def _plat(texte: str) -> str:
    """Sans accents ni capitales."""
    if texte.isascii():
        return texte.lower()
    decompose = unicodedata.normalize("NFKD", texte)
    return "".join(c for c in decompose if c < "\u0300" or not unicodedata.combining(c)).casefold()


def _nationaux(telephone: str) -> str:
    """Les chiffres d'un numéro, sans l'indicatif belge ni le zéro de tête."""
    return re.sub(r"\D", "", telephone).lstrip("0").removeprefix("32").lstrip("0")


def _dans(texte: str, nom: str) -> str:
    """Le nom tel que le texte l'écrit ; le nom du registre si les accents diffèrent."""
    motif = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", nom)))
    trouve = re.search(motif, texte, re.IGNORECASE)
    return trouve[0] if trouve else nom

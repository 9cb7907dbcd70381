"""Le mur : ni nom, ni contact d'une personne, ni montant dans l'archive.

L'archive est permanente et partagée ; le registre est effaçable, la caisse est au
trésorier (`architecture.md` § 1). Ce module reconnaît ce qui ne doit pas passer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from tiers_lieu_cli.noyau import identifiants

# Chaque motif est borné : un texte hostile ne doit pas coûter plus que sa longueur.
#: Un montant en euros, comme on l'écrit : 5 €, 12,50 euros, EUR 30.
MONTANT = re.compile(
    r"(?<![\w.,])\d[\d \u00a0\u202f.]{0,20}(?:,\d{1,2})?[ \u00a0\u202f]?(?:€|(?i:eur|euros?)\b)"
    r"|(?:€|\bEUR)[ \u00a0\u202f]?\d+(?:[.,]\d{1,2})?",
)
_MOTS = re.compile(r"[^\W_]+")
#: Sans l'un de ces bouts, aucun montant : des mots fixes se cherchent dix fois plus vite qu'un motif.
_EUROS = tuple(
    bout.encode() for bout in ("€", "EUR", *(f"{avant}eur" for avant in " \u00a0\u202f0123456789"))
)
_COURRIEL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
#: Un numéro se dit avec son zéro ou son indicatif ; une date ne commence pas ainsi.
_CHIFFRES = re.compile(r"(?<!\d)(?:\+|0)(?:[ ./()-]{0,2}\d){7,16}")
#: Pour `suspect` : minuscules, et tout ce qui n'est ni lettre ni chiffre devient une espace.
_EN_MOTS = bytes(c if c >= 0x80 else ord(chr(c).lower()) if chr(c).isalnum() else 0x20 for c in range(256))
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
        self._declics: set[str] = set()
        for personne in personnes:
            self._declics |= _declics(personne.nom) | _declics(personne.courriel)
            premier, reste, _ = identifiants.clef(personne.nom).partition("-")
            if reste:
                self._noms.setdefault(premier, []).append((identifiants.clef(personne.nom), personne))
            if personne.courriel:
                self._courriels[personne.courriel.casefold()] = personne
            if len(chiffres := nationaux(personne.telephone)) >= _CHIFFRES_UTILES:
                self._telephones[chiffres] = personne

    def suspect(self, octets: bytes) -> bool:
        """Faux si `trouver` n'y trouverait rien ; de quoi passer vite sur de grandes quantités."""
        return (
            not self._declics.isdisjoint(_mots(octets))
            or any(bout in octets for bout in _EUROS)
            or bool(self._telephones and _CHIFFRES.search(octets.decode("utf-8", "replace")))
        )

    def trouver(self, texte: str) -> Iterator[Indice]:
        """Tout ce qui ne doit pas être dans l'archive ; rien, le plus souvent, et vite."""
        plat = identifiants.sans_accent(texte)
        for premier in self._noms.keys() & set(_MOTS.findall(plat)):
            entoure = "-" + re.sub(r"[\W_]+", "-", plat) + "-"
            for cle, personne in self._noms[premier]:
                if f"-{cle}-" in entoure:
                    yield Indice(_dans(texte, personne.nom), personne.id)
        if self._courriels and "@" in texte:
            for trouve in _COURRIEL.finditer(texte):
                if connue := self._courriels.get(trouve[0].casefold()):
                    yield Indice(trouve[0], connue.id)
        for trouve in _CHIFFRES.finditer(texte) if self._telephones else ():
            if connue := self._telephones.get(nationaux(trouve[0])):
                yield Indice(trouve[0], connue.id)
        for montant in montants(texte):
            yield Indice(montant)


def montants(texte: str) -> Iterator[str]:
    """Les montants écrits dans un texte."""
    return (trouve[0] for trouve in MONTANT.finditer(texte))


def sans_montant(texte: str) -> str:
    """Un texte venu d'ailleurs, dont les montants sont retirés."""
    return MONTANT.sub("(montant retiré)", texte)


def _declics(dit: str) -> set[str]:
    """Le mot dont l'absence exclut ce nom ou ce courriel : le plus long."""
    return {max(identifiants.clef(dit).split("-"), key=len)} - {""}


def _mots(octets: bytes) -> set[str]:
    """Les mots de `clef`, pour un long texte : seuls ceux qui ont un accent coûtent."""
    mots = set(octets.translate(_EN_MOTS).split())
    simples = {mot for mot in mots if mot.isascii()}
    accentues = (identifiants.clef(mot.decode("utf-8", "replace")).split("-") for mot in mots - simples)
    return {mot.decode() for mot in simples}.union(*accentues)


def nationaux(telephone: str) -> str:
    """Les chiffres d'un numéro, sans l'indicatif belge ni le zéro de tête."""
    return re.sub(r"\D", "", telephone).lstrip("0").removeprefix("32").lstrip("0")


def _dans(texte: str, nom: str) -> str:
    """Le nom tel que le texte l'écrit ; le nom du registre si les accents diffèrent."""
    motif = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", nom)))
    trouve = re.search(motif, texte, re.IGNORECASE)
    return trouve[0] if trouve else nom

"""Le mur : ni nom, ni contact d'une personne, ni montant dans l'archive.

L'archive est permanente et partagée ; le registre est effaçable, la caisse est au
trésorier (`architecture.md` § 1). Ce module reconnaît ce qui ne doit pas passer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Protocol

import msgspec

from tiers_lieu_cli.noyau.texte import clef, sans_accent

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


#: Ce qui sépare deux mots d'un nom, sans passer d'une phrase à l'autre.
_ENTRE = r"(?:[^\w.;:!?]|_){1,12}"
_CIVILITES = r"(?:m\.?|mr|mme|mlle|monsieur|madame|mademoiselle|meneer|mevrouw)"


class Nommee(Protocol):
    """Ce qu'il faut savoir d'une personne pour la reconnaître dans un texte ; voir `personnes.pivots`."""

    @property
    def id(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def courriel(self) -> str: ...
    @property
    def telephone(self) -> str: ...
    @property
    def pivots(self) -> tuple[str, ...]: ...


class Indice(msgspec.Struct, frozen=True):
    """Ce qui passerait le mur : l'extrait du texte, et la personne qu'il désigne (vide : un montant)."""

    extrait: str
    personne: str = ""


class Detecteur:
    """Reconnaît, dans un texte, les personnes données et les montants.

    Un prénom, un surnom ou un nom de famille seul n'est pas reconnu : « Rose » est aussi une couleur.
    """

    def __init__(self, personnes: Iterable[Nommee]) -> None:
        self._personnes = tuple(personnes)
        self._motifs: dict[str, re.Pattern[str]] = {}

    @cached_property
    def _par_pivot(self) -> dict[str, list[Nommee]]:
        rangees: dict[str, list[Nommee]] = {}
        for personne in self._personnes:
            for pivot in personne.pivots:
                rangees.setdefault(pivot, []).append(personne)
        return rangees

    @cached_property
    def _courriels(self) -> dict[str, Nommee]:
        return {p.courriel.casefold(): p for p in self._personnes if p.courriel}

    @cached_property
    def _telephones(self) -> dict[str, Nommee]:
        numeros = ((nationaux(p.telephone), p) for p in self._personnes if p.telephone)
        return {chiffres: p for chiffres, p in numeros if len(chiffres) >= _CHIFFRES_UTILES}

    @cached_property
    def _declics(self) -> frozenset[str]:
        """Les mots dont l'absence exclut tout nom et tout courriel : d'un courriel, le plus long."""
        courriels = (max(clef(dit).split("-"), key=len) for dit in self._courriels)
        return frozenset((*self._par_pivot, *courriels)) - {""}

    def suspect(self, octets: bytes) -> bool:
        """Faux si `trouver` n'y trouverait rien ; de quoi passer vite sur de grandes quantités."""
        return (
            not self._declics.isdisjoint(_mots(octets))
            or any(bout in octets for bout in _EUROS)
            or bool(self._telephones and _CHIFFRES.search(octets.decode("utf-8", "replace")))
        )

    def trouver(self, texte: str) -> Iterator[Indice]:
        """Tout ce qui ne doit pas être dans l'archive ; rien, le plus souvent, et vite."""
        plat = sans_accent(texte)
        pivots = self._par_pivot.keys() & set(_MOTS.findall(plat))
        for personne in {p.id: p for pivot in sorted(pivots) for p in self._par_pivot[pivot]}.values():
            if nomme := self._motif(personne).search(plat):
                # Ôter un accent ne déplace rien d'ordinaire : ce qui est écrit se cite tel quel.
                egal = len(plat) == len(texte)
                yield Indice(texte[slice(*nomme.span())] if egal else personne.nom, personne.id)
        if "@" in texte:
            for trouve in _COURRIEL.finditer(texte):
                if connue := self._courriels.get(trouve[0].casefold()):
                    yield Indice(trouve[0], connue.id)
        for trouve in _CHIFFRES.finditer(texte):
            if connue := self._telephones.get(nationaux(trouve[0])):
                yield Indice(trouve[0], connue.id)
        for montant in montants(texte):
            yield Indice(montant)

    def _motif(self, personne: Nommee) -> re.Pattern[str]:
        if personne.id not in self._motifs:
            self._motifs[personne.id] = _facons_de_nommer(personne)
        return self._motifs[personne.id]


def _facons_de_nommer(personne: Nommee) -> re.Pattern[str]:
    """Prénom et nom dans les deux sens, sans particule, collés ; « K. Haddad », « Mme Haddad »."""
    prenom, _, famille = personne.nom.partition(" ")
    premier, mots = clef(prenom), clef(famille).split("-")
    dernier, colle = personne.pivots[0], personne.pivots[-1]
    noms = "|".join(dict.fromkeys((_ENTRE.join(map(re.escape, mots)), re.escape(colle), re.escape(dernier))))
    qui = _ENTRE.join(map(re.escape, premier.split("-")))
    facons = [f"{_CIVILITES}{_ENTRE}(?:{noms})"]
    if premier:
        initiale = rf"{re.escape(premier[0])}\.[ \u00a0]?"
        facons += [f"{qui}{_ENTRE}(?:{noms})", f"(?:{noms}){_ENTRE}{qui}", f"{initiale}(?:{noms})"]
    elif len(mots) > 1:
        facons.append(_ENTRE.join(map(re.escape, mots)))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(facons)})(?![^\W_])")


def montants(texte: str) -> Iterator[str]:
    """Les montants écrits dans un texte."""
    return (trouve[0] for trouve in MONTANT.finditer(texte))


def sans_montant(texte: str) -> str:
    """Un texte venu d'ailleurs, dont les montants sont retirés."""
    return MONTANT.sub("(montant retiré)", texte)


def _mots(octets: bytes) -> set[str]:
    """Les mots de `clef`, pour un long texte : seuls ceux qui ont un accent coûtent."""
    mots = set(octets.translate(_EN_MOTS).split())
    simples = {mot for mot in mots if mot.isascii()}
    accentues = (clef(mot.decode("utf-8", "replace")).split("-") for mot in mots - simples)
    return {mot.decode() for mot in simples}.union(*accentues)


def nationaux(telephone: str) -> str:
    """Les chiffres d'un numéro, sans l'indicatif belge ni le zéro de tête."""
    return re.sub(r"\D", "", telephone).lstrip("0").removeprefix("32").lstrip("0")

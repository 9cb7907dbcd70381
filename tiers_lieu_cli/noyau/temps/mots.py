"""Les mots du temps : un texte ramené à ce qui se compare, les jours, les mois, les nombres, les rangs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS
from tiers_lieu_cli.noyau.texte import sans_accent

LONGUEUR_MAXIMALE = 200
_MOIS_NUS = tuple(map(sans_accent, MOIS))
_ABREGES = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
#: Un jour de la semaine, entier ou abrégé, et un mois : des morceaux d'expressions.
SEMAINE = "(?:" + "|".join(f"{jour}|{jour[:3]}\\b\\.?" for jour in JOURS) + ")"
NOM_DE_MOIS = (
    "(?:" + "|".join(sorted({*_MOIS_NUS, *_ABREGES, "jan", "fev", "sep"}, key=len, reverse=True)) + r")\b\.?"
)
_UNITES = (
    *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze"),
    *("douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_DIZAINES = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50}
#: Les nombres en lettres, de zéro à cinquante-neuf.
NOMBRES = {
    **{mot: n for n, mot in enumerate(_UNITES)},
    "une": 1,
    **{
        f"{mot}{lien}": dizaine + n
        for mot, dizaine in _DIZAINES.items()
        for n, lien in enumerate(["", "-et-un", *(f"-{unite}" for unite in _UNITES[2:10])])
    },
    **{f"{mot}-et-une": dizaine + 1 for mot, dizaine in _DIZAINES.items()},
}
#: Ceux qu'on dit dans une règle : « un mardi sur deux ».
PETITS_NOMBRES = "|".join((*sorted(_UNITES[2:], key=len, reverse=True), "vingt", "trente"))
RANGS = {
    "1er": 1,
    "premier": 1,
    "premiere": 1,
    "2e": 2,
    "2eme": 2,
    "2nd": 2,
    "deuxieme": 2,
    "second": 2,
    "3e": 3,
    "3eme": 3,
    "troisieme": 3,
    "4e": 4,
    "4eme": 4,
    "quatrieme": 4,
    "5e": 5,
    "5eme": 5,
    "cinquieme": 5,
    "avant-dernier": -2,
    "dernier": -1,
}
RANG = "(?:" + "|".join(sorted(RANGS, key=len, reverse=True)) + ")"


def normaliser(texte: str) -> str:
    """Minuscules, sans accent, un seul tiret, un seul blanc ; refuse ce qui n'est pas du texte court."""
    if len(texte) > LONGUEUR_MAXIMALE or any(
        unicodedata.category(c) in ("Cc", "Cs", "Cf") or (c.isdigit() and not c.isascii()) for c in texte
    ):
        raise SaisieIncomprise("".join(c for c in texte if c.isprintable()))
    propre = "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c)).lower()
    propre = re.sub(r"[–—‒−→‐‑]|->", "-", propre.replace("’", "'"))
    return re.sub(r"\s+", " ", propre).strip()


def en_chiffres(dit: str) -> str:
    """« dans deux semaines », « dix-huit heures trente », « le trois juin » : les nombres en chiffres.

    Seulement devant ce qui se compte : « mardi en huit » garde son mot.
    """
    return heures_en_chiffres(_devant(rf"(?:jours?|semaines?|mois|ans?|annees?|{NOM_DE_MOIS})", dit))


def heures_en_chiffres(dit: str) -> str:
    """« dix-huit heures trente » : « 18 heures 30 »."""
    devant = _devant("(?:heures?|minutes?|h)", dit)
    apres = r"(?<=\bheures )(MOT)\b|(?<=\bheure )(MOT)\b"
    return _remplacer(apres, devant, lambda trouve: f"{nombre(trouve[1] or trouve[2]):02}")


def _devant(unites: str, dit: str) -> str:
    return _remplacer(rf"\b(MOT)(?= {unites}\b)", dit, lambda trouve: str(nombre(trouve[1])))


def _remplacer(patron: str, dit: str, chiffres: Callable[[re.Match[str]], str]) -> str:
    """Sans nombre en lettres, ce qui est l'ordinaire, il n'y a rien à chercher."""
    if NOMBRES.keys().isdisjoint(re.split("[ -]", dit)):
        return dit
    mots = "|".join(sorted((mot.replace("-", "[- ]") for mot in NOMBRES), key=len, reverse=True))
    return re.sub(patron.replace("MOT", mots), chiffres, dit)


def nombre(mot: str) -> int:
    """« deux », « vingt et un », « 15 »."""
    return int(mot) if mot.isdecimal() else NOMBRES[mot.replace(" ", "-")]


def rang(mot: str) -> int:
    """« 1er », « deuxième », « dernier » (-1) ; au pluriel aussi."""
    return RANGS[mot] if mot in RANGS else RANGS[mot.removesuffix("s")]


def numero_du_jour(nom: str) -> int:
    """De lundi, 0, à dimanche, 6."""
    return next(n for n, jour in enumerate(JOURS) if jour[:3] == nom[:3])


def numero_du_mois(nom: str) -> int:
    """De janvier, 1, à décembre, 12."""
    return next(n for n, mois in enumerate(_MOIS_NUS, start=1) if mois.startswith(nom.rstrip(".")))

"""Les identifiants des fiches, et le chemin qu'ils donnent : une fonction pure, dans les deux sens."""

from __future__ import annotations

import os
import re
from datetime import date
from typing import Protocol

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.liens import CITE
from tiers_lieu_cli.noyau.texte import en_tirets

#: Sans voyelles ni lettres qui se confondent : un identifiant se dicte et ne forme pas de mot.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_MOT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-\d{2}-.+", re.ASCII)
_MOT_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-\d{2}(?:-[a-z0-9]+)+", re.ASCII)
LONGUEUR_MAXIMALE = 100
#: Les codes de monnaies (ISO 4217) que l'alphabet permet d'écrire, et que le mur prendrait pour un montant.
_MONNAIE = re.compile("chf|gbp|dzd|tnd|pln|btc|cts")


class Genre(msgspec.Struct, frozen=True):
    """Une sorte de fiche : son dossier, et si elle est rangée par mois.

    `ouvrir` : la commande qui montre une de ses fiches, d'après son `{id}`, son `{jour}` ou un champ
    (`{fiche.cle}`).
    """

    nom: str
    dossier: str
    par_mois: bool = False
    suffixe: str = ".yaml"
    ouvrir: str = "tl historique {id}"

    def chemin(self, ident: str) -> str:
        """Le chemin de la fiche `ident` ; `ErreurUsage` si ce n'est pas un identifiant."""
        verifier(ident)
        if not self.par_mois:
            return f"{self.dossier}/{ident}{self.suffixe}"
        trouve = _DATE.fullmatch(ident)
        if not trouve or not 1 <= int(trouve[2]) <= 12:
            raise IdentifiantInvalide(ident)
        return f"{self.dossier}/{trouve[1]}/{trouve[2]}/{ident}{self.suffixe}"

    def ident(self, chemin: str) -> str | None:
        """L'identifiant que ce chemin désigne, ou `None` s'il n'est pas de ce genre."""
        dossier, _, nom = chemin.rpartition("/")
        ident = nom.removesuffix(self.suffixe)
        if ident == nom or len(ident) > LONGUEUR_MAXIMALE:
            return None
        if not self.par_mois:
            return ident if dossier == self.dossier and _MOT.fullmatch(ident) else None
        date = _MOT_DATE.fullmatch(ident)
        return ident if date and dossier == f"{self.dossier}/{date[1]}/{date[2]}" else None

    def mois(self, annee: int, mois: int) -> str:
        """Le dossier d'un mois."""
        return f"{self.dossier}/{annee:04}/{mois:02}"


class Hasard(Protocol):
    """De quoi tirer au sort ; `random.Random` convient, et se répète."""

    def choice(self, parmi: str, /) -> str:
        """Un caractère parmi d'autres."""
        ...


class HasardDuSysteme:
    """Le hasard de la machine, sans charger le module `random`."""

    def choice(self, parmi: str, /) -> str:
        """Voir `Hasard.choice` ; le biais du modulo est de l'ordre de 10⁻¹⁸."""
        return parmi[int.from_bytes(os.urandom(8)) % len(parmi)]


class IdentifiantInvalide(ErreurUsage):
    """Le texte donné ne peut désigner aucune fiche."""

    def __init__(self, texte: str) -> None:
        super().__init__(
            f"« {texte} » n'est pas un nom de fiche.",
            "Il est fait de minuscules sans accent, de chiffres et de tirets, comme salle-rez.",
        )


def verifier(ident: str) -> str:
    """Rendre l'identifiant s'il est bien formé (ASCII, court, sans rien qui sorte du dossier)."""
    if len(ident) > LONGUEUR_MAXIMALE or not _MOT.fullmatch(ident):
        raise IdentifiantInvalide(ident[:LONGUEUR_MAXIMALE])
    return ident


def hasard(source: Hasard, longueur: int) -> str:
    """`longueur` caractères tirés au sort, qui ne se lisent pas comme un montant (« chf6 », « 7dzd »)."""
    while _MONNAIE.search(tire := "".join(source.choice(ALPHABET) for _ in range(longueur))):
        pass
    return tire


def date_de(jour: date, titre: str, defaut: str, source: Hasard) -> str:
    """L'identifiant d'un fait daté : `2026-11-24-atelier-velo-7k2m` ; il se publie, et ne cite personne."""
    return f"{jour:%Y-%m-%d}-{en_tirets(CITE.sub(' ', titre), defaut)}-{hasard(source, 4)}"

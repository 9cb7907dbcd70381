"""Changer une fiche, une seule façon : seul ce qu'on donne change, et l'on dit « avant → après »."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Concatenate, ParamSpec, TypeVar

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import F
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

D = TypeVar("D")
V = TypeVar("V")
P = ParamSpec("P")
#: Le jour d'un nom de fiche, et son heure s'il en a une.
_MARQUE = motif(r"\A\d{4}-\d{2}-\d{2}(-\d{4}(?=-))?", re.ASCII)
#: Un champ qui ne se dit pas comme il s'écrit, accents mis à part (`valeurs.montrer`).
_DITS = {"apres_usage": "après usage", "mode_d_emploi": "mode d'emploi", "qui": "tenu par"}
#: Ce que bien des commandes ont, et qui ne dit rien d'une fiche ; combien des autres on nomme.
_DE_TOUTES = frozenset(
    {"--json", "--essai", "--oui", "--passe", "--tout", "--brouillon", "--ecraser", "--help"}
)
_A_NOMMER = 8
#: La valeur d'un champ qu'on vide, là où `None` veut dire qu'on n'en a rien dit.
RIEN = object()
#: Comment dire les valeurs d'un champ, s'il ne suffit pas de les montrer.
Dire = Mapping[str, Callable[[object], str]]


_EN_MINUTES: Dire = {champ: lambda minutes: f"{minutes} min" for champ in ("montage", "demontage")}


class RienNeChange(ErreurUsage):
    """On ne donne rien, ou ce que la fiche dit déjà."""

    def __init__(self) -> None:
        super().__init__("Rien ne change.", "Donner ce qui change.")

    def selon(self, options: Sequence[str]) -> None:
        """Voir `Echec.selon`."""
        siennes = [option for option in options if option not in _DE_TOUTES]
        suite = "…" if len(siennes) > _A_NOMMER else "."
        if siennes:
            self.remede = f"Donner ce qui change : {', '.join(siennes[:_A_NOMMER])}{suite}"


def lu(dit: D | None, lire: Callable[Concatenate[D, P], V], *args: P.args, **mots: P.kwargs) -> V | None:
    """Ce qu'on dit d'un champ, lu ; `None` si l'on n'en a rien dit."""
    return None if dit is None else lire(dit, *args, **mots)


def changer(ancienne: F, **dits: object) -> F:
    """La fiche, avec les champs dits ; `None` : on n'en a rien dit. `ErreurUsage` si rien ne change."""
    try:
        voulus = {champ: None if v is RIEN else v for champ, v in dits.items() if v is not None}
        nouvelle = structs.replace(ancienne, **voulus)
    except ValueError as faute:
        raise ErreurUsage(f"{str(faute).capitalize()}.", "Revoir ce qu'on donne.") from None
    exiger(ancienne, nouvelle)
    return nouvelle


def exiger(ancienne: object, nouvelle: object) -> None:
    """`RienNeChange` si elles disent la même chose."""
    if nouvelle == ancienne:
        raise RienNeChange


def changements(ancienne: F, nouvelle: F, jour: date, dire: Dire | None = None) -> Iterator[str]:
    """« objet : réunion → assemblée », un champ par ligne ; ce qu'un champ n'a pas se dit « — »."""
    dites = {**_EN_MINUTES, **(dire or {})}
    for champ in ancienne.__struct_fields__:
        avant, apres = getattr(ancienne, champ), getattr(nouvelle, champ)
        if avant != apres and champ != "id" and not _est_un_detail(avant, apres):
            dit = dites.get(champ, lambda v: _dire(v, jour))
            yield f"  {nommer(champ)} : {_ou_rien(dit, avant)} → {_ou_rien(dit, apres)}"


def nommer(champ: str) -> str:
    """Le nom d'un champ, comme l'écran le dit."""
    return _DITS.get(champ) or " ".join(valeurs.montrer(mot) for mot in champ.split("_"))


def fait(
    ancienne: F,
    nouvelle: F,
    *,
    action: str,
    histoire: str,
    nom: str,
    jour: date,
    suite: str,
    dire: Dire | None = None,
    lignes: Sequence[str] = (),
) -> Fait:
    """Le compte rendu d'un changement : ce que la fiche est, puis ce qui a changé."""
    return Fait(
        id=nouvelle.id,
        action=action,
        histoire=histoire,
        phrase=f"{nom} a changé :",
        lignes=[*changements(ancienne, nouvelle, jour, dire), *lignes],
        suite=suite,
    )


def redater(e: Ecriture, collection: Collection[F], ancienne: F, nouvelle: F, marque: str) -> F:
    """Poser une fiche changée ; si son jour change, son nom (qui commence par `marque`) le suit."""
    renommee = structs.replace(nouvelle, id=_MARQUE.sub(marque, ancienne.id, count=1))
    if renommee.id == ancienne.id:
        collection.corriger(e, ancienne, nouvelle)
        return nouvelle
    collection.inchangee(e, ancienne)
    e.retirer(collection.genre.chemin(ancienne.id))
    collection.poser(e, renommee)
    return renommee


def _est_un_detail(*valeurs: object) -> bool:
    """Une partie de fiche, qui ne tient pas en quelques mots."""
    dedans = (v for valeur in valeurs for v in (valeur if isinstance(valeur, tuple) else (valeur,)))
    return any(isinstance(v, msgspec.Struct) for v in dedans)


def _ou_rien(dit: Callable[[object], str], valeur: object) -> str:
    vide = valeur is None or (valeur in ("", (), {}, 0) and valeur is not False)
    return "—" if vide else dit(valeur)


def _dire(valeur: object, jour: date) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Enum):
        return valeurs.montrer(str(valeur.value))
    if isinstance(valeur, datetime):
        return f"{temps.dire_jour(valeur.date(), jour)}, {valeur:%H:%M}"
    if isinstance(valeur, date):
        return temps.dire_jour(valeur, jour)
    if isinstance(valeur, str):
        return _dire_texte(valeur, jour)
    if isinstance(valeur, dict):
        return ", ".join(f"{mot} {_dire(v, jour)}" for mot, v in valeur.items())
    if isinstance(valeur, (tuple, list)):
        return ", ".join(_dire(v, jour) for v in valeur)
    return str(valeur)


def _dire_texte(valeur: str, jour: date) -> str:
    """Un texte ; s'il est un jour ou un moment, comme on le dit."""
    try:
        if len(valeur) in (10, 16) and valeur[4:5] == "-":
            lu = datetime.fromisoformat(valeur)
            return _dire(lu if "T" in valeur else lu.date(), jour)
    except ValueError:
        pass
    return valeur

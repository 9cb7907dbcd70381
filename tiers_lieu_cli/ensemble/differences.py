"""Ce qui distingue deux versions d'une même fiche, en français ; ce qu'elles ont en commun se tait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import recurrence, regle_redite, series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence

#: Ce qu'on montre d'un texte, au plus.
COURTE = 60
#: Un moment, tel qu'une fiche l'écrit.
_MOMENT = motif(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
#: Ce qui diffère, ce qu'en dit l'une, ce qu'en dit l'autre ; vide : elle n'en dit rien.
Ligne = tuple[str, str, str]


def champ_par_champ(ici: msgspec.Struct, la: msgspec.Struct, champs: Iterable[str] = ()) -> list[Ligne]:
    """Ce qui distingue ces deux versions, dans ces champs (aucun : tous)."""
    noms = tuple(champs) or _champs(ici)
    return [ligne for nom in noms for ligne in _d_un_champ(mot(nom), getattr(ici, nom), getattr(la, nom))]


def entre(ici: msgspec.Struct, la: msgspec.Struct, champs: Iterable[str]) -> tuple[str, str]:
    """Les deux versions d'une fiche, chacune en une ligne, pour ces champs (aucun : tous)."""
    champs = tuple(champs)
    lignes = champ_par_champ(ici, la, champs)
    if not lignes:
        return seule(ici, champs), seule(la, champs)
    cotes = [_courtes(nom, un, autre) for nom, un, autre in lignes]
    return " · ".join(un for un, _ in cotes), " · ".join(autre for _, autre in cotes)


def textes(ici: str, la: str) -> tuple[str, str]:
    """De même, de deux textes libres."""
    return _courtes("texte", " ".join(ici.split()), " ".join(la.split()))


def seule(lue: msgspec.Struct, champs: Iterable[str] = ()) -> str:
    """Une version qui n'a rien en face : ce qu'elle dit."""
    dits = ((nom, _dire(getattr(lue, nom))) for nom in tuple(champs) or _champs(lue))
    return " · ".join(f"{mot(nom)} « {couper(dit)} »" for nom, dit in dits if dit)


def _champs(lue: msgspec.Struct) -> tuple[str, ...]:
    return tuple(champ.name for champ in structs.fields(lue) if champ.name != "id")


def _d_un_champ(nom: str, ici: Any, la: Any) -> Iterator[Ligne]:
    if ici == la:
        return
    if isinstance(ici, Recurrence) and isinstance(la, Recurrence):
        yield from _des_dates(ici, la)
    elif isinstance(ici, msgspec.Struct) and type(ici) is type(la):
        for champ in structs.fields(ici):
            dit = f"{nom}, {mot(champ.name)}"
            yield from _d_un_champ(dit, getattr(ici, champ.name), getattr(la, champ.name))
    elif isinstance(ici, Mapping) and isinstance(la, Mapping):
        for cle in {**ici, **la}:
            yield from _d_un_champ(f"{nom}, {_dire(cle)}", ici.get(cle), la.get(cle))
    else:
        yield nom, _dire(ici), _dire(la)


def _des_dates(ici: Recurrence, la: Recurrence) -> Iterator[Ligne]:
    """D'une chose qui revient : sa règle si elle change, puis chaque date qui n'est plus la même."""
    for quoi, dire in (("règle", regle_redite.dire), ("période", regle_redite.dire_bornes)):
        if dire(ici) != dire(la):
            yield quoi, dire(ici), dire(la)
    for cle in sorted({*ici.ecarts, *la.ecarts, *ici.ajouts, *la.ajouts}):
        un, autre = (_une_date(regle, cle) for regle in (ici, la))
        if un != autre:
            yield _dire(cle), un, autre


def _une_date(regle: Recurrence, cle: str) -> str:
    ecart = regle.ecarts.get(cle)
    if ecart is None:
        return "date ajoutée" if cle in regle.ajouts else "comme le veut la règle"
    ailleurs = f", {_dire(ecart.salles)}" if ecart.salles else ""
    dit = series.dire_ecart(ecart)
    return f"{dit}{ailleurs}" if ecart.quoi is recurrence.Quoi.DEPLACE else dit.lower()


def _dire(valeur: Any) -> str:
    """Une valeur, comme l'écran la dirait ; vide s'il n'y en a pas."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Enum):
        return mot(str(valeur.value))
    if isinstance(valeur, Recurrence):
        return regle_redite.dire_regle(valeur)
    if isinstance(valeur, msgspec.Struct):
        dits = ((champ.name, _dire(getattr(valeur, champ.name))) for champ in structs.fields(valeur))
        return ", ".join(f"{mot(nom)} {dit}" for nom, dit in dits if dit)
    if isinstance(valeur, Mapping):
        return ", ".join(f"{_dire(cle)} : {_dire(v)}" for cle, v in valeur.items())
    if isinstance(valeur, (list, tuple, set, frozenset)):
        return ", ".join(map(_dire, valeur))
    return "" if valeur is None else _dire_un_moment(valeur)


def _dire_un_moment(valeur: Any) -> str:
    ecrit = valeur.isoformat() if isinstance(valeur, date) else str(valeur)
    if not _MOMENT.fullmatch(ecrit):
        return ecrit
    try:
        moment = datetime.fromisoformat(ecrit)
    except ValueError:
        return ecrit
    jour = temps.dire_jour(moment.date())
    return f"{jour}, {moment:%H:%M}" if "T" in ecrit else jour


def mot(nom: str) -> str:
    """Un champ, un état, comme on les dit : « deplacee_a » → « déplacée à »."""
    return " ".join(map(valeurs.montrer, nom.replace("-", "_").split("_")))


def _courtes(nom: str, ici: str, la: str) -> tuple[str, str]:
    """Deux longs textes se montrent de là où ils se séparent."""
    if max(len(ici), len(la)) > COURTE:
        paires = enumerate(zip(ici, la, strict=False))
        separes = next((n for n, (un, autre) in paires if un != autre), min(len(ici), len(la)))
        debut = ici.rfind(" ", 0, max(0, separes - COURTE // 3)) + 1
        ici, la = (f"…{dit[debut:]}" if debut else dit for dit in (ici, la))
    return _nommer(nom, ici), _nommer(nom, la)


def _nommer(nom: str, dit: str) -> str:
    return f"{nom} « {couper(dit)} »" if dit else f"sans {nom}"


def couper(dit: str) -> str:
    """Ce texte en une ligne, court."""
    dit = " ".join(dit.split())
    return dit if len(dit) <= COURTE else f"{dit[: COURTE - 3]}…"

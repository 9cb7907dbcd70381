"""Ce que des maisons publient, sans fichier ni heure : où le lire, ce qui en est valable, les tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.federation.modele import (
    FICHIER,
    FORMAT,
    Donnees,
    Gardee,
    ParPublic,
    ParSalle,
    ParTheme,
    Publiee,
)
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.texte import accorder

_OU = re.compile(r"`\$\.?([^`]*)`")
#: Ce que chaque table dit d'une maison ; `maison` est le nom sous lequel nous la suivons.
_PAR_MAISON: dict[str, type[msgspec.Struct]] = {
    "besoins": ParTheme,
    "offres": ParTheme,
    "heures": Donnees,
    "salles": ParSalle,
    "activites": ParPublic,
}
_ENTIERS = frozenset(
    {"annee", "nombre", "minutes", "benevoles", "capacite", "prises", "ouvertes", "activites"}
)
#: Par table, ses colonnes et leur type (Parquet, DuckDB).
TABLES: dict[str, dict[str, str]] = {
    "maisons": {
        "maison": "VARCHAR",
        "nom": "VARCHAR",
        "pays": "VARCHAR",
        "commune": "VARCHAR",
        "jusqu_au": "DATE",
        "lue_le": "VARCHAR",
    },
    **{
        table: {"maison": "VARCHAR"}
        | {champ: "BIGINT" if champ in _ENTIERS else "VARCHAR" for champ in structure.__struct_fields__}
        for table, structure in _PAR_MAISON.items()
    },
}


class Refusee(Echec):
    """Ce n'est pas ce qu'une maison publie."""

    def __init__(self, fait: str) -> None:
        super().__init__(f"ce qu'elle publie {fait}.", "La prévenir : elle refait « tl site ».")


class _Forme(msgspec.Struct):
    format: int = 0


class Etat(StrEnum):
    """Ce que donne une lecture."""

    NEUVE = "neuve"
    CHANGEE = "changee"
    INCHANGEE = "inchangee"
    #: Elle est sur le réseau, et l'on n'y est pas allé.
    LAISSEE = "laissee"
    PANNE = "panne"


class Lecture(msgspec.Struct, frozen=True):
    """Ce qu'une maison a donné ; `panne` : pourquoi elle n'a pu être lue ; `gardee` : on en a une version."""

    id: str
    etat: Etat
    panne: str = ""
    gardee: bool = True


def ou_lire(source: str) -> str:
    """Le fichier d'une source : elle-même, ou celui que son site ou son dossier contient."""
    return source if source.endswith(".json") else f"{source.rstrip('/')}/{FICHIER}"


def comprendre(octets: bytes) -> Publiee:
    """Ce que ces octets publient, et rien d'autre de ce qu'ils contiennent ; `Refusee` sinon."""
    try:
        # D'abord la forme : une plus récente peut n'avoir rien d'autre en commun.
        if msgspec.json.decode(octets, type=_Forme).format > FORMAT:
            raise Refusee("est d'une forme plus récente que cet outil n'en lit")
        return msgspec.json.decode(octets, type=Publiee)
    except msgspec.ValidationError as faute:
        ou = _OU.search(str(faute))
        raise Refusee(f"ne suit pas le schéma{f' ({ou[1]})' if ou and ou[1] else ''}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = octets.lstrip()[:1] == b"<"
        quoi = "est une page web, non un fichier de la fédération" if page else "n'est pas du JSON"
        raise Refusee(quoi) from None


def tables(gardees: Mapping[str, Gardee]) -> dict[str, list[dict[str, Any]]]:
    """Par table, ses lignes, maison par maison dans l'ordre de leurs noms."""
    lignes: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for ident, gardee in sorted(gardees.items()):
        p = gardee.publiee
        lignes["maisons"].append(
            {
                "maison": ident,
                "nom": p.nom,
                "pays": p.pays,
                "commune": p.commune,
                "jusqu_au": p.jusqu_au,
                "lue_le": gardee.lue_le,
            }
        )
        for table in _PAR_MAISON:
            dites: Iterable[msgspec.Struct] = getattr(p, table)
            lignes[table] += ({"maison": ident, **msgspec.structs.asdict(dite)} for dite in dites)
    return lignes


def compter(lectures: Sequence[Lecture]) -> str:
    """« 1000 maisons : 12 neuves, 34 changées, 951 inchangées, 3 en panne »."""
    dits = {
        Etat.NEUVE: "neuve",
        Etat.CHANGEE: "changée",
        Etat.INCHANGEE: "inchangée",
        Etat.LAISSEE: "laissée sur le réseau",
    }
    comptes = {etat: sum(lecture.etat is etat for lecture in lectures) for etat in Etat}
    morceaux = []
    for etat, mot in dits.items():
        if n := comptes[etat]:
            premier, espace, reste = mot.partition(" ")
            morceaux.append(f"{accorder(n, premier)}{espace}{reste}")
    if n := comptes[Etat.PANNE]:
        morceaux.append(f"{n} en panne")
    return f"{accorder(len(lectures), 'maison')} : {', '.join(morceaux)}"

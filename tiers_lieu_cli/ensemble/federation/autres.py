"""Prendre les tables qu'une autre fédération publie : vingt fédérations se lisent comme vingt maisons.

Elles sont de la forme des nôtres, et se refusent entières si une seule de leurs lignes ne la suit pas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.federation.lecteur_tables import Reponse
from tiers_lieu_cli.ensemble.federation.modele import DES_TABLES, Federation, Maison
from tiers_lieu_cli.ensemble.federation.regles import TABLES, Refusee
from tiers_lieu_cli.noyau import borne, fichiers
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.telechargement import MIO, Bornes, Demande, TelechargementImpossible, telecharger

#: Dix mille maisons tiennent en 1,2 Mo de tables (docs/decisions/0016-dix-mille-maisons.md).
BORNES = Bornes(taille=16 * MIO, delai=120.0, ensemble=600.0)
_LECTEUR = "tiers_lieu_cli.ensemble.federation.lecteur_tables"
#: En secondes, de calcul puis d'attente.
_CALCUL, _DELAI = 30.0, 120.0


def prendre(
    federations: Sequence[Maison], deja: Mapping[str, Federation]
) -> Iterator[tuple[Maison, Federation | Echec | None]]:
    """Du réseau, ce que chaque fédération publie ; celle d'avant si rien n'a changé."""
    for federation in federations:
        ancienne = deja.get(federation.id)
        validateurs = ancienne.validateurs if ancienne else {}
        obtenus, recus = _demander(federation, validateurs)
        if isinstance(obtenus, Echec) or (not obtenus and ancienne):
            yield federation, obtenus if isinstance(obtenus, Echec) else ancienne
            continue
        if len(obtenus) < len(TABLES):
            # Une table a changé : les autres, qu'on ne garde pas telles quelles, se redemandent.
            reste, relus = _demander(federation, {}, [t for t in TABLES if t not in obtenus])
            if isinstance(reste, Echec):
                yield federation, reste
                continue
            obtenus, recus = obtenus | reste, recus | relus
        yield federation, _comprises(federation, obtenus, recus)


def _demander(
    federation: Maison, validateurs: Mapping[str, tuple[str, str]], voulues: Sequence[str] = tuple(TABLES)
) -> tuple[dict[str, bytes] | Echec, dict[str, tuple[str, str]]]:
    """Par table qui a changé, ses octets ; et de quoi ne pas la redemander pour rien."""
    demandes = [Demande(_table(federation.source, t), *validateurs.get(t, ("", ""))) for t in voulues]
    octets: dict[str, bytes] = {}
    recus: dict[str, tuple[str, str]] = {}
    for rang, reponse in telecharger(demandes, BORNES, "application/vnd.apache.parquet, */*"):
        table = voulues[rang]
        if reponse.refus:
            refus = f"{reponse.refus} ({table}.parquet)"
            return TelechargementImpossible(federation.source, refus), {}
        recus[table] = reponse.etag, reponse.modifie
        if reponse.octets is not None:
            octets[table] = reponse.octets
    return octets, recus


def d_ici(c: Contexte, federation: Maison) -> Federation | Echec:
    """Des tables qui sont dans un dossier de cette machine, ou d'un partage."""
    dit = str(c.lieu.racine / Path(federation.source).expanduser())
    try:
        octets = {t: fichiers.octets(Path(_table(dit, t)), BORNES.taille) for t in TABLES}
    except Echec as echec:
        return echec
    return _comprises(federation, octets, {})


def _table(source: str, table: str) -> str:
    return f"{source.removesuffix(DES_TABLES)}{table}.parquet"


def _comprises(
    federation: Maison, octets: Mapping[str, bytes], validateurs: dict[str, tuple[str, str]]
) -> Federation | Echec:
    """Ce que ces tables disent, lu à part."""
    try:
        lu = borne.executer(
            _LECTEUR, msgspec.msgpack.encode(octets), delai=_DELAI, calcul=_CALCUL, memoire=borne.GRANDE
        )
        reponse = msgspec.json.decode(lu, type=Reponse)
    except (borne.Depassement, msgspec.DecodeError):
        return Refusee("demande trop de temps ou de mémoire pour être lu")
    if reponse.refus:
        return Echec(reponse.refus)
    return Federation(source=federation.source, validateurs=validateurs, lue_le="", maisons=reponse.maisons)

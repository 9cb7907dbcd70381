"""Le processus à part qui lit les tables d'une autre fédération : elles peuvent être fausses ou démesurées.

En entrée, les fichiers par table (msgpack) ; en sortie, les maisons qu'ils disent, ou un refus (JSON).
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.federation import regles, tables
from tiers_lieu_cli.ensemble.federation.modele import Nommee, Reunie
from tiers_lieu_cli.ensemble.federation.regles import TABLES, Refusee

#: Ce qu'une table a de lignes au plus : vingt par maison, pour vingt-cinq mille maisons.
LIGNES_D_UNE_TABLE = 500_000


class Reponse(msgspec.Struct, frozen=True):
    """Ce que le processus répond : les maisons, ou pourquoi elles n'ont pu être lues."""

    refus: str = ""
    maisons: dict[Nommee, Reunie] = {}


def lire(octets: dict[str, bytes]) -> dict[str, Reunie]:
    """Les maisons que ces fichiers disent ; `Refusee` si l'un n'est pas de la forme."""
    return regles.des_tables({table: _lignes(table, octets[table]) for table in TABLES})


def _lignes(table: str, octets: bytes) -> list[dict[str, Any]]:
    import pyarrow
    import pyarrow.parquet

    fichier = f"{table}.parquet"
    try:
        lue = pyarrow.parquet.ParquetFile(BytesIO(octets))
        types = tables.types()
        for nom, type_ in TABLES[table].items():
            rang = lue.schema_arrow.get_field_index(nom)
            if rang < 0 or lue.schema_arrow.field(rang).type != types[type_]:
                raise Refusee(f"n'a pas de colonne « {nom} » de type {type_} ({fichier})")
        if lue.metadata.num_rows > LIGNES_D_UNE_TABLE:
            raise Refusee(f"a plus de {LIGNES_D_UNE_TABLE // 1000} 000 lignes ({fichier})")
        lignes: list[dict[str, Any]] = lue.read([*TABLES[table]], use_threads=False).to_pylist()
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError):
        raise Refusee(f"n'est pas du Parquet qui se lit ({fichier})") from None
    if len(lignes) > LIGNES_D_UNE_TABLE:
        raise Refusee(f"a plus de {LIGNES_D_UNE_TABLE // 1000} 000 lignes ({fichier})")
    return lignes


def principal() -> None:
    """Répondre à une demande."""
    recus = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=dict[str, bytes])
    try:
        reponse = Reponse(maisons=lire(recus))
    except Refusee as refus:
        reponse = Reponse(refus=refus.fait)
    sys.stdout.buffer.write(msgspec.json.encode(reponse))


if __name__ == "__main__":
    principal()

"""Les tables de la fédération, en Parquet : ce que DuckDB et les autres lisent sans rien savoir de nous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from tiers_lieu_cli.ensemble.echanges.parquet import SansParquet
from tiers_lieu_cli.ensemble.federation.regles import TABLES
from tiers_lieu_cli.noyau import systeme


def exiger() -> None:
    """`SansParquet` si l'extra « analyse » manque : mieux vaut le dire avant d'aller sur le réseau."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError:
        raise SansParquet from None


def types() -> dict[str, Any]:
    """Le type d'une colonne, par son nom dans DuckDB."""
    import pyarrow

    return {
        "VARCHAR": pyarrow.string(),
        "BIGINT": pyarrow.int64(),
        "DATE": pyarrow.date32(),
        "TIMESTAMP": pyarrow.timestamp("us"),
        "BOOLEAN": pyarrow.bool_(),
    }


def ecrire(ou: Path, lignes: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Un fichier par table, entier ou pas du tout ; les mêmes lignes donnent les mêmes octets."""
    import pyarrow
    import pyarrow.parquet

    connus = types()
    for table, colonnes in TABLES.items():
        schema = pyarrow.schema([(nom, connus[type_]) for nom, type_ in colonnes.items()])
        octets = BytesIO()
        dites = pyarrow.Table.from_pylist(list(lignes[table]), schema=schema)
        pyarrow.parquet.write_table(dites, octets)
        systeme.remplacer(ou / f"{table}.parquet", [octets.getvalue()])

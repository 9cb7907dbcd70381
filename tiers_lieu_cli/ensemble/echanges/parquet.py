"""Un genre en Parquet : des faits, sans un nom ni une phrase, rangés par année (docs/analyse.md)."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.ensemble.echanges.tables import Colonne, Sorte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.motif import motif

#: Combien de lignes avant d'en écrire un groupe : la mémoire ne grandit pas avec le lieu.
GROUPE = 5000
#: Le type de chaque sorte, comme Parquet et DuckDB le nomment.
TYPES = {
    Sorte.TEXTE: "VARCHAR",
    Sorte.CHOIX: "VARCHAR",
    Sorte.ENTIER: "BIGINT",
    Sorte.BOOLEEN: "BOOLEAN",
    Sorte.JOUR: "DATE",
    Sorte.MOTS: "VARCHAR[]",
    Sorte.JSON: "VARCHAR",
}
_ANNEE = motif(r"(\d{4})-\d{2}-\d{2}-", re.ASCII)


class SansParquet(ErreurUsage):
    """L'extra « analyse » n'est pas installé."""

    def __init__(self) -> None:
        super().__init__(
            "Écrire du Parquet demande pyarrow, qui n'est pas installé.",
            "L'installer : pip install 'tiers-lieu-cli[analyse]' ; ou exporter en CSV.",
        )


def colonnes(structure: type[Fiche]) -> list[Colonne]:
    """Celles qui disent un fait : ni phrase, ni partie où l'on en écrit une."""
    return [c for c in tables.colonnes(structure) if not c.prose]


def annee(fiche: Fiche) -> int:
    """L'année que dit son nom, ou à défaut sa première date ; 0 pour ce qui n'en a pas."""
    if dite := _ANNEE.match(fiche.id):
        return int(dite[1])
    for champ in fiche.__struct_fields__:
        valeur = getattr(fiche, champ)
        if isinstance(valeur, date):
            return valeur.year
    return 0


class Table:
    """Une table qu'on remplit : `DOSSIER/<table>/annee=2026/<lieu>.parquet`."""

    def __init__(self, dossier: Path, lieu: str, structure: type[Fiche]) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ModuleNotFoundError:
            raise SansParquet from None
        self._pa, self._parquet = pyarrow, pyarrow.parquet
        self._dossier, self._lieu = dossier, lieu
        self._colonnes = colonnes(structure)
        self._schema = pyarrow.schema(
            [("lieu", pyarrow.string()), *((c.nom, _type(pyarrow, c.sorte)) for c in self._colonnes)]
        )
        self._attend = defaultdict[int, list[dict[str, Any]]](list)
        self._ecrivains: dict[int, Any] = {}
        self._a_fermer = ExitStack()

    def ajouter(self, fiche: Fiche) -> None:
        """Une ligne."""
        dits = tables.valeurs(fiche)
        ligne = {c.nom: _valeur(c, dits[c.nom], fiche) for c in self._colonnes}
        groupe = self._attend[an := annee(fiche)]
        groupe.append({"lieu": self._lieu, **ligne})
        if len(groupe) == GROUPE:
            self._poser(an)

    def fermer(self) -> None:
        """Écrire ce qui attend, et finir les fichiers."""
        for an in list(self._attend):
            self._poser(an)
        self._a_fermer.close()

    def _poser(self, an: int) -> None:
        if lignes := self._attend.pop(an, []):
            if an not in self._ecrivains:
                ou = self._dossier / f"annee={an}"
                ou.mkdir(parents=True, exist_ok=True)
                ecrivain = self._parquet.ParquetWriter(ou / f"{self._lieu}.parquet", self._schema)
                self._ecrivains[an] = self._a_fermer.enter_context(ecrivain)
            self._ecrivains[an].write_table(self._pa.Table.from_pylist(lignes, self._schema))


def _valeur(colonne: Colonne, valeur: Any, fiche: Fiche) -> Any:
    if valeur in (None, ""):
        return None
    if colonne.sorte is Sorte.JOUR:
        return getattr(fiche, colonne.nom)
    return msgspec.json.encode(valeur, order="sorted").decode() if colonne.sorte is Sorte.JSON else valeur


def _type(pa: Any, sorte: Sorte) -> Any:
    types = {
        "VARCHAR": pa.string(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "VARCHAR[]": pa.list_(pa.string()),
    }
    return types[TYPES[sorte]]

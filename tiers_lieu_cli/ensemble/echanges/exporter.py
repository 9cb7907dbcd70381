"""`tl exporter` : tout le lieu, une table par genre, pour un tableur, un programme ou une analyse."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, Protocol

import typer

from tiers_lieu_cli.ensemble.echanges import genres, tables
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.ecran.objet import objet
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.texte import accorder, en_tirets

app = Application()


class Forme(StrEnum):
    """La forme de l'export."""

    CSV = "csv"
    ODS = "ods"
    JSON = "json"
    PARQUET = "parquet"


def _exportables(_: Contexte) -> list[tuple[str, str]]:
    return [(genres.table(d), GENRES.declare(d).genre.nom) for d in genres.EXPORTABLES]


@app.lit("exporter")
def exporter(
    c: Contexte,
    forme: Annotated[Forme, typer.Argument(help="csv, ods, json ou parquet.")],
    dossier: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Un dossier neuf ou vide.")],
    genre: Annotated[
        list[str] | None,
        typer.Option(
            "--genre", help="Ce genre seulement (Tab propose).", autocompletion=completion(_exportables)
        ),
    ] = None,
    avec_noms: Annotated[
        bool, typer.Option("--avec-noms", help="Aussi les personnes du registre, avec leurs contacts.")
    ] = False,
    json: Json = False,
) -> None:
    """Sortir toutes les fiches du lieu : une table par genre, sans aucun nom si on ne le demande pas.

    CSV et ODS s'ouvrent dans un tableur ; CSV se reprend par `tl importer csv`. JSON suit docs/json.md.
    Parquet (docs/analyse.md) ne dit que des faits, sans une phrase ; plusieurs lieux s'y lisent ensemble.

    Exemples :
        tl exporter csv ~/export
        tl exporter ods ~/export --genre heures --genre evenements
        tl exporter parquet ~/analyse
    """
    voulus = _voulus(c, forme, genre or [], avec_noms=avec_noms)
    with dossier_neuf(dossier, noms=avec_noms) as chantier:
        comptes = _ecrire(c, forme, chantier, voulus)
    nombre = sum(comptes.values())
    if json:
        c.ecran.json({"dossier": str(dossier), "forme": forme, "noms": avec_noms, "tables": comptes})
        return
    c.ecran.dire(f"{dossier} : {accorder(nombre, 'fiche')}, {accorder(len(comptes), 'table')} ({forme}).")
    if avec_noms:
        c.ecran.dire(f"  {dossier} porte des noms et des contacts : le garder à l'abri, puis l'effacer.")
    elif forme is Forme.CSV and comptes:
        table = next(iter(comptes))
        c.ecran.dire(f"  Reprendre une table ailleurs : tl importer csv {table} {dossier}/{table}.csv")


def _voulus(c: Contexte, forme: Forme, dits: list[str], *, avec_noms: bool) -> list[str]:
    """Les genres demandés ; ceux qui nomment des gens, seulement si on le veut exprès."""
    choisis = [genres.designer(mot, genres.EXPORTABLES) for mot in dits]
    if forme is Forme.PARQUET and (avec_noms or any(map(genres.est_du_registre, choisis))):
        raise ErreurUsage("Parquet ne dit que des faits, jamais un nom.", "Les noms : en csv, ods ou json.")
    for nomme in filter(genres.est_du_registre, choisis if not avec_noms else ()):
        raise ErreurUsage(f"« {nomme} » nomme des gens.", "Si c'est voulu, ajouter --avec-noms.")
    if avec_noms and not c.registre.est_la:
        raise ErreurUsage("Ce poste n'a pas le registre.", "Refaire sans --avec-noms.")
    return choisis or [d for d in genres.EXPORTABLES if avec_noms or not genres.est_du_registre(d)]


def _ecrire(c: Contexte, forme: Forme, chantier: Path, voulus: list[str]) -> dict[str, int]:
    """Par table, combien de fiches ; une seule est ouverte à la fois, et rien n'est gardé en mémoire."""
    lots = [(genre, *lot) for genre in voulus for lot in genres.dossiers(c, genre)]
    comptes: dict[str, int] = {}
    with ExitStack() as tout:
        ouvrir = _ouvreur(c, forme, chantier, tout)
        ouverte, en_cours = None, ""
        for genre, rangement, dossier in c.ecran.avancer(lots, "Export"):
            if ouverte and genre != en_cours:
                ouverte.fermer()
                ouverte = None
            for fiche in genres.fiches(c, genre, rangement, dossier):
                if ouverte is None:
                    ouverte, en_cours = ouvrir(genres.table(genre), type(fiche)), genre
                    comptes[genres.table(genre)] = 0
                ouverte.ajouter(fiche)
                comptes[genres.table(genre)] += 1
        if ouverte:
            ouverte.fermer()
    return comptes


class Sortie(Protocol):
    """Une table qu'on remplit."""

    def ajouter(self, fiche: Fiche) -> None:
        """Une ligne."""
        ...

    def fermer(self) -> None:
        """La finir."""
        ...


def _ouvreur(
    c: Contexte, forme: Forme, chantier: Path, tout: ExitStack
) -> Callable[[str, type[Fiche]], Sortie]:
    """De quoi ouvrir chaque table, dans cette forme."""
    lieu = en_tirets(c.lieu.reglages.nom, "lieu")
    if forme is Forme.PARQUET:
        from tiers_lieu_cli.ensemble.echanges import parquet

        return lambda table, structure: parquet.Table(chantier / table, lieu, structure)
    if forme is Forme.ODS:
        from tiers_lieu_cli.ensemble.echanges.ods import Classeur

        return tout.enter_context(Classeur(_neuf(chantier / f"{lieu}.ods"))).feuille
    if forme is Forme.CSV:
        return lambda table, structure: EnCsv(_neuf(chantier / f"{table}.csv"), structure)
    return lambda table, _: EnJson(_neuf(chantier / f"{table}.json"), c.lieu.fuseau)


def _neuf(chemin: Path) -> BinaryIO:
    """Un fichier neuf, lisible de qui l'écrit seulement."""
    return os.fdopen(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class EnCsv:
    """Un CSV qu'un tableur ouvre d'un double clic, et que `tl importer csv` relit à l'identique."""

    def __init__(self, flux: BinaryIO, structure: type[Fiche]) -> None:
        self._flux = flux
        self._flux.write(fichiers.ecrire_tableau([col.nom for col in tables.colonnes(structure)], ()))

    def ajouter(self, fiche: Fiche) -> None:
        """Voir `Sortie`."""
        self._flux.write(fichiers.ecrire_ligne(tables.en_cases(fiche)))

    def fermer(self) -> None:
        """Voir `Sortie`."""
        self._flux.close()


class EnJson:
    """Une liste de fiches, comme `--json` les rend (docs/json.md)."""

    def __init__(self, flux: BinaryIO, fuseau: tzinfo) -> None:
        self._flux, self._fuseau, self._suite = flux, fuseau, b"[\n"

    def ajouter(self, fiche: Fiche) -> None:
        """Voir `Sortie`."""
        self._flux.write(self._suite + en_json(objet(fiche, self._fuseau)).rstrip(b"\n"))
        self._suite = b",\n"

    def fermer(self) -> None:
        """Voir `Sortie`."""
        self._flux.write(b"\n]\n")
        self._flux.close()

"""Un classeur OpenDocument, écrit ligne à ligne : une feuille par genre, sans jamais le tenir en mémoire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.ensemble.echanges.tables import Colonne, Sorte
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ESPACES = " ".join(
    f'xmlns:{nom}="urn:oasis:names:tc:opendocument:xmlns:{nom}:1.0"' for nom in ("office", "table", "text")
)
_MANIFESTE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_DEBUT = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ESPACES} office:version="1.3">'


class Classeur:
    """Un `.ods` qu'on remplit feuille après feuille."""

    def __init__(self, flux: BinaryIO) -> None:
        self._flux = flux
        self._zip = ZipFile(flux, "w", ZIP_DEFLATED)
        self._zip.writestr(_entree("mimetype", ZIP_STORED), _TYPE)
        self._zip.writestr(_entree("META-INF/manifest.xml"), _MANIFESTE)
        self._contenu = self._zip.open(_entree("content.xml"), "w", force_zip64=True)
        self._dire(f"{_DEBUT}<office:body><office:spreadsheet>")

    def feuille(self, nom: str, structure: type[Fiche]) -> Feuille:
        """Une feuille de plus, une fois la précédente finie."""
        return Feuille(nom, tables.colonnes(structure), self._dire)

    def __enter__(self) -> Classeur:
        return self

    def __exit__(self, *_: object) -> None:
        self._dire("</office:spreadsheet></office:body></office:document-content>")
        self._contenu.close()
        self._zip.close()
        self._flux.close()

    def _dire(self, xml: str) -> None:
        self._contenu.write(xml.encode())


class Feuille:
    """Une ligne par fiche ; une case est un texte, un nombre ou un jour."""

    def __init__(self, nom: str, colonnes: Sequence[Colonne], dire: Callable[[str], None]) -> None:
        self._colonnes, self._dire = colonnes, dire
        self._dire(f"<table:table table:name={quoteattr(nom)}>")
        self._dire(_ligne(_texte(c.nom) for c in colonnes))

    def ajouter(self, fiche: Fiche) -> None:
        """Une ligne."""
        cases = zip(self._colonnes, tables.en_cases(fiche), strict=True)
        self._dire(_ligne(_case(c, case) for c, case in cases))

    def fermer(self) -> None:
        """La finir."""
        self._dire("</table:table>")


def _entree(nom: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    # Toujours la même date : les mêmes fiches donnent les mêmes octets.
    entree = ZipInfo(nom)
    entree.compress_type = compression
    return entree


def _ligne(cases: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cases)}</table:table-row>"


def _case(colonne: Colonne, case: str) -> str:
    if not case:
        return "<table:table-cell/>"
    if colonne.sorte is Sorte.ENTIER:
        nombre = f'office:value-type="float" office:value="{case}"'
        return f"<table:table-cell {nombre}>{_p(case)}</table:table-cell>"
    if colonne.sorte is Sorte.JOUR:
        jour = f'office:value-type="date" office:date-value="{case}"'
        return f"<table:table-cell {jour}>{_p(case)}</table:table-cell>"
    return _texte(case)


def _texte(case: str) -> str:
    """Un texte n'est jamais une formule : son type le dit."""
    return f'<table:table-cell office:value-type="string">{_p(case)}</table:table-cell>'


def _p(case: str) -> str:
    lignes = systeme.inoffensif(case).split("\n")
    return "".join(f"<text:p>{escape(ligne)}</text:p>" for ligne in lignes)

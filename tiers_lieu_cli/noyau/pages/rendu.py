"""Montrer une page sous la forme qu'on demande, ou que le nom du fichier dit : à l'écran, dans un fichier."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.pages import charte, gabarit, pdf
from tiers_lieu_cli.noyau.sorties import Ici, Vers


class Format(StrEnum):
    """Les formes d'une page."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


Forme = Annotated[
    Format | None, typer.Option("--format", help="La forme voulue ; sinon, selon --sortie, ou l'écran.")
]
Sortie = Annotated[
    Path | None,
    typer.Option("--sortie", metavar="FICHIER", help="Où l'écrire : .html, .md, .pdf ou .json."),
]


class Page(Vers, frozen=True):
    """Sous quelle forme montrer une page, et où l'écrire."""

    format: Forme = None
    sortie: Sortie = None
    json: Json = False


_SUFFIXES = {
    ".md": Format.MD,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".pdf": Format.PDF,
    ".json": Format.JSON,
}


def forme(dite: Format | None, sortie: Path | None, *, json: bool = False) -> Format:
    """La forme dite, celle que le nom du fichier demande, ou l'écran ; deux à la fois sont refusées."""
    dite = Format.JSON if json else dite
    if sortie is None:
        return dite or Format.TERMINAL
    nommee = _SUFFIXES.get(sortie.suffix.lower())
    if dite in (None, nommee) and nommee:
        return nommee
    if dite not in (None, Format.TERMINAL) and not nommee:
        return dite
    ecrit = " ou ".join(sorted({f".{f}" for f in (dite, nommee) if f and f is not Format.TERMINAL}))
    raise ErreurUsage(
        f"Sous quelle forme écrire « {sortie.name} » ?", f"Finir par {ecrit or '.html, .md, .pdf ou .json'}."
    )


def ecrire(
    ici: Ici, page: str, vue: object, forme: Format, vers: Vers, quoi: str, *, noms: bool = False
) -> None:
    """Écrire la page de ce nom (« semaine ») dans le fichier, ou dans le tube ; `quoi` la nomme.

    `noms` : elle nomme des gens.
    """
    if vers.sortie is None and forme is Format.JSON:
        ici.ecran.json(vue)
        return
    if vers.sortie is None and forme is Format.PDF:
        raise ErreurUsage("Un PDF s'écrit dans un fichier.", f"Dire où : --sortie ~/{page}.pdf")
    if forme is Format.PDF:
        octets = pdf.composer(page, vue, charte.du_lieu(ici.lieu))
    elif forme is Format.JSON:
        octets = ici.ecran.en_json(vue)
    else:
        octets = gabarit.rendre(ici.lieu.racine, f"{page}.{forme}", vue).encode()
    if vers.sortie is None:
        ici.ecran.page(octets.decode())
        return
    ici.ecran.dire(f"{quoi} est dans {vers.ecrire(ici, octets, noms=noms)}.")

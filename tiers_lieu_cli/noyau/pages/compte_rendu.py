"""Montrer un bilan : à l'écran, en page, en JSON."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import gabarit, pdf
from tiers_lieu_cli.noyau.pages.bilan import Bilan
from tiers_lieu_cli.noyau.temps import saisie


class Format(StrEnum):
    """La forme du bilan."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


DuMois = Annotated[
    str, typer.Option("--du", metavar="DATE", help="Le premier jour ; sinon le premier du mois.")
]
Au = Annotated[str, typer.Option("--au", metavar="DATE", help="Le dernier jour, compris.")]
APublier = Annotated[
    bool, typer.Option("--public", help="À publier : les comptes de moins de cinq sont tus.")
]
Forme = Annotated[Format, typer.Option("--format", help="La forme voulue.")]
Sortie = Annotated[
    Path | None, typer.Option("--sortie", metavar="FICHIER", help="Où l'écrire ; exigé pour un PDF.")
]


def periode(du: str, au: str, maintenant: datetime) -> tuple[date, date]:
    """Du premier au dernier jour dits, compris ; sans premier jour, depuis le premier du mois."""
    if du:
        return saisie.lire_periode(du, au, maintenant)
    dernier = saisie.lire_jour(au, maintenant, saisie.Sens.PASSE)
    return dernier.replace(day=1), dernier


def montrer(
    ecran: Ecran, racine: Path, vu: Bilan, format: Format, sortie: Path | None, commande: str
) -> None:
    """Le bilan sous la forme voulue ; `commande` est celle qui l'a fait."""
    if format is Format.JSON:
        ecran.json(vu)
    elif format is Format.TERMINAL:
        _au_terminal(ecran, vu, commande)
    else:
        _rendre(ecran, racine, vu, format, sortie)


def _rendre(ecran: Ecran, racine: Path, vu: Bilan, format: Format, sortie: Path | None) -> None:
    """Le bilan en page, dans un fichier ou dans le tube."""
    if format is Format.PDF:
        if sortie is None:
            raise ErreurUsage("Un PDF s'écrit dans un fichier.", "Dire où : --sortie bilan.pdf")
        page = pdf.composer("bilan", vu)
    else:
        page = gabarit.rendre(racine, f"bilan.{format}", vu).encode()
    if sortie is None:
        ecran.page(page.decode())
        return
    sortie.write_bytes(page)
    ecran.dire(f"Le bilan est dans {sortie}.")


def _au_terminal(ecran: Ecran, vu: Bilan, commande: str) -> None:
    ecran.titre(f"{vu.lieu} · {vu.titre}", vu.dite)
    for partie in vu.parties:
        if partie.lignes:
            ecran.titre(f"\n{partie.titre}", partie.total)
            ecran.tableau(
                [Colonne(cede=True), Colonne(style=Style.GRAS)],
                ((x.nom, x.dit) for x in partie.lignes),
            )
    if vu.public:
        ecran.dire("\n– : tu, pour que personne ne se reconnaisse (moins de 5, ou de quoi le déduire).")
    else:
        ecran.dire(f"  Ensuite, à publier : {commande} --public --format html > bilan.html")

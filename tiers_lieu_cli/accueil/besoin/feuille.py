"""`tl accueil besoin feuille` : une feuille à imprimer pour un atelier, ou son tableau à remplir."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.annonce.details import themes_connus
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import ligne

app = Application()
#: Les colonnes que `tl accueil besoin importer` relit.
COLONNES = ("besoin", "public", "personne", "theme", "quand", "urgent", "date")


class Format(StrEnum):
    """La forme de la feuille."""

    HTML = "html"
    MD = "md"
    CSV = "csv"


class Feuille(msgspec.Struct, frozen=True):
    """Ce que la feuille montre : le lieu, l'atelier, de quoi cocher, des lignes vides."""

    lieu: str
    titre: str
    publics: tuple[str, ...]
    themes: tuple[str, ...]
    lignes: int


@app.lit("feuille")
def feuille(
    c: Contexte,
    titre: Annotated[str, typer.Option("--titre", help="L'atelier, la date.")] = "De quoi avez-vous besoin ?",
    lignes: Annotated[int, typer.Option("--lignes", min=1, max=60, help="Combien de lignes vides.")] = 12,
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.HTML,
    json: Json = False,
) -> None:
    """Une feuille à imprimer pour recueillir des besoins ; en csv, le tableau à remplir ensuite.

    Exemples :
        tl accueil besoin feuille --titre "Atelier du 3 décembre" > feuille.html
        tl accueil besoin feuille --format csv > atelier.csv
    """
    themes = tuple(theme for theme, _ in themes_connus(c))
    vue = Feuille(c.lieu.reglages.nom, ligne(titre, "Le titre"), c.lieu.reglages.publics, themes, lignes)
    if json:
        c.ecran.json(vue)
    elif format is Format.CSV:
        # La marque d'ordre fait reconnaître l'UTF-8 au tableur.
        c.ecran.page("\ufeff" + ";".join(COLONNES) + "\r\n")
    else:
        c.ecran.page(gabarit.rendre(c.lieu.racine, f"feuille-besoins.{format}", vue))

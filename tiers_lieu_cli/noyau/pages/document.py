"""Une page de prose et de faits : la charte, une fiche pratique, une histoire."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tiers_lieu_cli.noyau.pages.prose import Bloc, blocs
from tiers_lieu_cli.noyau.pages.rendu import Format, Page, ecrire, forme
from tiers_lieu_cli.noyau.sorties import Ici


class Fait(msgspec.Struct, frozen=True):
    """Quand, quoi, et la commande qui l'ouvre."""

    quand: str
    phrase: str
    ouvrir: str = ""


class Section(msgspec.Struct, frozen=True):
    """Un titre, du Markdown, des faits ; `notes` : ce qui s'y rattache, en petit."""

    titre: str
    texte: str = ""
    faits: tuple[Fait, ...] = ()
    notes: tuple[str, ...] = ()


class Imprime(Section, frozen=True):
    """La même, dont le texte est en blocs."""

    blocs: Sequence[Bloc] = ()


class Document(msgspec.Struct, frozen=True):
    """Une page. `qr` : un dessin (SVG), et `adresse`, ce qu'il dit."""

    lieu: str
    titre: str
    sous_titre: str
    sections: tuple[Section, ...]
    qr: str = ""
    adresse: str = ""


def rendre(ici: Ici, vue: Document, page: Page, quoi: str, *, noms: bool = False) -> bool:
    """Écrire la page si une forme est demandée ; faux : c'est à l'écran de la dire."""
    voulue = forme(page.format, page.sortie, json=page.json)
    if voulue is Format.TERMINAL:
        return False
    if voulue is Format.PDF:
        sections = (Imprime(s.titre, s.texte, s.faits, s.notes, blocs(s.texte)) for s in vue.sections)
        vue = msgspec.structs.replace(vue, sections=tuple(sections))
    ecrire(ici, "document", vue, voulue, page, quoi, noms=noms)
    return True


def dire(ici: Ici, vue: Document) -> None:
    """La page à l'écran."""
    from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style

    ici.ecran.titre(f"{vue.lieu} · {vue.titre}", vue.sous_titre)
    for s in vue.sections:
        if s.titre:
            ici.ecran.titre(f"\n{s.titre}")
        if s.texte:
            ici.ecran.dire(s.texte.strip())
        if s.faits:
            ici.ecran.tableau(
                [Colonne(style=Style.GRAS), Colonne(cede=True)], [(f.quand, f.phrase) for f in s.faits]
            )
        for note in s.notes:
            ici.ecran.dire(f"  {note}")

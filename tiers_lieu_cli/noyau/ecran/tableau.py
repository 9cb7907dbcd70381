"""Aligner des lignes en colonnes, à la largeur d'un écran.

rich saurait le faire, mais son chargement prendrait à lui seul la moitié du temps d'une
commande (`docs/decisions/0002-tableaux.md`) ; on ne lui emprunte que la largeur des caractères.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import zip_longest

import msgspec


class Style(IntEnum):
    """Les styles du terminal (ECMA-48, SGR) ; la couleur n'ajoute jamais de sens."""

    NU = 0
    GRAS = 1
    PALE = 2


class Colonne(msgspec.Struct, frozen=True):
    """Une colonne : son style, son titre, et si elle passe à la ligne quand l'écran est étroit."""

    titre: str = ""
    style: Style = Style.NU
    cede: bool = False
    #: Elle se replie, mais aucun de ses mots n'est coupé : « 18:30–20:00 » se lit d'un trait.
    entiers: bool = False


#: Une colonne qui cède garde de quoi lire son plus long mot, jusqu'à cette largeur.
MOT_LE_PLUS_LONG = 16
_ENTRE = "  "
#: Les lettres latines et la ponctuation d'imprimerie : un caractère, une case.
_UNE_CASE = re.compile(r"[\x20-\u02ff\u2010-\u2027]*")


def aligner(
    colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]], largeur: int, *, couleurs: bool
) -> Iterator[str]:
    """Les lignes du tableau, sans blancs au bout ; une colonne vide disparaît."""
    lignes = [tuple(ligne) for ligne in lignes]
    gardees = [n for n, c in enumerate(colonnes) if c.titre or any(ligne[n] for ligne in lignes)]
    colonnes = [colonnes[n] for n in gardees]
    cases = [tuple(ligne[n] for n in gardees) for ligne in lignes]
    if any(colonne.titre for colonne in colonnes):
        cases.insert(0, tuple(colonne.titre for colonne in colonnes))
    largeurs = _largeurs(colonnes, cases, largeur)
    for ligne in cases:
        replies = [_replier(case, place) for case, place in zip(ligne, largeurs, strict=True)]
        for morceaux in zip_longest(*replies, fillvalue=""):
            rang = [
                _peindre(_completer(morceau, place), colonne.style if couleurs else Style.NU)
                for morceau, place, colonne in zip(morceaux, largeurs, colonnes, strict=True)
            ]
            yield _ENTRE.join(rang).rstrip()


def peindre(texte: str, style: Style) -> str:
    """Le texte dans ce style."""
    return f"\x1b[{style}m{texte}\x1b[0m" if style else texte


def _peindre(case: str, style: Style) -> str:
    """Les blancs de droite restent nus : on peut les ôter en bout de ligne."""
    texte = case.rstrip()
    return peindre(texte, style) + case[len(texte) :] if texte else case


def _largeurs(colonnes: Sequence[Colonne], lignes: Sequence[Sequence[str]], largeur: int) -> list[int]:
    """La largeur naturelle de chaque colonne, ou ce que les plus larges peuvent céder."""
    rangs = range(len(colonnes))
    largeurs = [
        max((cellules(bout) for ligne in lignes for bout in ligne[n].split("\n")), default=0) for n in rangs
    ]
    mots = [max((cellules(mot) for ligne in lignes for mot in ligne[n].split()), default=0) for n in rangs]
    dispo = largeur - len(_ENTRE) * (len(colonnes) - 1)
    # Les mots d'abord entiers ; coupés, s'il le faut, plutôt que de déborder.
    coupes = [mots[n] if colonnes[n].entiers else 1 for n in rangs]
    for moindres in ([min(mots[n], MOT_LE_PLUS_LONG) for n in rangs], coupes):
        while sum(largeurs) > dispo:
            cedables = [n for n in rangs if colonnes[n].cede and largeurs[n] > moindres[n]]
            if not cedables:
                break
            largeurs[max(cedables, key=lambda n: largeurs[n])] -= 1
    return largeurs


def _replier(case: str, largeur: int) -> list[str]:
    from textwrap import wrap

    lignes: list[str] = []
    for ligne in case.split("\n"):
        lignes += [ligne] if cellules(ligne) <= largeur else wrap(ligne, max(largeur, 1))
    return lignes


def _completer(texte: str, largeur: int) -> str:
    return texte + " " * (largeur - cellules(texte))


def cellules(texte: str) -> int:
    """Le nombre de cases que le texte occupe à l'écran."""
    if _UNE_CASE.fullmatch(texte):
        return len(texte)
    from rich.cells import cell_len

    return cell_len(texte)

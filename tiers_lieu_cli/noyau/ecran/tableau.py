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

from tiers_lieu_cli.noyau.motif import motif


class Style(IntEnum):
    """Les styles du terminal (ECMA-48, SGR) ; la couleur n'ajoute jamais de sens."""

    NU = 0
    GRAS = 1
    PALE = 2


class Colonne(msgspec.Struct, frozen=True):
    """Une colonne : son style, son titre ; `cede` : elle se replie la première quand l'écran est étroit.

    `bref` : elle tient sur une ligne, coupée à un mot s'il le faut, et « … » le dit.
    """

    titre: str = ""
    style: Style = Style.NU
    cede: bool = False
    bref: bool = False


_ENTRE = "  "
#: Les lettres latines, la ponctuation d'imprimerie, les flèches et le signe moins : un caractère, une case.
_UNE_CASE = motif(r"[\x20-\u02ff\u2010-\u2027\u20ac\u2190-\u2194\u2212]*")
#: Une colonne brève garde de quoi lire son début.
_BREVE = 16
#: Ce qui ne commence jamais une ligne, et ce qui n'en finit jamais une.
_SUIT = frozenset(["»", ":", ";", "!", "?", "·", "–", "—", "→", "↔", "%", "€"])
_PRECEDE = frozenset(["«", "–", "—", "→"])
#: Ce qu'on regarde de la suite d'un mot coupé.
_PARTIE = 8
_AVANT_UN_MOIS = motif(r"(?:\d{1,2}|1er)", re.ASCII)
_MOIS = motif(
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b|h\b|min\b"
)


def aligner(
    colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]], largeur: int, *, couleurs: bool
) -> Iterator[str]:
    """Les lignes du tableau, sans blancs au bout ; une colonne vide disparaît, aucun mot n'est coupé."""
    lignes = [tuple(ligne) for ligne in lignes]
    gardees = [n for n, c in enumerate(colonnes) if c.titre or any(ligne[n] for ligne in lignes)]
    colonnes = [colonnes[n] for n in gardees]
    cases = [tuple(ligne[n] for n in gardees) for ligne in lignes]
    titres = tuple(colonne.titre for colonne in colonnes)
    avec_titres = [titres, *cases] if any(titres) else cases
    largeurs = _largeurs(colonnes, avec_titres, largeur)
    if largeurs is None:
        yield from _empiler(colonnes, cases, largeur, couleurs=couleurs)
        return
    for ligne in avec_titres:
        replies = [
            _abreger(case, place) if colonne.bref else replier(case, place)
            for case, place, colonne in zip(ligne, largeurs, colonnes, strict=True)
        ]
        for morceaux in zip_longest(*replies, fillvalue=""):
            rang = [
                _peindre(_completer(morceau, place), colonne.style if couleurs else Style.NU)
                for morceau, place, colonne in zip(morceaux, largeurs, colonnes, strict=True)
            ]
            yield _ENTRE.join(rang).rstrip()


def _empiler(
    colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]], largeur: int, *, couleurs: bool
) -> Iterator[str]:
    """Trop étroit pour des colonnes : chaque ligne du tableau se lit d'une traite, la suite en retrait."""
    for ligne in lignes:
        dites = [
            f"{colonne.titre} : {case}" if colonne.titre and rang else case
            for rang, (case, colonne) in enumerate(zip(ligne, colonnes, strict=True))
            if case.strip()
        ]
        for rang, morceau in enumerate(replier(" · ".join(dites).replace("\n", " "), largeur, "  ")):
            premiere = couleurs and not rang and colonnes[0].style is Style.GRAS
            yield peindre(morceau, Style.GRAS) if premiere else morceau


def peindre(texte: str, style: Style) -> str:
    """Le texte dans ce style."""
    return f"\x1b[{style}m{texte}\x1b[0m" if style else texte


def _peindre(case: str, style: Style) -> str:
    """Les blancs de droite restent nus : on peut les ôter en bout de ligne."""
    texte = case.rstrip()
    return peindre(texte, style) + case[len(texte) :] if texte else case


def _largeurs(colonnes: Sequence[Colonne], lignes: Sequence[Sequence[str]], largeur: int) -> list[int] | None:
    """La largeur naturelle de chaque colonne, ou ce que les plus larges cèdent ; `None` si rien ne suffit."""
    rangs = range(len(colonnes))
    largeurs = [
        max((cellules(bout) for ligne in lignes for bout in ligne[n].split("\n")), default=0) for n in rangs
    ]
    dispo = largeur - len(_ENTRE) * (len(colonnes) - 1)
    if sum(largeurs) <= dispo:
        return largeurs
    moindres = [
        min(largeurs[n], _BREVE) if colonnes[n].bref else max(_plus_long_mot(li[n]) for li in lignes)
        for n in rangs
    ]
    # Ce qui sait céder d'abord ; le reste, plutôt que de déborder.
    for cedent in (True, False):
        while sum(largeurs) > dispo:
            cedables = [
                n
                for n in rangs
                if (colonnes[n].cede or colonnes[n].bref or not cedent) and largeurs[n] > moindres[n]
            ]
            if not cedables:
                break
            largeurs[max(cedables, key=lambda n: largeurs[n])] -= 1
    return largeurs if sum(largeurs) <= dispo else None


def _plus_long_mot(case: str) -> int:
    return max((cellules(mot) for bout in case.split("\n") for mot in _mots(bout)), default=0)


def _mots(texte: str) -> list[str]:
    """Ce qui ne se sépare pas : un mot et ses guillemets, « 18:30–20:00 », « 24 novembre »."""
    mots: list[str] = []
    for mot in texte.split():
        colle = mots and (
            mot in _SUIT
            or mots[-1].rpartition(" ")[2] in _PRECEDE
            or (_AVANT_UN_MOIS.fullmatch(mots[-1]) and _MOIS.match(mot))
        )
        if colle:
            mots[-1] += f" {mot}"
        else:
            mots.append(mot)
    return mots


def replier(texte: str, largeur: int, retrait: str = "") -> list[str]:
    """Le texte sur des lignes de cette largeur, aucun mot qui y tient n'est coupé ; `retrait` : la suite."""
    lignes: list[str] = []
    for bout in texte.split("\n"):
        if cellules(bout) <= largeur:
            lignes.append(bout)
            continue
        courante = bout[: len(bout) - len(bout.lstrip(" "))]
        vide = True
        for mot in _mots(bout):
            essai = courante + mot if vide else f"{courante} {mot}"
            if cellules(essai) > largeur and not vide:
                lignes.append(courante)
                courante, essai = retrait, retrait + mot
            while cellules(essai) > largeur:
                tient, essai = _couper(essai, largeur)
                lignes.append(tient)
                essai = retrait + essai if len(retrait) < largeur - 1 else essai
            courante, vide = essai, False
        lignes.append(courante)
    return lignes


def _couper(mot: str, largeur: int) -> tuple[str, str]:
    """Un mot plus long que la ligne : après un tiret ou une espace s'il s'en trouve, sinon où l'on peut.

    Un guillemet, un deux-points ne reste pas seul de son côté : il emporte au moins une lettre.
    """
    place = 1
    while place < len(mot) and cellules(mot[: place + 1]) <= largeur:
        place += 1
    debut = len(mot) - len(mot.lstrip())
    plis = [n for n in range(place, debut, -1) if not _isole(mot[debut:n], mot[n : n + _PARTIE])] or [place]
    pli = next((n for n in plis if mot[n - 1] in "- /"), 0)
    place = pli if pli > place // 2 + 1 else plis[0]
    return mot[:place].rstrip(), mot[place:].lstrip()


def _isole(avant: str, apres: str) -> bool:
    """Couper là laisserait-il un signe loin de ce qu'il touche ?"""
    dernier, premier = avant.split()[-1:], apres.split()[:1]
    return not dernier or dernier[0] in _PRECEDE or bool(premier and premier[0] in _SUIT)


def _abreger(case: str, largeur: int) -> list[str]:
    """La case sur une seule ligne ; « … » dit ce qui manque."""
    entiere = " ".join(case.split())
    if cellules(entiere) <= largeur:
        return [entiere]
    return [f"{replier(entiere, max(largeur - 2, 1))[0].rstrip(' «,;:')} …"]


def _completer(texte: str, largeur: int) -> str:
    return texte + " " * (largeur - cellules(texte))


def cellules(texte: str) -> int:
    """Le nombre de cases que le texte occupe à l'écran."""
    if _UNE_CASE.fullmatch(texte):
        return len(texte)
    from rich.cells import cell_len

    return cell_len(texte)

"""Un texte Markdown en blocs simples, pour une page imprimée : rien n'y est lu comme du code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from markdown_it.token import Token


class Morceau(msgspec.Struct, frozen=True):
    """Quelques mots d'un même style."""

    texte: str
    gras: bool = False
    italique: bool = False


class Bloc(msgspec.Struct, frozen=True):
    """Un titre (`niveau` de 1 à 6), un paragraphe (0), un point de liste (`marque`), un trait, une rangée."""

    sorte: str
    morceaux: tuple[Morceau, ...] = ()
    niveau: int = 0
    marque: str = ""
    cases: tuple[tuple[Morceau, ...], ...] = ()


def sur_une_ligne(blocs: Iterable[Bloc]) -> str:
    """Ces blocs sans style, à la suite ; les points d'une liste et les rangées d'un tableau se séparent."""
    dit, precedent = "", ""
    for bloc in blocs:
        cases = bloc.cases or (bloc.morceaux,)
        textes = ("".join(morceau.texte for morceau in case) for case in cases)
        if texte := " · ".join(filter(None, textes)):
            dit += (" ; " if bloc.sorte == precedent != "paragraphe" else " ") + texte
            precedent = bloc.sorte
    return dit.strip()


def blocs(markdown: str) -> list[Bloc]:
    """Les blocs de ce texte ; ce qu'on n'imprime pas (une image, du HTML) y est en toutes lettres."""
    from markdown_it import MarkdownIt

    return list(_lire(MarkdownIt("js-default").parse(markdown)))


def _lire(jetons: Sequence[Token]) -> Iterator[Bloc]:
    niveau, listes, cases = 0, list[int | None](), list[tuple[Morceau, ...]]()
    sorte, a_marquer, dans_une_case = "paragraphe", False, False
    for jeton in jetons:
        match jeton.type:
            case "heading_open":
                sorte, niveau = "titre", int(jeton.tag[1:])
            case "heading_close":
                sorte, niveau = "paragraphe", 0
            case "bullet_list_open":
                listes.append(None)
            case "ordered_list_open":
                listes.append(int(jeton.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                listes.pop()
            case "list_item_open":
                a_marquer = True
            case "list_item_close" if listes and (rang := listes[-1]) is not None:
                listes[-1] = rang + 1
            case "hr":
                yield Bloc("trait")
            case "td_open" | "th_open":
                dans_une_case = True
            case "td_close" | "th_close":
                dans_une_case = False
            case "tr_close":
                yield Bloc("rangee", cases=tuple(cases))
                cases = []
            case "fence" | "code_block" | "html_block":
                yield Bloc("paragraphe", (Morceau(jeton.content.rstrip()),))
            case "inline":
                dits = tuple(_morceaux(jeton.children or ()))
                if dans_une_case:
                    cases.append(dits)
                elif listes:
                    rang = listes[-1]
                    marque = ("•" if rang is None else f"{rang}.") if a_marquer else ""
                    a_marquer = False
                    yield Bloc("point", dits, len(listes), marque)
                else:
                    yield Bloc(sorte, dits, niveau)


def _morceaux(jetons: Sequence[Token]) -> Iterator[Morceau]:
    gras = italique = 0
    for jeton in jetons:
        match jeton.type:
            case "strong_open" | "strong_close":
                gras += jeton.nesting
            case "em_open" | "em_close":
                italique += jeton.nesting
            case "softbreak":
                yield Morceau(" ")
            case "hardbreak":
                yield Morceau("\n")
            case _ if jeton.content:
                yield Morceau(jeton.content, gras > 0, italique > 0)

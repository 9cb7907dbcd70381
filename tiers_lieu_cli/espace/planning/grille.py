"""La semaine en grille dans le terminal : une colonne par jour, une ligne par salle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from tiers_lieu_cli.espace.planning.regles import Bloc, Chaleur, Planning
from tiers_lieu_cli.espace.regles import FERMEE
from tiers_lieu_cli.noyau.ecran.tableau import cellules

#: Une salle se lit en deux lignes au plus de ce nombre de lettres.
NOM = 9
#: Un titre tient en trois lignes ; le reste se lit avec `espace jour`.
LIGNES_D_UN_TITRE = 3
_TEINTES = " ░▒▓█"


def lignes(planning: Planning, largeur: int) -> Iterator[str]:
    """Les lignes de la grille, sans blancs au bout."""
    place = max(6, (largeur - NOM) // 7 - 1)
    places = [NOM, *[place] * 7]
    yield _ranger([[""], *([jour] for jour in planning.jours)], places)
    if any(planning.ouvert):
        yield from _ranger_tout(
            [["ouvert"], *(_couper(o.replace("–", "– "), place) for o in planning.ouvert)], places
        )
    for rangee in planning.rangees:
        yield "─" * (NOM + 7 * (place + 1))
        cases = [[bout for bloc in jour for bout in _bloc(bloc, place)] for jour in rangee.jours]
        yield from _ranger_tout([_couper(rangee.nom, NOM), *cases], places)


def _bloc(bloc: Bloc, place: int) -> list[str]:
    if bloc.liee:
        return _couper(f"({bloc.heures.replace('–', '– ')})", place)
    fermee = bloc.nature == FERMEE
    precision = f" [{bloc.nature}]" if bloc.nature and not fermee else ""
    dit = _couper(f"{'FERMÉE ' * fermee}{bloc.titre}{precision}", place)
    if len(dit) > LIGNES_D_UN_TITRE:
        dit = [*dit[: LIGNES_D_UN_TITRE - 1], dit[LIGNES_D_UN_TITRE - 1][: place - 1] + "…"]
    return [*_couper(bloc.heures.replace("–", "– "), place), *dit]


def chaleur(c: Chaleur, jours: Sequence[str]) -> Iterator[str]:
    """Plus la case est pleine, plus il y a de salles prises à cette heure."""
    yield " " * NOM + "".join(f"{heure:>3}h"[-3:] if heure % 2 == 0 else "   " for heure in c.heures)
    for jour, prises in zip(jours, c.prises, strict=True):
        cases = "".join(f" {_teinte(n, c.salles) * 2}" for n in prises)
        yield f"{jour:<{NOM}}{cases}".rstrip()


def _teinte(prises: int, salles: int) -> str:
    """Une case n'est vide que si rien n'est pris, et pleine que si tout l'est."""
    if not prises:
        return "·"
    return _TEINTES[max(1, min(prises * 4 // max(salles, 1), 4))]


def _couper(texte: str, place: int) -> list[str]:
    """Le texte en lignes de cette largeur ; deux heures collées se séparent à leur tiret s'il le faut."""
    colle = texte.replace("– ", "–")
    if cellules(colle) <= place:
        return [colle]
    mots = (
        mot if cellules(mot) <= place else f"{mot[: place - 1]}- {mot[place - 1 :]}" for mot in texte.split()
    )
    return wrap(" ".join(mots), place, break_on_hyphens=False) or [""]


def _ranger_tout(colonnes: Sequence[Sequence[str]], places: Sequence[int]) -> Iterator[str]:
    for rang in zip_longest(*colonnes, fillvalue=""):
        yield _ranger([[case] for case in rang], places)


def _ranger(cases: Sequence[Sequence[str]], places: Sequence[int]) -> str:
    remplies = (
        case[0] + " " * (place - cellules(case[0])) for case, place in zip(cases, places, strict=True)
    )
    return " ".join(remplies).rstrip()

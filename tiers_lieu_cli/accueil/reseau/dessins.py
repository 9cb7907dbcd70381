"""Le réseau en image : un cercle par groupe (SVG), ou un texte que d'autres outils dessinent (Mermaid)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from tiers_lieu_cli.accueil.reseau.regles import Noeud, Reseau
from tiers_lieu_cli.noyau.pages.dessin import image

#: Les isolées qu'un dessin montre : au-delà, c'est une liste.
ISOLEES_MONTREES = 24
_NOM_LE_PLUS_LONG = 15
#: Un cercle et les noms de ses deux côtés tiennent dans la largeur.
_RAYON_MAXIMAL = 235
_PAR_RANGEE = 4
_LARGEUR = 860
_RANG = 26
_ACCENT = "#1c6e5a"


def svg(reseau: Reseau, titre: str) -> str:
    """Les isolées en haut, puis chaque groupe en cercle, les plus grands d'abord."""
    traits: list[str] = []
    bas = _RANG
    isolees = reseau.isolees[:ISOLEES_MONTREES]
    if isolees:
        traits.append(_titre(bas, "Pas encore reliées"))
        for rang, noeud in enumerate(isolees):
            x = 24 + rang % _PAR_RANGEE * (_LARGEUR // _PAR_RANGEE)
            y = bas + _RANG * (1 + rang // _PAR_RANGEE)
            traits += _point(x, y, noeud, plein=False)
        bas += _RANG * (2 + (len(isolees) - 1) // _PAR_RANGEE)
        reste = len(reseau.isolees) - len(isolees)
        if reste:
            traits.append(_titre(bas, f"… et {reste} autres"))
            bas += _RANG
    if reseau.groupes:
        traits.append(_titre(bas + 8, "Reliées"))
        bas += _RANG
    for rangee in _rangees(reseau.groupes):
        rayon = _rayon(max(map(len, rangee)))
        for n, groupe in enumerate(rangee):
            centre = (_LARGEUR * (2 * n + 1) // (2 * len(rangee)), bas + rayon + 30)
            traits += _cercle(reseau, groupe, centre, _rayon(len(groupe)))
        bas += 2 * rayon + 60
    return image(titre, _LARGEUR, bas + 8, traits)


def _rangees(groupes: Sequence[tuple[Noeud, ...]]) -> list[list[tuple[Noeud, ...]]]:
    """Deux petits groupes par rangée ; un grand a la sienne."""
    rangees: list[list[tuple[Noeud, ...]]] = []
    for groupe in groupes:
        derniere = rangees[-1] if rangees else []
        if derniere and len(derniere) < 2 and len(derniere[0]) <= 6:
            derniere.append(groupe)
        else:
            rangees.append([groupe])
    return rangees


def _rayon(combien: int) -> int:
    """Assez pour que les noms ne se touchent pas, sans sortir du dessin."""
    return min(max(36, 16 + combien * 12), _RAYON_MAXIMAL)


def _tour(reseau: Reseau, groupe: Sequence[Noeud]) -> list[Noeud]:
    """Le groupe dans l'ordre où l'on va de voisin en voisin : les traits se croisent moins."""
    par_ident = {n.id: n for n in groupe}
    tour: dict[str, Noeud] = {}
    reste = [min(groupe, key=lambda n: (len(reseau.voisins(n.id)), n.nom, n.id)).id]
    while reste:
        ident = reste.pop()
        if ident not in tour:
            tour[ident] = par_ident[ident]
            reste += sorted(reseau.voisins(ident), key=lambda v: (par_ident[v].nom, v), reverse=True)
    return list(tour.values())


def _cercle(reseau: Reseau, groupe: Sequence[Noeud], centre: tuple[int, int], rayon: int) -> list[str]:
    places = {}
    for rang, noeud in enumerate(_tour(reseau, groupe)):
        angle = 2 * math.pi * rang / len(groupe) - math.pi / (1 if len(groupe) == 2 else 2)
        places[noeud.id] = (
            centre[0] + round(rayon * math.cos(angle)),
            centre[1] + round(rayon * math.sin(angle)),
        )
    traits = [
        f'<line x1="{places[a][0]}" y1="{places[a][1]}" x2="{places[b][0]}" y2="{places[b][1]}" '
        f'stroke="{_ACCENT}" stroke-opacity="0.5" stroke-width="2"/>'
        for a, b in reseau.liens
        if a in places
    ]
    for noeud in groupe:
        x, y = places[noeud.id]
        traits += _point(x, y, noeud, plein=True, a_gauche=x < centre[0] - 2)
    return traits


def _point(x: int, y: int, noeud: Noeud, *, plein: bool, a_gauche: bool = False) -> list[str]:
    fond = _ACCENT if plein else "none"
    nom = noeud.nom if len(noeud.nom) <= _NOM_LE_PLUS_LONG else noeud.nom[: _NOM_LE_PLUS_LONG - 1] + "…"
    ancre, ecart = ("end", -11) if a_gauche else ("start", 11)
    return [
        f'<circle cx="{x}" cy="{y}" r="6" fill="{fond}" stroke="{_ACCENT}" stroke-width="2"/>',
        f'<text x="{x + ecart}" y="{y + 5}" text-anchor="{ancre}">{escape(nom)}</text>',
    ]


def _titre(y: int, texte: str) -> str:
    return f'<text x="12" y="{y}" font-weight="bold">{escape(texte)}</text>'


def mermaid(reseau: Reseau) -> str:
    """Le réseau en texte Mermaid : les isolées d'abord, puis les liens."""
    numeros = {n.id: f"n{rang}" for rang, n in enumerate([*reseau.isolees, *sum(reseau.groupes, ())])}
    lignes = ["graph LR"]
    for groupe in (reseau.isolees[:ISOLEES_MONTREES], *reseau.groupes):
        lignes += [f'  {numeros[n.id]}["{_cite(n.nom)}"]' for n in groupe]
    lignes += [f"  {numeros[a]} --- {numeros[b]}" for a, b in reseau.liens]
    return "\n".join([*lignes, ""])


def _cite(nom: str) -> str:
    return "".join(c if c.isalnum() or c in " -'’." else f"#{ord(c)};" for c in nom)

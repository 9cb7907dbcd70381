"""Des dessins SVG simples : des barres, une grille d'intensités. Mêmes valeurs, mêmes octets.

Ils tiennent dans un téléphone, où leurs lettres se lisent encore. Les couleurs suivent le thème de la page
(`currentColor`, et `accent` là où une feuille de style la connaît) ; chaque dessin dit en toutes lettres ce
que sa forme montre. Une valeur `None` est tue : trop petite pour être publiée.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

#: Ce qu'un dessin écrit à la place d'une valeur tue.
TUE = "–"
#: Un téléphone de 360 pixels, moins ses marges.
LARGEUR = 340
_LETTRES = 14
_MARGE = 6
_ACCENT = 'class="accent" fill="#1c6e5a"'
_POLICE = f'font-family="system-ui, sans-serif" font-size="{_LETTRES}" fill="currentColor"'
_BARRE = 44
_RANG = 24
#: À 14 pixels, une lettre moyenne en occupe huit.
_LETTRE = 8
#: La case la plus pleine : l'encre s'y lit encore, de jour comme de nuit.
_PLEINE = 0.42


def barres(
    titre: str, valeurs: Sequence[tuple[str, int | None]], dire: Sequence[str] = (), *, sur: int = 0
) -> str:
    """Une barre couchée par valeur, son nom au-dessus ; `dire` : ce qui s'écrit au bout, sinon le nombre.

    `sur` : ce que vaut une barre pleine ; sinon, la plus grande valeur.
    """
    dits = [*dire] or [TUE if valeur is None else str(valeur) for _, valeur in valeurs]
    utile = LARGEUR - _place(dits)
    plus_grande = max([sur, *(valeur or 0 for _, valeur in valeurs)]) or 1
    lignes = []
    for rang, ((nom, valeur), dit) in enumerate(zip(valeurs, dits, strict=True)):
        haut = _MARGE + rang * _BARRE
        longueur = round((valeur or 0) * utile / plus_grande)
        lignes += [
            _texte(0, haut + 13, _court(nom, LARGEUR)),
            f'<rect x="0" y="{haut + 19}" width="{longueur}" height="16" rx="2" {_ACCENT}/>',
            _texte(longueur + 6, haut + 32, _court(dit, LARGEUR - longueur)),
        ]
    en_mots = ", ".join(f"{nom} {dit}" for (nom, _), dit in zip(valeurs, dits, strict=True))
    return image(titre, LARGEUR, 2 * _MARGE + len(valeurs) * _BARRE, lignes, en_mots)


def grille(
    titre: str,
    lignes: Sequence[str],
    colonnes: Sequence[str],
    valeurs: Mapping[tuple[int, int], int | None],
    *,
    sur: int = 0,
) -> str:
    """Des cases d'autant plus pleines que leur valeur, par (ligne, colonne), est grande.

    `sur` : ce que vaut une case pleine ; sinon, la plus grande valeur. Le petit côté est en travers.
    """
    en_mots = ", ".join(
        f"{lignes[rang]} {colonnes[n]} {TUE if valeur is None else valeur}"
        for (rang, n), valeur in sorted(valeurs.items())
        if valeur != 0
    )
    if len(colonnes) > len(lignes):
        lignes, colonnes = colonnes, lignes
        valeurs = {(n, rang): valeur for (rang, n), valeur in valeurs.items()}
    gauche, haut = _place(lignes), 2 * _MARGE + 12
    case = max([34, *(len(nom) * _LETTRE + 3 for nom in colonnes)])
    plus_grande = max([sur, *(valeur or 0 for valeur in valeurs.values())]) or 1
    cases = [
        _texte(gauche + n * case + case // 2, haut - 6, nom, ancre="middle") for n, nom in enumerate(colonnes)
    ]
    for rang, nom in enumerate(lignes):
        y = haut + rang * _RANG
        cases.append(_texte(gauche - _MARGE, y + 17, _court(nom, gauche), ancre="end"))
        for n in range(len(colonnes)):
            cases += _case(gauche + n * case, y, case, valeurs.get((rang, n), 0), plus_grande)
    largeur, hauteur = gauche + len(colonnes) * case, haut + len(lignes) * _RANG + _MARGE
    return image(titre, largeur, hauteur, cases, en_mots)


def _case(x: int, y: int, large: int, valeur: int | None, plus_grande: int) -> list[str]:
    """Une case, et son nombre dedans."""
    opacite = round(0.04 + (_PLEINE - 0.04) * (valeur or 0) / plus_grande, 2)
    fond = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{large - 2}" height="{_RANG - 2}" rx="2" '
        f'{_ACCENT} fill-opacity="{opacite}"/>'
    )
    if valeur == 0:
        return [fond]
    return [fond, _texte(x + large // 2, y + 17, TUE if valeur is None else str(valeur), ancre="middle")]


def image(titre: str, largeur: int, hauteur: int, contenu: Sequence[str], en_mots: str = "") -> str:
    """Le dessin entier ; une voix de synthèse en lit le titre, et ce qu'il montre, `en_mots`."""
    tete = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}" role="img" '
        f'width="{largeur}" height="{hauteur}" {_POLICE}>'
    )
    desc = [f"<desc>{escape(en_mots)}</desc>"] if en_mots else []
    return "\n".join([tete, f"<title>{escape(titre)}</title>", *desc, *contenu, "</svg>", ""])


def _texte(x: int, y: int, texte: str, *, ancre: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{ancre}">{escape(texte)}</text>'


def _place(mots: Sequence[str]) -> int:
    """La place que prend le plus long de ces mots, un tiers du dessin au plus."""
    return min(max(map(len, mots), default=0) * _LETTRE + 2 * _MARGE, LARGEUR // 3)


def _court(mot: str, place: int) -> str:
    """Le mot, coupé s'il ne tient pas dans cette place."""
    tient = max(int((place - _MARGE) / _LETTRE), 1)
    return mot if len(mot) <= tient else mot[: tient - 1] + "…"

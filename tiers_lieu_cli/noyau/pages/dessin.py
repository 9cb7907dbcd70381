"""Des dessins SVG simples : des barres, une grille d'intensités. Mêmes valeurs, mêmes octets.

Les couleurs suivent le thème de la page (`currentColor`) ; chaque dessin dit en toutes lettres
ce que sa forme montre. Une valeur `None` est tue : trop petite pour être publiée.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

#: Ce qu'un dessin écrit à la place d'une valeur tue.
TUE = "–"
LARGEUR = 640
_MARGE = 8
_ACCENT = "#1c6e5a"
_POLICE = 'font-family="system-ui, sans-serif" font-size="13" fill="currentColor"'
_RANG = 24
_CASE = 34
#: À 13 pixels, une lettre moyenne en occupe sept et demi.
_LETTRE = 7.5


def barres(
    titre: str, valeurs: Sequence[tuple[str, int | None]], dire: Sequence[str] = (), *, sur: int = 0
) -> str:
    """Une barre couchée par valeur ; `dire` : ce qui s'écrit au bout, sinon le nombre.

    `sur` : ce que vaut une barre pleine ; sinon, la plus grande valeur.
    """
    gauche = _place([nom for nom, _ in valeurs])
    dits = [*dire] or [TUE if valeur is None else str(valeur) for _, valeur in valeurs]
    utile = LARGEUR - gauche - _place(dits) - _MARGE
    plus_grande = max([sur, *(valeur or 0 for _, valeur in valeurs)]) or 1
    lignes = []
    for rang, ((nom, valeur), dit) in enumerate(zip(valeurs, dits, strict=True)):
        haut = _MARGE + rang * _RANG
        longueur = round((valeur or 0) * utile / plus_grande)
        lignes += [
            _texte(gauche - _MARGE, haut + 15, _court(nom, gauche), ancre="end"),
            f'<rect x="{gauche}" y="{haut + 2}" width="{longueur}" height="18" rx="2" fill="{_ACCENT}"/>',
            _texte(gauche + longueur + 6, haut + 15, dit),
        ]
    en_mots = ", ".join(f"{nom} {dit}" for (nom, _), dit in zip(valeurs, dits, strict=True))
    return image(titre, LARGEUR, 2 * _MARGE + len(valeurs) * _RANG, lignes, en_mots)


def grille(
    titre: str,
    lignes: Sequence[str],
    colonnes: Sequence[str],
    valeurs: Mapping[tuple[int, int], int | None],
    *,
    sur: int = 0,
) -> str:
    """Des cases d'autant plus pleines que leur valeur, par (ligne, colonne), est grande.

    `sur` : ce que vaut une case pleine ; sinon, la plus grande valeur.
    """
    gauche, haut = _place(lignes), 2 * _MARGE + 12
    plus_grande = max([sur, *(valeur or 0 for valeur in valeurs.values())]) or 1
    cases = [
        _texte(gauche + n * _CASE + _CASE // 2, haut - 6, nom, ancre="middle")
        for n, nom in enumerate(colonnes)
    ]
    for rang, nom in enumerate(lignes):
        y = haut + rang * _RANG
        cases.append(_texte(gauche - _MARGE, y + 16, nom, ancre="end"))
        for n in range(len(colonnes)):
            cases += _case(gauche + n * _CASE, y, valeurs.get((rang, n), 0), plus_grande)
    en_mots = ", ".join(
        f"{lignes[rang]} {colonnes[n]} {TUE if valeur is None else valeur}"
        for (rang, n), valeur in sorted(valeurs.items())
        if valeur != 0
    )
    largeur, hauteur = gauche + len(colonnes) * _CASE + _MARGE, haut + len(lignes) * _RANG + _MARGE
    return image(titre, largeur, hauteur, cases, en_mots)


def _case(x: int, y: int, valeur: int | None, plus_grande: int) -> list[str]:
    """Une case ; son nombre est écrit dedans, en clair sur les plus pleines."""
    opacite = round(0.05 + 0.95 * (valeur or 0) / plus_grande, 2)
    fond = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CASE - 2}" height="{_RANG - 2}" rx="2" '
        f'fill="{_ACCENT}" fill-opacity="{opacite}"/>'
    )
    if valeur == 0:
        return [fond]
    couleur = "#fff" if opacite > 0.55 else "currentColor"
    dit = TUE if valeur is None else str(valeur)
    return [fond, _texte(x + _CASE // 2, y + 16, dit, ancre="middle", couleur=couleur)]


def image(titre: str, largeur: int, hauteur: int, contenu: Sequence[str], en_mots: str = "") -> str:
    """Le dessin entier ; une voix de synthèse en lit le titre, et ce qu'il montre, `en_mots`."""
    tete = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}" role="img" '
        f'width="{largeur}" height="{hauteur}" {_POLICE}>'
    )
    desc = [f"<desc>{escape(en_mots)}</desc>"] if en_mots else []
    return "\n".join([tete, f"<title>{escape(titre)}</title>", *desc, *contenu, "</svg>", ""])


def _texte(x: int, y: int, texte: str, *, ancre: str = "start", couleur: str = "") -> str:
    peint = f' fill="{couleur}"' if couleur else ""
    return f'<text x="{x}" y="{y}" text-anchor="{ancre}"{peint}>{escape(texte)}</text>'


def _place(mots: Sequence[str]) -> int:
    """La place que prend le plus long de ces mots, un tiers du dessin au plus."""
    return min(round(max(map(len, mots), default=0) * _LETTRE) + 2 * _MARGE, LARGEUR // 3)


def _court(mot: str, place: int) -> str:
    """Le mot, coupé s'il ne tient pas dans cette place."""
    tient = int((place - _MARGE) / _LETTRE)
    return mot if len(mot) <= tient else mot[: tient - 1] + "…"

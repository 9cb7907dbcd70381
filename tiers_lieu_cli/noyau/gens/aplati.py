"""Un texte ramené à ce qu'un œil y lit : échappements décodés, ni accent, ni invisible, ni sosie.

Les capitales restent : elles distinguent un nom d'un mot. Chaque lettre sait d'où elle vient, pour
citer ce qui est vraiment écrit.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property

# Aucun motif n'est préparé avant de servir : une commande qui ne fait que lire n'aplatit rien.
#: Ce qui se joint à une lettre sans se lire : signes diacritiques, traits conditionnels, sens d'écriture.
_MUETS = (
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c"
    "\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3099\u309a"
    "\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
#: Un caractère écrit autrement : dans une adresse, une page, une fiche YAML (ou sa suite à la ligne).
_ECHAPPE = (
    r"(?:%[0-9A-Fa-f]{2})+"
    r"|(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})+|(?<=[A-Za-z])=(?:20|27|2E|40)(?=[A-Za-z])"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[nrtNLP_]|\r?\n[ \t]*)"
)
#: En octets, un tri grossier : par quoi il commence, et la suite du motif (voir `mur`).
ECHAPPES = (
    rb"%=&\\",
    rb"(?<=%)[0-9A-Fa-f]|(?<==)(?:[C-F][0-9A-F]|2[07E]|40)|(?<=&)[#A-Za-z]|(?<=\\)[xuUnrtNLP_\r\n]",
)
#: Ce qu'un caractère échappé deux fois (`%2540`) demande ; au-delà, personne ne le lit plus.
_PASSES = 3
_YAML = {"n": "\n", "r": "\n", "t": " ", "N": "\n", "L": "\n", "P": "\n", "_": " "}

#: Les lettres qui en imitent une autre, ou que la décomposition Unicode laisse entières. Le grec et le
#: cyrillique suivent leur capitale, pour qu'un mot garde les mêmes lettres quelle que soit sa casse.
_SOSIES = {
    **dict(zip("ıøØłŁđĐðÐħĦŧŦɑɡʼ’‘‛′´", "ioOlLdDdDhHtTag''''''", strict=True)),
    **dict(zip("æÆœŒßẞþÞŋ", ("ae", "Ae", "oe", "Oe", "ss", "SS", "th", "Th", "n"), strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅԌԚԜҺӀ", "ABEKMHOPCTYXIJSGQWHI", strict=True)),
    **dict(zip("авекмнорстухіјѕԍԛԝһӏ", "abekmhopctyxijsgqwhi", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True)),
    **dict(zip("αβεζηικμνορτυχϲς", "abezhikmnoptyxcσ", strict=True)),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-"),
    "。": ".",
    "．": ".",
}


@cache
def _table() -> dict[int, str]:
    """Les sosies, et les chiffres des autres écritures ; bâtie au premier texte qui en a besoin."""
    chiffres = {
        chr(zero + n): str(n)
        for zero in (0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0x17E0, 0x1810)
        for n in range(10)
    }
    return str.maketrans(_SOSIES | chiffres)


def plat(texte: str) -> str:
    """Le texte sans accents, invisibles ni sosies ; un mot garde ses capitales."""
    if texte.isascii():
        return texte
    table = _table()
    return re.sub(_MUETS, "", unicodedata.normalize("NFKD", texte.translate(table))).translate(table)


class Aplati:
    """Un texte, le même à plat, et de quoi passer du second au premier."""

    def __init__(self, texte: str) -> None:
        self.texte = texte
        self._passes: list[tuple[str, list[tuple[int, int, str]]]] = []
        for _ in range(_PASSES):
            vus = [(m.start(), m.end(), _decoder(m[0])) for m in re.finditer(_ECHAPPE, texte)]
            if not vus:
                break
            self._passes.append((texte, vus))
            texte = _remplacer(texte, vus)
        self._decode = texte
        self.plat = plat(texte)

    def extrait(self, debut: int, fin: int) -> str:
        """Ce qui est écrit là où le texte à plat a ces bornes."""
        depart, arrivee = self._origines[debut], self._origines[fin - 1]
        suite = next((o for o in self._origines[fin:] if o > arrivee), len(self.texte))
        return self.texte[depart:suite].strip("\u00ad\u200b\u200c\u200d\u2060\ufeff")

    @cached_property
    def _origines(self) -> range | list[int]:
        """Pour chaque lettre à plat, sa place dans le texte écrit ; cherchées seulement s'il faut citer."""
        if not self._passes and self.texte.isascii():
            return range(len(self.texte))
        places: list[int] = list(range(len(self.texte)))
        for avant, vus in self._passes:
            suivantes: list[int] = []
            dernier = 0
            for debut, fin, dit in vus:
                suivantes += places[dernier:debut]
                suivantes += [places[debut]] * len(dit)
                dernier = fin
            places = suivantes + places[dernier : len(avant)]
        return [place for lettre, place in zip(self._decode, places, strict=True) for _ in plat(lettre)]


def _remplacer(texte: str, vus: list[tuple[int, int, str]]) -> str:
    morceaux, dernier = [], 0
    for debut, fin, dit in vus:
        morceaux += [texte[dernier:debut], dit]
        dernier = fin
    return "".join([*morceaux, texte[dernier:]])


def _decoder(echappe: str) -> str:
    """Ce que dit un caractère échappé ; ce qui ne veut rien dire reste tel quel."""
    import html
    from urllib.parse import unquote

    if echappe[0] in "%=":
        return unquote(echappe.replace("=", "%"), errors="replace")
    if echappe[0] == "&":
        return html.unescape(echappe)
    lettre, code = echappe[1], echappe[2:]
    if lettre in "xuU":
        valeur = int(code, 16)
        return chr(valeur) if valeur < 0x110000 and not 0xD800 <= valeur < 0xE000 else echappe
    return _YAML.get(lettre, "")

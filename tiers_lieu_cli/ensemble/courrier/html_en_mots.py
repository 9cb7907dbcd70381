"""Le HTML d'un courriel, réduit à ses mots : dépouillé par nh3, une ligne par bloc, une citation en « > »."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Un courriel ordinaire emboîte vingt balises, un tableau d'Outlook cinquante.
_EMBOITEES = 300


class _EnMots(HTMLParser):
    """Les mots d'un HTML déjà dépouillé ; une citation y commence chaque ligne par « > »."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lignes: list[str] = [""]
        self._citees = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("br", "p", "div", "li", "tr", "blockquote", "hr"):
            self.lignes.append("")
        self._citees += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li", "tr", "blockquote"):
            self.lignes.append("")
        self._citees = max(0, self._citees - (tag == "blockquote"))

    def handle_data(self, data: str) -> None:
        dit = re.sub(r"\s+", " ", data)
        if self._citees and not self.lignes[-1]:
            dit = f"> {dit.lstrip()}"
        self.lignes[-1] += dit


def en_mots(source: str) -> str:
    """Les mots de ce HTML, une ligne par bloc."""
    import nh3

    if _profondeur(source) > _EMBOITEES:
        return re.sub(r"<[^<>]*>", "\n", source)
    gardees = {"br", "p", "div", "li", "tr", "blockquote", "hr"}
    propre = nh3.clean(
        source, tags=gardees, attributes={}, clean_content_tags={"script", "style", "title", "head"}
    )
    mots = _EnMots()
    mots.feed(propre)
    mots.close()
    lignes = [ligne.strip() for ligne in mots.lignes]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes))


def _profondeur(source: str) -> int:
    """Combien de balises sont ouvertes à la fois ; à quelques milliers, nh3 passerait des minutes."""
    ouvertes = plus = 0
    for fermante in re.findall(
        r"<(/?)(?!p\b|li\b|br\b|hr\b|img\b|meta\b|link\b|input\b|t[dr]\b)[a-zA-Z]", source
    ):
        ouvertes = max(0, ouvertes + (-1 if fermante else 1))
        plus = max(plus, ouvertes)
    return plus

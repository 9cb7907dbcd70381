"""Les dessins : du SVG bien formé, quoi qu'on y écrive, et toujours les mêmes octets."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.pages import dessin

#: En pixels, au téléphone : en dessous, on plisse les yeux.
LISIBLE = 11
mots = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Cn")), max_size=60)
valeurs = st.one_of(st.none(), st.integers(0, 10**6))


@given(mots, st.lists(st.tuples(mots, valeurs), max_size=8))
def test_des_barres_bien_formees_dont_la_plus_longue_tient(
    titre: str, barres: list[tuple[str, int | None]]
) -> None:
    svg = dessin.barres(titre, barres)
    assert svg == dessin.barres(titre, barres)
    racine = ElementTree.fromstring(svg)
    rectangles = racine.findall("{*}rect")
    assert len(rectangles) == len(barres)
    assert all(int(r.get("x", 0)) + int(r.get("width", 0)) <= dessin.LARGEUR for r in rectangles)


@given(mots, st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 3)), valeurs))
def test_une_grille_bien_formee(titre: str, cases: dict[tuple[int, int], int | None]) -> None:
    racine = ElementTree.fromstring(dessin.grille(titre, ["lun", "mar", "mer"], list("abcd"), cases))
    assert len(racine.findall("{*}rect")) == 12


@pytest.mark.parametrize("heures", [5, 14, 24])
def test_un_dessin_se_lit_au_telephone(heures: int) -> None:
    """Réduit à la largeur d'une page de 360 pixels, ses lettres font encore onze pixels."""
    jours = ["lun 23", "mar 24", "mer 25", "jeu 26", "ven 27", "sam 28", "dim 29"]
    cases = {(j, h): j * h for j in range(7) for h in range(heures)}
    for svg in (
        dessin.barres("Passages", [("un nom assez long pour déborder de tout", 12), ("b", 1200)]),
        dessin.grille("Heure par heure", jours, [f"{h} h" for h in range(heures)], cases),
    ):
        racine = ElementTree.fromstring(svg)
        lettres = int(racine.get("font-size", 0))
        assert lettres * min(1, 328 / int(racine.get("width", 0))) >= LISIBLE
        assert racine.findtext("{*}title")
        assert racine.findtext("{*}desc")


def test_le_dessin_de_reference(or_: Callable[[str, bytes], None]) -> None:
    barres = dessin.barres(
        "Passages par public", [("riverains", 31), ("membres", 12), ("équipe & amis", None)]
    )
    heures = {(0, 0): 3, (0, 1): 12, (1, 2): 25, (1, 0): None}
    or_("barres.svg", barres.encode())
    or_(
        "grille.svg",
        dessin.grille("Passages par heure", ["lun", "mar"], ["9 h", "10 h", "11 h"], heures).encode(),
    )

"""Lire beaucoup de fiches d'un trait rend, de chacune, ce que la lire seule rendrait."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Contenu, Fiche


class Bref(Fiche, frozen=True):
    """Un genre d'essai."""

    titre: str
    nombre: int = 0
    texte: str = ""

    def __post_init__(self) -> None:
        if self.nombre < 0:
            raise ValueError("« nombre » est positif")


BONNES = ["titre: Bal\n", "titre: Bal\nnombre: 3\n", "titre: |\n  deux\n  lignes\n", "nombre: 1\ntitre: é\n"]
#: Ce qui change de sens, ou de faute, selon ce qui précède ou suit.
ETRANGES = [
    "titre: a\u2028b\n",
    "titre: \u2029\n",
    "titre: a\x85b\n",
    "",
    "\n",
    "  \n",
    "# rien\n",
    "titre: Bal",
    "titre: |+\n  a\n\n",
    "titre: |+\n  a\n",
    "titre: |\n  a",
    "titre: a\n---\ntitre: b\n",
    "---\ntitre: a\n",
    "titre: a\n...\n",
    "titre: a\n...\n%YAML 1.2\n",
    "%YAML 1.2\n---\ntitre: a\n",
    "%foo: a\n",
    "titre: a\n%foo: b\n",
    "titre: &x a\ntexte: *x\n",
    "titre: *x\n",
    "titre: [\n",
    "titre: 'a\n",
    'titre: "a\n',
    "titre: a\ntitre: b\n",
    "id: a\ntitre: b\n",
    "- a\n",
    "3\n",
    "titre: a\n1: b\n",
    "titre: a\nnombre: -1\n",
    "titre: a\nnombre: x\n",
    "titre: a\nautre: b\n",
    "titre:\n",
    "<<<<<<< ici\ntitre: a\n",
    "titre: a\n=======\n",
    "titre: a\x00b\n",
    "titre: a\x07\n",
    "\ufefftitre: a\n",
    "titre: \ufffe\n",
    "titre: a\r\n",
    "\ttitre: a\n",
    "titre: a\n  nombre: 2\n",
    "? [a]\n: b\n",
    "titre: !!x a\n",
    "titre: >-\n  a\n\n\n",
    "titre: a # R&B\n",
    "titre: a --- b\n",
    "titre: a\n ---\n",
    "titre: \xe9\u2028\n",
    "titre: " + "a" * 70_000 + "\n",
    "titre: a\r---\rtitre: b\n",
    "titre: a\r...\n",
    "titre: a\r\n---\r\ntitre: b\r\n",
    "titre: a\r%b\n",
]
DOSSIERS = [
    "---\ntitre: a\n---\n\ndit\n",
    "---\ntitre: a\n---\n",
    "---\ntitre: a\ntexte: b\n---\n\nc\n",
    "rien\n",
]


def seule(contenu: Contenu) -> Fiche | Defaut:
    ident, chemin, octets = contenu
    try:
        return fiche.lire(octets, Bref, ident, chemin)
    except fiche.FicheFautive as faute:
        return faute.defaut


def contenus(dits: list[str | bytes]) -> list[Contenu]:
    return [
        (
            f"a{n}",
            f"boite/genre/a{n}.{'md' if dit in DOSSIERS else 'yaml'}",
            dit if isinstance(dit, bytes) else dit.encode("utf-8", "surrogatepass"),
        )
        for n, dit in enumerate(dits)
    ]


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*BONNES, *DOSSIERS, *ETRANGES, b"titre: \xff\n"]), min_size=1, max_size=6))
@example([*BONNES])
@example(["---\ntitre: a\n---\n\ndit --- & %\n"] * 3)
def test_d_un_trait_comme_une_a_une(dits: list[str | bytes]) -> None:
    lot = contenus(dits)
    assert list(fiche.lire_toutes(lot, Bref)) == [seule(contenu) for contenu in lot]


@pytest.mark.parametrize("etrange", [*ETRANGES, *DOSSIERS, b"titre: \xff\n"])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_une_etrange_parmi_des_bonnes(etrange: str | bytes, place: int) -> None:
    dits: list[str | bytes] = [*BONNES]
    dits.insert(place, etrange)
    lot = contenus(dits)
    assert list(fiche.lire_toutes(lot, Bref)) == [seule(contenu) for contenu in lot]


def test_les_bonnes_se_lisent_bien_d_un_trait() -> None:
    """Sans quoi l'essai d'au-dessus ne comparerait que la lecture une à une à elle-même."""
    assert fiche._d_un_trait(contenus([*BONNES, *DOSSIERS[:2]]), Bref)
    assert len(list(fiche.lire_toutes(contenus([*BONNES] * 40), Bref))) == 160

"""Le réseau : les isolées d'abord, les groupes, et des dessins lisibles et stables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.accueil.lien.modele import Lien
from tiers_lieu_cli.accueil.reseau import dessins
from tiers_lieu_cli.accueil.reseau.regles import Noeud, Reseau, tisser

JOUR = date(2026, 11, 24)


def lien(a: str, b: str, *, presente: bool = True) -> Lien:
    return Lien(
        id=f"{a}{b}",
        besoin="2026-11-24-x",
        offre="2026-11-24-y",
        propose=JOUR,
        personnes=(a, b),
        presente=JOUR if presente else None,
    )


def reseau() -> Reseau:
    noms = ["Amina", "Karim", "Léa <&>", "Tom", "Zoë", "Jean-Baptiste de la Fontaine", "Fatou", "Piet"]
    noeuds = [Noeud(f"p-{n}", nom, date(2026, 1, 1 + n)) for n, nom in enumerate(noms)]
    liens = [
        lien("p-0", "p-1"),
        lien("p-1", "p-2"),
        lien("p-3", "p-4"),
        lien("p-5", "p-9"),
        lien("p-2", "p-6"),
    ]
    return tisser(noeuds, [*liens, lien("p-6", "p-7", presente=False)], {"p-9": "p-0"})


def test_les_isolees_puis_les_groupes() -> None:
    vu = reseau()
    assert [n.nom for n in vu.isolees] == ["Piet"]
    assert [len(g) for g in vu.groupes] == [5, 2]
    assert sorted(vu.voisins("p-0")) == ["p-1", "p-5"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_chacun_est_une_fois_dans_le_reseau(paires: list[tuple[int, int]]) -> None:
    noeuds = [Noeud(str(n), str(n)) for n in range(10)]
    vu = tisser(noeuds, [lien(str(a), str(b)) for a, b in paires], {})
    tous = [n.id for n in vu.isolees] + [n.id for g in vu.groupes for n in g]
    assert sorted(tous) == [str(n) for n in range(10)]
    for groupe in vu.groupes:
        assert all({*vu.voisins(n.id)} <= {m.id for m in groupe} for n in groupe)
    ElementTree.fromstring(dessins.svg(vu, "x"))


def test_les_dessins_de_reference(or_: Callable[[str, bytes], None]) -> None:
    or_("reseau.svg", dessins.svg(reseau(), "La Passerelle, le réseau").encode())
    or_("reseau.mmd", dessins.mermaid(reseau()).encode())


@pytest.mark.parametrize("format", ["terminal", "svg", "mermaid"])
def test_le_reseau_du_lieu(lieu: Lieu, format: str) -> None:
    for nom in ("Léa D'Hondt", "Karim Haddad", "Amina B"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("accueil", "besoin", "creer", "Un vélo", "--personne", "@léa")
    lieu.faire("accueil", "offre", "creer", "Des vélos", "--personne", "@karim")
    lieu.faire("accueil", "relier", "un-velo", "des-velos", "--accord", "@léa", "--accord", "@karim")
    sortie = lieu.faire("accueil", "reseau", "--format", format).sortie
    assert sortie.index("Amina") < sortie.index("Karim")

"""Le bilan : ce qu'on compte, ce qu'on tait en public, et ses pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.noyau.pages.bilan import SEUIL, masquer


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)))
@settings(max_examples=60)
def test_aucun_petit_compte_ne_se_publie_ni_ne_se_deduit_du_total(comptes: dict[str, int]) -> None:
    masque = masquer(comptes)
    petits = {cle for cle, n in comptes.items() if 0 < n < SEUIL}
    assert petits <= masque.tus
    assert not any(comptes[cle] == 0 for cle in masque.tus if isinstance(cle, str))
    if not petits or masque.total:
        return
    # Ce qu'un lecteur sait : la somme des tus, et que chacun est au moins 1. Plusieurs valeurs vont.
    tus = sorted(str(cle) for cle in masque.tus)
    somme = sum(comptes[cle] for cle in tus)
    assert len(tus) >= 2
    assert somme >= SEUIL
    possibles = [
        essai for essai in product(range(1, min(somme, 24) + 1), repeat=len(tus) - 1) if sum(essai) < somme
    ]
    for rang, cle in enumerate(tus[:-1]):
        if cle in petits:
            assert len({essai[rang] for essai in possibles}) > 1


@pytest.mark.parametrize(
    ("comptes", "tus", "total"),
    [
        ({"a": 31, "b": 12}, "", False),
        ({"a": 31, "b": 12, "c": 3}, "bc", False),
        ({"a": 31, "b": 2, "c": 4}, "bc", False),
        ({"a": 31, "b": 4, "c": 4}, "abc", False),
        ({"a": 31, "b": 1, "c": 1}, "abc", False),
        ({"a": 3}, "a", True),
        ({"a": 2, "b": 2, "c": 0}, "ab", True),
    ],
)
def test_ce_qui_se_tait(comptes: dict[str, int], tus: str, total: bool) -> None:
    masque = masquer(comptes)
    assert (masque.tus, masque.total) == (frozenset(tus), total)


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    """Deux mois de vie : des passages, un besoin comblé, des heures."""
    for nom in ("Karim Haddad", "Léa D'Hondt"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("accueil", "passage", "riverains", "12", "--quand", "hier 10h")
    lieu.faire("accueil", "passage", "membres", "7", "@karim", "--quand", "hier 14h")
    lieu.faire("accueil", "passage", "riverains", "2", "--quand", "2026-10-05 9h")
    creer = ("accueil", "besoin", "creer")
    lieu.faire(*creer, "Réparer mon vélo", "--personne", "@léa", "--theme", "vélo", "--entendu", "2/10")
    lieu.faire(*creer, "Un banc", "--territoire", "--theme", "mobilier")
    lieu.faire("accueil", "offre", "creer", "Réparation", "--personne", "@karim", "--theme", "vélo")
    lieu.faire("accueil", "relier", "velo", "reparation", "--accord", "@karim", "--accord", "@léa")
    lieu.faire("accueil", "lien", "suite", "velo", "comble")
    lieu.faire("accueil", "heures", "noter", "@karim", "2h30", "--activite", "bar", "--jour", "hier")
    return lieu


def parties(lieu: Lieu, *options: str) -> dict[str, dict[str, int | None]]:
    vu = lieu.faire("accueil", "bilan", *options, "--json").json
    return {p["titre"]: {x["nom"]: x["nombre"] for x in p["lignes"]} for p in vu["parties"]}


def test_les_comptes_du_mois_et_de_la_saison(vecu: Lieu) -> None:
    mois = parties(vecu)
    assert mois["Passages"] == {"riverains": 12, "membres": 7, "sans public": 1, "personnes connues": 1}
    assert mois["Besoins"] | {} == {
        "exprimés": 1,
        "reliés": 1,
        "comblés": 1,
        "sans suite": 0,
        "attendent encore": 1,
        "mises en lien faites": 1,
        "… qui ont comblé le besoin": 1,
    }
    assert mois["Heures données"]["bar"] == 150
    assert parties(vecu, "--du", "1/10")["Passages"]["riverains"] == 14
    assert parties(vecu, "--du", "1/10")["Thèmes des besoins"] == {"mobilier": 1, "vélo": 1}


def test_en_public_les_petits_comptes_sont_tus_partout(vecu: Lieu) -> None:
    public = parties(vecu, "--public")
    assert public["Passages"] == {
        "riverains": 12,
        "membres": None,
        "sans public": None,
        "personnes connues": None,
    }
    assert public["Besoins"]["attendent encore"] is None
    assert public["Heures données"]["bar"] is None
    page = vecu.faire("accueil", "bilan", "--public", "--format", "html").sortie
    assert "2 h 30" not in page and ">7<" not in page


def test_les_pages_de_reference(vecu: Lieu, or_: Callable[[str, bytes], None], tmp_path: Path) -> None:
    or_("bilan-accueil.html", vecu.faire("accueil", "bilan", "--format", "html").sortie.encode())
    or_("bilan-accueil.md", vecu.faire("accueil", "bilan", "--public", "--format", "md").sortie.encode())
    or_("bilan-accueil.txt", vecu.faire("accueil", "bilan").sortie.encode())
    vecu.faire("accueil", "bilan", "--format", "pdf", code=2)
    vecu.faire("accueil", "bilan", "--sortie", str(tmp_path / "b.pdf"))
    vecu.faire("accueil", "bilan", "--sortie", str(tmp_path / "z.html"))
    assert "<!doctype html>" in (tmp_path / "z.html").read_text("utf-8").lower()
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")


def test_un_lieu_neuf_a_un_bilan_vide(lieu: Lieu) -> None:
    assert "exprimés" in lieu.faire("accueil", "bilan").sortie
    lieu.faire("accueil", "bilan", "--format", "html")
    lieu.faire("accueil", "bilan", "--du", "demain", code=2)

"""Le bilan : ce qu'on compte, ce qu'on tait en public, et ses pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    """Deux mois de vie : des passages, un besoin comblé, des heures."""
    for nom in ("Karim Haddad", "Léa D'Hondt"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("accueil", "passage", "riverains", "12", "--quand", "hier 10h")
    lieu.faire("accueil", "passage", "membres", "7", "@karim", "--quand", "hier 14h")
    lieu.faire("accueil", "passage", "riverains", "2", "--quand", "2026-10-05 9h")
    creer = ("accueil", "besoin", "creer")
    lieu.faire(*creer, "Réparer mon vélo", "--personne", "@léa", "--theme", "vélo", "--le", "2/10")
    lieu.faire(*creer, "Un banc", "--territoire", "--theme", "mobilier")
    lieu.faire("accueil", "offre", "creer", "Réparation", "--personne", "@karim", "--theme", "vélo")
    lieu.faire("accueil", "relier", "velo", "reparation", "--accord", "@karim", "--accord", "@léa")
    lieu.faire("accueil", "lien", "suite", "velo", "comble")
    lieu.faire("accueil", "heures", "noter", "@karim", "2h30", "--activite", "bar", "--le", "hier")
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
    assert mois["Heures données"] == {"bar": 150, "bénévoles": 1}
    assert parties(vecu, "--du", "1/10")["Passages"]["riverains"] == 14
    assert parties(vecu, "--du", "1/10")["Thèmes des besoins"] == {"mobilier": 1, "vélo": 1}


def test_en_public_les_gens_sont_arrondis_et_les_petits_comptes_tus(
    vecu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Novembre n'est pas fini : le dernier mois entier est octobre, où deux riverains sont passés.
    assert parties(vecu, "--public") == {}
    assert "Rien qui se publie" in vecu.faire("accueil", "bilan", "--public").sortie
    refus = vecu.faire("accueil", "bilan", "--public", "--du", "3/10", code=2).erreurs
    assert "mois entiers" in refus and "--du 2026-10-01 --au 2026-10-31" in refus
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-02T09:00+01:00")
    novembre = ("--public", "--du", "2026-11-01", "--au", "2026-11-30")
    public = parties(vecu, *novembre)
    # Quatorze riverains depuis janvier, dont deux avant : quinze moins zéro.
    assert public["Passages"] == {"riverains": 15, "membres": 5, "personnes connues": None}
    # Deux besoins, des heures d'une seule personne : pas même leur titre.
    assert [*public] == ["Passages"]
    page = vecu.faire("accueil", "bilan", *novembre, "--format", "html").sortie
    assert "2 h 30" not in page and ">7<" not in page


def test_les_pages_de_reference(
    vecu: Lieu, or_: Callable[[str, bytes], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    or_("bilan-accueil.html", vecu.faire("accueil", "bilan", "--format", "html").sortie.encode())
    or_("bilan-accueil.txt", vecu.faire("accueil", "bilan").sortie.encode())
    vecu.faire("accueil", "bilan", "--format", "pdf", code=2)
    vecu.faire("accueil", "bilan", "--sortie", str(tmp_path / "b.pdf"))
    vecu.faire("accueil", "bilan", "--sortie", str(tmp_path / "z.html"))
    assert "<!doctype html>" in (tmp_path / "z.html").read_text("utf-8").lower()
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-02T09:00+01:00")
    or_("bilan-accueil.md", vecu.faire("accueil", "bilan", "--public", "--format", "md").sortie.encode())


def test_un_lieu_neuf_a_un_bilan_vide(lieu: Lieu) -> None:
    assert "exprimés" in lieu.faire("accueil", "bilan").sortie
    lieu.faire("accueil", "bilan", "--format", "html")
    lieu.faire("accueil", "bilan", "--du", "demain", code=2)

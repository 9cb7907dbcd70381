"""La charte : quelle que soit la couleur du lieu, tout ce qui s'écrit se lit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.noyau.pages import charte

couleurs = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def regler(lieu: Lieu, *dites: str) -> None:
    """Remplacer des lignes de `lieu.yaml` par celles-ci."""
    fichier = lieu.racine / "lieu.yaml"
    noms = tuple(dite.partition(":")[0] for dite in dites)
    gardees = [x for x in fichier.read_text("utf-8").splitlines() if not x.startswith(noms)]
    fichier.write_text("\n".join([*gardees, *dites, ""]), "utf-8")


@given(couleurs)
def test_toute_couleur_se_lit_sur_le_clair_et_sur_le_sombre(couleur: str) -> None:
    dite = charte.de_couleur(couleur)
    assert charte.contraste(dite.accent, charte.CLAIR) >= charte.SEUIL
    assert charte.contraste(dite.accent_sombre, charte.SOMBRE) >= charte.SEUIL
    assert charte.contraste(dite.sur_vive, dite.vive) >= 4
    assert dite.vive == couleur


@given(couleurs)
def test_une_couleur_deja_lisible_ne_change_pas(couleur: str) -> None:
    dite = charte.lisible(couleur, charte.CLAIR)
    assert charte.lisible(dite, charte.CLAIR) == dite


@pytest.mark.parametrize(
    ("ligne", "faute"),
    [
        ("couleur: rouge", "couleur"),
        ("logo: ../../etc/passwd", "logo"),
        ("logo: gabarits/absent.svg", "il n'y a pas de gabarits/absent.svg"),
        ("langues: [martien]", "langues"),
    ],
)
def test_un_reglage_faux_se_dit_sur_sa_ligne(lieu: Lieu, ligne: str, faute: str) -> None:
    regler(lieu, ligne)
    reponse = lieu.faire("prog", "semaine", "--format", "html", code=None)
    assert reponse.code
    assert "lieu.yaml" in reponse.erreurs
    assert faute in reponse.erreurs


def test_le_lieu_met_sa_couleur_et_son_logo_partout(lieu: Lieu) -> None:
    regler(lieu, "couleur: '#ffcc00'", "logo: gabarits/logo.svg")
    lieu.poser("gabarits/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    page = lieu.faire("prog", "semaine", "--format", "html").sortie
    assert "--vive:#ffcc00" in page
    assert "data:image/svg+xml;base64," in page

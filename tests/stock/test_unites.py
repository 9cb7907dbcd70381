"""Une quantité se dit comme au comptoir ; ce qui ne se convertit pas est refusé."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.unites import Conditionnement

BOITE = Conditionnement("boîte", Decimal(12))


@pytest.mark.parametrize(
    ("dit", "unite", "attendu"),
    [
        ("3", "pièce", "3"),
        ("4,85", "kg", "4.85"),
        ("4.85", "kg", "4.85"),
        ("1 234", "pièce", "1234"),
        ("1\u202f234,5", "kg", "1234.5"),
        ("500 g", "kg", "0.5"),
        ("500g", "kg", "0.5"),
        ("2 kilos", "g", "2000"),
        ("33 cl", "l", "0.33"),
        ("1,5 litre", "cl", "150"),
        ("120 cm", "m", "1.2"),
        ("3 pièces", "pièce", "3"),
        ("3 Rouleaux", "rouleau", "3"),
        ("2 boîtes", "pièce", "24"),
        ("2 boites", "pièce", "24"),
        ("1 boîte de 12", "pièce", "12"),
        ("-2", "pièce", "-2"),
        ("3 kg", "pièce", None),
        ("2 sacs", "pièce", None),
        ("1,2345", "kg", None),
        ("0,5 mg", "kg", None),
        ("9999999", "pièce", None),
        ("", "pièce", None),
        ("deux", "pièce", None),
        ("1,5,2", "kg", None),
        ("1e3", "kg", None),
        ("٣", "kg", None),
    ],
)
def test_une_quantite_dite(dit: str, unite: str, attendu: str | None) -> None:
    if attendu is None:
        with pytest.raises(ErreurUsage):
            unites.lire(dit, unite, BOITE)
    else:
        assert unites.lire(dit, unite, BOITE) == Decimal(attendu)


@given(st.decimals(0, 10_000, places=3))
def test_ce_qui_est_montre_se_retape(quantite: Decimal) -> None:
    for unite in ("kg", "pièce", "l"):
        assert unites.lire(unites.dire(quantite, unite), unite) == quantite


@given(st.decimals(0, 10_000, places=3), st.sampled_from([("kg", "g"), ("l", "cl"), ("m", "mm")]))
def test_convertir_et_revenir(quantite: Decimal, paire: tuple[str, str]) -> None:
    de, vers = paire
    assert unites.convertir(unites.convertir(quantite, de, vers), vers, de) == quantite


@pytest.mark.parametrize(
    ("manque", "combien"), [("0.1", 1), ("1", 1), ("12", 1), ("12.001", 2), ("2", 1), ("25", 3)]
)
def test_on_n_achete_pas_une_demi_boite(manque: str, combien: int) -> None:
    assert BOITE.combien_pour(Decimal(manque)) == combien


@given(st.text(max_size=20), st.sampled_from(["kg", "pièce"]))
def test_tout_texte_est_une_quantite_ou_un_refus(dit: str, unite: str) -> None:
    with contextlib.suppress(ErreurUsage):
        assert abs(unites.lire(dit, unite, BOITE)) <= unites.MAXIMUM

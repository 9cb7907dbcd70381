"""Les montants : saisis à la française, rangés en texte, arrondis d'une seule façon (FIN-6)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon
from tiers_lieu_cli.noyau.echecs import ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche

centimes = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)
fins = st.decimals(-(10**6), 10**6, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("brut", "arrondi"),
    [("0.125", "0.13"), ("-0.125", "-0.13"), ("0.005", "0.01"), ("0.0049999", "0.00"), ("-0.004", "0.00")],
)
def test_fin_06_un_demi_centime_s_eloigne_de_zero(brut: str, arrondi: str) -> None:
    assert str(montants.arrondir(Decimal(brut))) == arrondi


@given(fins)
def test_fin_06_l_arrondi_d_un_credit_est_celui_de_sa_facture(montant: Decimal) -> None:
    assert montants.arrondir(-montant) == -montants.arrondir(montant)


@pytest.mark.parametrize(
    ("dit", "lu"),
    [
        ("12,50", "12.50"),
        ("12", "12"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,50 €", "1234.50"),
        ("-3,07", "-3.07"),
    ],
)
def test_un_nombre_se_saisit_a_la_francaise(dit: str, lu: str) -> None:
    assert montants.lire(dit, "Le prix") == Decimal(lu)


@pytest.mark.parametrize(
    "dit", ["12.50", "1.234", "1.234,50", "12,", ",5", "douze", "1e3", "٣", "", "12 50", "NaN"]
)
def test_fin_06_un_point_ou_un_mot_n_est_pas_un_nombre(dit: str) -> None:
    with pytest.raises(ErreurUsage, match="n'est pas un nombre"):
        montants.lire(dit, "Le prix")


def test_piege_6_le_point_saisi_est_refuse_et_dit_pourquoi() -> None:
    with pytest.raises(ErreurUsage, match="le point se lit de deux façons"):
        montants.lire("1.234", "Le prix")


@pytest.mark.parametrize("dit", ["0,005", "100000000", "99999999999"])
def test_un_montant_a_deux_decimales_et_une_taille(dit: str) -> None:
    with pytest.raises(ErreurUsage, match="n'est pas un montant"):
        montants.lire_montant(dit, "Le prix")


@given(centimes)
def test_un_montant_montre_se_retape(montant: Decimal) -> None:
    montre = montants.euros(montant).replace("\u2212", "-")
    assert montants.lire_montant(montre, "x") == montant if abs(montant) < montants.PLUS_GRAND else True
    assert montants.relire(montants.ranger_montant(montant), "x") == montant


@pytest.mark.parametrize("prix", ["12.5", "12.50", '"12,50"', '"1e3"', '"٣"', '"012"'])
def test_fin_06_un_nombre_nu_ou_mal_ecrit_dans_une_fiche_est_refuse(prix: str) -> None:
    yaml = (
        "tiers: t-7k2m9x\ncree: 2026-11-24\nlignes:\n"
        f'  - designation: Salle\n    quantite: "1"\n    unite: heure\n    regime: BE-21\n    prix: {prix}\n'
    )
    with pytest.raises(FicheFautive) as refus:
        fiche.lire(yaml.encode(), Brouillon, "b-7k2m9x", "brouillons/b-7k2m9x.yaml")
    assert "prix" in str(refus.value) or "texte" in str(refus.value)


def test_fin_06_un_flottant_de_json_est_refuse() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"designation":"x","quantite":1.5}', type=BROUILLONS.structure)

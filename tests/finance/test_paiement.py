"""FIN-20, FIN-21 : la communication structurée, la référence RF, le QR bancaire."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.finance import paiement
from tiers_lieu_cli.noyau.echecs import Echec

IBAN = "BE71 0961 2345 6769"


def test_fin_20_la_cle_est_le_reste_par_97_ou_97() -> None:
    assert paiement.ogm(2026, 1) == "202600000192"
    assert paiement.montrer(paiement.ogm(2026, 1)) == "+++202/6000/00192+++"
    assert paiement.cle_ogm(97) == paiement.cle_ogm(0) == 97


@given(st.integers(2000, 2100), st.integers(1, 999_999))
def test_fin_20_comme_python_stdnum(annee: int, rang: int) -> None:
    from stdnum.be import ogm_vcs

    chiffres = paiement.ogm(annee, rang)
    assert ogm_vcs.is_valid(chiffres)
    assert paiement.lire_ogm(paiement.montrer(chiffres)) == chiffres


@given(st.integers(2000, 2100), st.integers(1, 999_999), st.integers(0, 11), st.integers(1, 9))
def test_fin_20_un_chiffre_faux_se_voit(annee: int, rang: int, ou: int, de: int) -> None:
    chiffres = paiement.ogm(annee, rang)
    faux = chiffres[:ou] + str((int(chiffres[ou]) + de) % 10) + chiffres[ou + 1 :]
    assert not paiement.ogm_valide(faux)


def test_fin_20_une_ogm_designe_une_seule_facture() -> None:
    vues = {paiement.ogm(annee, rang) for annee in range(2026, 2030) for rang in range(1, 500)}
    assert len(vues) == 4 * 499
    with pytest.raises(ValueError, match="six"):
        paiement.ogm(2026, 1_000_000)


@pytest.mark.parametrize("numero", ["2026-0001", "NC-2026-0042", "2031-12345"])
def test_fin_20_ailleurs_une_reference_rf(numero: str) -> None:
    from stdnum import iso11649

    assert iso11649.is_valid(paiement.rf(numero))
    assert paiement.communication("FR", 2026, 1, numero).startswith("RF")


def test_fin_21_le_qr_porte_douze_chiffres_sans_plus() -> None:
    import segno.helpers as helpers

    vus: list[dict[str, object]] = []
    vrai = helpers.make_epc_qr
    helpers.make_epc_qr = lambda **mots: vus.append(mots) or vrai(**mots)
    try:
        paiement.qr("La Passerelle", IBAN, Decimal("145.20"), "202600000192")
        paiement.qr("La Passerelle", IBAN, Decimal("145.20"), "202600000192", structuree=False)
    finally:
        helpers.make_epc_qr = vrai
    assert vus[0]["reference"] == "202600000192" and "text" not in vus[0]
    assert vus[1]["text"] == "+++202/6000/00192+++" and "reference" not in vus[1]
    assert vus[0]["iban"] == "BE71096123456769"


@pytest.mark.parametrize("montant", ["10.005", "0", "-1", "1000000000"])
def test_piege_5_segno_n_examine_pas_le_montant_on_le_fait_avant(montant: str) -> None:
    with pytest.raises(Echec):
        paiement.qr("La Passerelle", IBAN, Decimal(montant), "202600000192")


def test_piege_5_segno_n_examine_pas_l_iban_on_le_fait_avant() -> None:
    with pytest.raises(Echec, match="IBAN"):
        paiement.qr("La Passerelle", "BE72 0961 2345 6769", Decimal(10), "202600000192")

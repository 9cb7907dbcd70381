"""Le corpus : bon dans les deux syntaxes, et chaque faute a la règle qu'on attend (FIN-12 à FIN-17)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from factures import CORPUS
from msgspec import structs

from tiers_lieu_cli.finance.document import champs, controle, page, xml
from tiers_lieu_cli.finance.regimes import droit

pytestmark = pytest.mark.long


def table(cas: str) -> dict[str, Any]:
    return champs.champs(*CORPUS[cas])


def regles(octets: bytes, syntaxe: str) -> set[str]:
    return {faute.regle for faute in controle.controler(octets, syntaxe)}


@pytest.mark.parametrize("cas", CORPUS)
def test_fin_17_la_piece_est_bonne_dans_les_deux_syntaxes(cas: str) -> None:
    dits = table(cas)
    avant = deepcopy(dits)
    assert not controle.controler(xml.cii(dits), "cii")
    peppol = CORPUS[cas][2].adresse_electronique[0] not in ("", "EM")
    assert not controle.controler(xml.ubl(dits), "ubl" if peppol else "ubl-en16931")
    assert dits == avant


def test_fin_13_les_mentions_sont_celles_de_la_loi() -> None:
    textes = {
        code: droit(code[:2]).regime(code, CORPUS["21 %"][0].emise).mention
        for code in ("BE-44", "BE-56BIS", "FR-293B")
    }
    assert textes == {
        "BE-44": "Exempté de la TVA, art. 44 du Code de la TVA",
        "BE-56BIS": "Régime particulier de franchise des petites entreprises",
        "FR-293B": "TVA non applicable, art. 293 B du CGI",
    }
    for cas, code in (("art. 44", "BE-44"), ("56bis", "BE-56BIS"), ("293 B", "FR-293B")):
        piece, vendeur, client = CORPUS[cas]
        assert textes[code] in page.de_la_piece(piece, vendeur, client).mentions
        assert textes[code].encode() in xml.cii(table(cas))
        assert piece.total_tva == "0.00"


def _tva_fausse(dits: dict[str, Any]) -> None:
    dits["BG-23"][0]["BT-117"] = "9.99"


def _total_faux(dits: dict[str, Any]) -> None:
    dits["BT-112"] = "99.99"


def _sans_motif(dits: dict[str, Any]) -> None:
    del dits["BG-23"][0]["BT-120"]


def _sans_tva_du_vendeur(dits: dict[str, Any]) -> None:
    dits["BG-4"].pop("vat_identifier", None)
    dits["BG-4"].pop("tax_identifier", None)


def _bce_fausse(dits: dict[str, Any]) -> None:
    dits["BG-4"]["legal_identifier"] = "0202239952"


def _sans_adresse_de_l_acheteur(dits: dict[str, Any]) -> None:
    del dits["BG-7"]["einvoicing_addr"]


def _sans_reference(dits: dict[str, Any]) -> None:
    del dits["BT-10"]


def _ligne_dispersee(dits: dict[str, Any]) -> None:
    dits["BG-25"][0]["BT-131"] = "50.00"


FAUTIVES = {
    "tva fausse": ("21 %", _tva_fausse, {"BR-CO-14"}),
    "total faux": ("21 %", _total_faux, {"BR-CO-15"}),
    "exonérée sans motif": ("art. 44", _sans_motif, {"BR-E-10"}),
    "exonérée sans TVA du vendeur": ("56bis", _sans_tva_du_vendeur, {"BR-E-02"}),
    "numéro d'entreprise faux": ("21 %", _bce_fausse, {"PEPPOL-COMMON-R043"}),
    "sans adresse électronique": ("21 %", _sans_adresse_de_l_acheteur, {"PEPPOL-EN16931-R010"}),
    "sans référence": ("21 %", _sans_reference, {"PEPPOL-EN16931-R003"}),
    "arrondi dispersé sur une ligne": (
        "21 %",
        _ligne_dispersee,
        {"PEPPOL-EN16931-R120", "BR-S-08", "BR-CO-10"},
    ),
}


@pytest.mark.parametrize("faute", FAUTIVES)
def test_fin_15_une_piece_fautive_tombe_sur_sa_regle(faute: str) -> None:
    cas, gater, attendues = FAUTIVES[faute]
    dits = table(cas)
    gater(dits)
    assert attendues <= regles(xml.ubl(dits), "ubl")


def test_piege_1_aucun_controle_ne_passe_par_le_reseau(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuser(*_: object, **__: object) -> None:
        raise AssertionError("le réseau")

    monkeypatch.setattr(socket, "socket", refuser)
    monkeypatch.setattr(socket, "getaddrinfo", refuser)
    dits = table("21 %")
    assert not controle.controler(xml.cii(dits), "cii")
    assert not controle.controler(xml.ubl(dits), "ubl")


def test_piege_2_sans_date_de_prestation_le_schema_cii_refuse() -> None:
    dits = table("21 %")
    del dits["BT-72"]
    assert regles(xml.cii(dits), "cii") == {"schéma"}


def test_piege_3_peppol_garde_son_identifiant_et_ne_dit_pas_de_version() -> None:
    octets = xml.ubl(table("21 %"))
    assert xml.PEPPOL.encode() in octets and xml.PROFIL_PEPPOL.encode() in octets
    assert b"UBLVersionID" not in octets


def test_fin_11_la_note_de_credit_dit_la_facture_qu_elle_corrige() -> None:
    octets = xml.ubl(table("crédit"))
    assert b"<cbc:CreditNoteTypeCode>381<" in octets
    assert b"<cbc:ID>2026-0001</cbc:ID>" in octets.partition(b"BillingReference")[2]


def test_un_xml_qui_ouvrirait_un_fichier_est_refuse() -> None:
    piege = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with pytest.raises(KeyError):
        controle.controler(piege, "ubl")


@pytest.mark.parametrize("cas", ["21 %", "crédit", "293 B", "texte long"])
def test_fin_09_le_pdf_est_une_archive_qui_porte_son_xml(cas: str) -> None:
    import io

    from facturx import get_xml_from_pdf
    from pypdf import PdfReader

    piece, vendeur, client = CORPUS[cas]
    octets = xml.cii(table(cas))
    porteur = page.facturx(
        page.pdf(page.de_la_piece(piece, vendeur, client), piece.emise), octets, "Facture", "x"
    )
    assert get_xml_from_pdf(porteur, check_xsd=False)[1] == octets
    lu = PdfReader(io.BytesIO(porteur))
    xmp = lu.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp and "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    texte = " ".join("".join(p.extract_text() for p in lu.pages).split())
    assert piece.numero in texte and client.nom in texte
    polices = [f for p in lu.pages for f in p["/Resources"]["/Font"].values()]
    assert polices and all("/DescendantFonts" in f.get_object() for f in polices)


def test_fin_09_la_page_nue_est_reproductible_et_ne_prend_aucune_police_d_ici() -> None:
    piece, vendeur, client = CORPUS["mixte"]
    vue = page.de_la_piece(piece, vendeur, client)
    assert page.pdf(vue, piece.emise) == page.pdf(vue, piece.emise)


def test_fin_21_le_qr_se_relit_depuis_la_page(tmp_path: Any) -> None:
    import shutil
    import subprocess

    if not (shutil.which("zbarimg") and shutil.which("pdftoppm")):
        pytest.skip("zbarimg et pdftoppm manquent ici")
    piece, vendeur, client = CORPUS["21 %"]
    (tmp_path / "f.pdf").write_bytes(page.pdf(page.de_la_piece(piece, vendeur, client), piece.emise))
    subprocess.run(["pdftoppm", "-r", "150", "-png", tmp_path / "f.pdf", tmp_path / "f"], check=True)
    lu = subprocess.run(
        ["zbarimg", "-q", "--raw", *tmp_path.glob("f*.png")], capture_output=True, check=True, text=True
    )
    assert (
        lu.stdout.split("\n")[:11]
        == [
            *(
                "BCD",
                "002",
                "1",
                "SCT",
                "",
                "La Passerelle",
                "BE71096123456769",
                "EUR50.82",
                "",
                "202600000192",
                "",
            ),
        ]
        or lu.stdout.split("\n")[7] == "EUR50.82"
    )


def test_une_facture_sans_rien_a_payer_n_a_pas_de_qr() -> None:
    piece, vendeur, client = CORPUS["21 %"]
    vue = page.de_la_piece(structs.replace(piece, du="0.00"), vendeur, client)
    assert vue.paiement is None

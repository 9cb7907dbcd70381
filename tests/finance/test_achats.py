"""Les achats : ce qu'une facture reçue demande, une seule fois, approuvé à deux s'il est gros (FIN-25)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from caisses import Caisse
from factures import CORPUS
from releves import Ligne, coda

from tiers_lieu_cli.finance import recue
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece.modele import Piece
from tiers_lieu_cli.noyau.echecs import ErreurUsage

pytestmark = pytest.mark.long


def test_fin_25_un_achat_en_double_est_refuse_un_gros_s_approuve_a_deux(caisse: Caisse) -> None:
    caisse.f("tiers", "creer", "Papeterie Dumont")
    creer = ("achat", "creer", "F-1", "--tiers", "dumont", "--compte", "fournitures", "--ht")
    gros = caisse.j(*creer, "900", "--demande", "concierge")["id"]
    assert "déjà notée" in caisse.f(*creer, "900", code=1).erreurs
    assert caisse.j("achat", "liste")[0]["etat"] == "à approuver"
    assert not caisse.soldes()
    assert "n'approuve pas" in caisse.f("achat", "approuver", gros, "--par", "concierge", code=2).erreurs
    caisse.releve(coda((Ligne("-900.00"),)))
    (mouvement,) = caisse.j("banque", "liste")["mouvements"]
    assert "l'approuve" in caisse.f("achat", "payer", gros, mouvement["code"], code=1).erreurs
    caisse.f("achat", "approuver", gros, "--par", "president")
    caisse.f("achat", "payer", gros, mouvement["code"])
    assert caisse.j("achat", "liste")[0]["etat"] == "payé"


@pytest.mark.parametrize(
    ("deja", "encore", "double"),
    [
        *(
            ("F-88", autre, True)
            for autre in ("F-88", "f-88", "F 88", "f88", "F/88", "F-088", " F\u00a0–\u00a088 ")
        ),
        *(("F-88", autre, False) for autre in ("F-89", "G-88", "F-8-8", "88", "F-88-2")),
        ("2026-1-12", "2026-11-2", False),
        ("É-7", "e 7", True),
        ("#", "##", False),
    ],
)
def test_fin_25_un_numero_recopie_autrement_est_le_meme(
    caisse: Caisse, deja: str, encore: str, double: bool
) -> None:
    creer = ("achat", "creer", "--compte", "fournitures", "--ht", "9", "--tiers")
    caisse.f(*creer, "lambert", deja)
    caisse.f(*creer, "amina", encore)
    dit = caisse.f(*creer, "lambert", encore, code=1 if double else 0)
    assert ("déjà notée" in dit.erreurs) == double


def test_fin_25_une_facture_electronique_recue_se_note_seule(caisse: Caisse, tmp_path: Path) -> None:
    from tiers_lieu_cli.finance.document import champs, xml

    (tmp_path / "f.xml").write_bytes(xml.ubl(champs.champs(*CORPUS["21 %"])))
    refus = caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer", code=2)
    assert "tiers creer" in refus.erreurs
    caisse.f("tiers", "creer", "La Passerelle", "--tva", "BE0202239951")
    caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer")
    (achat,) = caisse.j("achat", "liste")
    assert tuple(achat["fiche"][nom] for nom in ("ht", "tva", "numero")) == (
        "42.00",
        "8.82",
        "2026-0001",
    )
    assert (
        "déjà notée"
        in caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer", code=1).erreurs
    )


def test_fin_25_un_pdf_factur_x_dit_la_meme_chose_que_l_ubl() -> None:
    from tiers_lieu_cli.finance.document import champs, page, xml

    for cas in ("21 %", "mixte", "client étranger", "293 B"):
        dits = champs.champs(*CORPUS[cas])
        vue = page.de_la_piece(*CORPUS[cas])
        pdf = page.facturx(page.pdf(vue, CORPUS[cas][0].emise), xml.cii(dits), "x", "y")
        lus = [recue.lire(octets) for octets in (xml.ubl(dits), pdf)]
        assert all((x.numero, x.datee, x.ht, x.tva) == (lus[0].numero, *_dits(CORPUS[cas][0])) for x in lus)
        assert set(lus[0].vendeurs) & set(lus[1].vendeurs)


def _modifie(cas: str, syntaxe: str, **dits: str | None) -> bytes:
    """Une facture du corpus, où l'on a changé ces termes (BT-…)."""
    from tiers_lieu_cli.finance.document import champs, xml

    table = champs.champs(*CORPUS[cas]) | {nom.replace("_", "-"): dit for nom, dit in dits.items()}
    return {"ubl": xml.ubl, "cii": xml.cii}[syntaxe](table)


@pytest.mark.parametrize("syntaxe", ["ubl", "cii"])
@pytest.mark.parametrize(
    ("dits", "du"),
    [
        ({}, "50.82"),
        ({"BT_114": "-0.02", "BT_115": "50.80"}, "50.80"),
        ({"BT_114": "0.18", "BT_115": "51.00"}, "51.00"),
        ({"BT_113": "20.00", "BT_115": "30.82"}, "30.82"),
        ({"BT_113": "20.00", "BT_114": "0.18", "BT_115": "31.00"}, "31.00"),
        ({"BT_113": "50.82", "BT_115": "0.00"}, "0.00"),
        ({"BT_115": "49.82"}, ""),
        ({"BT_114": "0.18"}, ""),
        ({"BT_113": "20.00"}, ""),
        ({"BT_112": "60.00", "BT_115": "60.00"}, ""),
    ],
)
def test_fin_25_un_achat_doit_ce_que_la_facture_demande_ou_n_entre_pas(
    caisse: Caisse, tmp_path: Path, syntaxe: str, dits: dict[str, str], du: str
) -> None:
    """BT-115 = BT-112 − BT-113 + BT-114 (EN 16931, BR-CO-16) ; l'arrondi a son compte."""
    (tmp_path / "f.xml").write_bytes(_modifie("21 %", syntaxe, **dits))
    caisse.f("tiers", "creer", "La Passerelle", "--tva", "BE0202239951", "--numero", "0202239951")
    dit = caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer", code=None)
    if not du:
        assert dit.code == 2 and "ne s'additionne pas" in dit.erreurs
        assert not caisse.j("achat", "liste")
        return
    assert dit.code == 0 and ("Acompte de" in dit.sortie) == ("BT_113" in dits)
    (achat,) = caisse.j("achat", "liste")
    assert (achat["total"], achat["etat"]) == (du, "à payer" if Decimal(du) else "payé")
    arrondi = Decimal(dits.get("BT_114", "0.00"))
    attendus = {"610000": Decimal("42.00"), "411000": Decimal("8.82"), "643000": arrondi}
    attendus["440000"] = ZERO - sum(attendus.values())
    assert caisse.soldes() == {c: s for c, s in attendus.items() if s}


@pytest.mark.parametrize("syntaxe", ["ubl", "cii"])
def test_fin_25_une_facture_dans_une_autre_monnaie_n_entre_pas(syntaxe: str) -> None:
    octets = _modifie("21 %", syntaxe)
    for avant, apres in ((b'currencyID="EUR"', b'currencyID="USD"'), (b">EUR<", b">USD<")):
        octets = octets.replace(avant, apres)
    with pytest.raises(ErreurUsage, match="est en USD ; la caisse se tient en euros"):
        recue.lire(octets)


def test_fin_25_de_deux_tva_on_lit_celle_en_euros() -> None:
    """Une TVA dite aussi dans la monnaie du fisc du vendeur (BT-111), avant ou après celle de la facture."""
    octets = _modifie("21 %", "ubl")
    autre = b'<cac:TaxTotal><cbc:TaxAmount currencyID="PLN">38.00</cbc:TaxAmount></cac:TaxTotal>'
    for place in (b"<cac:TaxTotal>", b"<cac:LegalMonetaryTotal>"):
        assert recue.lire(octets.replace(place, autre + place, 1)).tva == Decimal("8.82")


def _dits(piece: Piece) -> tuple[date, Decimal, Decimal]:
    return piece.emise, Decimal(piece.total_ht), Decimal(piece.total_tva)


_SANS_MONTANT = (
    b"<Invoice><ID>1</ID><IssueDate>2026-11-24</IssueDate><LegalMonetaryTotal><TaxExclusiveAmount>douze"
    b"</TaxExclusiveAmount></LegalMonetaryTotal></Invoice>"
)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<!DOCTYPE x><Invoice/>",
        b"<Invoice/>",
        b"<Facture/>",
        b"%PDF-1.7 rien",
        b"<Invoice><ID>1</ID><IssueDate>hier</IssueDate></Invoice>",
        _SANS_MONTANT,
        _SANS_MONTANT.replace(b"douze", b"NaN"),
        _SANS_MONTANT.replace(b"douze", b"Infinity"),
        _SANS_MONTANT.replace(b"douze", b"1E+99"),
    ],
)
def test_fin_25_ce_qui_n_est_pas_une_facture_est_refuse_en_francais(octets: bytes) -> None:
    with pytest.raises(ErreurUsage) as refus:
        recue.lire(octets)
    assert "facture électronique" in str(refus.value)

"""Lire une facture électronique reçue : UBL (Peppol), ou Factur-X, un PDF qui porte son XML."""

from __future__ import annotations

import io
import sys
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tiers_lieu_cli.finance.montants import arrondir, euros
from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Ce qu'on laisse de secondes à un PDF.
DELAI = 20.0
#: La seule monnaie de la caisse (BT-5).
DEVISE = "EUR"
_CONDITIONS = "{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTradeSettlement"
_VENDEUR = "{*}SupplyChainTradeTransaction/{*}ApplicableHeaderTradeAgreement/{*}SellerTradeParty"
_SOMMES = f"{_CONDITIONS}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
#: Par syntaxe (le nom de sa racine), où chaque chose se lit.
_CHEMINS = {
    "Invoice": {
        "numero": "{*}ID",
        "datee": "{*}IssueDate",
        "echeance": "{*}DueDate",
        "vendeur": "{*}AccountingSupplierParty/{*}Party/{*}PartyTaxScheme/{*}CompanyID",
        "immatricule": "{*}AccountingSupplierParty/{*}Party/{*}PartyLegalEntity/{*}CompanyID",
        "devise": "{*}DocumentCurrencyCode",
        "ht": "{*}LegalMonetaryTotal/{*}TaxExclusiveAmount",
        "tva": "{*}TaxTotal/{*}TaxAmount",
        "ttc": "{*}LegalMonetaryTotal/{*}TaxInclusiveAmount",
        "acompte": "{*}LegalMonetaryTotal/{*}PrepaidAmount",
        "arrondi": "{*}LegalMonetaryTotal/{*}PayableRoundingAmount",
        "du": "{*}LegalMonetaryTotal/{*}PayableAmount",
    },
    "CrossIndustryInvoice": {
        "numero": "{*}ExchangedDocument/{*}ID",
        "datee": "{*}ExchangedDocument/{*}IssueDateTime/{*}DateTimeString",
        "echeance": f"{_CONDITIONS}/{{*}}SpecifiedTradePaymentTerms/{{*}}DueDateDateTime/{{*}}DateTimeString",
        "vendeur": f"{_VENDEUR}/{{*}}SpecifiedTaxRegistration/{{*}}ID[@schemeID='VA']",
        "immatricule": f"{_VENDEUR}/{{*}}SpecifiedLegalOrganization/{{*}}ID",
        "devise": f"{_CONDITIONS}/{{*}}InvoiceCurrencyCode",
        "ht": f"{_SOMMES}/{{*}}TaxBasisTotalAmount",
        "tva": f"{_SOMMES}/{{*}}TaxTotalAmount",
        "ttc": f"{_SOMMES}/{{*}}GrandTotalAmount",
        "acompte": f"{_SOMMES}/{{*}}TotalPrepaidAmount",
        "arrondi": f"{_SOMMES}/{{*}}RoundingAmount",
        "du": f"{_SOMMES}/{{*}}DuePayableAmount",
    },
}
#: Ce qu'une note de crédit a pour type (BT-3), là où la racine ne le dit pas.
_CREDIT = "381"


class Recue(msgspec.Struct, frozen=True):
    """Ce qu'un achat en retient, en euros ; `vendeurs` : les numéros (TVA, entreprise) de qui l'a faite.

    `arrondi` (BT-114) et `acompte` déjà payé (BT-113) : ce qui sépare le total TVA comprise de ce qu'on doit.
    """

    numero: str
    datee: date
    echeance: date
    vendeurs: tuple[str, ...]
    ht: Decimal
    tva: Decimal
    arrondi: Decimal
    acompte: Decimal


def lire(octets: bytes) -> Recue:
    """La facture de ce fichier ; `ErreurUsage` dit pourquoi ce n'en est pas une."""
    racine = _racine(_xml_du_pdf(octets) if octets.startswith(b"%PDF-") else octets)
    lus = {nom: _lire(racine, chemin) for nom, chemin in _chemins(racine).items()}
    if lus["devise"] not in ("", DEVISE):
        raise ErreurUsage(
            f"Cette facture électronique est en {lus['devise'][:3]} ; la caisse se tient en euros.",
            "La saisir en euros, au cours du jour : tl finance achat creer",
        )
    try:
        datee = _jour(lus["datee"])
        ht, tva, ttc, du = (_montant(lus[nom]) for nom in ("ht", "tva", "ttc", "du"))
        lue = Recue(
            numero=lus["numero"],
            datee=datee,
            echeance=_jour(lus["echeance"]) if lus["echeance"] else datee,
            vendeurs=tuple(dict.fromkeys(filter(None, (lus["vendeur"], lus["immatricule"])))),
            ht=ht,
            tva=tva,
            arrondi=_montant(lus["arrondi"] or "0"),
            acompte=_montant(lus["acompte"] or "0"),
        )
    except (ValueError, InvalidOperation):
        raise ErreurUsage(
            "Cette facture électronique n'est pas entière.", "La saisir : tl finance achat creer"
        ) from None
    if (ht + tva, ttc - lue.acompte + lue.arrondi) != (ttc, du):
        raise ErreurUsage(
            f"Cette facture électronique ne s'additionne pas : {euros(ht)} et {euros(tva)} de TVA"
            f" pour {euros(ttc)} ; {euros(lue.acompte)} d'acompte, {euros(lue.arrondi)} d'arrondi, et"
            f" {euros(du)} à payer.",
            "En demander une juste à qui l'a faite ; rien n'est noté.",
        )
    return lue


def _lire(racine: Any, chemin: str) -> str:
    """Ce que dit ce nœud ; d'une somme dite en deux monnaies (BT-110, BT-111), celle en euros."""
    noeuds = racine.findall(chemin)
    trouve = next((n for n in noeuds if n.get("currencyID", DEVISE) == DEVISE), None)
    return (trouve.text or "").strip() if trouve is not None else ""


def _racine(xml: bytes) -> Any:
    from lxml import etree

    lecteur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        racine = etree.fromstring(xml, lecteur) if b"<!DOCTYPE" not in xml else None
    except (etree.XMLSyntaxError, ValueError):
        racine = None
    if racine is None or etree.QName(racine).localname not in _CHEMINS:
        raise ErreurUsage(
            "Ce fichier n'est pas une facture électronique (UBL, ou PDF Factur-X).",
            "La saisir : tl finance achat creer",
        )
    if (racine.findtext("{*}ExchangedDocument/{*}TypeCode") or "").strip() == _CREDIT:
        raise ErreurUsage(
            "C'est une note de crédit reçue.", "Elle se porte à la banque, une fois remboursée."
        )
    return racine


def _chemins(racine: Any) -> dict[str, str]:
    from lxml import etree

    return _CHEMINS[etree.QName(racine).localname]


def _xml_du_pdf(octets: bytes) -> bytes:
    """Le XML qu'un PDF porte, lu par un autre processus, borné ; vide s'il n'en a pas."""
    try:
        return borne.executer(__name__, octets, delai=DELAI, calcul=DELAI, memoire=borne.GRANDE)
    except borne.Depassement:
        return b""


def _tirer_le_xml(octets: bytes) -> bytes:
    """Tel quel : ni règle ni réseau ne s'y appliquent ici."""
    import logging

    from facturx import get_xml_from_pdf

    logging.getLogger("factur-x").setLevel(logging.CRITICAL)
    try:
        _, xml = get_xml_from_pdf(io.BytesIO(octets), check_xsd=False, check_schematron=False)
    except Exception:  # noqa: BLE001  (un PDF abîmé fait tomber pypdf de vingt façons)
        return b""
    return bytes(xml or b"")


def _montant(dit: str) -> Decimal:
    somme = Decimal(dit)
    if not somme.is_finite():
        raise InvalidOperation
    return arrondir(somme)


def _jour(dit: str) -> date:
    return datetime.strptime(dit, "%Y%m%d").date() if dit.isdigit() else date.fromisoformat(dit)


if __name__ == "__main__":
    sys.stdout.buffer.write(_tirer_le_xml(sys.stdin.buffer.read()))

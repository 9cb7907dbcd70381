"""Une pièce dite dans les mots d'EN 16931 : une table BT-…, d'où viennent les deux syntaxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.piece.modele import Base, LigneFigee, Piece, Serie
from tiers_lieu_cli.finance.vendeur import Vendeur

EN16931 = "urn:cen.eu:en16931:2017"
_FACTURE, _NOTE_DE_CREDIT = "380", "381"
_VIREMENT_SEPA = "58"
#: Le nom d'une unité, et son code dans la recommandation 20 de l'ONU ; ce qui n'y est pas se compte.
UNITES = {
    "heure": "HUR",
    "jour": "DAY",
    "journee": "DAY",
    "journée": "DAY",
    "mois": "MON",
    "an": "ANN",
    "kg": "KGM",
    "litre": "LTR",
    "m2": "MTK",
    "km": "KMT",
}
_A_L_UNITE = "C62"
#: EN 16931 borne le nom d'un article ; la suite va dans sa description.
LONGUEUR_D_UN_NOM = 100


def champs(piece: Piece, vendeur: Vendeur, client: Identite) -> dict[str, Any]:
    """La table BT-… de la pièce ; les clefs sont celles d'EN 16931, les montants des textes."""
    dits: dict[str, Any] = {
        "BT-1": piece.numero,
        "BT-2": piece.emise,
        "BT-3": _FACTURE if piece.serie is Serie.FACTURE else _NOTE_DE_CREDIT,
        "BT-5": "EUR",
        "BT-9": piece.echeance,
        "BT-10": piece.reference or piece.tiers,
        "BT-20": f"À payer au plus tard le {piece.echeance:%d/%m/%Y}"
        if piece.serie is Serie.FACTURE
        else "À valoir, ou remboursé",
        "BT-24": EN16931,
        "BT-72": piece.operation,
        "BT-81": _VIREMENT_SEPA,
        "BT-83": piece.communication,
        "BT-84": vendeur.iban,
        "BT-85": vendeur.denomination,
        "BT-106": piece.total_ht,
        "BT-109": piece.total_ht,
        "BT-110": piece.total_tva,
        "BT-112": piece.total_ttc,
        "BT-115": piece.du,
        "BG-1": [
            {"BT-21": code, "BT-22": texte} if code else {"BT-22": texte}
            for code, texte in notes(piece, vendeur)
        ],
        "BG-4": _vendeur(vendeur),
        "BG-7": _partie(client),
        "BG-23": [_base(base) for base in piece.bases],
        "BG-25": [_ligne(rang, figee) for rang, figee in enumerate(piece.lignes, start=1)],
    }
    if vendeur.bic:
        dits["BT-86"] = vendeur.bic
    if Decimal(piece.arrondi):
        dits["BT-114"] = piece.arrondi
    if piece.origine:
        dits["BG-3"] = [{"BT-25": piece.origine.numero, "BT-26": piece.origine.emise}]
    if not dits["BG-1"]:
        del dits["BG-1"]
    return dits


def notes(piece: Piece, vendeur: Vendeur) -> list[tuple[str, str]]:
    """Les notes de la pièce : (code UNTDID 4451, texte) ; en France, trois sont dues entre professionnels."""
    dites = [("", piece.motif)] if piece.motif else []
    if vendeur.pays == "FR" and piece.serie is Serie.FACTURE:
        dites += [
            ("PMT", vendeur.mention_indemnite),
            ("PMD", vendeur.mention_penalites),
            ("AAB", "Pas d'escompte pour paiement anticipé"),
        ]
    return [(code, texte) for code, texte in dites if texte]


def _vendeur(vendeur: Vendeur) -> dict[str, Any]:
    dites = _partie(vendeur.identite)
    dites["legal_info"] = vendeur.mention_legale
    if not vendeur.tva:
        # Sans numéro de TVA, un vendeur exonéré se désigne par son numéro d'entreprise (BR-E-02).
        dites["tax_identifier"] = vendeur.numero
    return dites


def _partie(qui: Identite) -> dict[str, Any]:
    annuaire, adresse = qui.adresse_electronique
    dites: dict[str, Any] = {
        "name": f"{qui.nom} {qui.forme}".strip(),
        "addr_l1": qui.rue,
        "addr_l2": qui.complement,
        "postcode": qui.code_postal,
        "city": qui.ville,
        "country_code": qui.pays,
        "vat_identifier": qui.tva,
        "legal_identifier": qui.immatriculation,
        "legal_identifier_schemeid": qui.annuaire if qui.immatriculation else "",
        "einvoicing_addr": adresse,
        "einvoicing_addr_schemeid": annuaire,
    }
    if qui.courriel or qui.telephone:
        dites["contacts"] = [{"name": qui.nom, "email": qui.courriel, "phone": qui.telephone}]
    return {champ: valeur for champ, valeur in dites.items() if valeur}


def _base(base: Base) -> dict[str, str]:
    dite = {
        "BT-116": base.base,
        "BT-117": base.tva,
        "BT-118": base.categorie.value,
        "BT-119": base.taux,
    }
    return dite | ({"BT-120": base.mention} if base.mention else {})


def _ligne(rang: int, figee: LigneFigee) -> dict[str, Any]:
    ligne = figee.ligne
    nom, suite = couper(ligne.designation)
    dite: dict[str, Any] = {
        "BT-126": str(rang),
        "BT-129": ligne.quantite,
        "BT-130": UNITES.get(ligne.unite, _A_L_UNITE),
        "BT-131": figee.net,
        "BT-146": figee.prix_net,
        "BT-151": figee.categorie.value,
        "BT-152": figee.taux,
        "BT-153": nom,
    }
    if suite:
        dite["BT-154"] = suite
    if ligne.tarif:
        dite["BT-155"] = ligne.tarif
    if ligne.du:
        dite |= {"BT-134": ligne.du, "BT-135": ligne.au}
    return dite


def couper(designation: str) -> tuple[str, str]:
    """Le nom d'un article et, s'il est trop long, sa suite, coupés entre deux mots."""
    if len(designation) <= LONGUEUR_D_UN_NOM:
        return designation, ""
    bout = designation[: LONGUEUR_D_UN_NOM + 1].rpartition(" ")[0] or designation[:LONGUEUR_D_UN_NOM]
    return bout, designation[len(bout) :].strip()

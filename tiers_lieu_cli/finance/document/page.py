"""La pièce telle qu'on la lit : une vue à plat pour la page typst, puis le PDF qui porte son XML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeAlias

import msgspec

from tiers_lieu_cli.finance import paiement
from tiers_lieu_cli.finance.document.champs import notes
from tiers_lieu_cli.finance.identite import Identite, ecrire_numero, ecrire_tva
from tiers_lieu_cli.finance.montants import arrondir, euros, nombre
from tiers_lieu_cli.finance.piece.calcul import Totaux
from tiers_lieu_cli.finance.piece.modele import Base, LigneFigee, Piece, Serie
from tiers_lieu_cli.finance.piece.vues import accorder, totaux_de
from tiers_lieu_cli.finance.regimes import Categorie
from tiers_lieu_cli.finance.vendeur import Vendeur
from tiers_lieu_cli.noyau.temps import temps

Reperes: TypeAlias = tuple[tuple[str, str], ...]


class Partie(msgspec.Struct, frozen=True):
    """Qui vend ou achète : son nom, sa forme, et le reste ligne à ligne."""

    nom: str
    lignes: tuple[str, ...]
    forme: str = ""
    pied: str = ""


class LigneVue(msgspec.Struct, frozen=True):
    """Une ligne du tableau, en mots."""

    designation: str
    periode: str
    quantite: str
    prix: str
    tva: str
    montant: str


class Paiement(msgspec.Struct, frozen=True):
    """Comment payer."""

    phrase: str
    reperes: Reperes
    qr: str


class Vue(msgspec.Struct, frozen=True, kw_only=True):
    """Tout ce que la page montre, déjà dit."""

    titre: str
    numero: str
    pays: str
    vendeur: Partie
    client: Partie
    reperes: Reperes
    colonnes: tuple[str, str]
    lignes: tuple[LigneVue, ...]
    bases: tuple[tuple[str, str, str], ...]
    totaux: Reperes
    du: tuple[str, str]
    mentions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    paiement: Paiement | None = None
    brouillon: bool = False


def de_la_piece(piece: Piece, vendeur: Vendeur, client: Identite) -> Vue:
    """La vue d'une pièce émise."""
    facture = piece.serie is Serie.FACTURE
    reperes = [("Date", dire_date(piece.emise)), ("Prestation", dire_date(piece.operation))]
    if facture:
        reperes.append(("Échéance", dire_date(piece.echeance)))
    if piece.origine:
        reperes.append(("Corrige", f"facture {piece.origine.numero} du {dire_date(piece.origine.emise)}"))
    if piece.reference:
        reperes.append(("Référence", piece.reference))
    return _vue(
        "Facture" if facture else "Note de crédit",
        piece.numero,
        reperes,
        totaux_de(piece),
        vendeur,
        client,
        notes=[texte for _, texte in notes(piece, vendeur)],
        reglement=_paiement(piece, vendeur) if facture else None,
        du="À payer" if facture else "À votre crédit",
    )


def du_projet(
    titre: str,
    ident: str,
    reperes: Sequence[tuple[str, str]],
    totaux: Totaux,
    vendeur: Vendeur,
    client: Identite,
) -> Vue:
    """La vue d'un brouillon ou d'un devis : rien n'y est à payer encore."""
    return _vue(titre, ident, reperes, totaux, vendeur, client, du="Total", brouillon=titre != "Devis")


def pdf(vue: Vue, jour: date) -> bytes:
    """La page en PDF/A-3b ; mêmes données, mêmes octets."""
    from tiers_lieu_cli.noyau.pages.pdf import composer

    return composer("facture", vue, norme="a-3b", moment=datetime.combine(jour, time(12), UTC))


def facturx(page: bytes, xml: bytes, titre: str, vendeur: str) -> bytes:
    """Le PDF qui porte son XML (Factur-X). Il n'est pas reproductible : on garde ses octets."""
    from facturx import generate_from_binary

    octets: bytes = generate_from_binary(
        page,
        xml,
        flavor="factur-x",
        level="en16931",
        check_xsd=False,
        check_schematron=False,
        lang="fr",
        pdf_metadata={"author": vendeur, "title": titre, "subject": titre, "keywords": "Factur-X"},
    )
    return octets


def _vue(
    titre: str,
    numero: str,
    reperes: Iterable[tuple[str, str]],
    totaux: Totaux,
    vendeur: Vendeur,
    client: Identite,
    *,
    du: str,
    notes: Iterable[str] = (),
    reglement: Paiement | None = None,
    brouillon: bool = False,
) -> Vue:
    comprise = all(figee.ligne.ttc for figee in totaux.lignes)
    taxe = any(base.categorie is Categorie.TAXEE for base in totaux.bases)
    return Vue(
        titre=titre,
        numero=numero,
        pays=vendeur.pays,
        vendeur=_vendeur(vendeur),
        client=Partie(nom=f"{client.nom} {client.forme}".strip(), lignes=_adresse(client, vendeur.pays)),
        reperes=tuple(reperes),
        colonnes=_colonnes(comprise=comprise, taxe=taxe),
        lignes=tuple(_ligne(figee, comprise=comprise) for figee in totaux.lignes),
        bases=tuple(_base(base) for base in totaux.bases) if taxe else (),
        totaux=_totaux(totaux, taxe=taxe),
        du=(du, euros(totaux.du)),
        mentions=tuple(base.mention for base in totaux.bases if base.mention),
        notes=tuple(notes),
        paiement=reglement,
        brouillon=brouillon,
    )


def _colonnes(*, comprise: bool, taxe: bool) -> tuple[str, str]:
    if not taxe:
        return "Prix", "Montant"
    return ("Prix TTC", "Montant TTC") if comprise else ("Prix HT", "Montant HT")


def _ligne(figee: LigneFigee, *, comprise: bool) -> LigneVue:
    ligne = figee.ligne
    prix = ligne.prix_unitaire if comprise or not ligne.ttc else Decimal(figee.net) / ligne.combien
    montant = arrondir(ligne.combien * ligne.prix_unitaire) if comprise else Decimal(figee.net)
    return LigneVue(
        designation=ligne.designation,
        periode=_periode(ligne.du, ligne.au),
        quantite=f"{nombre(ligne.combien)}\u00a0{accorder(ligne.unite, ligne.combien)}",
        prix=euros(prix) if prix == arrondir(prix) else f"{nombre(arrondir(prix, Decimal('0.0001')))}\u00a0€",
        tva=f"{nombre(Decimal(figee.taux))}\u00a0%" if figee.categorie is Categorie.TAXEE else "—",
        montant=euros(montant),
    )


def dire_date(jour: date) -> str:
    """« 24 novembre 2026 » : une facture ne dit pas le jour de la semaine."""
    return temps.dire_jour(jour).partition(" ")[2]


def _periode(du: date | None, au: date | None) -> str:
    if du is None or au is None:
        return ""
    if du == au:
        return temps.dire_jour(du)
    return temps.dire_creneau(temps.Creneau.de_jours(du, au))


def _base(base: Base) -> tuple[str, str, str]:
    if base.categorie is Categorie.EXONEREE:
        return "exonéré", euros(Decimal(base.base)), "—"
    return f"{nombre(Decimal(base.taux))}\u00a0%", euros(Decimal(base.base)), euros(Decimal(base.tva))


def _totaux(totaux: Totaux, *, taxe: bool) -> Reperes:
    if not taxe and not totaux.arrondi:
        return ()
    dits = [("Total hors TVA", euros(totaux.ht)), ("TVA", euros(totaux.tva))] if taxe else []
    if totaux.arrondi:
        dits += [("Total TVA comprise", euros(totaux.ttc)), ("Arrondi", euros(totaux.arrondi))]
    return tuple(dits)


def _vendeur(vendeur: Vendeur) -> Partie:
    identite = vendeur.identite
    lignes = [
        *_adresse(identite, vendeur.pays, numeros=False),
        *([identite.courriel] if identite.courriel else []),
    ]
    lignes += [identite.telephone] if identite.telephone else []
    numeros = [f"TVA\u00a0{ecrire_tva(vendeur.tva)}"] if vendeur.tva else []
    iban = paiement.montrer_iban(vendeur.iban)
    # Un compte ne se coupe pas au bout d'une ligne.
    mention = (
        vendeur.mention_legale.replace(iban, iban.replace(" ", "\u00a0")) if iban else vendeur.mention_legale
    )
    pied = " · ".join(filter(None, (f"{vendeur.denomination} {mention}", *numeros, vendeur.pied)))
    return Partie(nom=vendeur.denomination, forme=vendeur.forme, lignes=tuple(lignes), pied=pied)


def _adresse(qui: Identite, d_ici: str, *, numeros: bool = True) -> tuple[str, ...]:
    """Une adresse postale ; le pays n'est dit que s'il n'est pas celui du lieu."""
    lignes = [qui.rue, qui.complement, qui.lieu, "" if qui.pays == d_ici else _PAYS.get(qui.pays, qui.pays)]
    if numeros and qui.tva:
        lignes.append(f"TVA {ecrire_tva(qui.tva)}")
    elif numeros and qui.numero:
        lignes.append(_NUMEROS.get(qui.pays, "n° {}").format(ecrire_numero(qui.numero, qui.pays)))
    return tuple(filter(None, lignes))


_PAYS = {
    "BE": "Belgique",
    "FR": "France",
    "LU": "Luxembourg",
    "NL": "Pays-Bas",
    "DE": "Allemagne",
    "CH": "Suisse",
}
_NUMEROS = {"BE": "BCE {}", "FR": "SIREN {}"}


def _paiement(piece: Piece, vendeur: Vendeur) -> Paiement | None:
    if piece.montant_du <= 0:
        return None
    structuree = vendeur.qr == "structure"
    return Paiement(
        phrase=f"À payer au plus tard le {dire_date(piece.echeance)}",
        reperes=(
            ("Compte", paiement.montrer_iban(vendeur.iban) + (f" ({vendeur.bic})" if vendeur.bic else "")),
            ("Bénéficiaire", vendeur.denomination),
            ("Communication", paiement.montrer(piece.communication)),
            ("Montant", euros(piece.montant_du)),
        ),
        qr=paiement.qr(
            vendeur.denomination, vendeur.iban, piece.montant_du, piece.communication, structuree=structuree
        ),
    )

"""Un corpus de factures : ce qu'un tiers-lieu vend vraiment, en Belgique et en France."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import structs

from tiers_lieu_cli.finance import paiement
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.montants import ranger_montant
from tiers_lieu_cli.finance.piece import calcul
from tiers_lieu_cli.finance.piece.calcul import Totaux
from tiers_lieu_cli.finance.piece.modele import (
    AUCUNE,
    Documents,
    Ligne,
    Origine,
    Piece,
    Serie,
    ident_de_piece,
    numero_de,
)
from tiers_lieu_cli.finance.regimes import droit
from tiers_lieu_cli.finance.vendeur import Assujettissement, Vendeur

JOUR = date(2026, 11, 24)
BELGE = Vendeur(
    id="caisse",
    pays="BE",
    denomination="La Passerelle",
    forme="ASBL",
    assujettissement=Assujettissement.ASSUJETTI,
    rue="Rue de la Station 12",
    code_postal="4000",
    ville="Liège",
    numero="0202239951",
    tva="BE0202239951",
    tribunal="Liège",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    courriel="tresorerie@lapasserelle.example",
    telephone="+32 4 000 00 00",
)
EN_FRANCHISE = structs.replace(BELGE, assujettissement=Assujettissement.FRANCHISE)
EXEMPTE = structs.replace(BELGE, assujettissement=Assujettissement.EXEMPTE, tva="")
FRANCAIS = Vendeur(
    id="caisse",
    pays="FR",
    denomination="Le Hangar",
    forme="association loi 1901",
    rue="3 rue des Ateliers",
    code_postal="59000",
    ville="Lille",
    numero="73282932000074",
    iban="FR1420041010050500013M02606",
    courriel="compta@lehangar.example",
)
ENTREPRISE = Identite(
    nom="Menuiserie Lambert",
    forme="SRL",
    rue="Quai des Tanneurs 5",
    code_postal="4020",
    ville="Liège",
    pays="BE",
    numero="0403170701",
    tva="BE0403170701",
)
PARTICULIER = Identite(
    nom="Amina Benali",
    rue="Rue Haute 7",
    code_postal="4000",
    ville="Liège",
    courriel="amina@exemple.example",
)
ETRANGER = Identite(
    nom="Atelier Zürich GmbH",
    rue="Seestrasse 1",
    code_postal="8001",
    ville="Zürich",
    pays="CH",
    courriel="info@atelier.example",
)
FRANCAISE = Identite(
    nom="Les Fanfares du Nord",
    rue="8 place du Marché",
    code_postal="59800",
    ville="Lille",
    pays="FR",
    numero="732829320",
    courriel="bureau@fanfares.example",
)


def ligne(designation: str, quantite: str, prix: str, regime: str, **plus: Any) -> Ligne:
    """Une ligne ordinaire, à l'heure."""
    return Ligne(
        **{"unite": "heure", **plus}, designation=designation, quantite=quantite, prix=prix, regime=regime
    )


def totaliser(*lignes: Ligne, pays: str = "BE") -> Totaux:
    """Les totaux d'une facture de ces lignes."""
    return calcul.totaliser(lignes, lambda ligne: droit(pays).regime(ligne.regime, JOUR))


def piece(
    totaux: Totaux, serie: Serie = Serie.FACTURE, rang: int = 1, pays: str = "BE", **plus: Any
) -> Piece:
    """Une pièce de ces totaux, telle qu'elle serait émise."""
    numero = numero_de(serie, 2026, rang)
    champs: dict[str, Any] = {
        "rang": rang,
        "precedente": AUCUNE,
        "serie": serie,
        "numero": numero,
        "emise": JOUR,
        "operation": date(2026, 11, 23),
        "echeance": date(2026, 12, 24),
        "tiers": "t-7k2m9x",
        "lignes": totaux.lignes,
        "bases": totaux.bases,
        "total_ht": ranger_montant(totaux.ht),
        "total_tva": ranger_montant(totaux.tva),
        "total_ttc": ranger_montant(totaux.ttc),
        "arrondi": ranger_montant(totaux.arrondi),
        "du": ranger_montant(totaux.du),
        "communication": paiement.communication(pays, 2026, rang, numero),
        "documents": Documents(pdf=AUCUNE, cii=AUCUNE),
    }
    return Piece(**(champs | plus))


def credit(
    facture: Piece, *credits: Piece, rang: int = 1, quantites: dict[int, Decimal] | None = None
) -> Piece:
    """La note de crédit de cette facture, entière ou pour ces quantités."""
    restes = calcul.restants(facture, credits)
    voulues = quantites or {r: reste.quantite for r, reste in restes.items() if reste.quantite}
    return piece(
        calcul.crediter(facture, credits, voulues),
        Serie.CREDIT,
        rang,
        origine=Origine(
            id=ident_de_piece(facture.rang, facture.numero), numero=facture.numero, emise=facture.emise
        ),
    )


_LONG = (
    "Mise à disposition de la grande salle, régie son et lumière comprise, avec accueil, rangement et ménage "
    * 2
)

#: Nom du cas → (pièce, vendeur, client).
CORPUS: dict[str, tuple[Piece, Vendeur, Identite]] = {
    "21 %": (piece(totaliser(ligne("Salle du rez", "3.5", "12.00", "BE-21"))), BELGE, ENTREPRISE),
    "21 % TTC": (
        piece(totaliser(ligne("Poste de travail", "1", "12.02", "BE-21", ttc=True, unite="jour"))),
        BELGE,
        PARTICULIER,
    ),
    "quantité fractionnaire": (
        piece(totaliser(ligne("Fraiseuse", "0.45", "17.33", "BE-21"))),
        BELGE,
        ENTREPRISE,
    ),
    "art. 44": (piece(totaliser(ligne("Cours de couture", "2", "15.00", "BE-44"))), EXEMPTE, PARTICULIER),
    "56bis": (piece(totaliser(ligne("Salle bleue", "4", "10.00", "BE-56BIS"))), EN_FRANCHISE, ENTREPRISE),
    "293 B": (
        piece(totaliser(ligne("Salle", "2", "20.00", "FR-293B"), pays="FR"), pays="FR"),
        FRANCAIS,
        FRANCAISE,
    ),
    "261-7": (
        piece(totaliser(ligne("Atelier", "2", "9.50", "FR-261-7"), pays="FR"), pays="FR"),
        FRANCAIS,
        FRANCAISE,
    ),
    "mixte": (
        piece(
            totaliser(
                ligne("Salle du rez", "3", "10.03", "BE-21"),
                ligne("Cours de couture", "2", "15.00", "BE-44"),
                ligne("Livre", "1", "10.00", "BE-06", unite="pièce"),
            )
        ),
        BELGE,
        ENTREPRISE,
    ),
    "ligne négative": (
        piece(
            totaliser(
                ligne("Salle du rez", "5", "12.00", "BE-21"), ligne("Remise d'usage", "-1", "12.00", "BE-21")
            )
        ),
        BELGE,
        ENTREPRISE,
    ),
    "texte long": (piece(totaliser(ligne(_LONG, "1", "250.00", "BE-21", unite="jour"))), BELGE, ENTREPRISE),
    "client étranger": (
        piece(totaliser(ligne("Résidence", "3", "40.00", "BE-21", unite="jour"))),
        BELGE,
        ETRANGER,
    ),
}
CORPUS["crédit"] = (credit(CORPUS["21 %"][0]), BELGE, ENTREPRISE)
CORPUS["crédit TTC"] = (credit(CORPUS["21 % TTC"][0]), BELGE, PARTICULIER)
CORPUS["crédit partiel"] = (
    credit(CORPUS["mixte"][0], quantites={1: Decimal("1.5"), 3: Decimal(1)}),
    BELGE,
    ENTREPRISE,
)

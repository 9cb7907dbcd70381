"""Émettre : contrôler, composer, numéroter, figer. Rien n'est écrit ni numéroté si une étape échoue.

Se fait sous le verrou de la caisse : le numéro est donné au dernier moment, sans trou ni doublon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec
from msgspec import structs

from tiers_lieu_cli.finance import paiement
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.coffre import nommer
from tiers_lieu_cli.finance.document import champs, controle, page, xml
from tiers_lieu_cli.finance.document.controle import Faute
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.montants import PLUS_GRAND, ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.piece import calcul, livre
from tiers_lieu_cli.finance.piece.calcul import Totaux
from tiers_lieu_cli.finance.piece.modele import (
    AUCUNE,
    Brouillon,
    Documents,
    Ligne,
    Origine,
    Piece,
    Serie,
    numero_de,
)
from tiers_lieu_cli.finance.regimes import Categorie, Regime, Seuil
from tiers_lieu_cli.finance.tiers.modele import Qualite, Tiers
from tiers_lieu_cli.finance.vendeur import (
    Assujettissement,
    MentionsManquantes,
    manques_du_client,
    manques_du_regime,
    manques_du_vendeur,
)
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec


class DocumentRefuse(Echec):
    """Le document composé n'est pas conforme : il ne part pas, et aucun numéro n'est pris."""

    def __init__(self, ident: str, fautes: Sequence[Faute]) -> None:
        dites = "".join(f"\n  · {f.regle} : {f.texte[:160]}" for f in fautes[:6])
        super().__init__(
            f"« {ident} » ne donne pas une facture conforme ; rien n'est émis :{dites}",
            "Corriger le brouillon, le client ou le lieu, puis recommencer.",
        )


class AEmettre(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on va figer : une facture tirée d'un brouillon, ou une note de crédit."""

    ident: str
    serie: Serie
    tiers: Tiers
    totaux: Totaux
    operation: date
    echeance: date
    reference: str = ""
    motif: str = ""
    origine: Origine | None = None
    brouillon: Brouillon | None = None


def preparer(caisse: Caisse, brouillon: Brouillon, jour: date) -> AEmettre:
    """Le brouillon, totalisé sous les régimes du jour."""
    totaux = calcul.totaliser(brouillon.lignes, lambda ligne: regime_de(caisse, ligne, jour))
    return AEmettre(
        ident=brouillon.id,
        serie=Serie.FACTURE,
        tiers=caisse.tiers[brouillon.tiers],
        totaux=totaux,
        operation=brouillon.operation
        or max((ligne.au for ligne in brouillon.lignes if ligne.au), default=jour),
        echeance=brouillon.echeance or jour + timedelta(days=caisse.vendeur.delai),
        reference=brouillon.reference,
        brouillon=brouillon,
    )


def regime_de(caisse: Caisse, ligne: Ligne, jour: date) -> Regime:
    """Le régime d'une ligne, tel qu'il est en vigueur."""
    return caisse.droit.regime(ligne.regime, jour)


# -- ce qui empêche d'émettre ----------------------------------------------------


def manques(caisse: Caisse, voulue: AEmettre, client: Identite, jour: date) -> Iterator[str]:
    """Tout ce qui manque à cette pièce pour être émise (FIN-15, FIN-16), d'un coup."""
    yield from manques_du_vendeur(caisse.vendeur)
    regimes = {regime_de(caisse, figee.ligne, jour) for figee in voulue.totaux.lignes}
    if voulue.serie is Serie.FACTURE:
        yield from manques_du_regime(caisse.vendeur, regimes)
    yield from manques_du_client(client, assujetti=voulue.tiers.qualite is Qualite.ASSUJETTI)
    if doit_passer_par_peppol(caisse, voulue, jour) and not client.adresse_electronique[1]:
        yield "client : son numéro d'entreprise (--numero), ou son adresse Peppol (--peppol)"
    if not voulue.totaux.lignes:
        yield f"« {voulue.ident} » : une ligne (tl finance facture ligne {voulue.ident})"
    if voulue.echeance < jour:
        yield (
            f"« {voulue.ident} » : une échéance qui ne soit pas passée ({voulue.echeance:%d/%m/%Y}) ;"
            f" le refaire : tl finance facture retirer {voulue.ident}"
        )
    if voulue.totaux.du < 0:
        yield f"« {voulue.ident} » : un total positif ; pour rendre de l'argent, une note de crédit"
    elif voulue.totaux.du >= PLUS_GRAND:
        yield f"« {voulue.ident} » : un total de moins de {euros(PLUS_GRAND)}"


def doit_passer_par_peppol(caisse: Caisse, voulue: AEmettre, jour: date) -> bool:
    """Entre assujettis belges, hors art. 44, un PDF seul ne suffit plus (FIN-17)."""
    vendeur = caisse.vendeur
    belges = vendeur.pays == "BE" and voulue.tiers.pays == "BE"
    assujettis = (
        vendeur.assujettissement in (Assujettissement.ASSUJETTI, Assujettissement.FRANCHISE)
        and voulue.tiers.qualite is Qualite.ASSUJETTI
    )
    visees = any(
        figee.categorie is Categorie.TAXEE or regime_de(caisse, figee.ligne, jour).franchise
        for figee in voulue.totaux.lignes
    )
    en_vigueur = bool(caisse.droit.parametre("peppol-entre-assujettis", jour))
    return belges and assujettis and visees and en_vigueur


def ecart_a_confirmer(caisse: Caisse, voulue: AEmettre, jour: date) -> str:
    """La question à poser si la TVA arrondie par taux n'est pas celle qu'on arrondit au total (FIN-19)."""
    taxees = [base for base in voulue.totaux.bases if base.categorie is Categorie.TAXEE]
    ecart = calcul.ecart_des_taux(taxees) if len(taxees) > 1 and voulue.serie is Serie.FACTURE else ZERO
    if not ecart or not caisse.droit.parametre("arrondi-au-seul-total", jour):
        return ""
    return (
        f"« {voulue.ident} » a plusieurs taux, et la TVA arrondie taux par taux s'écarte de {euros(ecart)}"
        " du total arrondi une seule fois. L'émettre ainsi (sinon : une facture par taux) ?"
    )


def seuil_apres(caisse: Caisse, voulues: Iterable[AEmettre], jour: date) -> Seuil | None:
    """Où en serait la franchise une fois ces pièces émises (FIN-14) ; `None` hors franchise."""
    plafond = caisse.droit.nombre("seuil-de-franchise", jour)
    if plafond is None or caisse.vendeur.assujettissement is Assujettissement.ASSUJETTI:
        return None
    chiffre = chiffre_en_franchise(caisse, jour)
    for voulue in voulues:
        signe = 1 if voulue.serie is Serie.FACTURE else -1
        chiffre += signe * _en_franchise(
            caisse, ((f.ligne, Decimal(f.net)) for f in voulue.totaux.lignes), jour
        )
    return Seuil(chiffre, plafond) if chiffre else None


def chiffre_en_franchise(caisse: Caisse, jour: date) -> Decimal:
    """Le chiffre de l'année sous un régime de franchise, notes de crédit déduites."""
    total = ZERO
    for piece in caisse.livre.toutes:
        if piece.exercice == jour.year:
            lignes = ((figee.ligne, Decimal(figee.net)) for figee in piece.lignes)
            signe = 1 if piece.serie is Serie.FACTURE else -1
            total += signe * _en_franchise(caisse, lignes, piece.emise)
    return total


def _en_franchise(caisse: Caisse, lignes: Iterable[tuple[Ligne, Decimal]], jour: date) -> Decimal:
    return sum((net for ligne, net in lignes if regime_de(caisse, ligne, jour).franchise), ZERO)


# -- figer -----------------------------------------------------------------------


class Chaine:
    """La suite des pièces pendant qu'on en émet : le prochain rang, le prochain numéro, la tête."""

    def __init__(self, caisse: Caisse) -> None:
        self._livre = caisse.livre
        self.rang, self.tete = caisse.livre.tete
        self._numeros: dict[tuple[Serie, int], int] = {}

    def prochain(self, serie: Serie, exercice: int) -> int:
        """Le rang de la prochaine pièce de cette série."""
        return self._numeros.get((serie, exercice)) or self._livre.prochain(serie, exercice)

    def ajouter(self, piece: Piece, empreinte: str) -> None:
        """Cette pièce est la dernière."""
        self._numeros[piece.serie, piece.exercice] = self.prochain(piece.serie, piece.exercice) + 1
        self.rang, self.tete = piece.rang, empreinte


def emettre(caisse: Caisse, e: Ecriture, voulues: Iterable[AEmettre], jour: date) -> list[Piece]:
    """Figer ces pièces, dans cet ordre. `Echec` : aucune ne l'est."""
    chaine = Chaine(caisse)
    return [_figer(caisse, e, voulue, jour, chaine) for voulue in voulues]


def exiger_tout(caisse: Caisse, voulues: Sequence[AEmettre], jour: date) -> Mapping[str, Identite]:
    """Les identités des clients, une fois sûr que rien ne manque à aucune de ces pièces."""
    caisse.exiger_ouvert(jour)
    identites = {v.tiers.id: caisse.identite(v.tiers) for v in voulues}
    manquants = [
        m.replace("client :", f"client {caisse.nom(v.tiers.id)} ({v.tiers.id}) :", 1)
        for v in voulues
        for m in manques(caisse, v, identites[v.tiers.id], jour)
    ]
    if manquants:
        raise MentionsManquantes(list(dict.fromkeys(manquants)))
    derniere = caisse.livre.derniere
    if derniere and derniere.emise > jour:
        raise Echec(
            f"La dernière pièce ({derniere.numero}) est du {derniere.emise:%d/%m/%Y}, après aujourd'hui.",
            "Régler l'horloge de ce poste : les dates des pièces ne reculent pas.",
        )
    return identites


def _figer(caisse: Caisse, e: Ecriture, voulue: AEmettre, jour: date, chaine: Chaine) -> Piece:
    rang = chaine.prochain(voulue.serie, jour.year)
    numero = numero_de(voulue.serie, jour.year, rang)
    client = caisse.identite(voulue.tiers)
    peppol = doit_passer_par_peppol(caisse, voulue, jour)
    nue = _sans_documents(caisse, voulue, jour, chaine, numero, rang, peppol=peppol)
    dits = champs.champs(nue, caisse.vendeur, client)
    cii = _conforme(voulue.ident, xml.cii(dits), "cii")
    ubl = _conforme(voulue.ident, xml.ubl(dits), "ubl") if peppol else b""
    vue = page.de_la_piece(nue, caisse.vendeur, client)
    titre = f"{vue.titre} {numero}"
    pdf = page.facturx(page.pdf(vue, jour), cii, titre, caisse.vendeur.denomination)
    documents = Documents(
        pdf=caisse.coffre.ranger(e, pdf),
        cii=caisse.coffre.ranger(e, cii),
        ubl=caisse.coffre.ranger(e, ubl) if ubl else "",
    )
    piece = structs.replace(nue, documents=documents)
    octets = livre.ecrire(piece)
    e.creer(livre.chemin(piece), octets)
    chaine.ajouter(piece, nommer(octets))
    return piece


def _sans_documents(
    caisse: Caisse, voulue: AEmettre, jour: date, chaine: Chaine, numero: str, rang: int, *, peppol: bool
) -> Piece:
    totaux = voulue.totaux
    dite = (
        paiement.communication(caisse.vendeur.pays, jour.year, rang, numero)
        if voulue.serie is Serie.FACTURE
        else paiement.rf(numero)
    )
    return Piece(
        rang=chaine.rang + 1,
        precedente=chaine.tete,
        serie=voulue.serie,
        numero=numero,
        emise=jour,
        operation=voulue.operation,
        echeance=voulue.echeance,
        tiers=voulue.tiers.id,
        lignes=totaux.lignes,
        bases=totaux.bases,
        total_ht=ranger_montant(totaux.ht),
        total_tva=ranger_montant(totaux.tva),
        total_ttc=ranger_montant(totaux.ttc),
        arrondi=ranger_montant(totaux.arrondi),
        du=ranger_montant(totaux.du),
        communication=dite,
        reference=voulue.reference,
        motif=voulue.motif,
        origine=voulue.origine,
        a_transmettre=peppol,
        documents=Documents(pdf=AUCUNE, cii=AUCUNE),
    )


def _conforme(ident: str, octets: bytes, syntaxe: str) -> bytes:
    fautes = [faute for faute in controle.controler(octets, syntaxe) if not faute.avis]
    if fautes:
        raise DocumentRefuse(ident, fautes)
    return octets

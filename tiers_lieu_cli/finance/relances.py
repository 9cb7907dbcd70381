"""`tl finance relance` : ce qui est échu, et ce que la loi permet d'en demander ; que des brouillons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import paiement
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.identite import ecrire_numero
from tiers_lieu_cli.finance.montants import ZERO, arrondir, euros, ranger_montant
from tiers_lieu_cli.finance.options import LaFacture
from tiers_lieu_cli.finance.piece.modele import Piece, Serie
from tiers_lieu_cli.finance.regimes import Droit
from tiers_lieu_cli.finance.tiers.modele import Qualite
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties
from tiers_lieu_cli.noyau.texte import accorder

relance_app, relancer_app, litige_app = Application(), Application(), Application()
_CENT = Decimal(100)
_PALIER = motif(r"\s*(\*|max|\d+)\s*:\s*(\d+)(?:\s*\+\s*(\d+))?\s*")


class Canal(StrEnum):
    """Comment un rappel part."""

    COURRIEL = "courriel"
    POSTE = "poste"


class Relance(Fiche, frozen=True):
    """Un rappel envoyé."""

    piece: str
    rang: int
    le: date
    canal: Canal
    frais: str = "0.00"


class Litige(Fiche, frozen=True):
    """Une facture contestée, ou payée par un plan : on ne la relance plus."""

    motif: str
    depuis: date
    fini: date | None = None


RELANCES = Collection(Genre("relance", "relances"), Relance)
LITIGES = Collection(Genre("litige", "litiges"), Litige)


# -- ce que la loi permet : des règles pures -------------------------------------------


def plafond(du: Decimal, bareme: str) -> Decimal:
    """Ce qu'on peut au plus demander à un consommateur pour une somme due (FIN-29)."""
    total, avant = ZERO, ZERO
    paliers = [_PALIER.fullmatch(palier) for palier in bareme.split(";")]
    maximum = next(Decimal(p[2]) for p in paliers if p and p[1] == "max")
    for palier in paliers:
        if palier is None or palier[1] == "max":
            continue
        total = Decimal(palier[2]) + (du - avant) * Decimal(palier[3] or 0) / _CENT
        if palier[1] == "*" or du <= Decimal(palier[1]):
            break
        avant = Decimal(palier[1])
    return min(arrondir(total), maximum)


def delai(rappel: date, canal: Canal, droit: Droit) -> date:
    """Le dernier jour pour payer après un rappel : dès le lendemain, ou le troisième jour ouvrable."""
    depart = rappel + timedelta(days=1)
    if canal is Canal.POSTE:
        depart = rappel
        for _ in range(int(droit.nombre("jours-ouvrables-de-poste", rappel) or 3)):
            depart = _ouvrable_apres(depart, droit.pays)
    return depart + timedelta(days=int(droit.nombre("jours-apres-premier-rappel", rappel) or 14) - 1)


def _ouvrable_apres(jour: date, pays: str) -> date:
    """Le jour ouvrable suivant : ni dimanche, ni férié (en droit belge, le samedi en est un)."""
    import holidays

    feries = holidays.country_holidays(pays, years=[jour.year, jour.year + 1])
    suivant = jour + timedelta(days=1)
    while suivant.isoweekday() == 7 or suivant in feries:
        suivant += timedelta(days=1)
    return suivant


class Due(msgspec.Struct, frozen=True):
    """Une facture échue : ce qui reste dû, ce qu'on peut en demander de plus, et à partir de quand."""

    piece: Piece
    reste: Decimal
    rang: int
    possible: date
    frais: Decimal
    suspendue: str = ""


def dues(caisse: Caisse, jour: date) -> Iterator[Due]:
    """Les factures échues et non payées, les plus anciennes d'abord."""
    banque = caisse.vue(Banque)
    litiges = {x.id: x for x in LITIGES.toutes(caisse.arbre).fiches if not x.fini}
    relances = RELANCES.toutes(caisse.arbre).fiches
    for piece in caisse.livre.toutes:
        if piece.serie is not Serie.FACTURE or piece.echeance >= jour:
            continue
        reste = banque.reste_du(piece)
        if reste > 0:
            siennes = sorted((r for r in relances if r.piece == piece.id), key=lambda r: r.rang)
            litige = litiges.get(piece.numero.lower())
            yield structs.replace(
                _due(caisse, piece, reste, siennes, jour), suspendue=litige.motif if litige else ""
            )


def _due(caisse: Caisse, piece: Piece, reste: Decimal, relances: Sequence[Relance], jour: date) -> Due:
    """Le premier rappel est gratuit ; le suivant attend son délai, et ses frais ont un plafond."""
    if not relances:
        return Due(piece, reste, 1, piece.echeance + timedelta(days=1), ZERO)
    dernier = relances[-1]
    possible = delai(dernier.le, dernier.canal, caisse.droit) + timedelta(days=1)
    return Due(piece, reste, dernier.rang + 1, possible, frais(caisse, piece, reste, jour))


def frais(caisse: Caisse, piece: Piece, reste: Decimal, jour: date) -> Decimal:
    """Ce qui s'ajoute au deuxième rappel : plafonné pour un consommateur, sinon forfaitaire."""
    tiers = caisse.tiers.get(piece.tiers)
    bareme = caisse.droit.parametre("plafonds-de-relance", jour)
    if tiers and tiers.qualite is Qualite.CONSOMMATEUR:
        return plafond(reste, bareme) if bareme else ZERO
    forfait = caisse.droit.nombre("indemnite-entre-professionnels", jour)
    return forfait or caisse.droit.nombre("indemnite-de-recouvrement", jour) or ZERO


def lettre(caisse: Caisse, due: Due, jour: date) -> str:
    """Le brouillon d'un rappel, avec les quatre mentions que la loi exige du premier."""
    piece, vendeur = due.piece, caisse.vendeur
    lignes = [
        f"{caisse.nom(piece.tiers)},",
        "",
        f"Sauf erreur, la facture {piece.numero} du {piece.emise:%d/%m/%Y} n'est pas encore payée.",
        f"  Reste dû : {euros(due.reste)}, échu le {piece.echeance:%d/%m/%Y}",
    ]
    if due.rang == 1:
        fin = delai(jour, Canal.COURRIEL, caisse.droit)
        dans = frais(caisse, piece, due.reste, jour)
        lignes += [
            f"  À payer au plus tard le {fin:%d/%m/%Y} ; ce premier rappel est gratuit.",
            f"  Au-delà, une indemnité d'au plus {euros(dans)} pourra être demandée.",
        ]
    else:
        lignes.append(f"  Indemnité : {euros(due.frais)} ; total : {euros(due.reste + due.frais)}")
    numero = f", n° d'entreprise {ecrire_numero(vendeur.numero, vendeur.pays)}" if vendeur.numero else ""
    iban, dite = paiement.montrer_iban(vendeur.iban), paiement.montrer(piece.communication)
    ici = vendeur.identite
    ou = ici.courriel or ici.telephone or ", ".join(filter(None, (ici.rue, ici.complement, ici.lieu)))
    lignes += [
        f"  Créancier : {vendeur.denomination}{numero}",
        f"  Compte {iban}, communication {dite}",
        "",
        f"Si c'est fait, ou si quelque chose ne va pas, dites-le : {ou}",
    ]
    return "\n".join(lignes) + "\n"


# -- les commandes ----------------------------------------------------------------------


@relance_app.lit("relance")
def relance(
    c: Contexte,
    vers: Annotated[Path | None, typer.Option("--vers", help="Un dossier où écrire les brouillons.")] = None,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Ce qui est échu, et le rappel qu'on peut envoyer ; rien ne part d'ici.

    Exemples :
        tl finance relance
        tl finance relance --vers ~/rappels
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    toutes = list(dues(caisse, jour))
    pretes = [d for d in toutes if d.possible <= jour and not d.suspendue]
    if vers:
        with Sorties(c, ecraser=ecraser) as sorties:
            dossier = sorties.dossier(vers)
            for due in pretes:
                octets = lettre(caisse, due, jour).encode()
                sorties.ecrire(dossier / f"{due.piece.numero}-rappel-{due.rang}.txt", [octets], noms=True)
    if json:
        c.ecran.json([_vue(d) for d in toutes])
        return
    if not toutes:
        c.ecran.dire("Rien n'est échu.")
    for due in toutes:
        retard = accorder((jour - due.piece.echeance).days, "jour")
        quoi = f"suspendue ({due.suspendue})" if due.suspendue else _dire(due, jour)
        nom = caisse.nom(due.piece.tiers)
        c.ecran.dire(f"{due.piece.numero}  {nom}  {euros(due.reste)}, échue depuis {retard} : {quoi}")
        if due in pretes:
            c.ecran.dire(f"    tl finance relancer {due.piece.numero} --canal courriel --confirmer")
    if vers and pretes:
        c.ecran.dire(f"{accorder(len(pretes), 'brouillon')} dans {vers}, à relire avant d'envoyer.")


def _dire(due: Due, jour: date) -> str:
    if due.possible > jour:
        return f"rappel n° {due.rang} à partir du {due.possible:%d/%m/%Y}"
    return f"rappel n° {due.rang}" + (
        f", {euros(due.frais)} d'indemnité au plus" if due.frais else ", gratuit"
    )


def _vue(due: Due) -> dict[str, object]:
    return {
        "facture": due.piece.numero,
        "reste": ranger_montant(due.reste),
        "echeance": due.piece.echeance,
        "rang": due.rang,
        "possible": due.possible,
        "frais": ranger_montant(due.frais),
        "suspendue": due.suspendue or None,
    }


@relancer_app.ecrit("relancer", depot=caisses.depot)
def relancer(
    c: Contexte,
    e: Ecriture,
    facture: LaFacture,
    canal: Annotated[Canal, typer.Option("--canal", help="Comment il part.")] = Canal.COURRIEL,
    confirmer: Annotated[bool, typer.Option("--confirmer", help="Il est parti.")] = False,
) -> Fait | Rien:
    """Montrer le rappel d'une facture ; parti, le noter avec --confirmer.

    Exemple :
        tl finance relancer 2026-0001 --canal courriel --confirmer
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    due = _exiger_due(caisse, facture, jour)
    brouillon = lettre(caisse, due, jour).splitlines()
    if not confirmer:
        suite = f"tl finance relancer {due.piece.numero} --canal {canal} --confirmer"
        return Rien(phrase="Brouillon, à envoyer vous-même :", lignes=brouillon, suite=suite)
    neuve = Relance(
        id=f"{due.piece.numero.lower()}-{due.rang}",
        piece=due.piece.id,
        rang=due.rang,
        le=jour,
        canal=canal,
        frais=ranger_montant(due.frais),
    )
    RELANCES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="finance.relancer",
        histoire=f"Rappel n° {neuve.rang} de {due.piece.numero}",
        phrase=f"Rappel n° {neuve.rang} de {due.piece.numero} noté ; le suivant, à partir du"
        f" {delai(jour, canal, caisse.droit) + timedelta(days=1):%d/%m/%Y}.",
        suite="tl finance relance",
    )


def _exiger_due(caisse: Caisse, facture: str, jour: date) -> Due:
    piece = caisse.livre.une(facture)
    due = next((d for d in dues(caisse, jour) if d.piece.id == piece.id), None)
    if due is None:
        raise ErreurUsage(
            f"{piece.numero} n'est pas échue, ou ne doit plus rien.", "Voir : tl finance relance"
        )
    if due.suspendue:
        fait = f"{piece.numero} est suspendue ({due.suspendue}) : on ne la relance pas."
        raise ErreurUsage(fait, f"Une fois réglé : tl finance litige {piece.numero} --fini")
    if due.possible > jour:
        quand = f"qu'à partir du {due.possible:%d/%m/%Y}"
        fait = f"Le rappel n° {due.rang} de {piece.numero} n'est possible {quand}."
        raise ErreurUsage(fait, "La loi laisse ce délai pour payer.")
    return due


@litige_app.ecrit("litige", depot=caisses.depot)
def litige(
    c: Contexte,
    e: Ecriture,
    facture: LaFacture,
    motif: Annotated[str, typer.Option("--motif", help="Contestée, plan de paiement…")] = "contestée",
    fini: Annotated[bool, typer.Option("--fini", help="C'est réglé : on peut de nouveau relancer.")] = False,
) -> Fait:
    """Ne plus relancer une facture contestée, ou payée par un plan.

    Exemple :
        tl finance litige 2026-0001 --motif "plan de paiement"
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    piece = caisse.livre.une(facture)
    ident = piece.numero.lower()
    ancien = LITIGES.une(caisse.arbre, ident)
    if fini and (ancien is None or ancien.fini):
        raise ErreurUsage(f"{piece.numero} n'est pas suspendue.", "Voir : tl finance relance")
    if fini and ancien:
        LITIGES.corriger(e, ancien, structs.replace(ancien, fini=jour))
    else:
        neuf = Litige(id=ident, motif=texte.ligne(motif, "Le motif"), depuis=jour)
        LITIGES.corriger(e, ancien, neuf) if ancien else LITIGES.poser(e, neuf)
    dit = "peut de nouveau se relancer" if fini else "ne se relance plus"
    return Fait(
        id=ident,
        action="finance.litige",
        histoire=f"{piece.numero} {dit}",
        phrase=f"{piece.numero} {dit}.",
        suite="tl finance relance",
    )

"""`tl finance caisse` : les espèces, leur journal à part, comptées et jamais négatives (FIN-25)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture as EcritureComptable
from tiers_lieu_cli.finance.comptabilite.modele import Journal
from tiers_lieu_cli.finance.espece import ESPECES, Espece
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.piece.modele import Piece
from tiers_lieu_cli.finance.plan import DES_AUTRES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie

_SOUS_UN_COMPTE = "Noter le reste sous un compte : --compte don"
app = Application("Les espèces : ce qui entre, ce qui sort, ce qu'on compte.")


class CaisseVide(Echec):
    """On ne sort pas de la boîte plus que ce qu'elle contient, ce jour-là et tous ceux d'après."""

    def __init__(self, solde: Decimal, jour: date | None) -> None:
        quand = f"contenait que {euros(solde)} le {jour:%d/%m/%Y}" if jour else f"contient que {euros(solde)}"
        super().__init__(f"La boîte ne {quand}.", "La compter d'abord : tl finance caisse compter")


def toutes(caisse: Caisse) -> list[Espece]:
    """Les mouvements d'espèces, dans l'ordre des jours, puis de ce qui fut noté ce jour-là."""
    return sorted(ESPECES.toutes(caisse.arbre).fiches, key=lambda m: (m.le, m.id))


def solde(caisse: Caisse) -> Decimal:
    """Ce que la boîte doit contenir."""
    return sum((m.somme for m in toutes(caisse)), ZERO)


def exiger_de_quoi(caisse: Caisse, somme: Decimal, jour: date) -> None:
    """`CaisseVide` si ce qui sort ce jour-là viderait la boîte, ce soir-là ou un autre depuis."""
    soirs, contenu = {jour: ZERO}, ZERO
    for m in toutes(caisse):
        contenu += m.somme
        soirs[max(m.le, jour)] = contenu
    moindre = min(soirs, key=lambda soir: (soirs[soir], soir))
    if somme < 0 and soirs[moindre] + somme < 0:
        raise CaisseVide(soirs[moindre], moindre if moindre < caisse.c.horloge.aujourdhui() else None)


def ecritures(caisse: Caisse, compte_de: Callable[[str], str]) -> Iterator[EcritureComptable]:
    """Chaque mouvement, dans le journal de caisse ; `compte_de` : celui d'une pièce."""
    boite = caisse.plan.role("caisse")
    for m in (m for m in toutes(caisse) if m.somme):
        contre = m.compte or compte_de(m.piece)
        yield regles.simple(m.le, Journal.CAISSE, m.id[11:], m.motif or "Espèces", boite, contre, m.somme)


@app.ecrit("noter", depot=caisses.depot)
def noter(
    c: Contexte,
    e: Ecriture,
    montant: Annotated[str, typer.Argument(help="Combien : 12,50.")],
    depense: Annotated[bool, typer.Option("--depense", help="Cet argent sort de la boîte.")] = False,
    compte: Annotated[str, typer.Option("--compte", help="Le compte du plan : don, fournitures…")] = "",
    facture: Annotated[str, typer.Option("--facture", help="La facture que cela paie.")] = "",
    motif: Annotated[str, typer.Option("--motif", help="De quoi il s'agit, sans nommer personne.")] = "",
    le: Annotated[str, typer.Option("--le", help="Le jour ; sinon, aujourd'hui.")] = "",
) -> Fait:
    """Noter des espèces qui entrent ou qui sortent ; la boîte n'est jamais négative.

    Exemples :
        tl finance caisse noter 12,50 --compte don
        tl finance caisse noter 20 --facture 2026-0003
        tl finance caisse noter 8,40 --depense --compte fournitures
    """
    caisse = caisses.ouvrir(c)
    somme = montants.lire_montant(montant, "Le montant")
    somme = ZERO - somme if depense else somme
    if not somme or bool(compte) == bool(facture):
        raise ErreurUsage("Il manque ce que c'est.", "Dire --compte don, ou --facture 2026-0001")
    jour = saisie.lire_jour_venu(le, c.horloge.murale()) if le else c.horloge.aujourdhui()
    piece = _payee(caisse, caisse.livre.une(facture), somme) if facture else None
    exiger_de_quoi(caisse, somme, jour)
    neuf = _poser(
        caisse,
        e,
        somme,
        compte=caisse.plan.contrepartie(compte, *DES_AUTRES).numero if compte else "",
        piece=piece.id if piece else "",
        motif=texte.ligne(motif, "Le motif", vide=True),
        le=jour,
    )
    return Fait(
        id=neuf.id,
        action="finance.caisse.noter",
        histoire="Espèces",
        phrase=f"{euros(somme)} ; la boîte contient {euros(solde(caisse) + somme)}.",
        suite="tl finance caisse journal",
    )


def mouvoir(caisse: Caisse, e: Ecriture, somme: Decimal, motif: str) -> None:
    """Une caution reçue ou rendue par la boîte ; `CaisseVide` si elle ne la contient pas."""
    jour = caisse.c.horloge.aujourdhui()
    exiger_de_quoi(caisse, somme, jour)
    _poser(caisse, e, somme, compte=caisse.plan.role("cautions"), piece="", motif=motif, le=jour)


def _payee(caisse: Caisse, piece: Piece, somme: Decimal) -> Piece:
    """La facture que ces espèces paient, au plus ce qu'elle doit ; ou rendent, au plus ce qu'elle a reçu."""
    if piece.origine:
        raise ErreurUsage(
            f"{piece.numero} est une note de crédit : elle ne se paie pas.",
            f"Rendre cet argent : --depense --facture {piece.origine.numero}",
        )
    banque = caisse.vue(Banque)
    reste, recu = banque.reste_du(piece), banque.paye.get(piece.id, ZERO)
    if somme > max(reste, ZERO):
        raise ErreurUsage(f"{piece.numero} ne doit plus que {euros(max(reste, ZERO))}.", _SOUS_UN_COMPTE)
    if ZERO - somme > max(recu, ZERO):
        raise ErreurUsage(f"{piece.numero} n'a reçu que {euros(max(recu, ZERO))}.", _SOUS_UN_COMPTE)
    return piece


def _poser(
    caisse: Caisse,
    e: Ecriture,
    somme: Decimal,
    *,
    compte: str,
    piece: str,
    motif: str,
    le: date,
    comptage: bool = False,
) -> Espece:
    caisse.exiger_ouvert(le)
    # Le rang du jour dans son nom : sans lui, un comptage passait au hasard avant ce qu'il a compté.
    rang = 1 + sum(m.le == le for m in toutes(caisse))
    neuf = Espece(
        id=identifiants.date_de(le, f"especes-{rang:04}", "especes", caisse.c.hasard),
        le=le,
        montant=ranger_montant(somme),
        compte=compte,
        piece=piece,
        motif=motif,
        comptage=comptage,
    )
    ESPECES.poser(e, neuf)
    return neuf


@app.ecrit("compter", depot=caisses.depot)
def compter(
    c: Contexte, e: Ecriture, montant: Annotated[str, typer.Argument(help="Ce qu'on a compté dans la boîte.")]
) -> Fait:
    """Compter la boîte ; un écart est une écriture, jamais une retouche.

    Exemple :
        tl finance caisse compter 143,20
    """
    caisse = caisses.ouvrir(c)
    compte, attendu = montants.lire_montant(montant, "Le montant"), solde(caisse)
    if compte < 0:
        raise ErreurUsage("Une boîte ne contient pas moins que rien.", "Compter de nouveau.")
    ecart = compte - attendu
    jour = c.horloge.aujourdhui()
    dit = f"compté {ranger_montant(compte).replace('.', ',')} €"
    neuf = _poser(
        caisse, e, ecart, compte=caisse.plan.role("arrondi"), piece="", motif=dit, le=jour, comptage=True
    )
    juste = f"La boîte contient {euros(compte)}, comme attendu." if not ecart else ""
    return Fait(
        id=neuf.id,
        action="finance.caisse.compter",
        histoire=f"Boîte comptée le {jour:%d/%m/%Y}",
        phrase=juste
        or f"{euros(compte)} comptés pour {euros(attendu)} attendus : écart de {euros(ecart)}, noté.",
        suite="tl finance caisse journal",
        details={"ecart": ranger_montant(ecart)},
    )


@app.lit("journal")
def journal(c: Contexte, json: Json = False) -> None:
    """Le journal des espèces, et ce que la boîte doit contenir.

    Exemple :
        tl finance caisse journal
    """
    caisse = caisses.ouvrir(c)
    tous = toutes(caisse)
    if json:
        c.ecran.json({"solde": ranger_montant(solde(caisse)), "mouvements": tous})
        return
    c.ecran.dire(f"La boîte doit contenir {euros(solde(caisse))}.")
    if tous:
        c.ecran.tableau(
            [Colonne("Jour", style=Style.PALE), Colonne("Montant"), Colonne("Quoi", cede=True)],
            [(f"{m.le:%d/%m/%Y}", euros(m.somme), _dire(caisse, m)) for m in tous[-40:]],
        )


def _dire(caisse: Caisse, m: Espece) -> str:
    """Ce que c'était : la facture payée, ou le compte par son nom ; et pourquoi, si on l'a dit."""
    quoi = m.piece.partition("-")[2] or caisse.plan.compte(m.compte).nom
    if m.comptage:
        return m.motif
    return f"{quoi} · {m.motif}" if m.motif else quoi

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

app = Application("Les espèces : ce qui entre, ce qui sort, ce qu'on compte.")


class CaisseVide(Echec):
    """On ne sort pas de la boîte plus que ce qu'elle contient."""

    def __init__(self, solde: Decimal) -> None:
        super().__init__(
            f"La boîte ne contient que {euros(solde)}.",
            "La compter d'abord : tl finance caisse compter",
        )


def toutes(caisse: Caisse) -> list[Espece]:
    """Les mouvements d'espèces, dans l'ordre."""
    return sorted(ESPECES.toutes(caisse.arbre).fiches, key=lambda m: (m.le, m.id))


def solde(caisse: Caisse) -> Decimal:
    """Ce que la boîte doit contenir."""
    return sum((m.somme for m in toutes(caisse)), ZERO)


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
    if solde(caisse) + somme < 0:
        raise CaisseVide(solde(caisse))
    piece = caisse.livre.une(facture) if facture else None
    if piece and somme > (reste := reste_du(caisse, piece.id)):
        raise ErreurUsage(
            f"{piece.numero} ne doit plus que {euros(reste)}.", "Noter le reste sous un compte."
        )
    jour = saisie.lire_jour_venu(le, c.horloge.murale()) if le else c.horloge.aujourdhui()
    caisse.exiger_ouvert(jour)
    neuf = _poser(
        c,
        e,
        somme,
        compte=caisse.plan.designer(compte).numero if compte else "",
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


def mouvoir(c: Contexte, e: Ecriture, caisse: Caisse, somme: Decimal, motif: str) -> None:
    """Une caution reçue ou rendue par la boîte ; `CaisseVide` si elle ne la contient pas."""
    if solde(caisse) + somme < 0:
        raise CaisseVide(solde(caisse))
    jour = c.horloge.aujourdhui()
    caisse.exiger_ouvert(jour)
    _poser(c, e, somme, compte=caisse.plan.role("cautions"), piece="", motif=motif, le=jour)


def reste_du(caisse: Caisse, piece: str) -> Decimal:
    """Ce qu'une facture attend encore, banque et espèces comptées."""
    trouvee = next(p for p in caisse.livre.toutes if p.id == piece)
    return caisse.vue(Banque).reste_du(trouvee)


def _poser(
    c: Contexte,
    e: Ecriture,
    somme: Decimal,
    *,
    compte: str,
    piece: str,
    motif: str,
    le: date,
    comptage: bool = False,
) -> Espece:
    neuf = Espece(
        id=identifiants.date_de(le, "especes", "especes", c.hasard),
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
    dit = f"compté {ranger_montant(compte)}"
    neuf = _poser(
        c, e, ecart, compte=caisse.plan.role("arrondi"), piece="", motif=dit, le=jour, comptage=True
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
            [
                (f"{m.le:%d/%m/%Y}", euros(m.somme), m.motif or m.piece.partition("-")[2] or m.compte)
                for m in tous[-40:]
            ],
        )

"""Une pièce à l'écran et en JSON."""

from __future__ import annotations

from decimal import Decimal

from tiers_lieu_cli.finance.montants import accentuer, euros, nombre, ranger_montant
from tiers_lieu_cli.finance.piece.calcul import Totaux
from tiers_lieu_cli.finance.piece.modele import Piece
from tiers_lieu_cli.finance.regimes import Categorie
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style


def accorder(unite: str, combien: Decimal) -> str:
    """« 3 journées » : une unité se lit avec ses accents et s'accorde.

    Un mot court, déjà au pluriel, ou fait de plusieurs, ne s'accorde pas.
    """
    dit = accentuer(unite)
    pluriel = abs(combien) >= 2 and len(unite) > 2 and unite[-1] not in "sxz23" and " " not in unite
    return f"{dit}s" if pluriel else dit


def totaux_de(piece: Piece) -> Totaux:
    """Les totaux d'une pièce émise, tels qu'ils furent figés."""
    return Totaux(
        piece.lignes, piece.bases, Decimal(piece.total_ht), Decimal(piece.total_tva), piece.montant_du
    )


def vue_des_totaux(totaux: Totaux) -> dict[str, object]:
    """Ce qu'une pièce additionne, pour un autre programme ; les montants sont des textes."""
    return {
        "lignes": totaux.lignes,
        "bases": totaux.bases,
        "total_ht": ranger_montant(totaux.ht),
        "total_tva": ranger_montant(totaux.tva),
        "total_ttc": ranger_montant(totaux.ttc),
        "arrondi": ranger_montant(totaux.arrondi),
        "du": ranger_montant(totaux.du),
    }


def montrer_lignes(ecran: Ecran, totaux: Totaux) -> None:
    """Les lignes d'une pièce, sa TVA, son total."""
    ecran.tableau(
        [
            *(Colonne("", style=Style.PALE), Colonne("Désignation", cede=True), Colonne("Combien")),
            *(Colonne("Prix"), Colonne("TVA"), Colonne("Net")),
        ],
        [
            (
                str(rang),
                f.ligne.designation,
                f"{nombre(f.ligne.combien)} {accorder(f.ligne.unite, f.ligne.combien)}",
                f"{euros(f.ligne.prix_unitaire)}{' TTC' * f.ligne.ttc}",
                f"{nombre(Decimal(f.taux))} %" if f.categorie is Categorie.TAXEE else "—",
                euros(Decimal(f.net)),
            )
            for rang, f in enumerate(totaux.lignes, start=1)
        ],
    )
    if totaux.tva:
        ecran.dire(f"Hors TVA {euros(totaux.ht)} · TVA {euros(totaux.tva)}")
    if totaux.arrondi:
        ecran.dire(f"Arrondi {euros(totaux.arrondi)}")
    for base in totaux.bases:
        if base.mention:
            ecran.dire(base.mention)
    ecran.dire(f"Total : {euros(totaux.du)}")

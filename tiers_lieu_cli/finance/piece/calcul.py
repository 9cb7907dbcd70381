"""Ce qu'une pièce demande, au centime : lignes, bases, TVA, arrondi. Des fonctions pures.

Une ligne vaut sa quantité par son prix hors TVA, arrondie (PEPPOL R120) ; une base est la somme
de ses lignes (BR-S-08, BR-E-08) ; le total, celle des bases (BR-CO-10 à 15). Un prix promis TVA
comprise doit se retrouver au centime : l'écart des arrondis va au montant à payer (BT-114), jamais
sur une ligne.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec import structs

from tiers_lieu_cli.finance.montants import PRECISION_D_UN_PRIX, ZERO, arrondir, ranger, ranger_montant
from tiers_lieu_cli.finance.piece.modele import Base, Ligne, LigneFigee, Piece
from tiers_lieu_cli.finance.regimes import Categorie, Regime

CENT = Decimal(100)


class Totaux(msgspec.Struct, frozen=True):
    """Ce qu'une pièce additionne."""

    lignes: tuple[LigneFigee, ...]
    bases: tuple[Base, ...]
    ht: Decimal
    tva: Decimal
    du: Decimal

    @property
    def ttc(self) -> Decimal:
        """Le total, TVA comprise."""
        return self.ht + self.tva

    @property
    def arrondi(self) -> Decimal:
        """Ce qui s'ajoute au total pour faire le montant promis (BT-114)."""
        return self.du - self.ttc


def net(quantite: Decimal, ligne: Ligne, taux: Decimal) -> Decimal:
    """Le montant hors TVA de tant d'unités de cette ligne, au centime."""
    brut = quantite * ligne.prix_unitaire
    return arrondir(brut * CENT / (CENT + taux) if ligne.ttc else brut)


def totaliser(lignes: Iterable[Ligne], regime_de: Callable[[Ligne], Regime]) -> Totaux:
    """Les totaux d'une facture neuve."""
    figees = tuple(_figer(ligne, regime_de(ligne)) for ligne in lignes)
    return _additionner(figees, bases_de(figees), promis(figees))


def _figer(ligne: Ligne, regime: Regime) -> LigneFigee:
    prix = ligne.prix_unitaire
    if ligne.ttc:
        # Assez de décimales pour que la ligne se retrouve depuis son prix.
        prix = arrondir(prix * CENT / (CENT + regime.pourcent), PRECISION_D_UN_PRIX)
    return LigneFigee(
        ligne=ligne,
        prix_net=ranger(prix),
        net=ranger_montant(net(ligne.combien, ligne, regime.pourcent)),
        categorie=regime.categorie,
        taux=ranger(regime.pourcent),
        mention=regime.mention,
    )


def _additionner(lignes: tuple[LigneFigee, ...], bases: tuple[Base, ...], du: Decimal) -> Totaux:
    ht = sum((Decimal(figee.net) for figee in lignes), ZERO)
    tva = sum((Decimal(base.tva) for base in bases), ZERO)
    return Totaux(lignes, bases, ht, tva, du)


def promis(lignes: Sequence[LigneFigee]) -> Decimal:
    """Ce que le client doit trouver en bas : les prix TVA comprise tels quels, les autres taxés."""
    comprises = (arrondir(f.ligne.combien * f.ligne.prix_unitaire) for f in lignes if f.ligne.ttc)
    nues = bases_de([figee for figee in lignes if not figee.ligne.ttc])
    return sum(comprises, ZERO) + sum((Decimal(b.base) + Decimal(b.tva) for b in nues), ZERO)


def bases_de(lignes: Iterable[LigneFigee]) -> tuple[Base, ...]:
    """Une base par catégorie et par taux, la TVA arrondie à son total ; les motifs d'exonération réunis.

    Les taxées d'abord, du plus fort taux au plus faible.
    """
    groupes: dict[tuple[Categorie, str], list[LigneFigee]] = {}
    for figee in lignes:
        groupes.setdefault((figee.categorie, figee.taux), []).append(figee)
    bases = []
    for (categorie, taux), dedans in groupes.items():
        base = sum((Decimal(figee.net) for figee in dedans), ZERO)
        mentions = dict.fromkeys(figee.mention for figee in dedans if figee.mention)
        bases.append(
            Base(
                categorie=categorie,
                taux=taux,
                base=ranger_montant(base),
                tva=ranger_montant(base * Decimal(taux) / CENT),
                mention=" · ".join(mentions),
            )
        )
    return tuple(sorted(bases, key=lambda b: (b.categorie is Categorie.EXONEREE, -Decimal(b.taux))))


def ecart_des_taux(bases: Iterable[Base]) -> Decimal:
    """La TVA arrondie taux par taux, moins celle qu'on arrondit une seule fois au total (FIN-19)."""
    exacte = sum((Decimal(b.base) * Decimal(b.taux) / CENT for b in bases), ZERO)
    return sum((Decimal(b.tva) for b in bases), ZERO) - arrondir(exacte)


# -- les notes de crédit --------------------------------------------------------


class Restant(msgspec.Struct, frozen=True):
    """Ce qui, d'une ligne facturée, n'est pas encore crédité."""

    quantite: Decimal
    net: Decimal


def restants(facture: Piece, credits: Iterable[Piece]) -> dict[int, Restant]:
    """Par rang de ligne (depuis 1), ce qui reste à créditer de cette facture."""
    restes = {
        rang: Restant(figee.ligne.combien, Decimal(figee.net))
        for rang, figee in enumerate(facture.lignes, start=1)
    }
    for figee in (figee for credit in credits for figee in credit.lignes):
        avant = restes[figee.origine]
        restes[figee.origine] = Restant(avant.quantite - figee.ligne.combien, avant.net - Decimal(figee.net))
    return restes


def depasse(demande: Decimal, reste: Decimal) -> bool:
    """Crédite-t-on plus que ce qui reste, dans le sens de la ligne ?"""
    return abs(demande) > abs(reste) or (demande > 0) != (reste > 0)


def crediter(facture: Piece, credits: Sequence[Piece], quantites: Mapping[int, Decimal]) -> Totaux:
    """Le miroir d'une facture, ou de la part demandée de ses lignes (par rang).

    La dernière note d'une ligne emporte exactement ce qu'il en reste ; celle qui solde une base,
    exactement ce qui reste de sa TVA ; celle qui solde la facture, ce qui reste à payer : demi-centimes
    compris, et jamais plus que facturé.
    """
    restes = restants(facture, credits)
    lignes = []
    for rang, quantite in sorted(quantites.items()):
        figee, reste = facture.lignes[rang - 1], restes[rang]
        part = net(quantite, figee.ligne, Decimal(figee.taux))
        montant = reste.net if quantite == reste.quantite else _au_plus(part, reste.net)
        ligne = structs.replace(figee.ligne, quantite=ranger(quantite), faits=())
        lignes.append(structs.replace(figee, ligne=ligne, net=ranger_montant(montant), origine=rang))
    soldees = {rang for rang, reste in restes.items() if reste.quantite == quantites.get(rang, ZERO)}
    figees = tuple(lignes)
    bases = tuple(_base_creditee(facture, credits, base, soldees) for base in bases_de(figees))
    totaux = _additionner(figees, bases, promis(figees))
    reste_du = facture.montant_du - sum((credit.montant_du for credit in credits), ZERO)
    du = reste_du if soldees == restes.keys() else _au_plus(totaux.du, reste_du)
    return structs.replace(totaux, du=du)


def rendre_les_faits(totaux: Totaux, rendus: Mapping[int, tuple[str, ...]]) -> Totaux:
    """Les mêmes totaux, où chaque ligne créditée (par rang d'origine) rend ces faits à facturer."""
    lignes = tuple(
        structs.replace(f, ligne=structs.replace(f.ligne, faits=rendus.get(f.origine, ())))
        for f in totaux.lignes
    )
    return structs.replace(totaux, lignes=lignes)


def _base_creditee(facture: Piece, credits: Sequence[Piece], base: Base, soldees: set[int]) -> Base:
    def memes(bases: Iterable[Base]) -> Iterable[Decimal]:
        return (Decimal(b.tva) for b in bases if (b.categorie, b.taux) == (base.categorie, base.taux))

    reste = sum(memes(facture.bases), ZERO) - sum(memes(b for c in credits for b in c.bases), ZERO)
    rangs = {
        rang
        for rang, figee in enumerate(facture.lignes, start=1)
        if (figee.categorie, figee.taux) == (base.categorie, base.taux)
    }
    tva = reste if rangs <= soldees else _au_plus(Decimal(base.tva), reste)
    return structs.replace(base, tva=ranger_montant(tva))


def _au_plus(montant: Decimal, reste: Decimal) -> Decimal:
    """Le montant, sans passer ce qui reste."""
    return min(montant, reste) if reste >= 0 else max(montant, reste)

"""`tl stock entrer`, `sortir`, `corriger` : ce qui change ce qu'il y a."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import fiches, regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS, Article, Sens
from tiers_lieu_cli.stock.article.options import Lequel, Note, Quantite

entrer_app, sortir_app, corriger_app = Application(), Application(), Application()


@entrer_app.ecrit("entrer")
def entrer(
    c: Contexte,
    e: Ecriture,
    article: Lequel,
    quantite: Quantite,
    perime: Annotated[
        str, typer.Option("--perime", metavar="JOUR", help="Jusqu'à quand cela se garde : 12/12.")
    ] = "",
    motif: Note = "",
) -> Fait:
    """Noter ce qui entre : une livraison, une course.

    Exemples :
        tl stock entrer cafe-moulu "2 sacs"
        tl stock entrer lait 12 --perime 12/12
    """
    lu = ARTICLES.exiger(c.arbre, article)
    sinon = f"Pour ce qui sort : tl stock sortir {lu.id}"
    combien = _positive(unites.lire(quantite, lu.unite, lu.conditionnement), quantite, sinon)
    jour = saisie.lire_jour(perime, c.horloge.murale()) if perime else None
    avant = fiches.niveau(c, lu)
    return _noter(c, e, lu, Sens.ENTREE, combien, avant, motif, jour)


@sortir_app.ecrit("sortir", oui=True)
def sortir(c: Contexte, e: Ecriture, article: Lequel, quantite: Quantite, motif: Note = "") -> Fait:
    """Noter ce qui sort ; un stock qui deviendrait négatif est demandé.

    Exemples :
        tl stock sortir cafe-moulu 0,5
        tl stock sortir oeufs 6 --motif "repas du jeudi"
    """
    lu = ARTICLES.exiger(c.arbre, article)
    retour = f"Pour un retour : tl stock entrer {lu.id}"
    combien = _positive(unites.lire(quantite, lu.unite, lu.conditionnement), quantite, retour)
    reste = fiches.niveau(c, lu)
    if combien > reste:
        c.confirmer(
            f"Sortir {unites.dire(combien, lu.unite)} quand même ?",
            [f"Il n'y a que {unites.dire(reste, lu.unite)} de « {lu.nom} » d'après ce qui est noté."],
        )
    return _noter(c, e, lu, Sens.SORTIE, -combien, reste, motif)


@corriger_app.ecrit("corriger", oui=True)
def corriger(
    c: Contexte,
    e: Ecriture,
    article: Lequel,
    quantite: Annotated[str, typer.Argument(metavar="QUANTITE", help="Ce qu'il y a vraiment, compté.")],
    motif: Note = "",
) -> Fait:
    """Dire ce qu'il y a vraiment : l'écart devient un mouvement, et s'explique.

    Exemple :
        tl stock corriger cafe-moulu "1,5" --motif "un sac percé"
    """
    lu = ARTICLES.exiger(c.arbre, article)
    compte = unites.lire(quantite, lu.unite, lu.conditionnement)
    if compte < 0:
        raise ErreurUsage("Un compte n'est pas négatif.", "Dire ce qu'il y a sur l'étagère.")
    avant = fiches.niveau(c, lu)
    if compte == avant:
        raise ErreurUsage(f"Il y en a bien {unites.dire(compte, lu.unite)} : rien à corriger.")
    return _noter(c, e, lu, Sens.CORRECTION, compte - avant, avant, motif)


def _positive(combien: Decimal, dit: str, sinon: str) -> Decimal:
    if combien <= 0:
        raise ErreurUsage(f"« {dit} » : une quantité est plus grande que zéro.", sinon)
    return combien


def _noter(
    c: Contexte,
    e: Ecriture,
    lu: Article,
    sens: Sens,
    valeur: Decimal,
    avant: Decimal,
    motif: str,
    perime: date | None = None,
) -> Fait:
    """Poser le mouvement ; `avant` : ce qu'il y avait."""
    dit = texte.ligne(motif, "Le motif", vide=True)
    bouge = regles.bouger(lu, sens, valeur, c.horloge.murale(), c.hasard, dit, perime)
    MOUVEMENTS.poser(e, bouge)
    reste = avant + valeur
    verbe = {Sens.ENTREE: "Entré", Sens.SORTIE: "Sorti", Sens.CORRECTION: "Corrigé"}[sens]
    combien = unites.dire(abs(valeur), lu.unite)
    signe = "−" if sens is Sens.CORRECTION and valeur < 0 else "+" if sens is Sens.CORRECTION else ""
    bas = lu.alerte is not None and reste <= lu.alerte
    return Fait(
        id=bouge.id,
        action=f"stock.{sens}",
        histoire=f"Stock : {verbe.lower()} {signe}{combien} de {lu.nom}",
        phrase=f"{verbe} : {signe}{combien} de « {lu.nom} » ; il en reste {unites.dire(reste, lu.unite)}.",
        suite="tl stock courses" if bas else f"tl stock niveau {lu.id}",
        details={"niveau": str(reste)},
    )

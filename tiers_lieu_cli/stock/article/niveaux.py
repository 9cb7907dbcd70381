"""`tl stock niveau`, `courses`, `perimes` : ce qu'il reste, ce qui manque, ce qui ne se garde plus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import fiches, regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, Article, ArticleCite
from tiers_lieu_cli.stock.article.options import places_connues

niveau_app, courses_app, perimes_app = Application(), Application(), Application()


@niveau_app.lit("niveau")
def niveau(
    c: Contexte,
    article: Annotated[ArticleCite, typer.Argument(metavar="[ARTICLE]", help="Un seul ; sinon, tous.")] = "",
    place: Annotated[
        str, typer.Option("--place", help="Ceux de cet endroit.", autocompletion=completion(places_connues))
    ] = "",
    json: Json = False,
) -> None:
    """Ce qu'il reste : la somme des mouvements, jamais un compteur.

    Exemples :
        tl stock niveau
        tl stock niveau cafe-moulu
    """
    voulus = [ARTICLES.exiger(c.arbre, article)] if article else fiches.articles(c.arbre)
    places = valeurs.filtrer(filter(None, [place]), dict(places_connues(c)), "un endroit où l'on range")
    restes = fiches.niveaux(c)
    vus = [a for a in voulus if not places or a.place in places]
    c.ecran.liste(
        [{"article": a.id, "niveau": str(restes[a.id]), "unite": a.unite} for a in vus],
        'Aucun article.  En ouvrir un : tl stock article creer "Café moulu" --unite kg',
        [
            Colonne("article", Style.GRAS, cede=True),
            Colonne("reste"),
            Colonne("place", cede=True),
            Colonne(""),
        ],
        ((a.nom, unites.dire(restes[a.id], a.unite), a.place, _alerte(a, restes[a.id])) for a in vus),
        json=json,
    )


def _alerte(article: Article, reste: Decimal) -> str:
    if reste < 0:
        return "négatif : compter"
    return "à racheter" if article.alerte is not None and reste <= article.alerte else ""


@courses_app.lit("courses")
def courses(c: Contexte, json: Json = False) -> None:
    """Ce qu'il faut acheter, par fournisseur, en ce qui se vend ; reçu, on colle la commande.

    Exemple :
        tl stock courses
    """
    dues = regles.courses(fiches.articles(c.arbre), fiches.niveaux(c))
    if json:
        c.ecran.json([_vue(d) for d in dues])
        return
    if not dues:
        c.ecran.dire("Rien à acheter.")
        return
    dit = None
    for due in dues:
        if due.article.fournisseur != dit:
            dit = due.article.fournisseur
            c.ecran.titre(dit or "Sans fournisseur")
        reste = unites.dire(due.niveau, due.article.unite)
        c.ecran.dire(f"  [ ] {due.article.nom} : {due.a_prendre} (il reste {reste})")
        c.ecran.dire(f'      reçu : tl stock entrer {due.article.id} "{due.a_entrer}"')


def _vue(due: regles.AAcheter) -> dict[str, object]:
    return {
        "article": due.article.id,
        "fournisseur": due.article.fournisseur or None,
        "niveau": str(due.niveau),
        "manque": str(due.manque),
        "unite": due.article.unite,
        "achat": due.article.achat or None,
        "combien": due.combien,
    }


@perimes_app.lit("perimes")
def perimes(
    c: Contexte,
    jusqua: Annotated[
        str,
        typer.Option("--au", metavar="JOUR", help="Ce qui périme jusqu'à ce jour ; sinon, deux semaines."),
    ] = "",
    json: Json = False,
) -> None:
    """Ce qui est périmé, ou le sera bientôt.

    Exemples :
        tl stock perimes
        tl stock perimes --au "dans 1 mois"
    """
    jour = c.horloge.aujourdhui()
    limite = saisie.lire_jour(jusqua, c.horloge.murale()) if jusqua else jour + fiches.BIENTOT * UN_JOUR
    restes = fiches.perimes(c.arbre, limite)
    articles = {a.id: a for a in fiches.articles(c.arbre, finis=True)}
    c.ecran.liste(
        [{"article": lot.article, "perime": lot.perime, "reste": str(lot.reste)} for lot in restes],
        "Rien ne périme d'ici là.",
        [Colonne("périme", Style.GRAS), Colonne("article", cede=True), Colonne("reste")],
        (_lot(articles, lot, jour) for lot in restes),
        json=json,
    )


def _lot(articles: dict[str, Article], lot: regles.Lot, jour: date) -> Sequence[str]:
    article = articles[lot.article]
    dit = temps.dire_jour(lot.perime, jour)
    return (
        (f"PÉRIMÉ, {dit}" if lot.perime < jour else dit),
        article.nom,
        unites.dire(lot.reste, article.unite),
    )

"""`tl stock inventaire` et `compter` : la feuille à emporter dans les rayons, puis ce qu'on a compté."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.noyau import fichiers, texte, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.pages import charte, pdf
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Vers, forme
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import fiches, regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS, Article, Sens

app, compter_app = Application(), Application()
_COLONNES = ("place", "article", "nom", "unité", "calculé", "compté", "pourquoi")
_MONTRES = 20


class Forme(StrEnum):
    """La forme de la feuille."""

    TERMINAL = "terminal"
    CSV = "csv"
    PDF = "pdf"
    JSON = "json"


@app.lit("inventaire", vers=Vers)
def inventaire(
    c: Contexte,
    vers: Vers,
    place: Annotated[str, typer.Option("--place", help="Seulement cet endroit.")] = "",
    format: Annotated[
        Forme | None,
        typer.Option("--format", help="csv (à remplir) ou pdf (à imprimer) ; sinon, selon --sortie."),
    ] = None,
    aveugle: Annotated[
        bool, typer.Option("--aveugle", help="Sans ce qui est calculé : on compte sans être influencé.")
    ] = False,
    json: Json = False,
) -> None:
    """La feuille pour compter, rangée par place ; puis `tl stock compter` la relit.

    Exemples :
        tl stock inventaire
        tl stock inventaire --sortie ~/inventaire.csv
        tl stock inventaire --sortie ~/inventaire.pdf --aveugle
    """
    voulue = forme(Forme, Forme.JSON if json else format, vers.sortie, ecran=Forme.TERMINAL)
    restes = fiches.niveaux(c)
    tenus = sorted(fiches.articles(c.arbre), key=lambda a: (a.place, a.nom.casefold()))
    places = valeurs.filtrer(filter(None, [place]), (a.place for a in tenus), "un endroit où l'on range")
    vus = [a for a in tenus if not places or a.place in places]
    calcules = {a.id: "" if aveugle else unites.dire(restes[a.id]) for a in vus}
    if voulue is Forme.JSON:
        vue = [{"article": a.id, "place": a.place or None, "niveau": str(restes[a.id])} for a in vus]
        _rendre(c, vers, c.ecran.en_json(vue)) if vers.sortie else c.ecran.json(vue)
    elif voulue is Forme.CSV:
        lignes = [(a.place, a.id, a.nom, a.unite, calcules[a.id], "", "") for a in vus]
        _rendre(c, vers, fichiers.ecrire_tableau(_COLONNES, lignes))
    elif voulue is Forme.PDF:
        vers.exiger("inventaire.pdf")
        _rendre(c, vers, pdf.composer("inventaire", _page(c, vus, calcules), charte.du_lieu(c.lieu)))
    elif not vus:
        c.ecran.dire(
            'Aucun article à compter.  En ouvrir un : tl stock article creer "Café moulu" --unite kg'
        )
    else:
        _au_terminal(c, vus, calcules)


def _rendre(c: Contexte, vers: Vers, page: bytes) -> None:
    if vers.sortie is None:
        c.ecran.page(page.decode())
        return
    c.ecran.dire(f"La feuille est dans {vers.ecrire(c, page)}.")
    c.ecran.dire("  Ensuite, une fois remplie : tl stock compter")


def _page(c: Contexte, vus: list[Article], calcules: dict[str, str]) -> dict[str, object]:
    places: dict[str, list[dict[str, str]]] = {}
    for a in vus:
        ligne = {"nom": a.nom, "unite": a.unite, "calcule": calcules[a.id]}
        places.setdefault(a.place or "sans place", []).append(ligne)
    return {
        "titre": f"Inventaire du {temps.dire_jour(c.horloge.aujourdhui())}",
        "lieu": c.lieu.reglages.nom,
        "places": [{"nom": nom, "lignes": lignes} for nom, lignes in places.items()],
    }


def _au_terminal(c: Contexte, vus: list[Article], calcules: dict[str, str]) -> None:
    c.ecran.tableau(
        [
            Colonne("place", cede=True),
            Colonne("article", Style.GRAS, cede=True),
            Colonne("unité"),
            Colonne("calculé"),
            Colonne("compté"),
        ],
        [(a.place, a.nom, a.unite, calcules[a.id], "____") for a in vus],
    )
    c.ecran.dire("  Ensuite : tl stock inventaire --sortie ~/inventaire.csv, puis tl stock compter")


@compter_app.ecrit("compter", oui=True)
def compter(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[
        Path | None, typer.Argument(metavar="[FICHIER]", help="La feuille CSV, colonne « compté » remplie.")
    ] = None,
    articles: Annotated[
        list[str] | None, typer.Option("--article", metavar="ARTICLE=COMBIEN", help="Un compte : cafe=1,5.")
    ] = None,
    motif: Annotated[str, typer.Option("--motif", help="Ce qui explique les écarts sans explication.")] = "",
) -> Fait | Rien:
    """Rentrer ce qui fut compté : chaque écart est montré et expliqué avant d'être noté.

    Exemples :
        tl stock compter --article cafe-moulu=1,5 --motif "inventaire de novembre"
        tl stock compter ~/inventaire.csv
    """
    comptes, raisons = _lus(c, fichier) if fichier else ({}, {})
    for dit in articles or ():
        mot, egal, combien = dit.partition("=")
        if not egal:
            raise ErreurUsage(f"« {dit} » : combien ?", "Écrire ARTICLE=COMBIEN, comme cafe-moulu=1,5.")
        lu = ARTICLES.exiger(c.arbre, mot)
        comptes[lu.id] = _compte(combien, lu, dit)
    if not comptes:
        raise ErreurUsage("Rien n'est compté.", "Donner la feuille remplie, ou --article cafe-moulu=1,5")
    ecarts = regles.ecarts(comptes, fiches.articles(c.arbre, finis=True), fiches.niveaux(c))
    if not ecarts:
        return Rien(
            phrase=f"{accorder(len(comptes), 'article compté')}, aucun écart.", suite="tl stock niveau"
        )
    dits = [_dire(ec, raisons.get(ec.article.id, motif)) for ec in ecarts]
    montres = [*dits[:_MONTRES], *([f"… et {len(dits) - _MONTRES} autres."] if len(dits) > _MONTRES else [])]
    c.confirmer(f"Noter {'cet écart' if len(ecarts) == 1 else f'ces {len(ecarts)} écarts'} ?", montres)
    for ecart in ecarts:
        pourquoi = raisons.get(ecart.article.id) or motif
        if not pourquoi and c.ecran.interactif:
            pourquoi = c.demander(f"Pourquoi {_dire(ecart, '')} ? (Entrée : on ne sait pas)")
        dit = texte.ligne(pourquoi or "inventaire", "Le motif")
        MOUVEMENTS.poser(
            e,
            regles.bouger(
                ecart.article, Sens.CORRECTION, ecart.difference, c.horloge.murale(), c.hasard, dit
            ),
        )
    comptees, dites = accorder(len(comptes), "article compté"), accorder(len(ecarts), "écart")
    return Fait(
        id=ecarts[0].article.id,
        action="stock.compter",
        histoire=f"Inventaire : {comptees}, {dites}",
        phrase=f"{comptees}, {dites}, notés au stock.",
        lignes=[f"  {dit}" for dit in montres],
        suite="tl stock courses",
    )


def _compte(dit: str, article: Article, ou: str) -> Decimal:
    lu = unites.lire(dit, article.unite, article.conditionnement)
    if lu < 0:
        raise ErreurUsage(f"« {ou} » : un compte n'est pas négatif.", "Dire ce qu'il y a sur l'étagère.")
    return lu


def _dire(ecart: regles.Ecart, pourquoi: str) -> str:
    unite, difference = ecart.article.unite, ecart.difference
    signe = "+" if difference > 0 else "−"
    dit = f"{ecart.article.nom} : {signe}{unites.dire(abs(difference), unite)}"
    dit += f" (calculé {unites.dire(ecart.calcule)}, compté {unites.dire(ecart.compte)})"
    return f"{dit}, {pourquoi}" if pourquoi else dit


def _lus(c: Contexte, fichier: Path) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Les comptes de la feuille, et ce qui les explique ; une ligne qu'on ne comprend pas est dite."""
    tableau = fichiers.lire_tableau(fichiers.octets(fichier, fichiers.TAILLE_D_UN_TABLEAU), fichier.name)
    rangs = {nom.casefold(): rang for rang, nom in enumerate(tableau.colonnes)}
    if not {"article", "compté"} <= rangs.keys():
        raise ErreurUsage(
            f"{fichier.name} n'a pas les colonnes « article » et « compté ».",
            "Partir de la feuille : tl stock inventaire --sortie ~/inventaire.csv",
        )
    comptes: dict[str, Decimal] = {}
    raisons: dict[str, str] = {}
    for numero, cases in tableau.lignes:
        if not (dit := cases[rangs["compté"]].strip()):
            continue
        try:
            lu = ARTICLES.exiger(c.arbre, cases[rangs["article"]])
            if lu.id in comptes:
                raise ErreurUsage(f"« {lu.nom} » est compté deux fois.", "N'en garder qu'une ligne.")
            comptes[lu.id] = _compte(dit, lu, dit)
        except ErreurUsage as faute:
            raise ErreurUsage(f"{fichier.name}, ligne {numero} : {faute.fait}", faute.remede) from None
        if "pourquoi" in rangs and cases[rangs["pourquoi"]]:
            raisons[lu.id] = c.entrer(fichiers.degager(cases[rangs["pourquoi"]]))
    return comptes, raisons

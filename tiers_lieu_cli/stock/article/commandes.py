"""`tl stock article` et ses gestes : entrer, sortir, corriger, voir le niveau."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau import modification, texte, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import fiches, regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS, Article, Mouvement, Sens
from tiers_lieu_cli.stock.unites import Conditionnement

app = Application("Ce qui se consomme : en ouvrir un, le changer, le voir.")
entrer_app, sortir_app, corriger_app = Application(), Application(), Application()
niveau_app, courses_app, perimes_app = Application(), Application(), Application()
#: Ce que `fiche` montre du passé.
DERNIERS = 12


def _proposer(c: Contexte) -> list[tuple[str, str]]:
    return [(a.id, f"{a.nom}, en {a.unite}") for a in fiches.articles(c.arbre)]


def _places(c: Contexte) -> list[tuple[str, str]]:
    return [(place, "") for place in sorted({a.place for a in fiches.articles(c.arbre)} - {""})]


Lequel = Annotated[
    str,
    typer.Argument(metavar="ARTICLE", help="L'article (Tab propose).", autocompletion=completion(_proposer)),
]
Quantite = Annotated[str, typer.Argument(metavar="QUANTITE", help='Combien : 3, 4,85, "500 g", "2 boîtes".')]
Note = Annotated[str, typer.Option("--motif", help="Pourquoi, si cela s'explique.")]


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un article ; `None` : on n'en a rien dit."""

    seuil: Annotated[
        str | None, typer.Option("--seuil", help="À cette quantité ou dessous, en racheter.")
    ] = None
    cible: Annotated[str | None, typer.Option("--cible", help="Ce qu'on veut avoir après une course.")] = None
    achat: Annotated[
        str | None, typer.Option("--achat", help='Comment cela s\'achète : "boîte de 12", "sac de 5 kg".')
    ] = None
    fournisseur: Annotated[str | None, typer.Option("--fournisseur", help="Chez qui, une maison.")] = None
    place: Annotated[
        str | None, typer.Option("--place", help="Où cela se range.", autocompletion=completion(_places))
    ] = None

    def champs(self, unite: str) -> dict[str, str]:
        """Les champs dits, tels que la fiche d'un article compté en cette unité les écrit."""
        quantites = {
            champ: _dite(dit, unite)
            for champ in ("seuil", "cible")
            if (dit := getattr(self, champ)) is not None
        }
        lignes = {
            champ: texte.ligne(dit, quoi, vide=True)
            for champ, quoi in (("fournisseur", "Le fournisseur"), ("place", "La place"))
            if (dit := getattr(self, champ)) is not None
        }
        return quantites | lignes | ({} if self.achat is None else {"achat": _achat(self.achat, unite)})


def exiger(c: Contexte, mot: str) -> Article:
    """L'article que ce mot (identifiant ou nom) désigne."""
    return ARTICLES.exiger(c.arbre, mot)


def _dite(mot: str, unite: str) -> str:
    """Une quantité telle que la fiche l'écrit ; vide si elle n'est pas dite."""
    return f"{unites.lire(mot, unite).normalize():f}" if mot else ""


@app.ecrit("creer", dits=_Dits)
def creer(
    _: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Son nom, comme on le dit.")],
    unite: Annotated[str, typer.Option("--unite", help="Ce qu'on compte : kg, l, pièce, rouleau…")],
    dits: _Dits,
) -> Fait:
    """Ouvrir un article : ce qu'on en a se comptera par ses entrées et ses sorties.

    Exemples :
        tl stock article creer "Café moulu" --unite kg --seuil 2 --achat "sac de 1 kg"
        tl stock article creer "Œufs" --unite pièce --seuil 6 --achat "boîte de 12" --place frigo
    """
    dit = texte.ligne(nom, "Le nom")
    voulue = unites.nommer(texte.ligne(unite, "L'unité"))
    nu = Article(id=texte.en_tirets(dit, "article"), nom=dit, unite=voulue)
    neuf = structs.replace(nu, **dits.champs(voulue))
    ARTICLES.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="stock.article.creer",
        histoire=f"Nouvel article : {neuf.nom}, en {neuf.unite}",
        phrase=f"« {neuf.nom} » se compte en {neuf.unite}.",
        suite=f"tl stock entrer {neuf.id} 1",
    )


def _achat(dit: str, unite: str) -> str:
    propre = texte.ligne(dit, "L'achat", vide=True)
    if propre:
        Conditionnement.lire(propre, unite)
    return propre


@app.ecrit("modifier", dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    article: Lequel,
    dits: _Dits,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nom, s'il a changé.")] = None,
    unite: Annotated[
        str | None, typer.Option("--unite", help="L'unité ; le passé et le seuil suivent.")
    ] = None,
) -> Fait:
    """Changer ce qu'on dit d'un article ; seul ce qu'on donne change ("" efface).

    Exemples :
        tl stock article modifier cafe-moulu --seuil "500 g"
        tl stock article modifier cafe-moulu --unite g
    """
    ancien = neuf = exiger(c, article)
    if unite:
        passees = {m.unite for m in fiches.mouvements_de(c.arbre, ancien.id)}
        neuf = regles.changer_d_unite(ancien, texte.ligne(unite, "L'unité"), passees)
    changes = dits.champs(neuf.unite) | ({} if nom is None else {"nom": texte.ligne(nom, "Le nom")})
    neuf = structs.replace(neuf, **changes)
    if neuf == ancien:
        raise ErreurUsage("Rien à changer.", "Dire quoi, par exemple : --seuil 2")
    ARTICLES.corriger(e, ancien, neuf)
    return Fait(
        id=neuf.id,
        action="stock.article.modifier",
        histoire=f"Article changé : {neuf.nom}",
        phrase=f"« {neuf.nom} » est à jour.",
        lignes=[*modification.changements(ancien, neuf, c.horloge.aujourdhui())],
        suite=f"tl stock niveau {neuf.id}",
    )


@app.ecrit("finir")
def finir(c: Contexte, e: Ecriture, article: Lequel) -> Fait:
    """Ne plus tenir un article ; son passé reste.

    Exemple :
        tl stock article finir cafe-moulu
    """
    ancien = exiger(c, article)
    if ancien.fini_le:
        raise ErreurUsage(f"« {ancien.nom} » n'est déjà plus tenu.")
    ARTICLES.corriger(e, ancien, structs.replace(ancien, fini_le=c.horloge.aujourdhui()))
    return Fait(
        id=ancien.id,
        action="stock.article.finir",
        histoire=f"Article fini : {ancien.nom}",
        phrase=f"« {ancien.nom} » n'est plus tenu ; son passé reste.",
        suite="tl stock niveau",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les articles, leur unité, leur seuil, leur place.

    Exemple :
        tl stock article liste
    """
    recolte = ARTICLES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    tenus = fiches.articles(c.arbre)
    if json:
        c.ecran.json(tenus)
        return
    if not tenus:
        c.ecran.dire('Aucun article.  En ouvrir un : tl stock article creer "Café moulu" --unite kg')
        return
    c.ecran.tableau(
        [
            Colonne("article", Style.GRAS, cede=True),
            Colonne("unité"),
            Colonne("seuil"),
            Colonne("s'achète", cede=True),
            Colonne("chez", cede=True),
            Colonne("place", cede=True),
        ],
        [
            (
                a.nom,
                a.unite,
                unites.dire(a.alerte) if a.alerte is not None else "",
                a.achat,
                a.fournisseur,
                a.place,
            )
            for a in tenus
        ],
    )


@app.lit("fiche")
def fiche(c: Contexte, article: Lequel, json: Json = False) -> None:
    """Un article : ce qu'il en reste, et ses derniers mouvements.

    Exemple :
        tl stock article fiche cafe-moulu
    """
    lu = exiger(c, article)
    tous = fiches.mouvements_de(c.arbre, lu.id)
    reste = fiches.niveau(c, lu)
    if json:
        c.ecran.json({"fiche": lu, "niveau": str(reste), "mouvements": tous})
        return
    c.ecran.titre(lu.nom, unites.dire(reste, lu.unite))
    for mot, dit in (
        ("seuil", lu.seuil and unites.dire(lu.alerte or Decimal(0), lu.unite)),
        ("s'achète", lu.achat),
        ("chez", lu.fournisseur),
        ("place", lu.place),
    ):
        if dit:
            c.ecran.dire(f"{mot} : {dit}")
    c.ecran.tableau(
        [Colonne(), Colonne(style=Style.GRAS), Colonne(cede=True)],
        [_ligne(m, c.horloge.aujourdhui()) for m in reversed(tous[-DERNIERS:])],
    )


def _ligne(m: Mouvement, jour: date) -> tuple[str, str, str]:
    signe = "+" if m.valeur > 0 else "−"
    perime = f"à prendre avant le {temps.dire_jour(m.perime, jour)}" if m.perime else ""
    quand = temps.dire_jour(date.fromisoformat(m.moment[:10]), jour)
    return quand, f"{signe}{unites.dire(abs(m.valeur), m.unite)}", " · ".join(filter(None, [m.motif, perime]))


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
    lu = exiger(c, article)
    combien = unites.lire(quantite, lu.unite, lu.conditionnement)
    jour = saisie.lire_jour(perime, c.horloge.murale()) if perime else None
    avant = fiches.niveau(c, lu)
    return _noter(c, e, lu, Sens.ENTREE, _positive(combien, quantite), avant, motif, jour)


@sortir_app.ecrit("sortir", oui=True)
def sortir(c: Contexte, e: Ecriture, article: Lequel, quantite: Quantite, motif: Note = "") -> Fait:
    """Noter ce qui sort ; un stock qui deviendrait négatif est demandé.

    Exemples :
        tl stock sortir cafe-moulu 0,5
        tl stock sortir oeufs 6 --motif "repas du jeudi"
    """
    lu = exiger(c, article)
    combien = _positive(unites.lire(quantite, lu.unite, lu.conditionnement), quantite)
    reste = fiches.niveau(c, lu)
    if combien > reste:
        c.confirmer(
            f"Sortir {unites.dire(combien, lu.unite)} quand même ?",
            [f"Il n'y a que {unites.dire(reste, lu.unite)} de « {lu.nom} » d'après ce qui est noté."],
            sinon=f'tl stock sortir {lu.id} "{quantite}" --oui',
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
    lu = exiger(c, article)
    compte = unites.lire(quantite, lu.unite, lu.conditionnement)
    if compte < 0:
        raise ErreurUsage("Un compte n'est pas négatif.", "Dire ce qu'il y a sur l'étagère.")
    avant = fiches.niveau(c, lu)
    if compte == avant:
        raise ErreurUsage(f"Il y en a bien {unites.dire(compte, lu.unite)} : rien à corriger.")
    return _noter(c, e, lu, Sens.CORRECTION, compte - avant, avant, motif)


def _positive(combien: Decimal, dit: str) -> Decimal:
    if combien <= 0:
        raise ErreurUsage(
            f"« {dit} » : une quantité est plus grande que zéro.", "Pour un retour : stock entrer."
        )
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


@niveau_app.lit("niveau")
def niveau(
    c: Contexte,
    article: Annotated[
        str,
        typer.Argument(
            metavar="[ARTICLE]", help="Un seul ; sinon, tous.", autocompletion=completion(_proposer)
        ),
    ] = "",
    place: Annotated[
        str, typer.Option("--place", help="Ceux de cet endroit.", autocompletion=completion(_places))
    ] = "",
    json: Json = False,
) -> None:
    """Ce qu'il reste : la somme des mouvements, jamais un compteur.

    Exemples :
        tl stock niveau
        tl stock niveau cafe-moulu
    """
    voulus = [exiger(c, article)] if article else fiches.articles(c.arbre)
    places = valeurs.filtrer(filter(None, [place]), dict(_places(c)), "un endroit où l'on range")
    restes = fiches.niveaux(c)
    vus = [a for a in voulus if not places or a.place in places]
    if json:
        c.ecran.json([{"article": a.id, "niveau": str(restes[a.id]), "unite": a.unite} for a in vus])
        return
    if not vus:
        c.ecran.dire('Aucun article.  En ouvrir un : tl stock article creer "Café moulu" --unite kg')
        return
    c.ecran.tableau(
        [
            Colonne("article", Style.GRAS, cede=True),
            Colonne("reste"),
            Colonne("place", cede=True),
            Colonne(""),
        ],
        [(a.nom, unites.dire(restes[a.id], a.unite), a.place, _alerte(a, restes[a.id])) for a in vus],
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
    if json:
        c.ecran.json(
            [{"article": lot.article, "perime": lot.perime, "reste": str(lot.reste)} for lot in restes]
        )
        return
    if not restes:
        c.ecran.dire("Rien ne périme d'ici là.")
        return
    c.ecran.tableau(
        [Colonne("périme", Style.GRAS), Colonne("article", cede=True), Colonne("reste")],
        [_lot(articles, lot, jour) for lot in restes],
    )


def _lot(articles: dict[str, Article], lot: regles.Lot, jour: date) -> Sequence[str]:
    article = articles[lot.article]
    dit = temps.dire_jour(lot.perime, jour)
    return (
        (f"PÉRIMÉ, {dit}" if lot.perime < jour else dit),
        article.nom,
        unites.dire(lot.reste, article.unite),
    )

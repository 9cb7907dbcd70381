"""`tl stock article` : en ouvrir un, le changer, le voir."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import fiches, regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, Article, Mouvement
from tiers_lieu_cli.stock.article.options import Lequel, places_connues
from tiers_lieu_cli.stock.unites import Conditionnement

app = Application("Ce qui se consomme : en ouvrir un, le changer, le voir.")

#: Ce que `fiche` montre du passé.
DERNIERS = 12


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
        str | None,
        typer.Option("--place", help="Où cela se range.", autocompletion=completion(places_connues)),
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
    nu = Article(id=texte.en_tirets(taire(dit, " "), "article"), nom=dit, unite=voulue)
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
    ancien = neuf = ARTICLES.exiger(c.arbre, article)
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
    ancien = ARTICLES.exiger(c.arbre, article)
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
    c.ecran.liste(
        tenus,
        'Aucun article.  En ouvrir un : tl stock article creer "Café moulu" --unite kg',
        [
            Colonne("article", Style.GRAS, cede=True),
            Colonne("unité"),
            Colonne("seuil"),
            Colonne("s'achète", cede=True),
            Colonne("chez", cede=True),
            Colonne("place", cede=True),
        ],
        (
            (
                a.nom,
                a.unite,
                unites.dire(a.alerte) if a.alerte is not None else "",
                a.achat,
                a.fournisseur,
                a.place,
            )
            for a in tenus
        ),
        json=json,
    )


@app.lit("fiche")
def fiche(c: Contexte, article: Lequel, json: Json = False) -> None:
    """Un article : ce qu'il en reste, et ses derniers mouvements.

    Exemple :
        tl stock article fiche cafe-moulu
    """
    lu = ARTICLES.exiger(c.arbre, article)
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

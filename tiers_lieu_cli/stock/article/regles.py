"""Les règles des articles : le niveau, ce qu'il faut acheter, ce qui périme. Sans fichier ni heure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard, date_de
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article.modele import Article, Mouvement, Sens

Niveaux = Mapping[str, Decimal]


class UniteChangee(ErreurUsage):
    """L'article a déjà des mouvements dans une unité qui ne se convertit pas."""

    def __init__(self, article: Article, vers: str) -> None:
        super().__init__(
            f"« {article.nom} » est compté en {article.unite} : son passé ne se convertit pas en {vers}.",
            "Finir cet article, et en ouvrir un autre : tl stock article finir, puis creer",
        )


class AAcheter(msgspec.Struct, frozen=True):
    """Une ligne de la liste des courses : combien il manque, et combien en prendre."""

    article: Article
    niveau: Decimal
    manque: Decimal
    combien: int | None

    @property
    def a_prendre(self) -> str:
        """« 1 boîte de 12 », ou « 2,5 kg » si l'article s'achète au détail."""
        achat = self.article.conditionnement
        if achat and self.combien is not None:
            return f"{accorder(self.combien, achat.nom)}{self.article.achat.removeprefix(achat.nom)}"
        return unites.dire(self.manque, self.article.unite)

    @property
    def a_entrer(self) -> str:
        """La quantité à taper quand c'est reçu."""
        achat = self.article.conditionnement
        return accorder(self.combien, achat.nom) if achat and self.combien else unites.dire(self.manque)


def bouger(
    article: Article,
    sens: Sens,
    quantite: Decimal,
    moment: datetime,
    hasard: Hasard,
    motif: str = "",
    perime: date | None = None,
) -> Mouvement:
    """Un mouvement neuf, en l'unité de l'article."""
    return Mouvement(
        id=date_de(moment.date(), article.id, "article", hasard),
        article=article.id,
        sens=sens,
        quantite=f"{quantite.normalize():f}",
        unite=article.unite,
        moment=temps.ecrire_moment(moment),
        motif=motif,
        perime=perime,
    )


def sommer(mouvements: Iterable[Mouvement]) -> dict[tuple[str, str], Decimal]:
    """Par article et par unité, la somme des mouvements ; l'ordre n'y change rien."""
    sommes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for m in mouvements:
        sommes[m.article, m.unite] += m.valeur
    return dict(sommes)


def niveaux(articles: Iterable[Article], sommes: Mapping[tuple[str, str], Decimal]) -> dict[str, Decimal]:
    """Le niveau de chaque article, en son unité d'aujourd'hui."""
    unite = {a.id: a.unite for a in articles}
    vus: dict[str, Decimal] = dict.fromkeys(unite, Decimal(0))
    for (ident, ancienne), somme in sommes.items():
        if ident in unite:
            vus[ident] += unites.convertir(somme, ancienne, unite[ident])
    return vus


def changer_d_unite(article: Article, vers: str, passees: Iterable[str]) -> Article:
    """L'article compté autrement, son seuil converti ; `UniteChangee` si son passé ne le peut pas."""
    voulue = unites.nommer(vers)
    try:
        for ancienne in {article.unite, *passees}:
            unites.facteur("1", ancienne, voulue, None)
        convertis = {
            champ: f"{unites.convertir(Decimal(dit), article.unite, voulue).normalize():f}"
            for champ in ("seuil", "cible")
            if (dit := getattr(article, champ))
        }
    except unites.QuantiteIncomprise:
        raise UniteChangee(article, voulue) from None
    return structs.replace(article, unite=voulue, **convertis)


def courses(articles: Iterable[Article], niveau: Niveaux) -> list[AAcheter]:
    """Ce qu'il faut acheter, par fournisseur puis par nom ; en unités d'achat, arrondi au-dessus."""
    trouvees = []
    for article in articles:
        reste = niveau.get(article.id, Decimal(0))
        if article.fini_le or article.alerte is None or reste > article.alerte:
            continue
        achat = article.conditionnement
        manque = (article.voulu or Decimal(0)) - reste
        # Au seuil juste, rien ne manque encore : on en reprend pour ne pas y rester.
        manque = manque if manque > 0 else (achat.contient if achat else Decimal(1))
        trouvees.append(AAcheter(article, reste, manque, achat.combien_pour(manque) if achat else None))
    return sorted(trouvees, key=lambda a: (a.article.fournisseur, a.article.nom))


class Lot(msgspec.Struct, frozen=True):
    """Ce qui reste d'une entrée qui périme."""

    article: str
    perime: date
    reste: Decimal


def lots(mouvements: Iterable[Mouvement]) -> list[Lot]:
    """Ce qui reste des entrées datées : premier périmé, premier sorti."""
    entrees: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    sortis: dict[str, Decimal] = defaultdict(Decimal)
    for m in sorted(mouvements, key=lambda m: (m.moment, m.id)):
        if m.valeur > 0 and m.perime:
            entrees[m.article].append((m.perime, m.valeur))
        elif m.valeur < 0:
            sortis[m.article] -= m.valeur
    restes = []
    for ident, dates in entrees.items():
        a_oter = sortis[ident]
        for perime, quantite in sorted(dates):
            ote = min(a_oter, quantite)
            a_oter -= ote
            if quantite > ote:
                restes.append(Lot(ident, perime, quantite - ote))
    return sorted(restes, key=lambda lot: (lot.perime, lot.article))


class Ecart(msgspec.Struct, frozen=True):
    """Ce qu'un comptage trouve d'autre que le calcul."""

    article: Article
    calcule: Decimal
    compte: Decimal

    @property
    def difference(self) -> Decimal:
        """Ce qu'il y a de plus (ou de moins) que prévu."""
        return self.compte - self.calcule


def ecarts(comptes: Mapping[str, Decimal], articles: Iterable[Article], niveau: Niveaux) -> list[Ecart]:
    """Les articles dont le compte n'est pas le calcul, par place puis par nom."""
    vus = [Ecart(a, niveau.get(a.id, Decimal(0)), comptes[a.id]) for a in articles if a.id in comptes]
    return sorted((e for e in vus if e.difference), key=lambda e: (e.article.place, e.article.nom))

"""Les articles lus dans le lieu, et leur niveau, sans relire dix ans de mouvements.

La somme de chaque mois passé est retenue dans `.git`, jetable, sous l'empreinte que l'archive donne à
ce mois et l'état de son dossier sur ce disque : un mouvement arrivé d'un autre poste, ajouté ou retiré, la
refait. Le mois où l'on est est toujours relu. `tl verifier` refait tout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import dossiers
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.stock import unites
from tiers_lieu_cli.stock.article import regles
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS, Article, Mouvement

_MEMOIRE = "tiers-lieu.stock"
#: En jours : ce qui périme bientôt se voit assez tôt pour servir.
BIENTOT = 14


class _Mois(msgspec.Struct, frozen=True, array_like=True):
    """Un mois déjà compté : sous quelle empreinte, et ses sommes."""

    empreinte: str
    sommes: list[tuple[str, str, str]]


def articles(arbre: Arbre, *, finis: bool = False) -> list[Article]:
    """Les articles qu'on tient, par nom."""
    tenus = (a for a in ARTICLES.toutes(arbre).fiches if finis or not a.fini_le)
    return sorted(tenus, key=lambda a: (a.nom.casefold(), a.id))


def niveaux(c: Contexte) -> dict[str, Decimal]:
    """Le niveau de chaque article."""
    return regles.niveaux(articles(c.arbre, finis=True), _sommes(c))


def niveau(c: Contexte, article: Article) -> Decimal:
    """Le niveau de cet article."""
    return regles.niveaux([article], _sommes(c))[article.id]


def mouvements_de(arbre: Arbre, article: str) -> list[Mouvement]:
    """Tous les mouvements de cet article, du plus ancien au plus récent ; les autres ne sont pas lus."""
    lus = (m for i in MOUVEMENTS.idents(arbre) if f"-{article}-" in i and (m := MOUVEMENTS.une(arbre, i)))
    return sorted((m for m in lus if m.article == article), key=lambda m: (m.moment, m.id))


def _sommes(c: Contexte) -> dict[tuple[str, str], Decimal]:
    """Les sommes de tous les mois, ceux qui n'ont pas changé sans les relire."""
    neuve: dict[str, _Mois] = {}
    sommes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    courant = MOUVEMENTS.genre.mois(c.horloge.aujourdhui().year, c.horloge.aujourdhui().month)
    with dossiers.ouvrir(c.lieu.racine, c.horloge.aujourdhui(), c.commit, du_disque=c.au is None) as vus:
        memoire = _relire(c)
        for dossier in MOUVEMENTS.dossiers(c.arbre):
            empreinte = vus.empreinte(dossier) if dossier != courant else ""
            connu = memoire.get(dossier)
            if not (empreinte and connu and connu.empreinte == empreinte):
                comptes = regles.sommer(MOUVEMENTS.du_dossier(c.arbre, dossier).fiches)
                connu = _Mois(empreinte, [(a, u, str(s)) for (a, u), s in sorted(comptes.items())])
            if empreinte:
                neuve[dossier] = connu
            for article, unite, somme in connu.sommes:
                sommes[article, unite] += Decimal(somme)
    if neuve != memoire and c.au is None:
        with suppress(OSError, Echec):
            systeme.remplacer(c.archive.interne / _MEMOIRE, [msgspec.json.encode(neuve)])
    return sommes


def _relire(c: Contexte) -> dict[str, _Mois]:
    try:
        return msgspec.json.decode(
            systeme.lire_ordinaire(c.archive.interne / _MEMOIRE), type=dict[str, _Mois]
        )
    except (OSError, msgspec.MsgspecError):
        return {}


def perimes(arbre: Arbre, avant: date) -> list[regles.Lot]:
    """Ce qui reste et périme jusqu'à ce jour, compris."""
    entres = MOUVEMENTS.toutes(arbre, inutile=lambda o: b"perime" not in o).fiches
    concernes = {m.article for m in entres}
    tous = [m for ident in sorted(concernes) for m in mouvements_de(arbre, ident)]
    return [lot for lot in regles.lots(tous) if lot.perime <= avant]


def a_racheter(c: Contexte, jour: date) -> list[Echeance]:
    """Une seule ligne pour toutes les courses : elles se font ensemble ; une pour ce qu'il faut recompter."""
    tenus = articles(c.arbre)
    restes = niveaux(c) if tenus else {}
    dues = [(a.article, a.niveau) for a in regles.courses(tenus, restes)]
    negatifs = [(a, restes[a.id]) for a in tenus if restes[a.id] < 0]
    a_dire = (("racheter", dues, "tl stock courses"), ("recompter", negatifs, "tl stock inventaire"))
    return [Echeance(jour, f"{verbe} {_dire(vus)}", commande) for verbe, vus, commande in a_dire if vus]


def _dire(vus: Sequence[tuple[Article, Decimal]]) -> str:
    """« Café (-2 kg), Farine (0 kg) et 3 autres »."""
    noms = ", ".join(f"{a.nom} ({unites.dire(niveau, a.unite)})" for a, niveau in vus[:3])
    return noms + (f" et {len(vus) - 3} autres" if len(vus) > 3 else "")

"""Retrouver quelqu'un malgré une faute, un accent, une particule ; voir qui est là deux fois.

Fonctions pures : ni fichier, ni écran. rapidfuzz y fait le rapprochement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from tiers_lieu_cli.noyau.annuaire import Entree
from tiers_lieu_cli.noyau.identifiants import clef
from tiers_lieu_cli.noyau.mur import nationaux
from tiers_lieu_cli.noyau.personnes import Personne

#: Combien de réponses on montre ; au-delà, c'est la question qui est trop courte.
REPONSES = 20
#: La ressemblance demandée (0 à 100) : un mot court doit ressembler davantage.
_RESSEMBLANCE, _MOT_COURT = 75, 85
#: Deux noms qui se ressemblent autant sont peut-être la même personne.
_PRESQUE_LE_MEME = 90
#: Au-delà, un début de nom est trop commun pour comparer tout le monde à tout le monde.
_VOISINAGE = 400


class Doublon(msgspec.Struct, frozen=True):
    """Deux fiches qui sont peut-être la même personne, et ce qui le fait croire."""

    une: Personne
    autre: Personne
    raison: str


def chercher(mot: str, gens: Sequence[Entree]) -> list[str]:
    """Les identifiants des personnes à qui ce mot ressemble, les plus sûres d'abord.

    Un courriel ou un numéro se cherchent aussi, par un morceau.
    """
    if "@" in mot.lstrip("@"):
        return [e.id for e in gens if mot.casefold() in e.courriel.casefold()][:REPONSES]
    if len(chiffres := nationaux(mot)) >= 3 and not re.search(r"[^\W\d]", mot):
        return [e.id for e in gens if chiffres in nationaux(e.telephone)][:REPONSES]
    voulu = clef(mot)
    rangs: dict[str, tuple[int, float, str]] = {}
    for rang, e in _proches(voulu, gens) if voulu else ():
        rangs[e.id] = min(rangs.get(e.id, rang), rang)
    return sorted(rangs, key=lambda ident: rangs[ident])[:REPONSES]


def _proches(voulu: str, gens: Sequence[Entree]) -> Iterator[tuple[tuple[int, float, str], Entree]]:
    """Chaque personne qui ressemble, et son rang : le mot juste, un début, puis une ressemblance."""
    from rapidfuzz import fuzz, process

    colle = voulu.replace("-", "")
    cles = [e.cle.replace("-", "") for e in gens]
    seuil = _RESSEMBLANCE if len(colle) > 4 else _MOT_COURT
    for _, score, n in process.extract(
        colle, cles, scorer=fuzz.partial_ratio, score_cutoff=seuil, limit=10 * REPONSES
    ):
        yield (_rang(voulu, gens[n]), -score, gens[n].nom), gens[n]
    for e in gens:
        if e.cle_surnom == voulu:
            yield (0, -100.0, e.nom), e


def _rang(voulu: str, e: Entree) -> int:
    entoure = f"-{e.cle}-"
    if voulu in (e.cle, e.cle_surnom) or f"-{voulu}-" in entoure:
        return 0
    return 1 if f"-{voulu}" in entoure else 2


def doublons(personnes: Iterable[Personne]) -> list[Doublon]:
    """Les paires qui sont peut-être une seule personne, avec la raison."""
    personnes = sorted(personnes, key=lambda p: p.id)
    trouves: dict[tuple[str, str], Doublon] = {}
    for raison, groupe in _groupes(personnes):
        for une, autre in combinations(groupe, 2):
            trouves.setdefault((une.id, autre.id), Doublon(une, autre, raison))
    for doublon in _noms_voisins(personnes):
        trouves.setdefault((doublon.une.id, doublon.autre.id), doublon)
    return list(trouves.values())


def _groupes(personnes: Iterable[Personne]) -> Iterator[tuple[str, list[Personne]]]:
    """Celles qui partagent un contact ou les mots d'un nom."""
    memes: dict[tuple[str, str], list[Personne]] = {}
    for p in personnes:
        marques = {
            "même courriel": p.courriel.casefold(),
            "même numéro": nationaux(p.telephone),
            "même nom": " ".join(sorted(p.cle.split("-"))),
        }
        for raison, marque in marques.items():
            if marque:
                memes.setdefault((raison, marque), []).append(p)
    for (raison, _), groupe in memes.items():
        if len(groupe) > 1:
            yield raison, groupe


def _noms_voisins(personnes: Iterable[Personne]) -> Iterator[Doublon]:
    """Celles dont le nom se ressemble à une faute près ; on ne compare que ceux qui commencent pareil."""
    from rapidfuzz import fuzz

    voisinages: dict[str, list[tuple[str, Personne]]] = {}
    for p in personnes:
        colle = p.cle.replace("-", "")
        for mot in {mot[:3] for mot in p.cle.split("-") if len(mot) > 2}:
            voisinages.setdefault(mot, []).append((colle, p))
    for voisins in voisinages.values():
        if len(voisins) > _VOISINAGE:
            continue
        for (nom, une), (autre_nom, autre) in combinations(voisins, 2):
            if " " in une.nom and fuzz.ratio(nom, autre_nom, score_cutoff=_PRESQUE_LE_MEME):
                yield Doublon(une, autre, "noms presque pareils")

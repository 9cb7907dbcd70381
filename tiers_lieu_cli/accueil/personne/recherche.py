"""Retrouver quelqu'un malgré une faute, un accent, une particule ; voir qui est là deux fois.

Fonctions pures : ni fichier, ni écran. rapidfuzz y fait le rapprochement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from tiers_lieu_cli.noyau.gens.annuaire import Entree
from tiers_lieu_cli.noyau.gens.mur import nationaux
from tiers_lieu_cli.noyau.gens.personnes import Personne
from tiers_lieu_cli.noyau.texte import clef

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
    colle = voulu.replace("-", "")
    if not colle:
        return []
    exactes = [
        (_rang(voulu, e), e.nom, e.id)
        for e in gens
        if colle in e.cle.replace("-", "") or e.cle_surnom == voulu
    ]
    return [ident for *_, ident in sorted(exactes or _ressemblantes(colle, gens))][:REPONSES]


def _rang(voulu: str, e: Entree) -> float:
    """Le mot juste, puis un début de mot, puis le reste."""
    entoure = f"-{e.cle}-"
    if voulu in (e.cle, e.cle_surnom) or f"-{voulu}-" in entoure:
        return 0
    return 1 if f"-{voulu}" in entoure else 2


def _ressemblantes(colle: str, gens: Sequence[Entree]) -> Iterator[tuple[float, str, str]]:
    """Quand aucun nom ne contient ce mot : ceux qui lui ressemblent, la plus grande ressemblance d'abord."""
    from rapidfuzz import fuzz, process

    cles = [e.cle.replace("-", "") for e in gens]
    seuil = _RESSEMBLANCE if len(colle) > 4 else _MOT_COURT
    trouves = process.extract(colle, cles, scorer=fuzz.partial_ratio, score_cutoff=seuil, limit=REPONSES)
    return ((-score, gens[n].nom, gens[n].id) for _, score, n in trouves)


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

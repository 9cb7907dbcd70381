"""Récrire dans un YAML les lignes de ce qui change, et nulle autre : la main y retrouve ses commentaires.

Un commentaire au-dessus d'un élément est à lui ; celui qui suit une liste, une table, un texte ou un champ
ôté reste. Ce qui n'est pas écrit en blocs (une fiche en JSON, deux éléments par ligne) n'est pas retouché.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from tiers_lieu_cli.noyau.motif import motif

#: Écrire une valeur en YAML, à la marge.
Ecrire = Callable[[Any], str]
_BLOC = motif(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")


class NonRetouchable(Exception):
    """Ce texte n'est pas écrit en blocs, une valeur par ligne."""


def retoucher(
    texte: str, document: Any, avant: Mapping[str, Any], apres: Mapping[str, Any], ecrire: Ecrire
) -> str:
    """Le texte où les champs qui diffèrent d'`avant` à `apres` disent `apres` ; `NonRetouchable` sinon.

    `document` : le même texte, analysé par ruamel ; un champ absent des deux garde ses lignes.
    """
    if "\r" in texte or not isinstance(document, CommentedMap) or document.fa.flow_style():
        raise NonRetouchable
    lignes = texte.removesuffix("\n").split("\n")
    return "\n".join(_Retouche(lignes, ecrire).table(document, 0, len(lignes), avant, apres)) + "\n"


class _Retouche:
    def __init__(self, lignes: list[str], ecrire: Ecrire) -> None:
        self._lignes = lignes
        self._ecrire = ecrire

    def table(
        self, noeud: CommentedMap, debut: int, fin: int, avant: Mapping[str, Any], apres: Mapping[str, Any]
    ) -> list[str]:
        """Les lignes d'une table, celles d'avant son premier champ comprises."""
        places = {cle: noeud.lc.key(cle) for cle in noeud}
        bornes = _en_ordre([*(ligne for ligne, _ in places.values()), fin])
        rendues = self._lignes[debut : bornes[0]]
        for (cle, (_, colonne)), (de, a) in zip(places.items(), pairwise(bornes), strict=True):
            corps, suite = _detacher(self._lignes[de:a], colonne)
            if avant.get(cle) == apres.get(cle):
                rendues += corps
            elif cle in apres:
                rendues += self._champ(noeud, cle, de, de + len(corps), avant.get(cle), apres[cle])
            rendues += suite
        marge = " " * next(iter(places.values()))[1]
        for cle in apres:
            if cle not in noeud:
                rendues += _a_la_marge(self._ecrire({cle: apres[cle]}), marge)
        return rendues

    def _champ(
        self, noeud: CommentedMap, cle: str, debut: int, fin: int, avant: Any, apres: Any
    ) -> list[str]:
        ancien, (ligne, colonne) = noeud[cle], noeud.lc.key(cle)
        if self._lignes[ligne][:colonne].strip():
            # « - role: bar » : la première clé d'un élément partage la ligne de son tiret.
            raise NonRetouchable
        if avant and apres and isinstance(ancien, CommentedMap) and isinstance(apres, dict):
            if not ancien.fa.flow_style() and isinstance(avant, dict):
                return self.table(ancien, debut, fin, avant, apres)
        elif avant and apres and isinstance(ancien, CommentedSeq) and isinstance(apres, (list, tuple)):
            if not ancien.fa.flow_style():
                return self._liste(ancien, debut, fin, avant, apres)
            if not any(isinstance(x, (list, tuple, dict)) for x in apres):
                apres = CommentedSeq(apres)
                apres.fa.set_flow_style()
        ecrites = _a_la_marge(self._ecrire({cle: apres}), " " * colonne)
        if au_bout := _au_bout_de_la_ligne(noeud, cle):
            commentaire, ou = au_bout
            ecrites[0] = f"{ecrites[0]}  ".ljust(ou) + commentaire
        return ecrites

    def _liste(
        self, noeud: CommentedSeq, debut: int, fin: int, avant: Sequence[Any], apres: Sequence[Any]
    ) -> list[str]:
        """Ce qui reste garde ses lignes, et le commentaire d'au-dessus ; le reste s'écrit."""
        bornes = _en_ordre([*(noeud.lc.item(rang)[0] for rang in range(len(noeud))), fin])
        tiret = self._lignes[bornes[0]].index("-") if "-" in self._lignes[bornes[0]] else -1
        if len(avant) != len(noeud) or bornes[0] == debut:
            raise NonRetouchable
        dessus, anciens = self._lignes[debut + 1 : bornes[0]], list[list[str]]()
        for de, a in pairwise(bornes):
            if self._lignes[de][: tiret + 1] != " " * tiret + "-":
                raise NonRetouchable
            corps, suite = _detacher(self._lignes[de:a], tiret)
            anciens.append([*dessus, *corps])
            dessus = suite
        rendues, restent = [self._lignes[debut]], list(range(len(avant)))
        for element in apres:
            rang = next((r for r in restent if avant[r] == element), None)
            if rang is None:
                rendues += _a_la_marge(self._ecrire([element]), " " * tiret)
            else:
                restent.remove(rang)
                rendues += anciens[rang]
        return rendues + dessus


def _en_ordre(bornes: list[int]) -> list[int]:
    if len(bornes) < 2 or any(a >= b for a, b in pairwise(bornes)):
        raise NonRetouchable
    return bornes


def _detacher(lignes: list[str], colonne: int) -> tuple[list[str], list[str]]:
    """Une valeur, et les lignes vides ou commentées qui la suivent ; dans un texte en bloc, « # » en est."""
    en_bloc = any(_BLOC.search(ligne) for ligne in lignes)
    fin = len(lignes)
    while fin > 1:
        nue = lignes[fin - 1].lstrip()
        retrait = len(lignes[fin - 1]) - len(nue)
        if nue and not (nue.startswith("#") and (not en_bloc or retrait <= colonne)):
            break
        fin -= 1
    return lignes[:fin], lignes[fin:]


def _a_la_marge(ecrit: str, marge: str) -> list[str]:
    lignes = ecrit.removesuffix("\n").split("\n")
    retrait = min(len(ligne) - len(ligne.lstrip(" ")) for ligne in lignes if ligne)
    return [f"{marge}{ligne[retrait:]}" if ligne else ligne for ligne in lignes]


def _au_bout_de_la_ligne(noeud: CommentedMap, cle: str) -> tuple[str, int] | None:
    """Le commentaire de la ligne du champ, et sa colonne."""
    jeton = (noeud.ca.items.get(cle) or [None] * 3)[2]
    # D'un texte en bloc, ruamel accroche là le commentaire qui le suit.
    if jeton is None or jeton.start_mark.line != noeud.lc.key(cle)[0]:
        return None
    dit = jeton.value.split("\n", 1)[0]
    return (dit, jeton.column) if dit.startswith("#") else None

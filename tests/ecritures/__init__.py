"""Toutes les commandes qui écrivent, métier par métier, du texte libre partout où elles en prennent.

`test_mur` les joue avec des textes qui nomment des personnes ; `test_carte` exige que chaque
commande à `--essai` y soit. Un module par sujet, qui expose `commandes(titre, texte)` ; l'ordre
compte : ce qu'une ligne crée (avec des mots fixes), une suivante peut le changer.
"""

from __future__ import annotations

from ecritures import convention, courrier, espace, federation, journal, prog, quotidien, reservations, stock

_SUJETS = (journal, espace, reservations, prog, quotidien, stock, convention, courrier, federation)


def toutes(titre: str, texte: str) -> list[tuple[str, ...]]:
    """Les commandes à jouer, dans l'ordre."""
    return [mots for sujet in _SUJETS for mots in sujet.commandes(titre, texte)]

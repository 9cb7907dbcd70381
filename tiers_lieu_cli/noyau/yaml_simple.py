"""Écrire une fiche toute simple exactement comme ruamel l'écrirait, sans charger ruamel.

Le charger prend à lui seul le quart du temps d'une commande vide. Ce qui demande la moindre
précaution (guillemets, plusieurs lignes, deux-points) n'est pas écrit ici ; un essai compare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Au-delà, ruamel pourrait replier la ligne.
LONGUEUR_MAXIMALE = 1000
#: Ce que tout lecteur de YAML lit comme un texte sans guillemets : des mots, un moment, un identifiant.
_NU = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ÿ](?:[A-Za-z0-9À-ÖØ-öø-ÿ'_./-]| (?=[A-Za-z0-9À-ÖØ-öø-ÿ]))*"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}|-[a-z0-9-]*[g-np-wyz][a-z0-9-]*)"
)
_JOUR = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PAS_UN_TEXTE = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])


def ecrire(document: Mapping[str, object]) -> str:
    """Les lignes d'une fiche toute simple ; vide si elle ne l'est pas."""
    lignes = []
    for champ, valeur in document.items():
        liste = valeur if isinstance(valeur, (list, tuple)) else None
        dits = [_dire(v) for v in (liste if liste is not None else [valeur])]
        if not dits or not all(dits) or not _NU.fullmatch(champ) or champ in _PAS_UN_TEXTE:
            return ""
        lignes += (
            [f"{champ}:", *(f"  - {dit}" for dit in dits)] if liste is not None else [f"{champ}: {dits[0]}"]
        )
    return "\n".join([*lignes, ""])


def _dire(valeur: object) -> str:
    """Une valeur simple comme YAML l'écrit ; vide si elle demande des précautions."""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, int):
        return str(valeur)
    if not isinstance(valeur, str) or valeur.lower() in _PAS_UN_TEXTE:
        return ""
    if _JOUR.fullmatch(valeur):
        return f'"{valeur}"'
    return valeur if _NU.fullmatch(valeur) and len(valeur) < LONGUEUR_MAXIMALE else ""

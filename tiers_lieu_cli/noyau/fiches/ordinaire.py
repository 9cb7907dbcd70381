"""Le YAML d'une fiche neuve faite de mots ordinaires : celui que ruamel écrirait, sans le charger.

Il coûte le quinzième d'une commande qui écrit, et presque toutes les fiches sont de celles-là. Ce qui
demande des guillemets, un bloc ou une table lui revient ; `fiche.ecrire` relit tout ce qui est produit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Ce qui s'écrit tel quel (YAML 1.2 § 7.3.3) : des mots, ou un moment ; rien qui se lise autrement.
_NU = (
    r"(?:[^\W\d_]|\d+(?:[:–]\d+)* (?=[^\W\d_]))(?:[\w.'’()/–-]|(?<=\d):(?=\d)|,? (?=[\w('’]))*"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d"
)
#: Avec ses secondes, YAML en ferait une date : il se met entre guillemets.
_INSTANT = r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
#: yaml-rs et ruamel ne lisent pas ces textes nus de la même façon : on les met entre guillemets.
AMBIGU = r"(?a)[\d.+-][\d._:+\-a-fA-FoxXeE ]*|~|"
#: Ce que YAML, d'une version ou d'une autre, prend pour autre chose qu'un texte.
_MOTS_DE_YAML = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"])
_LONG = 200


def ecrire(champs: Mapping[str, object]) -> str:
    """Ces champs, un par ligne, une liste en retrait ; vide si l'un d'eux n'est pas ordinaire."""
    lignes: list[str] = []
    for champ, valeur in champs.items():
        if not isinstance(valeur, (list, tuple)):
            lignes.append(f"{champ}: {_nu(valeur)}" if _nu(valeur) else "")
        elif valeur and all(map(_nu, valeur)):
            lignes += (f"{champ}:", *(f"  - {_nu(v)}" for v in valeur))
        else:
            lignes.append("")
    return "".join(f"{ligne}\n" for ligne in lignes) if all(lignes) else ""


def _nu(valeur: object) -> str:
    if type(valeur) is bool:
        return "true" if valeur else "false"
    if type(valeur) is int:
        return str(valeur)
    if not isinstance(valeur, str) or len(valeur) > _LONG or valeur.lower() in _MOTS_DE_YAML:
        return ""
    if re.fullmatch(_INSTANT, valeur):
        return f"'{valeur}'"
    return valeur if re.fullmatch(_NU, valeur) and not re.fullmatch(AMBIGU, valeur) else ""

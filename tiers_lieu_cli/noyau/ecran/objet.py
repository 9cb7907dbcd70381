"""Le seul passage vers le JSON : dates ISO, heures locales avec leur décalage, `null` pour ce qui manque.

Une structure dit tous ses champs, dans l'ordre où elle les déclare ; voir docs/json.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as Ensemble
from datetime import datetime, tzinfo
from enum import Enum
from functools import cache
from typing import get_args, get_type_hints

import msgspec

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps.temps import SANS_FIN
from tiers_lieu_cli.noyau.texte import A_MONTRER

#: Un moment mural, tel qu'une fiche l'écrit.
_MURAL = motif(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?", re.ASCII)


def objet(valeur: object, fuseau: tzinfo | None) -> object:
    """Cette valeur, comme un autre programme la lira ; sans fuseau, une heure murale reste murale."""
    if isinstance(valeur, Enum):
        return valeur.value
    if isinstance(valeur, str):
        return _decale(valeur, fuseau) if _MURAL.fullmatch(valeur) else valeur
    if isinstance(valeur, datetime) and not valeur.tzinfo and valeur >= SANS_FIN:
        return None
    if isinstance(valeur, datetime):
        return (valeur.astimezone(fuseau) if valeur.tzinfo and fuseau else _situe(valeur, fuseau)).isoformat()
    if isinstance(valeur, msgspec.Struct):
        # Une partie de fiche n'a pas de nom à elle.
        dits = ((champ, getattr(valeur, champ)) for champ in donnees(type(valeur)))
        return {champ: _present(v, fuseau) for champ, v in dits if v != "" or champ != "id"}
    if isinstance(valeur, Mapping):
        return {_cle(cle): _present(v, fuseau) for cle, v in valeur.items()}
    if isinstance(valeur, (list, tuple, Ensemble)):
        return [objet(v, fuseau) for v in valeur]
    return valeur


@cache
def donnees(structure: type[msgspec.Struct]) -> tuple[str, ...]:
    """Ses champs, sans ceux qui ne sont là que pour être montrés."""
    types = get_type_hints(structure, include_extras=True)
    return tuple(c for c in structure.__struct_fields__ if A_MONTRER not in get_args(types[c])[1:])


def _present(valeur: object, fuseau: tzinfo | None) -> object:
    return None if valeur == "" else objet(valeur, fuseau)


def _cle(cle: object) -> object:
    return cle.value if isinstance(cle, Enum) else cle


def _decale(mural: str, fuseau: tzinfo | None) -> str:
    try:
        return _situe(datetime.fromisoformat(mural), fuseau).isoformat()
    except ValueError:
        return mural


def _situe(moment: datetime, fuseau: tzinfo | None) -> datetime:
    return moment if moment.tzinfo or fuseau is None else moment.replace(tzinfo=fuseau)

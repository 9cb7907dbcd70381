"""Le seul passage vers le JSON : dates ISO, heures locales avec leur décalage, `null` pour ce qui manque.

Une structure dit tous ses champs, dans l'ordre où elle les déclare ; voir docs/json.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as Ensemble
from datetime import datetime, tzinfo
from enum import Enum

import msgspec

#: Un moment mural, tel qu'une fiche l'écrit.
_MURAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?", re.ASCII)


def objet(valeur: object, fuseau: tzinfo | None) -> object:
    """Cette valeur, comme un autre programme la lira ; sans fuseau, une heure murale reste murale."""
    if isinstance(valeur, Enum):
        return valeur.value
    if isinstance(valeur, str):
        return _decale(valeur, fuseau) if _MURAL.fullmatch(valeur) else valeur
    if isinstance(valeur, datetime):
        return (valeur.astimezone(fuseau) if valeur.tzinfo and fuseau else _situe(valeur, fuseau)).isoformat()
    if isinstance(valeur, msgspec.Struct):
        return {champ: _present(getattr(valeur, champ), fuseau) for champ in _dits(valeur)}
    if isinstance(valeur, Mapping):
        return {_cle(cle): _present(v, fuseau) for cle, v in valeur.items()}
    if isinstance(valeur, (list, tuple, Ensemble)):
        return [objet(v, fuseau) for v in valeur if not _est_un_dessin(v)]
    return valeur


def _dits(structure: msgspec.Struct) -> list[str]:
    """Ses champs ; une partie de fiche n'a pas de nom à elle."""
    return [c for c in structure.__struct_fields__ if not (c == "id" and not getattr(structure, c))]


def _present(valeur: object, fuseau: tzinfo | None) -> object:
    return None if valeur == "" or _est_un_dessin(valeur) else objet(valeur, fuseau)


def _est_un_dessin(valeur: object) -> bool:
    """Un dessin se fait des données : ce n'en est pas une."""
    return isinstance(valeur, str) and valeur.startswith("<svg")


def _cle(cle: object) -> object:
    return cle.value if isinstance(cle, Enum) else cle


def _decale(mural: str, fuseau: tzinfo | None) -> str:
    try:
        return _situe(datetime.fromisoformat(mural), fuseau).isoformat()
    except ValueError:
        return mural


def _situe(moment: datetime, fuseau: tzinfo | None) -> datetime:
    return moment if moment.tzinfo or fuseau is None else moment.replace(tzinfo=fuseau)

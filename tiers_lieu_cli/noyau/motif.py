"""Un motif (expression régulière) qui ne se prépare qu'à son premier emploi.

Une commande en connaît soixante et s'en sert de dix : les préparer tous coûtait le dixième du temps
qu'elle ajoute à son démarrage (ADR 0015).
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Motif:
    def __init__(self, source: str | bytes, options: int) -> None:
        self.pattern, self.flags = source, options

    def __getattr__(self, nom: str) -> Any:
        # Appelée une fois par verbe (`sub`, `fullmatch`…) : il est ensuite sur l'objet, sans détour.
        valeur = getattr(re.compile(self.pattern, self.flags), nom)
        setattr(self, nom, valeur)
        return valeur


def motif(source: AnyStr, options: int = 0) -> re.Pattern[AnyStr]:
    """Ce que `re.compile` rendrait, préparé quand on s'en sert ; fautif, c'est là qu'il le dit."""
    return cast("re.Pattern[AnyStr]", _Motif(source, options))

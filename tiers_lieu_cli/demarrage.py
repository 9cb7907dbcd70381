"""Ce qui se règle avant de rien charger, pour démarrer vite ; ce qui est fait n'en change pas (ADR 0015)."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

#: Là où presque tout système range ses fuseaux horaires.
_FUSEAUX = "/usr/share/zoneinfo"
_EXTENSION = "typing_extensions"


def alleger() -> None:
    """Ne pas ramasser ce qui vit un dixième de seconde, ni charger ce dont les bibliothèques se passent."""
    gc.disable()
    if os.path.isdir(_FUSEAUX):
        # Sans cela, zoneinfo relit tout le réglage de construction de Python pour l'apprendre.
        os.environ.setdefault("PYTHONTZPATH", _FUSEAUX)
    if _EXTENSION not in sys.modules:
        _charger_msgspec()


def _charger_msgspec() -> None:
    """Msgspec prend dans `typing` ce que `typing_extensions` ne fait que redire, si elle n'est pas là.

    Elle coûterait à elle seule un trentième de démarrage. Qui en a besoin ensuite la trouve.
    """
    sys.modules[_EXTENSION] = None  # type: ignore[assignment]
    try:
        with suppress(ImportError):
            import msgspec  # noqa: F401
    finally:
        del sys.modules[_EXTENSION]

"""Ce qu'un refus dit, fait et remède d'un trait : de quoi le comparer mot à mot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage


def refus(appel: Callable[..., object], *donnes: Any, sorte: type[Echec] = ErreurUsage, **dits: Any) -> str:
    """« fait → remède » de l'échec, de cette sorte, que cet appel lève."""
    with pytest.raises(sorte) as refuse:
        appel(*donnes, **dits)
    return f"{refuse.value.fait} → {refuse.value.remede}"

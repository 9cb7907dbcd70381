"""Ce qui reste à faire, calculé à chaque lecture : rien n'est dû à un cron.

Un genre le déclare (`Genre.a_faire`) : des échéances, que `tl aujourd'hui` réunit. Soixante jours
d'absence ne font rien manquer (`docs/principes.md`, règle 4).
"""

from __future__ import annotations

from datetime import date

import msgspec


class Echeance(msgspec.Struct, frozen=True, order=True):
    """Une chose à faire, due ce `jour` ; `commande` est ce qui la règle, `fiche` ce dont elle parle."""

    jour: date
    phrase: str
    commande: str = ""
    fiche: str = ""

"""Une commande qui lit répond à tout jour qu'on peut lui dire, fût-il bien passé ou loin devant."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from lectures import lectures
from repertoire import TOUTES
from soutien import Lieu

BOGUE = 70
JOURS = ("1990-01-01", "29/2", "décembre", "2027-01-01", "2100-12-31")
#: La caisse est ailleurs : un lieu inventé n'en a pas.
LISENT = {nom: facons[0] for nom, facons in lectures().items() if nom[0] != "finance"}


def _des_jours(nom: tuple[str, ...]) -> list[str]:
    """Comment cette commande dit un jour : l'option, ou rien pour un mot tout seul."""
    vus = [p for p in TOUTES[nom].params if "JOUR" in (getattr(p, "metavar", "") or "")]
    return [p.opts[0] if p.opts[0].startswith("-") else "" for p in vus]


@pytest.mark.parametrize("nom", [nom for nom in LISENT if _des_jours(nom)], ids=" ".join)
def test_aucun_jour_ne_la_fait_tomber(la_passerelle: Path, nom: tuple[str, ...]) -> None:
    """Chaque jour, à chacune de ses places ; et les paires, à l'endroit et à l'envers."""
    lieu, places = Lieu(la_passerelle), _des_jours(nom)
    seuls = [((place, jour),) for place in places for jour in JOURS]
    paires = [
        tuple(zip(places, jours, strict=True)) for jours in itertools.permutations(JOURS[2:], len(places))
    ]
    for dits in (*seuls, *(paires if len(places) > 1 else ())):
        mots = [mot for dit in dits for mot in dit if mot]
        fixes = LISENT[nom] if all(option for option, _ in dits) else ()
        assert lieu.faire(*nom, *fixes, *mots, code=None).code != BOGUE, mots

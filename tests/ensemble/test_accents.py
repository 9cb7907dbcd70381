"""Ce que l'écran dit d'un champ ou d'une valeur porte ses accents, comme les documents les écrivent."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import modification, valeurs
from tiers_lieu_cli.noyau.texte import sans_accent

RACINE = Path(__file__).resolve().parents[2]
#: Ce qui, dans un document, n'est pas de la prose : code, options, chemins, adresses.
_CODE = re.compile(r"```.*?```|`[^`]*`|^ {4}.*$|--[\w-]+|\S*[/_]\S*|\bhttps?:\S+", re.S | re.M)


def _dits() -> set[str]:
    """Tout nom de champ, toute valeur d'une liste fermée, comme ils se montrent."""
    dits: set[str] = set()
    vus: set[Any] = set()

    def lire(sorte: Any) -> None:
        if isinstance(sorte, type) and issubclass(sorte, Enum):
            dits.update(valeurs.montrer(str(membre.value)) for membre in sorte)
        elif isinstance(sorte, type) and issubclass(sorte, msgspec.Struct) and sorte not in vus:
            vus.add(sorte)
            for champ, dedans in get_type_hints(sorte).items():
                if champ in sorte.__struct_fields__:
                    dits.add(modification.nommer(champ))
                    lire(dedans)
        else:
            for dedans in get_args(sorte):
                lire(dedans)

    for declare in GENRES:
        lire(declare.rangements[0].structure)
    return dits


def test_aucun_accent_ne_manque() -> None:
    prose = " ".join(_CODE.sub(" ", f.read_text("utf-8")) for f in (RACINE / "docs").rglob("*.md"))
    ecrits = Counter(re.findall(r"[^\W\d_]+", prose.lower()))
    accentues = {sans_accent(mot) for mot in ecrits if mot != sans_accent(mot)}
    mots = {mot for dit in _dits() for mot in re.findall(r"[^\W\d_]+", dit.lower())}
    assert len(mots) > 200
    assert sorted(mot for mot in mots & accentues if not ecrits[mot]) == []


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("accueil", "besoin", "modifier", "four", "--etat", "comble"), "état : exprimé → comblé"),
        (("accueil", "besoin", "modifier", "four", "--publier"), "publié : non → oui"),
    ],
)
def test_un_changement_se_dit_avec_ses_accents(lieu: Lieu, mots: tuple[str, ...], dit: str) -> None:
    lieu.faire("accueil", "besoin", "creer", "Un four")
    assert dit in lieu.faire(*mots).sortie

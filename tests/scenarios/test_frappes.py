"""docs/frappes.md compte juste, et chacun de ses gestes marche tel quel."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from soutien import Lieu

PAGE = Path(__file__).parents[2] / "docs/frappes.md"


def test_la_page_des_frappes_compte_juste_et_chaque_geste_marche(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("prog", "evenement", "creer", "Atelier vélo", "--quand", "demain 18h-20h")
    lieu.faire("espace", "cle", "creer", "cave")
    lieu.faire("espace", "cle", "remettre", "cave", "@karim")
    lignes = re.findall(r"^\| [^|]+ \| `([^`]+)` \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(lignes) == 10
    for commande, frappes in lignes:
        # La touche Entrée compte aussi.
        assert len(commande) + 1 == int(frappes), commande
        lieu.faire(*shlex.split(commande)[1:])

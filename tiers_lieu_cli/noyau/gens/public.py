"""Ce que tout le monde lit : chacun y paraît sous le nom qu'il a choisi, ou n'y paraît pas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tiers_lieu_cli.noyau.gens.personnes import CITE, tel_quel
from tiers_lieu_cli.noyau.gens.registre import Registre

#: Ce qu'on lit à la place de qui n'a pas dit sous quel nom paraître.
QUELQU_UN = "quelqu'un"


class Public:
    """Dire un texte à tous : `dire(texte, fiche)`. Ce qu'il a fallu taire se retrouve dans `avis`."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre
        self._tus: dict[str, dict[str, None]] = {}

    def dire(self, texte: str, fiche: str = "") -> str:
        """Le texte de cette fiche, où une mention est devenue un nom public, ou « quelqu'un »."""

        def nommer(trouve: re.Match[str]) -> str:
            choisi = self._registre.nom_public(trouve[1])
            if choisi is None:
                self._tus.setdefault(trouve[1], {})[fiche] = None
            return choisi or QUELQU_UN

        return CITE.sub(nommer, texte) if "p-" in texte else texte

    def avis(self) -> Iterator[str]:
        """Qui a été tu, dans quelle fiche, et comment le nommer s'il est d'accord."""
        for ident, fiches in self._tus.items():
            ou = ", ".join(tel_quel(fiche) for fiche in fiches if fiche)
            if self._registre.une(ident) is None:
                yield f"« {QUELQU_UN} » dans {ou} : ce poste ne sait pas qui c'est."
                continue
            qui = self._registre.a_ecrire(ident)
            yield f"« {QUELQU_UN} » dans {ou} : {qui} n'a pas dit sous quel nom paraître."
            yield f"  → Si elle est d'accord : tl accueil personne modifier {qui} --nom-public"

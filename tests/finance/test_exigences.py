"""Chaque exigence de la caisse a un essai qui porte son numéro."""

from __future__ import annotations

import re
from pathlib import Path

EXIGENCES = {("fin", n) for n in range(1, 33)} | {("rgpd", n) for n in (1, 2, 3)} | {("conv", 4)}


def test_chaque_exigence_a_un_essai_a_son_numero() -> None:
    trouvees = {
        (sorte, int(numero))
        for fichier in Path(__file__).parents[1].rglob("test_*.py")
        for sorte, numero in re.findall(r"^def test_(fin|rgpd|conv)_(\d+)_", fichier.read_text("utf-8"), re.M)
    }
    assert sorted(EXIGENCES - trouvees) == []

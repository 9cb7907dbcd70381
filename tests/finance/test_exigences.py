"""Chaque exigence de la caisse est dite dans docs/finance.md, et a un essai qui porte son numéro."""

from __future__ import annotations

import re
from pathlib import Path

RACINE = Path(__file__).parents[2]
EXIGENCES = set(
    re.findall(r"^\| ((?:FIN|RGPD|CONV)-\d+) \|", (RACINE / "docs/finance.md").read_text("utf-8"), re.M)
)


def test_chaque_exigence_a_un_essai_a_son_numero() -> None:
    trouvees = {
        f"{sorte.upper()}-{int(numero)}"
        for fichier in (RACINE / "tests").rglob("test_*.py")
        for sorte, numero in re.findall(r"^def test_(fin|rgpd|conv)_(\d+)_", fichier.read_text("utf-8"), re.M)
    }
    assert sorted(EXIGENCES ^ trouvees) == []


def test_un_numero_cite_est_dans_le_document() -> None:
    cites = {
        numero
        for dossier in ("tests", "tiers_lieu_cli")
        for fichier in (RACINE / dossier).rglob("*.py")
        for numero in re.findall(r"\b(?:FIN|RGPD|CONV)-\d+", fichier.read_text("utf-8"))
    }
    assert sorted(cites - EXIGENCES) == []

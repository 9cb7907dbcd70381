"""La forme d'une page : celle qu'on dit, ou que le nom du fichier dit ; jamais deux à la fois."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.pages.rendu import Format, forme

HTML, MD, PDF, JSON, TERMINAL = Format.HTML, Format.MD, Format.PDF, Format.JSON, Format.TERMINAL


@pytest.mark.parametrize(
    ("dite", "fichier", "json", "voulue"),
    [
        (None, None, False, TERMINAL),
        (HTML, None, False, HTML),
        (None, None, True, JSON),
        (None, "z.html", False, HTML),
        (None, "Z.HTM", False, HTML),
        (None, "z.pdf", False, PDF),
        (None, "dossier.md/z.json", False, JSON),
        (MD, "z.md", False, MD),
        (HTML, "page", False, HTML),
        (HTML, "page.php", False, HTML),
        (None, "z.json", True, JSON),
        (HTML, "z.pdf", False, None),
        (None, "z.html", True, None),
        (TERMINAL, "z.html", False, None),
        (None, "z.txt", False, None),
        (None, "z", False, None),
    ],
)
def test_la_forme_est_celle_que_le_nom_dit(
    dite: Format | None, fichier: str | None, json: bool, voulue: Format | None
) -> None:
    sortie = Path(fichier) if fichier else None
    if voulue is None:
        with pytest.raises(ErreurUsage, match="Sous quelle forme"):
            forme(dite, sortie, json=json)
    else:
        assert forme(dite, sortie, json=json) is voulue

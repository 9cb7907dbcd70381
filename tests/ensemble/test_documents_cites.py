"""Rien ne renvoie à un document absent : ni un en-tête, ni une page, ni un réglage."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
_CITE = re.compile(
    r"(?<![\w./<{*-])((?:docs|bench|tests|templates|data_template)/[\w./-]+\.\w+|[\w-]+\.md)\b"
)
#: Ce qu'un lieu contient, ou qu'une commande écrit : pas des documents de l'outil.
_D_UN_LIEU = re.compile(r"LISEZMOI\.md|[a-z-]*[a-z]\.md")


def cites(fichier: Path) -> set[str]:
    texte = fichier.read_text("utf-8")
    if fichier.suffix == ".py":
        # Un en-tête, une docstring, un commentaire ; pas les chemins que le code manie.
        texte = "\n".join(re.findall(r'"""[\s\S]*?"""|#.*', texte))
    return set(_CITE.findall(texte))


def test_tout_document_cite_est_la() -> None:
    suivis = subprocess.run(
        ["git", "ls-files"], cwd=RACINE, capture_output=True, text=True, check=False
    ).stdout
    fichiers = [RACINE / f for f in suivis.split() if f.endswith((".py", ".md", ".toml"))]
    noms = {Path(f).name for f in suivis.split()}
    perdus = []
    for fichier in fichiers if suivis else ():
        if fichier.parts[-2:] == ("tests", "or") or not fichier.is_file():
            continue
        for cite in cites(fichier):
            la = (RACINE / cite).exists() or (fichier.parent / cite).exists() or cite in noms
            if not la and not _D_UN_LIEU.fullmatch(cite):
                perdus.append((str(fichier.relative_to(RACINE)), cite))
    assert not perdus

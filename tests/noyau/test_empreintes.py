"""L'empreinte de ce qu'on a lu est celle que l'archive donne aux mêmes fichiers (git, `write-tree`)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.depot.empreintes import Empreintes

#: Un dossier se range comme si son nom finissait par « / » : entre « a- », « a. » et « a0 ».
noms = st.sampled_from(["a", "a-", "a.b", "a0", "b", "B", "é", "notes", "2026"])
chemins = st.lists(noms, min_size=1, max_size=4).map("/".join)


def sans_collision(contenus: dict[str, bytes]) -> dict[str, bytes]:
    """Un nom n'est pas à la fois un fichier et un dossier."""
    return {c: o for c, o in contenus.items() if not any(autre.startswith(f"{c}/") for autre in contenus)}


@settings(max_examples=25)
@given(
    st.dictionaries(chemins, st.binary(max_size=40), max_size=12).map(sans_collision),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_la_racine_est_celle_de_git(contenus: dict[str, bytes], ailleurs: list[bool]) -> None:
    ici, la = Empreintes(), Empreintes()
    with tempfile.TemporaryDirectory() as dossier:
        depot = Path(dossier)
        subprocess.run(["git", "init", "-q", dossier], check=True)
        for (chemin, octets), a_part in zip(contenus.items(), ailleurs, strict=False):
            (depot / chemin).parent.mkdir(parents=True, exist_ok=True)
            (depot / chemin).write_bytes(octets)
            (la if a_part else ici).ajouter(chemin, octets)
        ici.joindre(la.dites())
        subprocess.run(["git", "-c", "core.autocrlf=false", "-C", dossier, "add", "-fA"], check=True)
        dite = subprocess.run(["git", "-C", dossier, "write-tree"], check=True, capture_output=True)
    assert ici.racine() == dite.stdout.decode().strip()


def test_ce_que_git_pourrait_prendre_pour_lui_est_nomme() -> None:
    lus = Empreintes()
    for chemin in (".gitattributes", "notes/.GITmodules", "notes/.gitx/un.yaml", "notes/git.yaml"):
        lus.ajouter(chemin, b"")
    vide = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert sorted(lus.speciales()) == [
        (".gitattributes", vide),
        ("notes/.GITmodules", vide),
        ("notes/.gitx/un.yaml", vide),
    ]

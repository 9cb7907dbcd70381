"""L'empreinte de ce qu'on a lu est celle que l'archive donne aux mêmes fichiers (git, `write-tree`)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.depot.empreintes import Empreintes

#: Un dossier se range comme si son nom finissait par « / » : entre « a- », « a. » et « a0 ».
noms = st.sampled_from(["a", "a-", "a.b", "a0", "b", "B", "é", "notes", "2026"])
chemins = st.lists(noms, min_size=1, max_size=4).map("/".join)


def sans_collision(contenus: dict[str, bytes]) -> dict[str, bytes]:
    """Un nom n'est pas à la fois un fichier et un dossier."""
    return {c: o for c, o in contenus.items() if not any(autre.startswith(f"{c}/") for autre in contenus)}


def par_dossier(contenus: dict[str, bytes]) -> dict[str, list[tuple[str, bytes]]]:
    """Chaque dossier, même sans fichier à lui, et ses fichiers."""
    dossiers: dict[str, list[tuple[str, bytes]]] = {"": []}
    for chemin, octets in contenus.items():
        dossier, _, nom = chemin.rpartition("/")
        dossiers.setdefault(dossier, []).append((nom, octets))
        while dossier:
            dossier = dossier.rpartition("/")[0]
            dossiers.setdefault(dossier, [])
    return dossiers


@settings(max_examples=25)
@given(
    st.dictionaries(chemins, st.binary(max_size=40), max_size=12).map(sans_collision),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_la_racine_est_celle_de_git(contenus: dict[str, bytes], ailleurs: list[bool]) -> None:
    ici, la = Empreintes(), Empreintes()
    with tempfile.TemporaryDirectory() as dossier:
        depot = Path(dossier)
        subprocess.run(["git", "init", "-q", dossier], check=True)
        for chemin, octets in contenus.items():
            (depot / chemin).parent.mkdir(parents=True, exist_ok=True)
            (depot / chemin).write_bytes(octets)
        dossiers = par_dossier(contenus)
        for (chemin, fichiers), a_part in zip(dossiers.items(), ailleurs, strict=False):
            feuille = not any(autre != chemin and autre.startswith(f"{chemin}/") for autre in dossiers)
            (la if a_part else ici).ajouter(chemin, fichiers, feuille=feuille and chemin != "")
        ici.joindre(msgspec.msgpack.decode(msgspec.msgpack.encode(la), type=Empreintes))
        subprocess.run(["git", "-c", "core.autocrlf=false", "-C", dossier, "add", "-fA"], check=True)
        dite = subprocess.run(["git", "-C", dossier, "write-tree"], check=True, capture_output=True)
    assert ici.racine() == dite.stdout.decode().strip()


def test_une_racine_sans_dossier_est_une_feuille_aussi() -> None:
    seule, ouverte = Empreintes(), Empreintes()
    seule.ajouter("", [("a", b"1"), ("b", b"2")], feuille=True)
    ouverte.ajouter("", [("b", b"2"), ("a", b"1")], feuille=False)
    assert seule.racine() == ouverte.racine()


def test_ce_que_git_pourrait_prendre_pour_lui_est_nomme() -> None:
    lus = Empreintes()
    lus.ajouter("", [(".gitattributes", b"")], feuille=False)
    lus.ajouter("notes", [(".GITmodules", b""), ("git.yaml", b"")], feuille=False)
    lus.ajouter("notes/.gitx", [("un.yaml", b"")], feuille=True)
    vide = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert sorted(lus.speciales) == [
        (".gitattributes", vide),
        ("notes/.GITmodules", vide),
        ("notes/.gitx/un.yaml", vide),
    ]

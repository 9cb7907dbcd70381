"""De quoi éprouver un effacement : d'autres postes, et la recherche de toute trace."""

from __future__ import annotations

import subprocess
from pathlib import Path

from soutien import Lieu, lancer

PERSONNE = ("accueil", "personne")
EFFACER = ("donnees", "effacer")


def traces(depot: Path, *mots: str) -> list[str]:
    """Où l'un de ces mots se lit encore : chaque objet, atteignable ou non, et chaque fichier."""
    fini = subprocess.run(
        ["git", "-C", str(depot), "cat-file", "--batch-all-objects", "--batch"],
        capture_output=True,
        check=True,
    )
    vus = {"objets": fini.stdout}
    vus |= {str(f): f.read_bytes() for f in depot.rglob("*") if f.is_file()}
    plats = {ou: octets.decode("utf-8", "replace").casefold() for ou, octets in vus.items()}
    return [f"{ou} : {mot}" for ou, texte in plats.items() for mot in mots if mot.casefold() in texte]


def rejoindre(moyeu: Path, ou: Path) -> Lieu:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(ou)).code == 0
    return Lieu(ou)


def registre(poste: Lieu) -> Path:
    return poste.racine / "registre"

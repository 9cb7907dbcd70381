"""Ce qu'est un endroit où mettre le site, et ce qui s'y met."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

import msgspec

from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.texte import sha256


class EnvoiCoupe(Echec):
    """L'envoi n'est pas allé au bout."""

    def __init__(self, cible: str, detail: str) -> None:
        super().__init__(
            f"L'envoi vers {cible} s'est arrêté ({detail}). Ce qui est arrivé l'est.",
            "Le reprendre où il en était : la même commande.",
        )


class Plan(msgspec.Struct, frozen=True):
    """Ce qui est à mettre, et à ôter."""

    a_poser: tuple[str, ...]
    a_oter: tuple[str, ...]


class Cible(Protocol):
    """Un endroit où mettre le site."""

    nom: str

    def plan(self) -> Plan:
        """Ce qu'un envoi ferait."""
        ...

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Le faire ; `EnvoiCoupe` s'il ne va pas au bout."""
        ...


def fichiers(source: Path) -> dict[str, Path]:
    """Ce qui se met en ligne : les fichiers ordinaires du dossier, sauf ce qui est caché."""
    trouves: dict[str, Path] = {}
    for ou, dossiers, noms in os.walk(source, followlinks=False):
        dossiers[:] = sorted(d for d in dossiers if not d.startswith("."))
        for nom in sorted(noms):
            entier = Path(ou) / nom
            if not nom.startswith(".") and S_ISREG(entier.lstat().st_mode):
                trouves[entier.relative_to(source).as_posix()] = entier
    return dict(sorted(trouves.items(), key=lambda f: _rang(f[0])))


def _rang(chemin: str) -> tuple[int, str]:
    """L'habit d'abord, puis les pages, l'accueil en dernier : rien ne mène à ce qui n'est pas arrivé."""
    if chemin.endswith("index.html"):
        return 2, chemin
    return (1 if chemin.endswith((".html", ".atom", ".xml")) else 0), chemin


def empreinte(fichier: Path) -> str:
    """Ce à quoi on reconnaît un contenu."""
    return sha256(fichier.read_bytes())

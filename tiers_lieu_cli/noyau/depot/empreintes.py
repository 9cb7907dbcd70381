"""L'empreinte que l'archive donnerait à des fichiers lus : d'un mot, sont-ils ce qui est enregistré ?

Chaque dossier y a la sienne, faite du nom et de l'empreinte de ce qu'il contient (git, objet « tree ») : deux
racines de même empreinte n'ont pas un octet de différence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_FICHIER, _DOSSIER = b"100644 ", b"40000 "


class Empreintes:
    """Des fichiers ordinaires, à mesure qu'on les lit."""

    def __init__(self) -> None:
        #: Par dossier (« journal/notes/2026/11 »), une entrée par fichier : son mode, son nom, son empreinte.
        self._entrees: dict[str, list[bytes]] = {}

    def ajouter(self, chemin: str, contenu: bytes) -> None:
        """Un fichier lu."""
        dossier, _, nom = chemin.rpartition("/")
        empreinte = hashlib.sha1(b"blob %d\0%b" % (len(contenu), contenu), usedforsecurity=False).digest()
        entree = b"%b%b\0%b" % (_FICHIER, nom.encode("utf-8", "surrogateescape"), empreinte)
        self._entrees.setdefault(dossier, []).append(entree)

    def dites(self) -> dict[str, list[bytes]]:
        """De quoi les rendre à un autre processus (`joindre`)."""
        return self._entrees

    def joindre(self, dites: Mapping[str, list[bytes]]) -> None:
        """Les fichiers qu'un autre processus a lus."""
        for dossier, entrees in dites.items():
            self._entrees.setdefault(dossier, []).extend(entrees)

    def speciales(self) -> list[tuple[str, str]]:
        """(chemin, empreinte) de chaque fichier dont le nom peut avoir un sens pour git."""
        return [
            (f"{dossier}/{nom}" if dossier else nom, empreinte.hex())
            for dossier, entrees in self._entrees.items()
            for entree in entrees
            if b".git" in entree.lower() or ".git" in dossier.lower()
            for nom, empreinte in [_lire(entree)]
        ]

    def racine(self) -> str:
        """L'empreinte de tout ce qu'on a lu."""
        contenus = {dossier: [(e[len(_FICHIER) :], e) for e in es] for dossier, es in self._entrees.items()}
        for dossier in [*contenus]:
            while dossier:
                dossier = dossier.rpartition("/")[0]
                contenus.setdefault(dossier, [])
        # Les plus profonds d'abord : un dossier se résume quand tout ce qu'il contient l'est.
        for dossier in sorted(filter(None, contenus), key=lambda d: -d.count("/")):
            dessus, _, nom = dossier.rpartition("/")
            octets = nom.encode("utf-8", "surrogateescape")
            entree = b"%b%b\0%b" % (_DOSSIER, octets, _arbre(contenus[dossier]))
            contenus[dessus].append((octets + b"/", entree))
        return _arbre(contenus.get("", [])).hex()


def _arbre(contenu: list[tuple[bytes, bytes]]) -> bytes:
    """L'empreinte d'un dossier ; git y range un sous-dossier comme si son nom finissait par « / »."""
    dit = b"".join(entree for _, entree in sorted(contenu))
    return hashlib.sha1(b"tree %d\0%b" % (len(dit), dit), usedforsecurity=False).digest()


def _lire(entree: bytes) -> tuple[str, bytes]:
    nom, _, empreinte = entree[len(_FICHIER) :].partition(b"\0")
    return nom.decode("utf-8", "surrogateescape"), empreinte

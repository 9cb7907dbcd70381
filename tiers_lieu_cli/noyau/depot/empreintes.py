"""L'empreinte que l'archive donnerait à des fichiers lus : d'un mot, sont-ils ce qui est enregistré ?

Chaque dossier y a la sienne, faite du nom et de l'empreinte de ce qu'il contient (git, objet « tree ») : deux
racines de même empreinte n'ont pas un octet de différence.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_FICHIER, _DOSSIER = b"100644 ", b"40000 "
#: Un nom, et la ligne que l'archive en garde : son mode, ce nom, son empreinte.
_Entree = tuple[bytes, bytes]


class Empreintes(msgspec.Struct):
    """Des dossiers de fichiers ordinaires, à mesure qu'on les lit."""

    #: L'empreinte de ceux qui ne contiennent que des fichiers.
    feuilles: dict[str, bytes] = {}
    #: Des autres, les fichiers.
    entrees: dict[str, list[_Entree]] = {}
    #: (chemin, empreinte) de chaque fichier dont le nom peut avoir un sens pour git.
    speciales: list[tuple[str, str]] = []

    def ajouter(self, dossier: str, fichiers: Iterable[tuple[str, bytes]], *, feuille: bool) -> None:
        """Tous les fichiers (nom, contenu) d'un dossier (« journal/notes ») ; `feuille` : il n'a qu'eux."""
        from hashlib import sha1

        entrees: list[_Entree] = []
        cache = ".git" in dossier.lower()
        for nom, contenu in fichiers:
            octets = nom.encode("utf-8", "surrogateescape")
            empreinte = sha1(b"blob %d\0%b" % (len(contenu), contenu), usedforsecurity=False).digest()
            entrees.append((octets, b"%b%b\0%b" % (_FICHIER, octets, empreinte)))
            if cache or b".git" in octets.lower():
                self.speciales.append((f"{dossier}/{nom}" if dossier else nom, empreinte.hex()))
        if feuille and entrees:
            self.feuilles[dossier] = _arbre(entrees)
        elif entrees:
            self.entrees[dossier] = entrees

    def joindre(self, autres: Empreintes) -> None:
        """Les dossiers qu'un autre processus a lus."""
        self.feuilles |= autres.feuilles
        self.entrees |= autres.entrees
        self.speciales += autres.speciales

    def racine(self) -> str:
        """L'empreinte de tout ce qu'on a lu."""
        contenus = {dossier: list(entrees) for dossier, entrees in self.entrees.items()}
        for dossier in (*self.entrees, *self.feuilles):
            dessus = dossier
            while dessus:
                dessus = dessus.rpartition("/")[0]
                contenus.setdefault(dessus, [])
        # Les plus profonds d'abord : un dossier se résume quand tout ce qu'il contient l'est.
        for dossier in sorted(filter(None, {*contenus, *self.feuilles}), key=lambda d: -d.count("/")):
            dessus, _, nom = dossier.rpartition("/")
            octets = nom.encode("utf-8", "surrogateescape")
            empreinte = self.feuilles.get(dossier) or _arbre(contenus[dossier])
            # Git y range un sous-dossier comme si son nom finissait par « / ».
            contenus[dessus].append((octets + b"/", b"%b%b\0%b" % (_DOSSIER, octets, empreinte)))
        return (self.feuilles.get("") or _arbre(contenus.get("", []))).hex()


def _arbre(entrees: list[_Entree]) -> bytes:
    """L'empreinte d'un dossier."""
    from hashlib import sha1

    dit = b"".join(entree for _, entree in sorted(entrees))
    return sha1(b"tree %d\0%b" % (len(dit), dit), usedforsecurity=False).digest()

"""La douane : tout ce qui part vers l'archive passe ici, et rien n'y passe qui nomme quelqu'un.

Chaque octet posé, chaque chemin neuf, la phrase de l'histoire : quelle que soit la commande ou
l'option d'où ils viennent. Ce qu'une fiche portait déjà n'est pas refusé : `tl verifier` le dit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.gens.mur import Indice
from tiers_lieu_cli.noyau.gens.registre import MontantDansLArchive, NomDansLArchive, Registre

#: Ce que `yaml` sait cacher dans un texte ordinaire.
_ECHAPPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")


class Douane:
    """Le gardien des écritures de l'archive ; voir `depot.ecriture.Gardien`."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Refuser ce qui ne doit pas entrer dans l'archive ; rend ce qu'il faut en dire sans l'empêcher."""
        for chemin, texte in _a_lire(phrase, poses):
            for indice in self._registre.detecteur.trouver(texte):
                if not _deja_la(indice, avant()):
                    raise self._refus(indice, chemin)
        return ()

    def _refus(self, indice: Indice, chemin: str) -> Echec:
        personne = self._registre.une(indice.personne) if indice.personne else None
        if personne is None:
            return MontantDansLArchive(indice.extrait)
        return NomDansLArchive(indice.extrait, personne)


def _a_lire(phrase: str, poses: Mapping[str, bytes | None]) -> Iterator[tuple[str, str]]:
    """(chemin, texte) de tout ce qui sera gardé : contenus, chemins, phrase de l'histoire (sans chemin)."""
    gardes = {chemin: octets for chemin, octets in poses.items() if octets is not None}
    for chemin, octets in gardes.items():
        if not est_photo(chemin):
            texte = octets.decode("utf-8", "replace")
            yield chemin, _ECHAPPE.sub(_decoder, texte) if "\\" in texte else texte
    for chemin in gardes:
        yield chemin, chemin
    yield "", phrase


def _decoder(echappe: re.Match[str]) -> str:
    code = int(echappe[0][2:], 16)
    return chr(code) if code <= 0x10FFFF else echappe[0]


def _deja_la(indice: Indice, anciens: Iterable[bytes]) -> bool:
    extrait = indice.extrait.encode()
    return any(extrait in ancien for ancien in anciens)


class SansDouane:
    """Le gardien des dépôts qui peuvent nommer quelqu'un : le registre."""

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Rien à refuser ici."""
        return ()

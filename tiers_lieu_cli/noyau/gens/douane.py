"""La douane : tout ce qui part vers l'archive passe ici, et rien n'y passe qui nomme quelqu'un.

Chaque octet posé, chaque chemin neuf, la phrase de l'histoire : quelle que soit la commande ou
l'option d'où ils viennent. Ce qu'une fiche portait déjà n'est pas refusé : `tl verifier` le dit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.gens.registre import Registre

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.mur import Indice


class Douane:
    """Le gardien des écritures de l'archive ; voir `depot.ecriture.Gardien`."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Refuser ce qui ne doit pas entrer dans l'archive ; rend ce qu'il faut en dire sans l'empêcher."""
        for texte in _a_lire(phrase, poses):
            for indice in self._registre.detecteur.trouver(texte):
                if indice.sur and not _deja_la(indice, avant()):
                    raise self._registre.refus(indice)
        return ()


def _a_lire(phrase: str, poses: Mapping[str, bytes | None]) -> Iterator[str]:
    """Tout ce qui sera gardé : contenus, chemins, phrase de l'histoire."""
    gardes = {chemin: octets for chemin, octets in poses.items() if octets is not None}
    for chemin, octets in gardes.items():
        if not est_photo(chemin):
            yield octets.decode("utf-8", "replace")
    yield from gardes
    yield phrase


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

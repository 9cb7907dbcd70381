"""La douane : tout ce qui part vers l'archive passe ici, et rien n'y passe qui nomme quelqu'un.

Chaque octet posé, chaque chemin neuf, la phrase de l'histoire : quelle que soit la commande ou
l'option d'où ils viennent. Ce qu'une fiche portait déjà n'est pas refusé : `tl verifier` le dit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.depot.roles import permis, qui_peut
from tiers_lieu_cli.noyau.echecs import Echec

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Gardien
    from tiers_lieu_cli.noyau.gens.mur import Indice
    from tiers_lieu_cli.noyau.gens.registre import Registre

#: Au-delà, les textes se trient d'abord d'un coup ; en deçà, préparer le tri coûterait plus.
_EN_NOMBRE = 64


class Douane:
    """Le gardien des écritures de l'archive ; voir `depot.ecriture.Gardien`.

    `trancher` lève un doute en le demandant, ou le refuse ; sans lui, tout doute est un refus.
    """

    def __init__(self, registre: Registre, trancher: Callable[[Indice], None] | None = None) -> None:
        self._registre = registre
        self._trancher = trancher or self._refuser

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Refuser ce qui ne doit pas entrer dans l'archive ; rend ce qu'il faut en dire sans l'empêcher."""
        detecteur = self._registre.detecteur
        textes = list(_a_lire(phrase, poses))
        if len(textes) > _EN_NOMBRE:
            textes = [textes[rang] for rang in detecteur.suspects([texte.encode() for texte in textes])]
        indices = dict.fromkeys(i for texte in textes for i in detecteur.trouver(texte))
        deja_la = b"\0".join(avant()) if indices else b""
        neufs = [indice for indice in indices if indice.extrait.encode() not in deja_la]
        # Ce qui est sûr d'abord : on ne demande rien pour refuser ensuite.
        for indice in sorted(neufs, key=lambda indice: indice.certitude):
            if indice.sur:
                self._refuser(indice)
            elif indice.a_demander:
                self._trancher(indice)
        return [self._avis(indice) for indice in neufs if not indice.sur and not indice.a_demander]

    def _refuser(self, indice: Indice) -> None:
        raise self._registre.refus(indice)

    def _avis(self, indice: Indice) -> str:
        qui = self._registre.a_ecrire(indice.personne)
        return f"« {indice.extrait} » est resté tel quel : si c'est {qui}, l'écrire ainsi."


def _a_lire(phrase: str, poses: Mapping[str, bytes | None]) -> Iterator[str]:
    """Tout ce qui sera gardé : contenus, chemins, phrase de l'histoire."""
    gardes = {chemin: octets for chemin, octets in poses.items() if octets is not None}
    for chemin, octets in gardes.items():
        if not est_photo(chemin):
            yield octets.decode("utf-8", "replace")
    yield from gardes
    yield phrase


class SansDouane:
    """Le gardien des dépôts qui peuvent nommer quelqu'un : le registre."""

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Rien à refuser ici."""
        return ()


class HorsDuRole(Echec):
    """Ce poste ne pourrait pas envoyer cette action : mieux vaut le savoir avant de l'écrire."""

    def __init__(self, role: str, chemin: str) -> None:
        peuvent = " ou ".join(f"« {autre} »" for autre in qui_peut(chemin))
        super().__init__(
            f"Ce poste tient le rôle « {role} », qui ne change pas {chemin}.",
            f"Le faire depuis un poste qui tient le rôle {peuvent}. Rien n'est écrit.",
        )


class DansSonRole:
    """Le gardien d'un poste : rien que son rôle ne lui laisserait envoyer, puis la douane."""

    def __init__(self, role: str, ensuite: Gardien) -> None:
        self._role = role
        self._ensuite = ensuite

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Voir `depot.ecriture.Gardien`."""
        for chemin in poses:
            if not permis(self._role, chemin):
                raise HorsDuRole(self._role, chemin)
        return self._ensuite.examiner(phrase, poses, avant)

"""Ce que le moyeu du registre admet : un effacement et rien d'autre, jamais le retour d'un effacé."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tiers_lieu_cli.ensemble.donnees.reecriture import concerne
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, anciens, effacees

_PERIME = (
    "Ce poste est resté à une époque passée du registre : quelqu'un en a été effacé depuis. "
    "Sur ce poste : tl synchroniser"
)

#: Un nom, un contact, une phrase de sa fiche : ce qu'un identifiant remplace n'est pas plus long.
_EXTRAIT = 4000


def raisons_de_refuser_une_reecriture(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    """Une histoire n'en remplace une autre que pour effacer des gens, et rien de plus."""
    avant, apres = (effacees(ArbreEnregistre(depot.racine, tete, depot.env)) for tete in (ancien, neuf))
    if not avant < apres:
        yield _PERIME
        return
    idents = anciens(ArbreEnregistre(depot.racine, neuf, depot.env), apres - avant)
    neufs = _Opaques(depot, ancien, idents)
    changes = histoire.changements(depot, ancien, neuf)
    deplaces = {chemin for chemin, change in changes.items() if change.avant is None}
    for chemin, change in changes.items():
        if EFFACEES.genre.ident(chemin) in apres - avant and change.avant is None:
            continue
        if change.apres is None:
            permis = concerne(chemin, idents) or any(neufs.remplace(chemin, ou) for ou in deplaces)
        else:
            permis = neufs.est_opaque(chemin, change.apres)
        if not permis:
            yield f"Un effacement n'ôte que la personne effacée ; {chemin} change aussi."
    connus = {empreinte for empreinte, _ in _contenus(depot, ancien)}
    for empreinte, chemin in _contenus(depot, neuf):
        if concerne(chemin, idents):
            yield f"L'histoire portée garde encore {chemin}, qu'elle dit effacé."
        elif (
            empreinte not in connus
            and EFFACEES.genre.ident(chemin) not in apres - avant
            and not neufs.est_opaque(chemin, empreinte)
        ):
            yield f"Un effacement n'ajoute rien ; {chemin} a un contenu neuf."


class _Opaques:
    """Ce qu'un effacement a le droit de récrire : un texte où un nom est devenu un identifiant effacé."""

    def __init__(self, depot: DepotNu, ancien: str, idents: frozenset[str]) -> None:
        self._objets = Objets(depot.racine, depot.env)
        self._idents = re.compile("|".join(map(re.escape, sorted(idents))))
        self._avant: dict[str, list[str]] = {}
        for empreinte, chemin in _contenus(depot, ancien):
            self._avant.setdefault(chemin, []).append(empreinte)

    def est_opaque(self, chemin: str, empreinte: str) -> bool:
        """Ce contenu est-il l'un de ceux que ce fichier avait, un nom en moins ?"""
        neuf = self._lire(empreinte)
        return any(
            self.remplace(self._lire(e), neuf)
            for ou, empreintes in self._avant.items()
            if ou == chemin or self.remplace(ou, chemin)
            for e in empreintes
        )

    def remplace(self, avant: str, apres: str) -> bool:
        """`apres` est-il `avant` où des morceaux sont devenus un identifiant effacé, et rien d'autre ?"""
        premier, *reste = self._idents.split(apres)
        if not reste or not avant.startswith(premier):
            return False
        place = len(premier)
        for morceau in reste[:-1]:
            trouve = avant.find(morceau, place + 1, place + len(morceau) + _EXTRAIT)
            if trouve < 0:
                return False
            place = trouve + len(morceau)
        return place < len(avant) - len(reste[-1]) <= place + _EXTRAIT and avant.endswith(reste[-1])

    def _lire(self, empreinte: str) -> str:
        lu = self._objets.lire(empreinte)
        return lu[2].decode("utf-8", "replace") if lu else ""


def raisons_de_refuser_un_ajout(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    """Ce qui s'ajoute ne ramène pas quelqu'un que le registre a effacé."""
    arbre = ArbreEnregistre(depot.racine, neuf, depot.env)
    idents = anciens(arbre, effacees(arbre))
    ramene = any(concerne(chemin, idents) for _, chemin in _contenus(depot, neuf))
    if ramene or (ancien and not effacees(ArbreEnregistre(depot.racine, ancien, depot.env)) <= idents):
        yield _PERIME


def _contenus(depot: DepotNu, tete: str) -> Iterator[tuple[str, str]]:
    """(empreinte, chemin) de chaque fichier de toute l'histoire de cette tête."""
    sortie = depot.git("rev-list", "--objects", "--filter=object:type=blob", tete)
    for ligne in sortie.decode("utf-8", "replace").splitlines():
        empreinte, _, chemin = ligne.partition(" ")
        if chemin:
            yield empreinte, chemin

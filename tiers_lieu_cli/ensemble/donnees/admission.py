"""Ce que le moyeu du registre admet : un effacement et rien d'autre, jamais le retour d'un effacé."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.ensemble.donnees.reecriture import concerne
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, anciens, effacees

_PERIME = (
    "Ce poste est resté à une époque passée du registre : quelqu'un en a été effacé depuis. "
    "Sur ce poste : tl synchroniser"
)


def raisons_de_refuser_une_reecriture(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    """Une histoire n'en remplace une autre que pour effacer des gens, et rien de plus."""
    avant, apres = (effacees(ArbreEnregistre(depot.racine, tete, depot.env)) for tete in (ancien, neuf))
    if not avant < apres:
        yield _PERIME
        return
    idents = anciens(ArbreEnregistre(depot.racine, neuf, depot.env), apres - avant)
    for chemin, change in histoire.changements(depot, ancien, neuf).items():
        trace = change.avant is None and EFFACEES.genre.ident(chemin) in apres - avant
        if not trace and not (change.apres is None and concerne(chemin, idents)):
            yield f"Un effacement n'ôte que la personne effacée ; {chemin} change aussi."
    connus = {empreinte for empreinte, _ in _contenus(depot, ancien)}
    for empreinte, chemin in _contenus(depot, neuf):
        if concerne(chemin, idents):
            yield f"L'histoire portée garde encore {chemin}, qu'elle dit effacé."
        elif empreinte not in connus and EFFACEES.genre.ident(chemin) not in apres - avant:
            yield f"Un effacement n'ajoute rien ; {chemin} a un contenu neuf."


def raisons_de_refuser_un_ajout(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    """Ce qui s'ajoute ne ramène pas quelqu'un que le registre a effacé."""
    arbre = ArbreEnregistre(depot.racine, neuf, depot.env)
    idents = anciens(arbre, effacees(arbre))
    ramene = any(concerne(chemin, idents) for _, chemin in _contenus(depot, neuf))
    if ramene or (ancien and not effacees(ArbreEnregistre(depot.racine, ancien, depot.env)) <= idents):
        yield _PERIME


def _contenus(depot: DepotNu, tete: str) -> Iterator[tuple[str, str]]:
    """(empreinte, chemin) de chaque fichier de toute l'histoire de cette tête."""
    for ligne in depot.git("rev-list", "--objects", tete).decode("utf-8", "replace").splitlines():
        empreinte, _, chemin = ligne.partition(" ")
        if "." in chemin:
            yield empreinte, chemin

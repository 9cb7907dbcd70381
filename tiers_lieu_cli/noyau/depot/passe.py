"""Ce qu'un fichier contenait avant : de quoi retrouver ce qui s'est abîmé."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse

#: Jusqu'où l'on remonte.
_PASSES = 50


def contenus(depot: Depot, chemin: str, jusque: str = "HEAD") -> Iterator[bytes]:
    """Les contenus enregistrés d'un fichier, du plus récent au plus ancien ; rien s'il n'en a pas."""
    if not depot.existe or not depot.tete():
        return
    from tiers_lieu_cli.noyau.depot.objets import Objets

    objets = Objets(depot.racine, depot.env)
    dernier = objets.lire(f"{jusque}:{chemin}")
    if dernier and dernier[1] == "blob":
        yield dernier[2]
    try:
        commits = depot.git("rev-list", f"-n{_PASSES}", jusque, "--", chemin).decode().split()
    except GitRefuse:
        return
    for commit in commits:
        lu = objets.lire(f"{commit}:{chemin}")
        if lu and lu[1] == "blob":
            yield lu[2]

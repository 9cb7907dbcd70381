"""Ce que l'histoire dit d'un fichier : quand il est né, quand il a changé, combien de fois."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from tiers_lieu_cli.noyau import git
from tiers_lieu_cli.noyau.depot import Depot


class Revisions(msgspec.Struct, frozen=True):
    """Les instants (UTC) de naissance et de dernier changement, et le nombre de changements."""

    cree: datetime
    modifie: datetime
    changements: int


def revisions(depot: Depot, dossiers: Iterable[str]) -> dict[str, Revisions]:
    """Les révisions enregistrées de chaque fichier de ces dossiers, présents ou retirés."""
    sortie = git.git(
        depot.racine,
        *("log", "--format=%x01%ct", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "-z"),
        *("HEAD", "--", *dossiers),
    ).decode("utf-8", "replace")
    instants: dict[str, list[int]] = {}
    for bloc in sortie.split("\x01")[1:]:
        tete, _, chemins = bloc.replace("\n", "\0").partition("\0")
        for chemin in filter(None, chemins.split("\0")):
            instants.setdefault(chemin, []).append(int(tete))
    return {
        chemin: Revisions(
            cree=datetime.fromtimestamp(vus[-1], UTC),
            # Une horloge reculée ne doit pas faire reculer ce que les agendas ont déjà vu.
            modifie=datetime.fromtimestamp(max(vus), UTC),
            changements=len(vus) - 1,
        )
        for chemin, vus in instants.items()
    }

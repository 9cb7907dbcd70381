"""Ce qu'une mort laisse derrière elle : une intention, des fichiers à côté, des verrous sans maître.

Rien n'est ôté sans qu'on le dise : ces fonctions constatent, `ranger` obéit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, intention, verrous
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.intention import Intention
from tiers_lieu_cli.noyau.depot.poses import empreinte_de


class Restes(msgspec.Struct, frozen=True):
    """Ce qui reste d'une panne dans un dépôt.

    `coupee` se finit ; `laissees` ne s'accordent plus avec le lieu ; `verrous` n'ont plus de
    maître ; `provisoires` sont des copies inachevées ; `index` : la liste des fichiers suivis
    retarde sur ce qui est enregistré.
    """

    coupee: Intention | None
    laissees: dict[Path, Intention]
    verrous: tuple[Path, ...]
    provisoires: tuple[Path, ...]
    index: tuple[str, ...]

    @property
    def vide(self) -> bool:
        """N'y a-t-il rien à reprendre ?"""
        return not (self.coupee or self.laissees or self.verrous or self.provisoires or self.index)


def chercher(depot: Depot) -> Restes:
    """Constater, sous le verrou du lieu : aucune commande de l'outil n'est donc en cours."""
    _ = depot.reglages
    with systeme.verrou(depot.interne / verrous.VERROU):
        coupee = intention.lire(depot.interne)
        attendus = set(coupee.provisoires) if coupee else set()
        provisoires = (
            p for p in _provisoires(depot.racine) if p.relative_to(depot.racine).as_posix() not in attendus
        )
        return Restes(
            coupee=coupee,
            laissees=intention.laissees(depot.interne),
            verrous=tuple(verrous.sans_maitre(depot.interne)),
            provisoires=(*provisoires, *_contenus_inacheves(depot.interne)),
            index=tuple(_index_en_retard(depot)),
        )


def ranger(depot: Depot, restes: Restes) -> None:
    """Ôter ce que `chercher` a montré, et remettre à jour la liste des fichiers suivis."""
    for verrou in restes.verrous:
        verrous.lever(verrou)
    for fichier in (*restes.provisoires, *restes.laissees):
        with suppress(FileNotFoundError):
            fichier.unlink()
    if restes.index:
        lignes = []
        for chemin in restes.index:
            blob = depot.empreinte(f"HEAD:{chemin}")
            lignes.append(f"100644 {blob}\t{chemin}\0" if blob else f"0 {'0' * 40}\t{chemin}\0")
        git.git(depot.racine, "update-index", "-z", "--add", "--index-info", entree="".join(lignes).encode())


def _provisoires(racine: Path) -> Iterator[Path]:
    for dossier, sous, noms in os.walk(racine):
        if Path(dossier) == racine:
            sous[:] = [nom for nom in sous if nom != ".git" and nom not in HORS_ARCHIVE]
        yield from (Path(dossier, nom) for nom in noms if nom.startswith(".tmp-"))


def _contenus_inacheves(interne: Path) -> Iterator[Path]:
    """Les contenus restés à moitié écrits ; une réception en cours, qui se passe du verrou, tient le sien."""
    for fichier in sorted((interne / "objects").glob("*/tmp_*")):
        with suppress(FileNotFoundError):
            if not systeme.est_tenu(fichier):
                yield fichier


def _index_en_retard(depot: Depot) -> Iterator[str]:
    """Les fichiers que l'index dit changés alors que le disque est bien ce qui est enregistré."""
    sortie = git.git(depot.racine, "diff-index", "--cached", "--name-only", "-z", "--no-renames", "HEAD")
    changes = [ligne.decode("utf-8", "replace") for ligne in sortie.split(b"\0") if ligne]
    for chemin in changes:
        fichier = depot.racine / chemin
        contenu = fichier.read_bytes() if fichier.is_file() and not fichier.is_symlink() else None
        if (empreinte_de(contenu) or "") == depot.empreinte(f"HEAD:{chemin}"):
            yield chemin

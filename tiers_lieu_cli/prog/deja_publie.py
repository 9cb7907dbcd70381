"""Ce qu'on sait du dernier passage de `prog publier` : rien n'est refait si rien n'a changé.

Jetable, dans `.git/` : sans lui, tout est refait, et les octets sont les mêmes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.lieu import REGLAGES

_PASSAGE = "tiers-lieu.publie"
#: Les dossiers dont l'histoire fait les numéros de séquence : les fiches, et ce qui les entoure.
FICHES = ("prog/evenements", "prog/longs", "prog/series")
AUTOUR = (
    *(REGLAGES, "espace/salles", "espace/periodes"),
    *("espace/fermetures", "espace/fermetures-longues", "espace/entretien", "espace/entretien-fini"),
)
#: Tout ce dont un agenda dépend, hors les noms.
SOURCES = (*FICHES, *AUTOUR, "prog/equipes")


class Passage(msgspec.Struct, frozen=True):
    """Un passage : l'état d'où il vient, et ce qu'il a laissé (taille et date de chaque fichier)."""

    version: str
    commit: str
    registre: str
    depuis: str
    dossiers: tuple[str, ...]
    fichiers: dict[str, tuple[int, int]]
    avis: tuple[str, ...]


def retrouver(c: Contexte, depuis: date, *dossiers: Path) -> Passage | None:
    """Le dernier passage dans ces dossiers, si rien de ce qu'il a lu, ni de ce qu'il a écrit, n'a changé."""
    try:
        lu = systeme.lire_ordinaire(_memoire(c, dossiers))
        passage = msgspec.json.decode(lu, type=Passage)
    except (OSError, msgspec.DecodeError):
        return None
    voulu = (__version__, str(depuis), _registre(c), tuple(map(str, dossiers)))
    if (passage.version, passage.depuis, passage.registre, passage.dossiers) != voulu or c.au:
        return None
    if any(_etat(Path(f)) != vu for f, vu in passage.fichiers.items()):
        return None
    return passage if _est_le_meme(c, passage.commit) else None


def retenir(
    c: Contexte, depuis: date, fichiers: Iterable[Path], avis: Iterable[str], *dossiers: Path
) -> None:
    """Se souvenir de ce passage, si le lieu est tout entier enregistré."""
    commit = c.archive.tete()
    etats = {str(f): etat for f in fichiers if (etat := _etat(f))}
    passage = Passage(
        __version__,
        commit,
        _registre(c),
        str(depuis),
        tuple(map(str, dossiers)),
        etats,
        tuple(avis),
    )
    if commit and not c.au and _est_propre(c):
        with suppress(Echec, OSError):
            systeme.remplacer(_memoire(c, dossiers), [msgspec.json.encode(passage)])


def _memoire(c: Contexte, dossiers: Sequence[Path]) -> Path:
    """Avec l'agenda de l'équipe, ou sans : chaque façon de publier a sa mémoire."""
    return c.lieu.racine / ".git" / (_PASSAGE if len(dossiers) > 1 else f"{_PASSAGE}-a-tous")


def _registre(c: Contexte) -> str:
    depot = c.registre.range_dans
    return depot.tete() if depot.existe else ""


def _etat(fichier: Path) -> tuple[int, int] | None:
    try:
        vu = fichier.lstat()
    except OSError:
        return None
    return vu.st_size, vu.st_mtime_ns


def _est_le_meme(c: Contexte, commit: str) -> bool:
    """Depuis cet enregistrement, rien de ce dont un agenda dépend n'a-t-il changé, fût-ce pour revenir ?"""
    if c.archive.tete() != commit and (
        not c.archive.prolonge(commit, "HEAD")
        or c.archive.git("rev-list", "-n1", f"{commit}..HEAD", "--", *SOURCES)
    ):
        return False
    return _est_propre(c)


def _est_propre(c: Contexte) -> bool:
    """Tout ce dont un agenda dépend est-il enregistré tel quel ?"""
    noms = c.registre.range_dans
    mots = ("status", "--porcelain", "-z", "--untracked-files=normal")
    try:
        return not (c.archive.git(*mots, "--", *SOURCES) or (noms.existe and noms.git(*mots)))
    except GitRefuse:
        return False

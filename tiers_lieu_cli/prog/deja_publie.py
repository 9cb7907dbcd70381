"""Ce qu'on sait du dernier passage : de quoi ne rien refaire si rien n'a changé, ni composer deux fois.

Jetable, dans `.git/` : sans elle, tout est refait, et les octets sont les mêmes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.agenda.flux import Publication
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.prog import publication

_PASSAGE, _COMPOSES = "tiers-lieu.publie", "tiers-lieu.flux"
#: Tout ce dont un agenda dépend, hors les noms : le programme, ses équipes, et ce qui l'entoure.
SOURCES = (*publication.FICHES, *publication.AUTOUR, "prog/equipes")


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
        commit or "",
        _registre(c),
        str(depuis),
        tuple(map(str, dossiers)),
        etats,
        tuple(avis),
    )
    if commit and not c.au and _est_propre(c):
        with suppress(Echec, OSError):
            systeme.remplacer(_memoire(c, dossiers), [msgspec.json.encode(passage)])


class Composes:
    """Les octets de chaque publication : composés une fois, tant que ce qu'elle dit ne change pas."""

    def __init__(self, racine: Path, fuseau: ZoneInfo) -> None:
        self._fichier, self._fuseau = racine / ".git" / _COMPOSES, fuseau
        self._avant: dict[bytes, bytes] = {}
        with suppress(OSError, msgspec.DecodeError):
            lu = systeme.lire_ordinaire(self._fichier)
            self._avant = msgspec.msgpack.decode(lu, type=dict[bytes, bytes])
        self._apres: dict[bytes, bytes] = {}
        self._cles: dict[int, tuple[Publication, bytes]] = {}

    def octets(self, p: Publication) -> bytes:
        """Les octets de cette publication."""
        connue = self._cles.get(id(p))
        if connue is not None:
            return self._apres[connue[1]]
        somme = blake2b(f"{__version__} {self._fuseau.key}".encode(), digest_size=16)
        somme.update(msgspec.msgpack.encode(p))
        cle = somme.digest()
        self._cles[id(p)] = (p, cle)
        if cle not in self._apres:
            self._apres[cle] = self._avant.get(cle) or flux.composer(p, self._fuseau)
        return self._apres[cle]

    def garder(self) -> None:
        """Retenir ce qui a servi."""
        if self._apres.keys() != self._avant.keys() and self._fichier.parent.is_dir():
            with suppress(Echec, OSError):
                systeme.remplacer(self._fichier, [msgspec.msgpack.encode(self._apres)])


def _memoire(c: Contexte, dossiers: Sequence[Path]) -> Path:
    """Avec l'agenda de l'équipe, ou sans : chaque façon de publier a sa mémoire."""
    return c.lieu.racine / ".git" / (_PASSAGE if len(dossiers) > 1 else f"{_PASSAGE}-a-tous")


def _registre(c: Contexte) -> str:
    depot = c.registre.range_dans
    return (depot.tete() or "") if depot.existe else ""


def _etat(fichier: Path) -> tuple[int, int] | None:
    try:
        vu = fichier.lstat()
    except OSError:
        return None
    return vu.st_size, vu.st_mtime_ns


def _est_le_meme(c: Contexte, commit: str) -> bool:
    """Depuis cet enregistrement, rien de ce dont un agenda dépend n'a-t-il changé, fût-ce pour revenir ?"""
    tete = c.archive.tete()
    try:
        if tete != commit:
            c.archive.git("merge-base", "--is-ancestor", commit, "HEAD")
            if c.archive.git("rev-list", "-n1", f"{commit}..HEAD", "--", *SOURCES):
                return False
    except GitRefuse:
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

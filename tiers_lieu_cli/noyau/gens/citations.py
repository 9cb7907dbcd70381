"""Où l'archive cite quelqu'un : cherché dans tous les fichiers, par git, sans en analyser un seul."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse


def chemins(archive: Depot, mots: Iterable[str], commit: str = "HEAD", *, casse: bool = True) -> list[str]:
    """Les fichiers où l'un de ces mots est écrit : ceux du disque, ou ceux d'un enregistrement passé."""
    motifs = [bout for mot in mots for bout in ("-e", mot)]
    ou = ["--untracked"] if commit == "HEAD" else [commit]
    if not casse:
        motifs.insert(0, "-i")
    try:
        sortie = archive.git("grep", "-l", "-z", "-F", "-I", "--no-color", *motifs, *ou)
    except GitRefuse as refus:
        if refus.erreur:
            raise
        return []
    prefixe = "" if commit == "HEAD" else f"{commit}:"
    return sorted(nom.removeprefix(prefixe) for nom in sortie.decode("utf-8", "replace").split("\0") if nom)


def toutes(archive: Depot) -> Iterator[tuple[str, str]]:
    """(fichier, identifiant) pour chaque personne que chaque fichier du disque cite."""
    try:
        sortie = archive.git(
            *("grep", "-o", "-z", "-w", "-E", "-I", "--no-color", "--untracked"),
            *("-e", "p-[a-z0-9]{6}"),
        )
    except GitRefuse as refus:
        if refus.erreur:
            raise
        return
    for ligne in sortie.decode("utf-8", "replace").splitlines():
        chemin, _, ident = ligne.partition("\0")
        yield chemin, ident

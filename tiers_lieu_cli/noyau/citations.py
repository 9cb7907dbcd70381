"""Où l'archive cite quelqu'un : cherché dans tous les fichiers, par git, sans en analyser un seul."""

from __future__ import annotations

from collections.abc import Iterable

from tiers_lieu_cli.noyau.depot import Depot
from tiers_lieu_cli.noyau.git import GitRefuse


def chemins(archive: Depot, idents: Iterable[str], commit: str = "HEAD") -> list[str]:
    """Les fiches où l'un de ces identifiants est écrit : celles du disque, ou celles d'un jour passé."""
    motifs = [mot for ident in idents for mot in ("-e", ident)]
    ou = ["--untracked"] if commit == "HEAD" else [commit]
    try:
        sortie = archive.git("grep", "-l", "-z", "-F", "-I", "--no-color", *motifs, *ou)
    except GitRefuse as refus:
        if refus.erreur:
            raise
        return []
    prefixe = "" if commit == "HEAD" else f"{commit}:"
    return sorted(nom.removeprefix(prefixe) for nom in sortie.decode("utf-8", "replace").split("\0") if nom)

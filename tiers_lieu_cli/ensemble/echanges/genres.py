"""Les genres qui s'échangent, comment on les dit, et leurs fiches lues dossier par dossier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.texte import clef

#: Les rouages du registre et des postes : rien qu'on lise ailleurs.
_ROUAGES = frozenset(
    {"renvois", "effacees", "mots", "correspondances", "courriers-lus", "journal/desaccords"}
)
#: Ce qui ne s'écrit pas sans le geste qui le fait : un contenu au coffre, un jour clos, ce qui fut reçu.
_NES_D_UN_GESTE = frozenset({"convention/documents", "journal/clotures", "accueil/retours", "courriers"})
EXPORTABLES = tuple(d for d in GENRES.dossiers if d not in _ROUAGES)
IMPORTABLES = tuple(d for d in EXPORTABLES if d not in _NES_D_UN_GESTE and d != "espace/correspondances")


def table(dossier: str) -> str:
    """Le nom de la table d'un genre, celui de son schéma (docs/schemas)."""
    return dossier.replace("/", "-")


def est_du_registre(dossier: str) -> bool:
    """Ses fiches nomment-elles des gens ?"""
    return "/" not in dossier


def designer(mot: str, parmi: Iterable[str]) -> str:
    """Le dossier du genre qu'un mot désigne : sa table, la fin de son nom, ou son nom français."""
    dits = list(parmi)
    dit = clef(mot)
    trouves = [d for d in dits if table(d) == dit] or [d for d in dits if d.rpartition("/")[2] == dit]
    if not trouves:
        trouves = [d for d in dits if dit in _noms(d)]
    if len(trouves) == 1:
        return trouves[0]
    if trouves:
        raise ErreurUsage(
            f"« {mot} » désigne plusieurs genres : {', '.join(map(table, trouves))}.", "Donner le nom entier."
        )
    raise ErreurUsage(f"« {mot} » n'est pas un genre de fiches.", f"Parmi : {', '.join(map(table, dits))}.")


def _noms(dossier: str) -> set[str]:
    genre = GENRES.declare(dossier).genre
    return {clef(genre.nom), clef(genre.pluriel or f"{genre.nom}s")}


def arbre(c: Contexte, dossier: str) -> Arbre:
    """Où sont les fiches de ce genre."""
    return c.registre.arbre if est_du_registre(dossier) else c.arbre


def dossiers(c: Contexte, genre: str) -> list[tuple[Collection[Any], str]]:
    """Les rangements d'un genre, et chacun de leurs dossiers."""
    ici, declare = arbre(c, genre), GENRES.declare(genre)
    return [(rangement, dossier) for rangement in declare.rangements for dossier in rangement.dossiers(ici)]


def fiches(c: Contexte, genre: str, rangement: Collection[Any], dossier: str) -> Iterator[Fiche]:
    """Les fiches d'un dossier ; la mémoire en est rendue quand elles sont lues."""
    ici = arbre(c, genre)
    yield from rangement.du_dossier(ici, dossier).fiches
    if isinstance(ici, ArbreMemoire):
        ici.oublier()

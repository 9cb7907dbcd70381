"""Ce que le journal vérifie : ce qu'une note cite existe."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens.personnes import cites


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les fiches liées et les personnes citées existent."""
    for note in fonds.toutes(NOTES):
        if note.liens:
            yield from fonds.liens_casses(NOTES, note.id, note.liens, fonds.idents, "une fiche du lieu")
        if "p-" in note.texte:
            yield from fonds.inconnues(NOTES, note.id, cites(note.texte))

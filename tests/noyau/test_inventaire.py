"""La liste de ce qu'un dépôt a le droit de contenir : le raccourci des noms de tous n'y ajoute rien."""

from __future__ import annotations

import pytest

from tiers_lieu_cli.noyau.depot import inventaire
from tiers_lieu_cli.noyau.depot.inventaire import _DOSSIERS_DE_TOUS, _FICHIERS_DE_TOUS, _Liste

FICHIERS = _Liste(inventaire._FICHIERS, rf"{inventaire._LIBRES}(/[^/]+)+", {})
DOSSIERS = _Liste(inventaire._DOSSIERS, rf"{inventaire._LIBRES}(/[^/]+)*", {})


@pytest.mark.parametrize(
    ("liste", "noms"),
    [(FICHIERS, _FICHIERS_DE_TOUS), (DOSSIERS, _DOSSIERS_DE_TOUS)],
    ids=["fichiers", "dossiers"],
)
def test_ce_que_tous_ont_est_ce_que_les_motifs_permettent(liste: _Liste, noms: tuple[str, ...]) -> None:
    assert [nom for nom in noms if not liste.connait(nom)] == []


@pytest.mark.parametrize(
    "nom", ["hooks/pre-commit", "commondir", "objects/info/alternates", "config.worktree"]
)
def test_ce_qui_lancerait_un_programme_ou_montrerait_ailleurs_n_en_est_pas(nom: str) -> None:
    assert not FICHIERS.connait(nom)

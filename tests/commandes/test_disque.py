"""Un disque qui se remplit, ou passe en lecture seule, au milieu d'une écriture ; une horloge qui saute.

`make fiabilite` le fait à chaque pas d'une commande de chaque démarche.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import disque
import pytest
from pannes import Geste, Vue, gestes
from soutien import Lieu

_ENTRE = 9
a_monter = pytest.mark.skipif(not disque.possible(), reason="il faut pouvoir monter un disque")


@pytest.fixture
def geste(lieu: Lieu, tmp_path: Path) -> Geste:
    """La première commande qui écrit."""
    return next(gestes(lieu, tmp_path))


def _tient(vues: Iterator[Vue]) -> None:
    jouees = list(vues)
    assert len(jouees) > 3
    assert not [vue for vue in jouees if vue.fautes or vue.demande]


@pytest.mark.long
@a_monter
def test_un_disque_plein_pour_de_vrai(geste: Geste, tmp_path: Path) -> None:
    """Refusée, l'ancien état reste ; la place revenue, la suite marche."""
    with disque.petit_disque(tmp_path / "petit", mega=24) as point:
        _tient(disque.plein(geste, point, tmp_path / "trace", _ENTRE))


@pytest.mark.long
@a_monter
def test_un_disque_remonte_en_lecture_seule(geste: Geste, tmp_path: Path) -> None:
    _tient(disque.ferme(geste, tmp_path, tmp_path / "trace", _ENTRE))


@pytest.mark.long
def test_une_horloge_qui_saute_apres_une_mort(geste: Geste, tmp_path: Path) -> None:
    """Un an en arrière, un an en avant, un autre fuseau : la suite finit l'action, ou rien n'a eu lieu."""
    _tient(disque.horloges(geste, tmp_path, 2 * _ENTRE))

"""Un travail fait à côté rend la même chose que fait ici, quoi qu'il arrive à la copie."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tiers_lieu_cli.noyau import a_cote


def test_le_travail_se_fait_dans_un_autre_processus() -> None:
    rendu = a_cote.commencer(lambda: str(os.getpid()).encode() * 100_000)
    assert rendu() != str(os.getpid()).encode() * 100_000


@pytest.mark.parametrize("mort", [signal.SIGKILL, signal.SIGTERM])
def test_si_la_copie_meurt_le_travail_se_fait_ici(mort: signal.Signals) -> None:
    ici = os.getpid()

    def travail() -> bytes:
        if os.getpid() != ici:
            os.kill(os.getpid(), mort)
        return b"fait"

    assert a_cote.commencer(travail)() == b"fait"


def test_une_faute_de_la_copie_se_dit_ici() -> None:
    with pytest.raises(ZeroDivisionError):
        a_cote.commencer(lambda: bytes(1 // 0))()


def test_sans_copie_possible_le_travail_se_fait_ici(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuser() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", refuser)
    assert a_cote.commencer(lambda: str(os.getpid()).encode())() == str(os.getpid()).encode()


@pytest.mark.parametrize("combien", [0, 1, 2, 40])
def test_deux_copies_se_partagent_chaque_lot_une_fois(combien: int) -> None:
    partage = a_cote.Partage(combien)
    la = a_cote.commencer(lambda: bytes(partage.par_la_fin()))
    ici = [*partage.par_le_debut()]
    autres = [*la()]
    assert ici == [*range(len(ici))]
    assert autres == [*reversed(range(len(ici), combien))]
    partage.fermer()


def test_sans_autre_copie_celle_ci_prend_tout() -> None:
    partage = a_cote.Partage(5)
    assert [*partage.par_le_debut()] == [0, 1, 2, 3, 4]
    assert [*partage.par_la_fin()] == []


def test_une_copie_qu_on_ne_lit_pas_ne_reste_pas() -> None:
    """Plus qu'un tube n'en tient : elle attendait d'être lue, et retenait la sortie de qui l'avait lancée."""
    programme = (
        "from tiers_lieu_cli.noyau import a_cote\n"
        "a_cote.commencer(lambda: bytes(1_000_000))\n"
        "print('fini', flush=True)\n"
        "import os; os._exit(0)\n"
    )
    fini = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, timeout=20)
    assert (fini.stdout, fini.stderr, fini.returncode) == ("fini\n", "", 0)

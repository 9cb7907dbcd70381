"""Un travail fait à côté rend la même chose que fait ici, quoi qu'il arrive à la copie."""

from __future__ import annotations

import os
import signal

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

"""Un vrai terminal devant l'outil : on y tape, on y lit ; jamais plus d'une minute sans réponse."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[a-zA-Z]|\][^\x07]*\x07|[=>])")


class Terminal:
    """Un terminal de 24 lignes où la commande tourne."""

    def __init__(self, enfant: pexpect.spawn[str]) -> None:
        self._enfant = enfant

    def attendre(self, texte: str, secondes: int = 10) -> str:
        """Attendre ce texte à l'écran ; rend ce qui l'a précédé, sans ses couleurs."""
        self._enfant.expect_exact(texte, timeout=secondes)
        return _ANSI.sub("", str(self._enfant.before)).replace("\r", "")

    def taper(self, ligne: str) -> None:
        """Une ligne, et entrée."""
        self._enfant.sendline(ligne)

    def interrompre(self) -> None:
        """Ctrl-C."""
        self._enfant.sendintr()

    def finir(self) -> int:
        """Attendre la fin ; rend le code de sortie."""
        self._enfant.expect(pexpect.EOF)
        self._enfant.close()
        return int(self._enfant.exitstatus or 0)


@contextmanager
def terminal(*mots: str, dans: Path, colonnes: int = 100, **environ: str) -> Iterator[Terminal]:
    """Lancer une commande devant quelqu'un."""
    # La largeur est celle de ce terminal, non celle que dit la machine des essais.
    ici = {nom: dit for nom, dit in os.environ.items() if nom not in ("COLUMNS", "LINES")}
    enfant = pexpect.spawn(
        sys.executable,
        ["-m", "tiers_lieu_cli", *mots],
        cwd=str(dans),
        encoding="utf-8",
        timeout=60,
        # Lancés en arrière-plan, les essais ignorent Ctrl-C ; l'outil, à son terminal, l'entend.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        dimensions=(24, colonnes),
        env={**ici, "TERM": "xterm", **environ},  # type: ignore[arg-type]
    )
    try:
        yield Terminal(enfant)
    finally:
        enfant.close(force=True)

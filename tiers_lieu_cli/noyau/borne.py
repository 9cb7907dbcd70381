"""Faire travailler un autre processus, borné en temps et en mémoire, sur une donnée dont on se méfie."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

#: De quoi lire un gros agenda ; au-delà, la donnée est hostile ou démesurée.
MEMOIRE = 1024 * 1024 * 1024
_RACINE = str(Path(__file__).resolve().parents[2])
_AMORCE = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]);"
    "from tiers_lieu_cli.noyau.borne import se_borner; se_borner(float(sys.argv[3]));"
    "runpy.run_module(sys.argv[2], run_name='__main__')"
)


class Depassement(Exception):
    """Le processus a dépassé son temps ou sa mémoire, ou s'est effondré."""


def se_borner(secondes: float) -> None:
    """Limiter ce processus ; sans effet là où le système ne sait pas le faire."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE, MEMOIRE))
    plafond = int(secondes) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (plafond, plafond))


def executer(module: str, entree: bytes, *, delai: float) -> bytes:
    """Lancer `module` à part, `entree` sur son entrée, et rendre sa sortie ; `Depassement` sinon."""
    processus = Popen(
        [sys.executable, "-I", "-c", _AMORCE, _RACINE, module, str(delai)],
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        sortie, _ = processus.communicate(entree, timeout=delai)
    except TimeoutExpired:
        _tuer(processus)
        raise Depassement from None
    if processus.returncode:
        raise Depassement
    return sortie


def _tuer(processus: Popen[bytes]) -> None:
    if sys.platform == "win32":
        processus.kill()
    else:
        os.killpg(processus.pid, signal.SIGKILL)
    processus.communicate()

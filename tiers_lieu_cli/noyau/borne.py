"""Faire travailler un autre processus, borné en temps et en mémoire, sur une donnée dont on se méfie."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

#: Ce qu'un lecteur peut prendre, en octets d'adresses (l'interpréteur en a trente millions) et en secondes de
#: calcul : un agenda de dix mille événements demande 80 Mio et une seconde (docs/mesures.md).
MEMOIRE, CALCUL = 330 * 1024 * 1024, 5.0
#: De quoi déplier une photo de quarante millions de points, un gros PDF, ou mener bien des courses.
GRANDE = 1024 * 1024 * 1024
#: En octets : la longueur qui précède chaque message.
_ENTETE = 4
_RACINE = str(Path(__file__).resolve().parents[2])
_AMORCE = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]);"
    "from tiers_lieu_cli.noyau.borne import se_borner; se_borner(float(sys.argv[3]), int(sys.argv[4]));"
    "runpy.run_module(sys.argv[2], run_name='__main__')"
)


class Depassement(Exception):
    """Le processus a dépassé son temps ou sa mémoire, ou s'est effondré."""


def se_borner(calcul: float, memoire: int) -> None:
    """Limiter ce processus, en secondes de calcul et en octets ; sans effet si le système ne sait pas."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memoire, memoire))
    plafond = ceil(calcul)
    resource.setrlimit(resource.RLIMIT_CPU, (plafond, plafond))


def executer(
    module: str, entree: bytes, *, delai: float, calcul: float = CALCUL, memoire: int = MEMOIRE
) -> bytes:
    """Lancer `module` à part, `entree` sur son entrée, et rendre sa sortie ; `Depassement` sinon.

    `delai` : les secondes qu'on l'attend ; la machine peut être occupée à autre chose que son calcul.
    """
    processus = _lancer(module, calcul, memoire)
    try:
        sortie, _ = processus.communicate(entree, timeout=delai)
    except TimeoutExpired:
        _tuer(processus)
        raise Depassement from None
    if processus.returncode:
        raise Depassement
    return sortie


def suivre(module: str, entree: bytes, *, delai: float, memoire: int = GRANDE) -> Iterator[bytes]:
    """Lancer `module` à part, et rendre chaque message dès qu'il le `rendre` ; `Depassement` s'il finit mal.

    Ce qui est déjà rendu est acquis. Cesser d'y puiser arrête le processus.
    """
    processus = _lancer(module, delai, memoire)
    assert processus.stdin and processus.stdout
    minuteur = threading.Timer(delai, _signaler, (processus,))
    minuteur.daemon = True
    minuteur.start()
    try:
        with suppress(BrokenPipeError), processus.stdin as vers:
            vers.write(entree)
        while entete := processus.stdout.read(_ENTETE):
            message = processus.stdout.read(longueur := int.from_bytes(entete, "big"))
            if len(message) < longueur:
                raise Depassement
            yield message
        if processus.wait():
            raise Depassement
    finally:
        minuteur.cancel()
        processus.poll()
        _signaler(processus)
        processus.stdout.close()
        processus.wait()


def rendre(message: bytes) -> None:
    """Dans le processus à part : un message pour qui le `suivre`."""
    sys.stdout.buffer.write(len(message).to_bytes(_ENTETE, "big") + message)
    sys.stdout.buffer.flush()


def _lancer(module: str, calcul: float, memoire: int) -> Popen[bytes]:
    return Popen(
        [sys.executable, "-I", "-c", _AMORCE, _RACINE, module, str(calcul), str(memoire)],
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
        # La réserve que la libc prend par fil compterait dans la mémoire permise.
        env={**os.environ, "MALLOC_ARENA_MAX": "2"},
    )


def _signaler(processus: Popen[bytes]) -> None:
    if processus.returncode is not None:
        # Recueilli : son numéro peut être celui d'un autre.
        return
    if sys.platform == "win32":
        processus.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(processus.pid, signal.SIGKILL)


def _tuer(processus: Popen[bytes]) -> None:
    _signaler(processus)
    processus.communicate()

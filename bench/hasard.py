"""La longue campagne : ce qui vient du dehors, abîmé au hasard, lecteur par lecteur, et une table.

    python bench/hasard.py            deux minutes
    python bench/hasard.py 3600 7     une heure, à partir d'un autre hasard

Une trouvaille se refait par sa graine (`tests/hasard.py`, `cas`) ; réparée, elle entre dans
`tests/noyau/test_lecteurs_au_hasard.py`.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

from hasard import LECTEURS, cas, fautes

MEMOIRE = 300
_MIO_EN_KIO = 1024


def jouer(lecteur: str, secondes: float, graine: int) -> int:
    """La campagne d'un lecteur, dans un processus à lui ; le nombre de fautes différentes."""
    fin = time.monotonic() + secondes
    depart, plus_long, sortes = graine, 0.0, set[str]()
    while time.monotonic() < fin:
        octets, debut = cas(lecteur, graine), time.process_time()
        if faute := fautes(lecteur, octets):
            sorte = faute[:60]
            if sorte not in sortes:
                print(f"  {lecteur}, graine {graine} : {faute}", flush=True)
            sortes.add(sorte)
        plus_long = max(plus_long, time.process_time() - debut)
        graine += 1
    mio = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIO_EN_KIO
    if mio > MEMOIRE:
        sortes.add("mémoire")
    print(f"| {lecteur} | {graine - depart} | {len(sortes)} | {plus_long:.2f} s | {mio} Mio |", flush=True)
    return len(sortes)


def principal() -> int:
    """Chaque lecteur à son tour, à parts égales du temps."""
    secondes = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    graine = int(sys.argv[2]) * 10_000_000 if len(sys.argv) > 2 else 0
    print("| lecteur | cas | fautes | le plus long | mémoire au plus |\n|---|---|---|---|---|", flush=True)
    fautifs = 0
    for lecteur in LECTEURS:
        enfant = os.fork()
        if not enfant:
            os._exit(bool(jouer(lecteur, secondes / len(LECTEURS), graine)))
        fautifs += os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1]) != 0
    return int(fautifs > 0)


if __name__ == "__main__":
    sys.exit(principal())

"""Émettre des brouillons tous à la fois, un processus chacun : `emettre_ensemble.py LIEU BROUILLON…`.

Composer un PDF et appliquer les règles ne touchent pas aux numéros : on les saute, pour que vingt
processus se disputent le seul verrou.
"""

from __future__ import annotations

import os
import sys

from tiers_lieu_cli.application import executer
from tiers_lieu_cli.finance.document import controle, page


def main(lieu: str, *brouillons: str) -> int:
    controle.controler = lambda *_: []  # type: ignore[assignment]
    controle.prechauffer = lambda _: None  # type: ignore[assignment]
    page.pdf = lambda *_: b"%PDF"  # type: ignore[assignment]
    page.facturx = lambda *_: b"%PDF " + os.urandom(8)  # type: ignore[assignment]
    depart, partir = os.pipe()
    enfants = []
    for brouillon in brouillons:
        enfant = os.fork()
        if not enfant:
            os.close(partir)
            os.read(depart, 1)
            os._exit(executer(["--lieu", lieu, "finance", "facture", "emettre", brouillon, "--json"]))
        enfants.append(enfant)
    os.close(partir)
    return max(os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1]) for enfant in enfants)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

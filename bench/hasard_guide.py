"""La même campagne que `hasard.py`, guidée par ce que chaque cas fait exécuter de neuf (atheris, libFuzzer).

    pip install atheris
    python bench/hasard_guide.py courriel /tmp/guide 600

Le lecteur (le premier mot de son nom), un dossier, et des secondes de calcul. Le corpus y grandit d'une fois
à l'autre ; chaque sorte de faute y laisse ses octets (`trouve-N`), à mettre dans
`tests/noyau/test_lecteurs_au_hasard.py` une fois réparée.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

import atheris  # type: ignore[import-not-found,unused-ignore]

#: Ce dont on regarde l'exécution : l'outil, et ce qui lit pour lui.
_SUIVIS = ["tiers_lieu_cli", "dateutil", "email", "ruamel", "csv", "markdown_it", "jinja2", "html", "xml"]
with atheris.instrument_imports(include=_SUIVIS):
    import hasard
    import markdown_it  # noqa: F401
    import ruamel.yaml  # noqa: F401
    from mots_du_hasard import MOTS

_LONGUEUR = 100_000


class Campagne:
    """Un lecteur, son dossier, ce qu'on y a vu."""

    def __init__(self, lecteur: str, dossier: Path, secondes: float) -> None:
        self._lecteur, self._dossier, self._secondes = lecteur, dossier, secondes
        self._depart = hasard.corpus(lecteur)
        self._sortes: set[str] = set()
        self._cas, self._plus_long = 0, 0.0

    def jouer(self, octets: bytes) -> None:
        """Un cas ; une sorte de faute n'est gardée qu'une fois, et la campagne continue."""
        self._cas += 1
        debut = time.process_time()
        faute = hasard.fautes(self._lecteur, octets)
        self._plus_long = max(self._plus_long, time.process_time() - debut)
        if faute and faute[:50] not in self._sortes:
            self._sortes.add(faute[:50])
            (self._dossier / f"trouve-{len(self._sortes)}").write_bytes(octets)
            print(f"  {self._lecteur} : {faute}", flush=True)
        if time.process_time() > self._secondes:
            mio = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            bilan = f"{self._cas} | {len(self._sortes)} | {self._plus_long:.2f} s | {mio} Mio"
            print(f"| {self._lecteur} | {bilan} |", flush=True)
            os._exit(bool(self._sortes))

    def muter(self, octets: bytes, longueur: int, graine: int) -> bytes:
        """Tantôt comme libFuzzer, tantôt comme `hasard.abimer`, qui sait les mots qui font tomber."""
        tirage = random.Random(graine)
        if tirage.random() < 0.4:
            return bytes(atheris.Mutate(octets, longueur))
        return hasard.abimer(bytes(octets) or self._depart[0], self._depart, self._lecteur, tirage)[:longueur]


def principal() -> None:
    """Chercher jusqu'à épuiser les secondes."""
    mot, dossier, secondes = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    lecteur = next(nom for nom in hasard.LECTEURS if nom.startswith(mot))
    corpus = dossier / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for rang, octets in enumerate(hasard.corpus(lecteur)):
        (corpus / f"depart-{rang}").write_bytes(octets)
    mots = (m for m in (*MOTS[lecteur], *MOTS[""]) if 0 < len(m) < 60)
    dits = "".join('"' + "".join(f"\\x{o:02x}" for o in m) + '"\n' for m in mots)
    (dossier / "mots").write_text(dits, "ascii")
    campagne = Campagne(lecteur, dossier, secondes)
    reglages = [f"-dict={dossier / 'mots'}", f"-max_len={_LONGUEUR}", "-timeout=120", "-verbosity=0"]
    atheris.Setup([sys.argv[0], str(corpus), *reglages], campagne.jouer, custom_mutator=campagne.muter)
    atheris.Fuzz()


if __name__ == "__main__":
    principal()

"""`make retour` : un poste revient après un an hors ligne ; ses actions, et celles des autres.

usage: retour.py [--ici 5000] [--ailleurs 5000] [--lieu DOSSIER]

Par ssh, à un moyeu qui lit tout. `--lieu` : une maison qui a déjà un passé (sinon, une neuve). Chaque
action est un enregistrement, déposé par `git fast-import` : il n'y a de mesuré que la mise en commun.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-12-20T08:52+01:00"

import engendrer
from serveur import serveur
from soutien import Lieu, git

VOULU = 60.0
MOIS = 12


def tl(*mots: str, ou: Path | None = None, reglages: Path | None = None) -> None:
    """Une commande dans son processus ; `reglages` : le ssh qui atteint le moyeu."""
    env = dict(os.environ)
    if reglages:
        dossier = reglages.parent / "bin"
        dossier.mkdir(exist_ok=True)
        faux = dossier / "ssh"
        faux.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {reglages} "$@"\n', "utf-8")
        faux.chmod(0o755)
        env["PATH"] = f"{dossier}{os.pathsep}{env['PATH']}"
    lieu = ("--lieu", str(ou)) if ou else ()
    fini = subprocess.run(
        [sys.executable, "-m", "tiers_lieu_cli", *lieu, *mots], capture_output=True, text=True, env=env
    )
    if fini.returncode:
        sys.exit(f"{' '.join(mots)} : {fini.stdout}{fini.stderr}")


def mesurer(quoi: str, agir: Callable[[], None]) -> float:
    """Les secondes au mur ; et celles du processeur, de ce côté de la liaison, à l'écran."""
    avant, debut = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    agir()
    mur, apres = time.monotonic() - debut, resource.getrusage(resource.RUSAGE_CHILDREN)
    processeur = apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime
    print(f"{quoi:<62}{mur:>8.1f} s au mur, {processeur:>6.1f} s de processeur", flush=True)
    return mur


def actions(combien: int, cote: int) -> Iterator[tuple[date, dict[str, str]]]:
    """L'année d'un côté : un enregistrement par fiche ; l'autre côté a les autres."""
    engendrer.PAR_MOIS = 2 * combien // MOIS
    for rang, (jour, chemin, contenu) in enumerate(engendrer.fiches(2 * combien, engendrer.personnes())):
        if rang % 2 == cote:
            yield jour, {chemin.replace(".", f"{'bc'[cote]}.", 1): contenu}


def principal() -> None:
    lu = argparse.ArgumentParser(description="Un poste revient après un an hors ligne.")
    lu.add_argument("--ici", type=int, default=5000)
    lu.add_argument("--ailleurs", type=int, default=5000)
    lu.add_argument("--lieu", type=Path)
    choix = lu.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-retour-") as nom:
        dossier = Path(nom)
        moyeu, ici, ailleurs = dossier / "moyeu", dossier / "ici", dossier / "ailleurs"
        with serveur(dossier) as reglages:
            adresse = f"ssh://127.0.0.1{moyeu}"
            tl("moyeu", "init", str(moyeu))
            if choix.lieu:
                shutil.copytree(choix.lieu, ici, symlinks=True)
            else:
                tl("init", str(ici), "--nom", "La Passerelle", *(f"--salle={s}" for s in engendrer.SALLES))
                gens = engendrer.registre(engendrer.personnes())
                engendrer.importer(ici / "registre", iter([(engendrer.AUJOURDHUI, gens)]))
            tl("moyeu", "relier", adresse, ou=ici, reglages=reglages)
            mesurer("le premier dépôt", lambda: tl("synchroniser", ou=ici, reglages=reglages))
            rejoindre = ("moyeu", "rejoindre", adresse, str(ailleurs))
            mesurer("rejoindre", lambda: tl(*rejoindre, reglages=reglages))
            for cote, (poste, combien) in enumerate(((ailleurs, choix.ailleurs), (ici, choix.ici))):
                if combien:
                    engendrer.importer(poste, actions(combien, cote))
            envoyer = f"les autres : {choix.ailleurs} actions envoyées d'un coup"
            mesurer(envoyer, lambda: tl("synchroniser", ou=ailleurs, reglages=reglages))
            revenir = f"revenir : {choix.ici} actions à porter, {choix.ailleurs} à recevoir"
            mur = mesurer(revenir, lambda: tl("synchroniser", ou=ici, reglages=reglages))
            if Lieu(ici).git("rev-parse", "HEAD") != git(moyeu, "rev-parse", "main"):
                sys.exit("  ! le moyeu n'a pas tout")
    sys.exit(f"  ! plus de {VOULU:.0f} s" if mur > VOULU else 0)


if __name__ == "__main__":
    principal()

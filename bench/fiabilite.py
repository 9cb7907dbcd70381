"""`make fiabilite` : la longue série des pannes, et une table. Rien n'y est simulé que la panne."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

from pannes import (
    ECRITURES,
    ERREURS,
    Panne,
    copier,
    fautes_apres,
    fautes_de_la_suite,
    jouer,
    preparer,
    refaire,
    revue,
    tetes,
)
from series import deux_postes, huit_a_la_fois, tuer_au_hasard
from soutien import Lieu, lancer

TUES, PROCESSUS, FOIS = 200, 8, 50


def neuf(dossier: Path, nom: str) -> Lieu:
    mots = ("--nom", "La Passerelle", "--salle", "Salle du rez", "--salle", "Cour")
    assert lancer("init", str(dossier / nom), *mots).code == 0
    return Lieu(dossier / nom)


def pannes(dossier: Path, sorte: str) -> tuple[int, int, int, int, int]:
    """(essayées, fautives, bloquées, refusées, acquittées) : chaque commande, en panne à chaque pas."""
    essayees = fautives = bloquees = refusees = acquittees = 0
    for quoi, mots in ECRITURES.items():
        lieu = neuf(dossier, f"{sorte}-{quoi}")
        a_moi = preparer(lieu, quoi)
        avant = tetes(lieu)
        for pas in range(1, 200):
            copie = copier(lieu, dossier / f"{sorte}-{quoi}-{pas}")
            issue = jouer(copie, mots, Panne(sorte, pas), dossier / "trace")
            fautes = fautes_apres(copie, issue, avant, a_moi)
            refaire(copie, quoi, issue)
            de_la_suite, demande = fautes_de_la_suite(copie)
            essayees += 1
            fautives += bool(fautes or de_la_suite)
            for faute in (*fautes, *de_la_suite):
                print(f"  ! {sorte} {quoi} pas {pas} : {faute}", file=sys.stderr)
            bloquees += demande
            refusees += issue.code > 0
            acquittees += issue.acquittee
            shutil.rmtree(copie.racine)
            if issue.pas < pas:
                break
    return essayees, fautives, bloquees, refusees, acquittees


def lignes(dossier: Path) -> Iterator[tuple[str, ...]]:
    for sorte in ("mort", *ERREURS):
        essayees, fautives, bloquees, refusees, acquittees = pannes(dossier, sorte)
        nom = "mort à chaque pas" if sorte == "mort" else f"{sorte} à chaque pas"
        yield nom, *map(str, (essayees, acquittees, fautives, bloquees, refusees))
    mortes = [(dite, fautes) for dite, fautes in revue(neuf(dossier, "revue"), dossier, tous_les_pas=True)]
    for dite, fautes in mortes:
        for faute in fautes:
            print(f"  ! {dite} : {faute}", file=sys.stderr)
    fautives = sum(bool(fautes) for _, fautes in mortes)
    yield "toutes les écritures, mort à chaque pas", *map(str, (len(mortes), 0, fautives, 0, 0))
    tues = tuer_au_hasard(neuf(dossier, "tues"), fois=TUES)
    perdus = tues.perdues + tues.emportees + tues.inversees
    nom = f"SIGKILL au hasard ({tues.tuees} tués, {tues.finies} finies par la suite)"
    yield nom, *map(str, (tues.essayees, tues.acquittees, perdus, tues.demandent, 0))
    huit = huit_a_la_fois(neuf(dossier, "huit"), qui=PROCESSUS, fois=FOIS)
    yield (
        f"{PROCESSUS} processus × {FOIS}",
        *map(str, (huit.demandees, huit.acquittees, huit.acquittees - huit.presentes, 0, 0)),
    )
    deux = deux_postes(neuf(dossier, "deux"), dossier, fois=FOIS)
    yield (
        f"deux postes × {FOIS}, un moyeu",
        *map(str, (deux.demandees, deux.acquittees, deux.acquittees - deux.presentes, deux.tentatives, 0)),
    )


def principal() -> None:
    tetes = ("série", "essayées", "acquittées", "perdues", "bloquées", "refusées")
    print(f"{tetes[0]:<58}" + "".join(f"{t:>12}" for t in tetes[1:]))
    debut = time.monotonic()
    mauvaises = 0
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-fiabilite-") as dossier:
        for nom, *valeurs in lignes(Path(dossier)):
            mauvaises += int(valeurs[2])
            print(f"{nom:<58}" + "".join(f"{v:>12}" for v in valeurs), flush=True)
    print(f"perdues : fiches perdues, emportées, inversées ou illisibles. {time.monotonic() - debut:.0f} s.")
    sys.exit(1 if mauvaises else 0)


if __name__ == "__main__":
    principal()

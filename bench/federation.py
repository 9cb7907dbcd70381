"""Réunir ce que beaucoup de maisons publient, par un vrai serveur : bench/federation.py [COMBIEN] [ATTENTE].

Dit le temps mural et de processeur de chaque lecture, les octets par maison, et le temps de chaque
question de docs/federation.md.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(RACINE / "tests"), str(RACINE)]

import duckdb  # noqa: E402
import federation  # noqa: E402
import msgspec  # noqa: E402
from une_commande import ENV, TL, mesurer  # noqa: E402

COMBIEN = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
ATTENTE = float(sys.argv[2]) if len(sys.argv) > 2 else 0.1


def servir(vers: Connection) -> None:
    """Le serveur, dans un processus à lui : son travail n'est pas le nôtre."""
    serveur = federation.Serveur()
    serveur.attente = ATTENTE
    serveur.autres |= {str(n): msgspec.json.encode(federation.maison(n)) for n in range(COMBIEN)}
    vers.send(serveur.adresse)
    serveur.serve_forever()


def questions(dossier: Path) -> None:
    page = (RACINE / "docs/federation.md").read_text("utf-8")
    os.chdir(dossier)
    for requete in re.findall(r"```sql\n(.*?)```", page, re.DOTALL):
        debut = time.process_time()
        rendu = duckdb.sql(requete).fetchall()
        print(f"question : {1000 * (time.process_time() - debut):.0f} ms de calcul, {len(rendu)} lignes")


def principal() -> None:
    ici, la_bas = multiprocessing.Pipe()
    serveur = multiprocessing.Process(target=servir, args=(la_bas,), daemon=True)
    serveur.start()
    adresse = ici.recv()
    publies = [len(msgspec.json.encode(federation.maison(n))) for n in range(COMBIEN)]
    print(f"{COMBIEN} maisons, {sum(publies) / COMBIEN:.0f} octets publiés chacune, {ATTENTE} s d'attente")
    with tempfile.TemporaryDirectory() as ou:
        lieu = Path(ou) / "lieu"
        subprocess.run([*TL, "init", str(lieu), "--nom", "X"], env=ENV, check=True, capture_output=True)
        (lieu / "federation/maisons").mkdir(parents=True)
        for n in range(COMBIEN):
            fiche = f"nom: Maison {n}\nsource: {adresse}/{n}\n"
            (lieu / f"federation/maisons/maison-{n}.yaml").write_text(fiche, "utf-8")
        lire = ("federation", "lire", "--telecharger")
        mesurer("la première fois", *lire, dossier=lieu)
        mesurer("encore, rien n'a changé", *lire, dossier=lieu)
        la = lieu / "interne/federation"
        for quoi, motif in (("lues, par maison", "maisons/*.json"), ("tables, par maison", "*.parquet")):
            print(f"{quoi} : {sum(f.stat().st_size for f in la.glob(motif)) / COMBIEN:.0f} octets")
        questions(lieu)
    serveur.terminate()


if __name__ == "__main__":
    principal()

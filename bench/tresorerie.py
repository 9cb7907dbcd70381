"""La caisse à sa taille : 10 000 faits, 500 factures, 5 000 lignes de banque, les états d'une année.

usage: tresorerie.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

from caisses import Caisse, fait, lot_de
from ecritures.caisse import ADRESSE, VENDEUR
from factures import ligne as une_ligne
from factures import piece, totaliser
from msgspec import structs
from releves import Ligne, coda
from soutien import git, lancer

from tiers_lieu_cli.finance.coffre import nommer
from tiers_lieu_cli.finance.piece import livre
from tiers_lieu_cli.finance.piece.modele import AUCUNE

FAITS, CLIENTS, LIGNES = 10_000, 50, 5_000


def mesurer(nom: str, budget: float, caisse: Caisse, *mots: str) -> None:
    """Un processus entier, comme le trésorier le lance."""
    debut = time.perf_counter()
    fini = subprocess.run(
        [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(caisse.racine), "finance", *mots],
        capture_output=True,
        text=True,
        check=False,
    )
    duree = time.perf_counter() - debut
    if fini.returncode:
        sys.exit(f"{' '.join(mots)} : {fini.stderr}")
    tenu = "oui" if duree <= budget else "NON"
    print(f"{nom:<58} {duree:>20.2f} s   ≤ {budget:g} s{'':<15} {tenu}", flush=True)


def ouvrir(dossier: Path) -> Caisse:
    """Une caisse neuve, ses clients, ses prix."""
    assert (
        lancer("init", str(dossier / "lieu"), "--nom", "La Passerelle", "--salle", "Salle du rez").code == 0
    )
    caisse = Caisse(dossier / "lieu")
    caisse.f("init", *VENDEUR)
    caisse.tarif("salle-rez", "12,50", "heure")
    for n in range(CLIENTS):
        caisse.f("tiers", "creer", f"Zorvane{n:02} Kelm", *ADRESSE, "--lien", f"p-client{n:02}")
    return caisse


def faits_et_factures(caisse: Caisse) -> None:
    """Un lot de dix mille faits ; dix fois cinquante factures, émises d'un coup."""
    jours = [date(2026, 11, 1) + timedelta(days=n) for n in range(20)]
    tous = [
        fait(
            f"f-{n:05}", jour=f"{jours[n % 20]}", personne=f"p-client{n // 20 % CLIENTS:02}", quantite="0.45"
        )
        for n in range(FAITS)
    ]
    fichier = caisse.racine.parent / "faits.json"
    fichier.write_text(
        lot_de(*tous, lot="F-2026-11-01_2026-11-20", du="2026-11-01", au="2026-11-20"), "utf-8"
    )
    mesurer(f"importer {FAITS} faits", 5, caisse, "faits", "importer", str(fichier))
    for n in range(0, 20, 2):
        bornes = ("--du", f"{jours[n]}", "--au", f"{jours[n + 1]}")
        caisse.f("facture", "brouillon", "--depuis-faits", *bornes)
    mesurer("émettre, valider, composer 500 factures", 60, caisse, "facture", "emettre", "--tout", "--oui")


def banque(caisse: Caisse) -> None:
    """Cinq mille factures posées d'un bloc (les émettre prendrait des heures), et le relevé qui les paie."""
    precedente, lignes = AUCUNE, []
    shutil.rmtree(caisse.dossier / "pieces", ignore_errors=True)
    tiers = caisse.j("tiers", "liste")[0]["fiche"]["id"]
    totaux = totaliser(une_ligne("Salle du rez", "2", "12.50", "BE-21"))
    for rang in range(1, LIGNES + 1):
        une = structs.replace(piece(totaux, rang=rang), precedente=precedente, tiers=tiers)
        octets = livre.ecrire(une)
        fichier = caisse.dossier / livre.chemin(une)
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_bytes(octets)
        precedente = nommer(octets)
        lignes.append(Ligne(une.du, une.communication))
    git(caisse.dossier, "add", "-A")
    git(caisse.dossier, "-c", "user.name=tresorier", "commit", "-qm", "Des factures")
    fichier = caisse.racine.parent / "releve.coda"
    fichier.write_bytes(coda(lignes, initial=str(Decimal("100.00"))))
    mesurer(
        f"importer et rapprocher {LIGNES} lignes de banque", 5, caisse, "banque", "importer", str(fichier)
    )
    for etat in ("bilan", "compte-resultat", "livre"):
        mesurer(f"{etat}, {LIGNES} factures payées", 3, caisse, etat, "2026")
    mesurer("dossier de l'assemblée, en PDF", 3, caisse, "dossier", "2026", "--sortie", f"{fichier}.pdf")


def principal() -> None:
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-tresorerie-") as dossier:
        caisse = ouvrir(Path(dossier))
        faits_et_factures(caisse)
        banque(caisse)


if __name__ == "__main__":
    principal()

"""Les longues séries de `make fiabilite`, en vrais processus ; les essais en jouent de courtes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pannes import travail_en_cours
from soutien import Lieu, git, lancer

_OUTIL = [sys.executable, "-m", "tiers_lieu_cli"]


def _jouer(lieu: Lieu, *mots: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*_OUTIL, "--lieu", str(lieu.racine), *mots],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _finir(lieu: Lieu, *mots: str) -> tuple[int, str]:
    processus = _jouer(lieu, *mots)
    sortie, erreurs = processus.communicate()
    return processus.returncode, (sortie + erreurs).decode()


@dataclass
class Tues:
    """Des commandes tuées au hasard : combien, et ce qu'il en est resté."""

    essayees: int = 0
    tuees: int = 0
    acquittees: int = 0
    perdues: int = 0
    emportees: int = 0
    inversees: int = 0
    finies: int = 0
    demandent: int = 0


def tuer_au_hasard(lieu: Lieu, *, fois: int, graine: int = 2026) -> Tues:
    """Modifier sans cesse le même événement et noter, en tuant le groupe à un instant tiré au sort."""
    hasard, bilan = random.Random(graine), Tues()
    travail_en_cours(lieu)
    code, dit = _finir(lieu, "prog", "evenement", "creer", "Titre 0", "--quand", "samedi 10h-12h", "--json")
    assert code == 0, dit
    ident = str(json.loads(dit)["id"])
    debut = time.monotonic()
    for numero in range(3):
        _finir(lieu, "prog", "evenement", "modifier", ident, "--titre", f"Titre -{numero}")
    duree = (time.monotonic() - debut) / 3
    dernier = "Titre -2"
    for numero in range(1, fois + 1):
        titre = f"Titre {numero}"
        processus = _jouer(lieu, "prog", "evenement", "modifier", ident, "--titre", titre)
        time.sleep(hasard.uniform(0.4, 1.1) * duree)
        with suppress(ProcessLookupError):
            os.killpg(processus.pid, signal.SIGKILL)
        processus.communicate()
        bilan.essayees += 1
        bilan.tuees += processus.returncode < 0
        acquittee = processus.returncode == 0
        bilan.acquittees += acquittee
        suite, dit = _finir(lieu, "journal", "noter", f"Suite {numero}")
        bilan.finies += "est terminée" in dit
        if suite != 0 or "reprise" in dit:
            bilan.demandent += 1
            _finir(lieu, "reprise", "--oui")
            assert _finir(lieu, "journal", "noter", f"Suite {numero}")[0] == 0, dit
        fiches = git(lieu.racine, "show", "--format=", "--name-only").split()
        bilan.emportees += len(fiches) != 1 or "journal" not in fiches[0]
        disque, garde = (
            (lieu.racine / f"prog/evenements/2026/11/{ident}.yaml").read_text("utf-8"),
            git(lieu.racine, "show", f"HEAD:prog/evenements/2026/11/{ident}.yaml"),
        )
        bilan.inversees += disque != garde
        bilan.perdues += acquittee and f"titre: {titre}\n" not in garde
        bilan.perdues += f"titre: {titre}\n" not in garde and f"titre: {dernier}\n" not in garde
        dernier = titre if f"titre: {titre}\n" in garde else dernier
    return bilan


@dataclass
class Ensemble:
    """Des écritures simultanées : demandées, acquittées, présentes à la fin."""

    demandees: int
    acquittees: int
    presentes: int
    tentatives: int = 0


def huit_a_la_fois(lieu: Lieu, *, qui: int = 8, fois: int = 50) -> Ensemble:
    """Des processus qui notent tous en même temps dans le même lieu."""

    def noter(numero: int) -> int:
        return sum(_finir(lieu, "journal", "noter", f"Poste {numero}, note {n}")[0] == 0 for n in range(fois))

    with ThreadPoolExecutor(qui) as fils:
        acquittees = sum(fils.map(noter, range(qui)))
    suivis = git(lieu.racine, "ls-tree", "-r", "--name-only", "HEAD", "journal/notes").split()
    return Ensemble(qui * fois, acquittees, len(suivis))


def deux_postes(lieu: Lieu, dossier: Path, *, fois: int = 50) -> Ensemble:
    """Deux clones qui notent puis mettent en commun à chaque fois, par un vrai moyeu."""
    moyeu = dossier / "moyeu-serie"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(moyeu), str(dossier / "poste-2")).code == 0
    postes = (lieu, Lieu(dossier / "poste-2"))

    def vivre(numero: int) -> tuple[int, int]:
        acquittees = reprises = 0
        for n in range(fois):
            acquittees += _finir(postes[numero], "journal", "noter", f"Poste {numero}, note {n}")[0] == 0
            reprises += _finir(postes[numero], "synchroniser")[0] != 0
        return acquittees, reprises

    with ThreadPoolExecutor(2) as fils:
        comptes = list(fils.map(vivre, range(2)))
    for poste in (*postes, *postes):
        assert _finir(poste, "synchroniser")[0] == 0
    suivis = git(moyeu, "ls-tree", "-r", "--name-only", "main", "journal/notes").split()
    assert git(postes[0].racine, "rev-parse", "HEAD") == git(postes[1].racine, "rev-parse", "HEAD")
    return Ensemble(2 * fois, sum(a for a, _ in comptes), len(suivis), sum(r for _, r in comptes))

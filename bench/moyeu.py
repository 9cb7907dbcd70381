"""`make moyeu` : N postes, M écritures chacun, un seul moyeu par ssh, des liaisons coupées et des morts.

usage: moyeu.py [--postes 50] [--ecritures 40] [--par-envoi 4] [--graine 2026] [--pause 0]

Tout est vrai : un sshd lancé ici sur un port libre de la boucle, des clefs jetées après, un processus par
commande. Deux postes rejoignent le moyeu par ssh, les autres sont des copies du second.
Un tour, c'est un envoi tenté ; plus d'un, c'est qu'un autre poste est passé devant. Prendre un ticket n'est
pas un envoi : c'est compté à part. `--par-envoi` : combien d'écritures pour une mise en commun, en moyenne.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import median
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

from serveur import serveur
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau.echecs import CodeSortie

T = TypeVar("T")
SALLES = ("salle-du-rez", "cour")
PREMIER_JOUR = date(2026, 12, 1)
#: L'heure des postes avance avec celle du banc : d'une même date, git parcourrait toute l'histoire.
OUVERTURE, MAINTENANT = time.monotonic(), datetime.fromisoformat(os.environ["TIERS_LIEU_MAINTENANT"])
#: Sur cent commandes : les écritures tuées, les mises en commun tuées, celles dont la liaison est coupée.
TUEES, MISES_A_MORT, COUPEES = 15, 15, 15
#: Les sessions ssh d'une mise en commun, file comprise ; la liaison se coupe dans l'une d'elles.
SESSIONS = 6
#: Ce que la garde peut prendre de plus en fin de série, à apport égal : le bruit d'une machine.
BRUIT = 1.3
TOURS_VOULUS = 4

#: Le ssh d'un poste : il note ce qu'il va chercher, et coupe la liaison quand le banc l'a demandé.
_LIAISON = """#!/bin/sh
for dernier; do :; done
echo "$dernier" >>{ici}/sessions
if read -r rang delai 2>/dev/null <{ici}/coupure && [ "$(wc -l <{ici}/sessions)" -ge "$rang" ]; then
    mv {ici}/coupure {ici}/coupee
    exec timeout --foreground -s KILL "$delai" {ssh} -F {reglages} -o SetEnv=POSTE={numero} "$@"
fi
exec {ssh} -F {reglages} -o SetEnv=POSTE={numero} "$@"
"""
#: La garde du moyeu, entière ; on note qui prend un ticket, ou ce qu'elle lit et son temps de processeur.
_MESURE = """#!/bin/sh
lu=$(cat)
case $lu in *" refs/tiers-lieu/file/"*)
    echo ticket >>"{ici}/liaison-$POSTE/tickets"
    printf '%s\\n' "$lu" | "$0".garde
    exit $? ;;
esac
printf '%s\\n' "$lu" | "$0".garde
code=$?
times >"{ici}/temps.$$"
set -- $lu
apport=$(git rev-list --count "$2" --not --all)
[ $code = 0 ] && echo "$apport $(git rev-list --count "$2") $(tail -n1 "{ici}/temps.$$")" >>{ici}/garde
rm "{ici}/temps.$$"
exit $code
"""


@dataclass
class Poste:
    """Un poste, sa liaison, et ce qu'il lui est arrivé."""

    numero: int
    lieu: Lieu
    liaison: Path
    hasard: Random
    #: Secondes d'une mise en commun ordinaire : une mort tombe quelque part dedans.
    duree: float = 1.0
    acquittees: list[str] = field(default_factory=list)
    refusees: int = 0
    tuees: int = 0
    coupees: int = 0
    reprises: int = 0
    occupes: int = 0
    tours: list[int] = field(default_factory=list)
    tickets: int = 0
    #: Secondes de chaque mise en commun allée au bout, file comprise.
    durees: list[float] = field(default_factory=list)
    signalees: set[frozenset[str]] = field(default_factory=set)
    fautes: list[str] = field(default_factory=list)
    _tentes: int = 0

    @classmethod
    def naitre(cls, numero: int, dossier: Path, reglages: Path, graine: int) -> Poste:
        liaison = dossier / f"liaison-{numero}"
        liaison.mkdir()
        (liaison / "sessions").touch()
        faux = liaison / "ssh"
        faux.write_text(
            _LIAISON.format(ici=liaison, ssh=shutil.which("ssh"), reglages=reglages, numero=numero), "utf-8"
        )
        faux.chmod(0o755)
        return cls(numero, Lieu(dossier / f"poste-{numero}"), liaison, Random(f"{graine}-{numero}"))

    def jouer(self, *mots: str, mort: float | None = None, ici: bool = True) -> tuple[int, str, str]:
        """Une commande dans son processus ; `mort` : tuée, elle et ce qu'elle lance, après ces secondes."""
        ou = ("--lieu", str(self.lieu.racine)) if ici else ()
        maintenant = MAINTENANT + timedelta(seconds=int(time.monotonic() - OUVERTURE))
        processus = subprocess.Popen(
            [sys.executable, "-m", "tiers_lieu_cli", *ou, *mots],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={
                **os.environ,
                "PATH": f"{self.liaison}{os.pathsep}{os.environ['PATH']}",
                "TIERS_LIEU_MAINTENANT": maintenant.isoformat(),
            },
        )
        try:
            sortie, erreurs = processus.communicate(timeout=mort)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(processus.pid, signal.SIGKILL)
            sortie, erreurs = processus.communicate()
        self.tuees += processus.returncode < 0
        # Avec --json, un refus se lit sur la sortie.
        dite, dit = sortie.decode("utf-8", "replace"), (sortie + erreurs).decode("utf-8", "replace")
        if processus.returncode == CodeSortie.BOGUE or (processus.returncode > 0 and not dit.strip()):
            self.fautes.append(f"{' '.join(mots)} : {dit.strip()[-300:] or 'un échec sans un mot'}")
        return processus.returncode, dite, dit

    def faire(self, *mots: str) -> str:
        """Une commande qui doit réussir."""
        code, sortie, dit = self.jouer(*mots)
        if code:
            self.fautes.append(f"{' '.join(mots)} : {dit.strip()}")
        return sortie

    def ecrire(self, mots: tuple[str, ...]) -> None:
        """Une écriture, tuée parfois ; ce qu'elle acquitte est retenu."""
        mort = self.hasard.uniform(0.2, 1.2) * self.duree if self.hasard.randrange(100) < TUEES else None
        code, sortie, dit = self.jouer(*mots, "--json", mort=mort)
        if "reprise" in dit and code > 0:
            self._reprendre()
            code, sortie, dit = self.jouer(*mots, "--json")
        if code == 0:
            self.acquittees.append(json.loads(sortie)["id"])
        elif code > 0 and " est prise" in dit:
            self.refusees += 1
        elif code > 0:
            self.fautes.append(f"{' '.join(mots)} : {dit.strip()}")

    def mettre_en_commun(self) -> None:
        """Une mise en commun, parfois tuée ou coupée ; les tours des autres sont comptés."""
        sort = self.hasard.randrange(100)
        mort = self.hasard.uniform(0.05, 1.1) * self.duree if sort < MISES_A_MORT else None
        rang, delai = self.hasard.randint(1, SESSIONS), self.hasard.uniform(0.01, 0.5)
        deja = len(self._sessions())
        if MISES_A_MORT <= sort < MISES_A_MORT + COUPEES:
            (self.liaison / "coupure").write_text(f"{deja + rang} {delai:.3f}\n", "ascii")
        debut = time.monotonic()
        code, sortie, dit = self.jouer("synchroniser", "--json", mort=mort)
        (self.liaison / "coupure").unlink(missing_ok=True)
        coupee = (self.liaison / "coupee").exists()
        (self.liaison / "coupee").unlink(missing_ok=True)
        self.entendre(sortie)
        if "reprise" in dit and code > 0:
            self._reprendre()
        pris = self._tickets()
        if (coupee and code) or code < 0:
            # Ce n'est pas la faute des autres : ses tours ne disent rien de la file.
            self.coupees += code > 0
            self._tentes = 0
            return
        envois = sum("receive-pack" in s and "/registre" not in s for s in self._sessions()[deja:])
        self._tentes += envois - pris
        if code == 0:
            self.duree = time.monotonic() - debut
            self.durees.append(self.duree)
            self.tours += [self._tentes] if self._tentes else []
            self._tentes = 0
        elif "sans cesse" in dit:
            self.occupes += 1
        else:
            self.fautes.append(f"synchroniser : {dit.strip()}")

    def _tickets(self) -> int:
        """Les tickets que ce poste a pris depuis la dernière fois qu'on l'a demandé."""
        with suppress(FileNotFoundError):
            avant, self.tickets = self.tickets, len((self.liaison / "tickets").read_bytes().split())
            return self.tickets - avant
        return 0

    def _sessions(self) -> list[str]:
        return (self.liaison / "sessions").read_text("utf-8").splitlines()

    def entendre(self, sortie: str) -> None:
        """Les paires de promesses que cette mise en commun dit à l'usager."""
        with suppress(json.JSONDecodeError):
            self.signalees |= paires_dites(json.loads(sortie)["constats"])

    def _reprendre(self) -> None:
        self.reprises += 1
        self.faire("reprise", "--oui")

    def vivre(self, ecritures: int, par_envoi: int, pause: float) -> None:
        """Sa vie : écrire, parfois mettre en commun, recommencer ; `pause` : des secondes entre deux."""
        for n in range(ecritures):
            time.sleep(self.hasard.expovariate(1 / pause) if pause else 0)
            self.ecrire(self._geste(n))
            if n == ecritures - 1 or not self.hasard.randrange(par_envoi):
                self.mettre_en_commun()

    def _geste(self, n: int) -> tuple[str, ...]:
        if self.hasard.randrange(3):
            return ("journal", "noter", f"Poste {self.numero}, note {n}")
        jour = PREMIER_JOUR + timedelta(n // 3)
        heure = self.hasard.randint(9, 12)
        quand = f"{jour} {heure}h-{heure + self.hasard.randint(1, 3)}h"
        return ("espace", "reserver", self.hasard.choice(SALLES), quand, "--objet", f"Poste {self.numero}")


def paires_dites(constats: list[dict[str, str]]) -> set[frozenset[str]]:
    """Les deux promesses que chaque constat nomme."""
    return {
        frozenset(re.findall(r"\((20\d\d-[^)\s]+)\)", k["fait"]))
        for k in constats
        if k["regle"] == "double-promesse"
    }


def paires_vraies(lieu: Lieu) -> set[frozenset[str]]:
    """Les promesses qui se croisent, lues dans les fiches sans passer par l'outil."""
    fiches = {}
    for fiche in (lieu.racine / "espace/reservations").rglob("*.yaml"):
        lignes = (ligne.partition(": ") for ligne in fiche.read_text("utf-8").splitlines())
        fiches[fiche.stem] = {nom: valeur.strip("'\"") for nom, _, valeur in lignes}
    return {
        frozenset((un, autre))
        for (un, a), (autre, b) in combinations(sorted(fiches.items()), 2)
        if a["salle"] == b["salle"] and a["debut"] < b["fin"] and b["debut"] < a["fin"]
    }


def ouvrir(dossier: Path, reglages: Path, combien: int, graine: int) -> tuple[Path, list[Poste]]:
    """Le moyeu, le lieu qui s'y relie, et tous ceux qui le rejoignent par ssh."""
    moyeu = dossier / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    crochet = moyeu / "hooks/pre-receive"
    crochet.rename(f"{crochet}.garde")
    crochet.write_text(_MESURE.format(ici=dossier), "utf-8")
    crochet.chmod(0o755)
    postes = [Poste.naitre(n, dossier, reglages, graine) for n in range(combien)]
    salles = ("--salle", "Salle du rez", "--salle", "Cour")
    assert lancer("init", str(postes[0].lieu.racine), "--nom", "La Passerelle", *salles).code == 0
    adresse = f"ssh://127.0.0.1{moyeu}"
    postes[0].faire("accueil", "personne", "creer", "Karim Haddad")
    postes[0].faire("moyeu", "relier", adresse)
    postes[0].faire("synchroniser")

    code, _, dit = postes[1].jouer("moyeu", "rejoindre", adresse, str(postes[1].lieu.racine), ici=False)
    assert code == 0, dit
    for poste in postes[2:]:
        shutil.copytree(postes[1].lieu.racine, poste.lieu.racine, symlinks=True)
    for poste in postes[:2]:
        debut = time.monotonic()
        poste.faire("synchroniser")
        poste.duree = time.monotonic() - debut
    for poste in postes[2:]:
        poste.duree = postes[1].duree
    return moyeu, postes


def juger(moyeu: Path, postes: list[Poste]) -> Iterator[str]:
    """Tout le monde a synchronisé : ce qui manque, ce qui diffère, ce qui n'est pas dit."""
    tete = git(moyeu, "rev-parse", "main")
    acquittees = {ident for p in postes for ident in p.acquittees}
    for poste in postes:
        yield from (f"poste {poste.numero} : {faute}" for faute in poste.fautes)
        if poste.lieu.git("rev-parse", "HEAD") != tete:
            yield f"poste {poste.numero} : n'en est pas où en est le moyeu"
        if reste := poste.lieu.git("status", "--porcelain").strip():
            yield f"poste {poste.numero} : {reste}"
        suivis = {Path(nom).stem for nom in poste.lieu.git("ls-tree", "-r", "--name-only", "HEAD").split()}
        yield from (f"poste {poste.numero} : {ident}, acquittée et perdue" for ident in acquittees - suivis)
    constats = json.loads(postes[0].jouer("verifier", "--tout", "--json")[1])["constats"]
    yield from (f"verifier : {k['fait']}" for k in constats if k["regle"] != "double-promesse")
    vraies, dites = paires_vraies(postes[0].lieu), paires_dites(constats)
    entendues = set[frozenset[str]]().union(*(p.signalees for p in postes))
    yield from (f"promises deux fois, et nul ne l'apprend : {sorted(paire)}" for paire in vraies - entendues)
    yield from (f"promises deux fois, et tu : {sorted(paire)}" for paire in vraies - dites)
    yield from (f"dites promises deux fois, à tort : {sorted(paire)}" for paire in dites - vraies)
    git(moyeu, "fsck", "--strict", "--no-dangling")


def garde(dossier: Path) -> list[tuple[int, int, float]]:
    """Chaque apport admis : ce qu'il apportait, ce que le moyeu gardait alors, le processeur de la garde."""
    vus = []
    for ligne in (dossier / "garde").read_text("ascii").splitlines():
        apport, garde, *temps = ligne.split()
        secondes = sum(60 * float(m) + float(s) for m, s in (t.rstrip("s").split("m") for t in temps))
        vus.append((int(apport), int(garde), secondes))
    return sorted(vus, key=lambda vu: vu[1])


def lignes(dossier: Path, postes: list[Poste], fautes: list[str]) -> Iterator[tuple[str, str]]:
    """Ce qui s'imprime : une promesse, ce qui en est."""

    def somme(nom: str) -> int:
        return sum(getattr(p, nom) for p in postes)

    acquittees = sum(len(p.acquittees) for p in postes)
    perdues = len({f.rpartition(" : ")[2] for f in fautes if "acquittée et perdue" in f})
    yield "écritures acquittées, perdues", f"{acquittees}, {perdues}"
    yield "refusées (salle prise)", f"{somme('refusees')}"
    yield "processus tués, liaisons coupées en route", f"{somme('tuees')}, {somme('coupees')}"
    yield "reprises demandées, mises en commun à refaire", f"{somme('reprises')}, {somme('occupes')}"
    tours = sorted(t for p in postes for t in p.tours)
    yield (
        f"tours : médiane, 95e centile (≤ {TOURS_VOULUS}), plus haut",
        f"{median(tours):.0f}, {centile(tours)}, {tours[-1]} ({len(tours)} envois)",
    )
    yield "tickets pris dans la file", f"{somme('tickets')}"
    durees = sorted(d for p in postes for d in p.durees)
    yield (
        "une mise en commun, file comprise : médiane, 95e, plus longue",
        f"{median(durees):.1f}, {centile(durees):.1f}, {durees[-1]:.1f} s",
    )
    vraies = paires_vraies(postes[0].lieu)
    dites = set[frozenset[str]]().union(*(p.signalees for p in postes))
    yield "salles promises deux fois, dites par une mise en commun", f"{len(vraies)}, {len(vraies & dites)}"
    for quand, (apport, histoire, secondes) in zip(("premier", "dernier"), tiers(dossier), strict=True):
        dit = f"{histoire:.0f}, {apport:.0f}, {secondes:.2f} s"
        yield f"la garde, {quand} tiers : histoire, apport, processeur", dit


def tiers(dossier: Path) -> list[tuple[float, float, float]]:
    """Le premier et le dernier tiers des envois : apport, histoire, processeur de la garde, en médianes."""
    vus = garde(dossier)
    part = max(1, len(vus) // 3)
    return [
        (median(v[0] for v in vus_la), median(v[1] for v in vus_la), median(v[2] for v in vus_la))
        for vus_la in (vus[:part], vus[-part:])
    ]


def mal_servis(dossier: Path, postes: list[Poste]) -> Iterator[str]:
    """Ce que l'issue promet du moyeu, et qui ne tient pas."""
    tours = sorted(t for p in postes for t in p.tours)
    if centile(tours) > TOURS_VOULUS:
        yield f"des postes sont affamés : {centile(tours)} tours au 95e centile"
    if occupes := sum(p.occupes for p in postes):
        yield f"des postes ont renoncé à attendre : {occupes}"
    premier, dernier = tiers(dossier)
    if dernier[2] > BRUIT * premier[2] * max(1.0, dernier[0] / max(1.0, premier[0])):
        yield f"la garde coûte plus que ce qui est poussé : {premier[2]:.2f} s, puis {dernier[2]:.2f} s"


def centile(tries: list[T]) -> T:
    """Le 95e, d'une liste rangée."""
    return tries[min(len(tries) - 1, len(tries) * 95 // 100)]


def principal() -> None:
    lu = argparse.ArgumentParser(description="N postes, M écritures chacun, un seul moyeu par ssh.")
    lu.add_argument("--postes", type=int, default=50)
    lu.add_argument("--ecritures", type=int, default=40)
    lu.add_argument("--par-envoi", type=int, default=4)
    lu.add_argument("--graine", type=int, default=2026)
    # Sans pause, tous écrivent et déposent sans jamais lever les mains : le pire.
    lu.add_argument("--pause", type=float, default=0)
    choix = lu.parse_args()
    if choix.postes < 2 or choix.ecritures < 1 or choix.par_envoi < 1:
        lu.error("il faut deux postes, une écriture, et au moins une par envoi")
    # Arrêté, le banc arrête aussi son sshd, et ôte ses clefs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    debut = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-moyeu-") as nom:
        dossier = Path(nom)
        with serveur(dossier) as reglages:
            moyeu, postes = ouvrir(dossier, reglages, choix.postes, choix.graine)
            with ThreadPoolExecutor(choix.postes) as fils:
                list(fils.map(lambda p: p.vivre(choix.ecritures, choix.par_envoi, choix.pause), postes))
            # La première fois, chacun porte ; la seconde, chacun reçoit ce que les autres ont porté.
            for _ in range(2):
                with ThreadPoolExecutor(2) as fils:
                    list(fils.map(lambda p: p.entendre(p.faire("synchroniser", "--json")), postes))
            fautes = list(juger(moyeu, postes))
            for quoi, combien in lignes(dossier, postes, fautes):
                print(f"{quoi:<62}{combien:>30}", flush=True)
            fautes += mal_servis(dossier, postes)
    for faute in fautes:
        print(f"  ! {faute}", file=sys.stderr)
    duree = time.monotonic() - debut
    print(
        f"{choix.postes} postes × {choix.ecritures} écritures, une mise en commun pour {choix.par_envoi}, "
        f"graine {choix.graine}, "
        f"pause {choix.pause:g} s : {duree:.0f} s."
    )
    sys.exit(1 if fautes else 0)


if __name__ == "__main__":
    principal()

"""Une coupure de courant, rejouée : ce que l'outil et git ont écrit, dont rien d'autre ne reste que l'abrité.

strace note chaque appel qui écrit, de l'outil et de tous ses enfants, avec ses octets. À chaque barrière
(`fsync`) et à la fin, on refait des états que le disque pourrait avoir : le contenu d'un fichier est là si ce
fichier a été abrité depuis, un nom l'est si son dossier l'a été ; tout le reste est là ou non, dans n'importe
quel ordre, fût-ce en fichier vide ou rempli de zéros. C'est plus dur qu'ext4, et permis par POSIX.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TypeVar

from pannes import Issue, Juger, Vue, copier, graine
from soutien import Lieu

_APPELS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,lseek,rename,renameat,renameat2,link,linkat,symlink,"
    "symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,ftruncate,truncate,sendfile,"
    "copy_file_range,mmap,chdir,fchdir"
)
T = TypeVar("T")
#: Ce qui avance dans un fichier sans y écrire : un paquet reçu se relit avant de finir. Chaque octet lu par
#: tous s'écrit dans la trace : on ne les suit que là où il le faut.
_LECTURES = ("read", "readv")
_LIGNE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)")
_REPRISE = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_TEXTE = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_POIGNEE = re.compile(r"(-?\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>")
_CHEMINS = re.compile(rf"{_POIGNEE.pattern}|{_TEXTE.pattern}")
#: Ce qu'une coupure peut faire de ce qui n'est pas abrité : rien ne reste, les noms seuls restent, tout reste
#: sauf la fin des fichiers, ou au hasard.
MANIERES = ("rien", "noms", "coupes", "hasard", "hasard", "hasard")


_DANS_UN_FICHIER = frozenset(
    ["write", "pwrite64", "writev", "pwritev", "lseek", "ftruncate", "fsync", "fdatasync"]
)


class NonSuivi(Exception):
    """Une façon d'écrire que ce rejeu ne sait pas refaire : mieux vaut le dire que de l'oublier."""


@cache
def possible() -> bool:
    """strace est-il là, et peut-il suivre un processus ici ?"""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True).returncode == 0


@dataclass
class Noeud:
    """Un fichier ou un dossier : ce qu'il contenait au départ."""

    octets: bytes = b""
    noms: dict[str, int] | None = None
    depuis: Path | None = None


@dataclass
class Geste:
    """Un appel qui écrit : des octets dans un fichier, des noms dans des dossiers, ou une barrière."""

    sorte: str
    noeud: int = 0
    place: int = 0
    octets: bytes = b""
    noms: list[tuple[int, str, int | None]] = field(default_factory=list)


@dataclass
class Journal:
    """Ce qu'une commande a écrit sous `racine`, geste après geste, depuis un état entier."""

    racine: Path
    noeuds: dict[int, Noeud]
    gestes: list[Geste]
    code: int
    dit: str
    #: Les dossiers faits en route : rien n'y entre toujours.
    dossiers: frozenset[int] = frozenset()

    def barrieres(self) -> list[int]:
        """Les instants où l'on coupe : juste avant chaque barrière, et une fois la commande finie."""
        return [rang for rang, geste in enumerate(self.gestes) if geste.sorte == "barriere"] + [
            len(self.gestes)
        ]


def noter(
    racine: Path, mots: list[str], ou: Path, env: dict[str, str] | None = None, *, relit: bool = False
) -> Journal:
    """Jouer une commande dans un vrai processus, et noter tout ce qu'elle et ses enfants écrivent ici.

    `relit` : elle relit, par la même poignée, ce qu'elle écrit (un paquet reçu).
    """
    modele = _lire(racine)
    trace = ou / "strace"
    appels = ",".join((_APPELS, *_LECTURES)) if relit else _APPELS
    suivre = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={appels}", "-e", "signal=none"]
    fini = subprocess.run(
        [*suivre, "-o", str(trace), sys.executable, "-m", "tiers_lieu_cli", *mots],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {}), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    depart = {
        ident: Noeud(n.octets, dict(n.noms) if n.noms is not None else None) for ident, n in modele.items()
    }
    suivi = _Suivi(racine, modele)
    with trace.open(encoding="ascii", errors="replace") as lignes:
        for ligne in _reunir(lignes):
            suivi.prendre(ligne)
    trace.unlink()
    dit = fini.stdout + fini.stderr
    return Journal(racine, depart, suivi.gestes, fini.returncode, dit, frozenset(suivi.dossiers))


def _lire(racine: Path) -> dict[int, Noeud]:
    """Tout ce qu'il y a là, le dossier `racine` étant le nœud 0."""
    noeuds: dict[int, Noeud] = {0: Noeud(noms={})}

    def descendre(dossier: Path, ident: int) -> None:
        noms = noeuds[ident].noms
        assert noms is not None
        for entree in sorted(os.scandir(dossier), key=lambda e: e.name):
            neuf = len(noeuds)
            noms[entree.name] = neuf
            if entree.is_dir(follow_symlinks=False):
                noeuds[neuf] = Noeud(noms={})
                descendre(Path(entree.path), neuf)
            else:
                noeuds[neuf] = Noeud(Path(entree.path).read_bytes())

    descendre(racine, 0)
    return noeuds


def _reunir(lignes: Iterator[str]) -> Iterator[str]:
    """Les appels finis, dans l'ordre de leur fin ; un appel coupé en deux par un autre est recollé."""
    en_cours: dict[str, str] = {}
    for ligne in lignes:
        if "<unfinished ...>" in ligne:
            en_cours[ligne.split(" ", 1)[0]] = ligne.split("<unfinished ...>")[0].rstrip()
        elif reprise := _REPRISE.match(ligne):
            yield en_cours.pop(reprise[1], f"{reprise[1]} {reprise[2]}(") + reprise[3]
        else:
            yield ligne


def _clair(hexa: str) -> bytes:
    return bytes.fromhex(hexa.replace("\\x", ""))


class _Suivi:
    """L'état du disque pendant qu'on relit la trace, et les gestes qu'elle dit."""

    def __init__(self, racine: Path, noeuds: dict[int, Noeud]) -> None:
        self.racine = racine
        self.noeuds = noeuds
        self.gestes: list[Geste] = []
        self.dossiers: set[int] = set()
        self._neuf = len(noeuds)
        #: (processus, poignée) → [nœud, place, ajoute-t-on toujours au bout ?]
        self._ouverts: dict[tuple[str, str], list[int]] = {}
        #: Où est chaque processus : strace le dit chaque fois qu'il ouvre quelque chose de là.
        self._ici: dict[str, str] = {}

    def prendre(self, ligne: str) -> None:
        lue = _LIGNE.match(ligne)
        if not lue or lue[4].startswith("-"):
            return
        qui, appel, dits, rendu = lue.groups()
        if appel in _LECTURES:
            self._avancer(qui, dits, int(rendu, 0))
            return
        textes = [_clair(t) for t in _TEXTE.findall(dits)]
        poignees = [(n, _clair(c).decode("utf-8", "replace")) for n, c in _POIGNEE.findall(dits)]
        chemins = [] if appel in _DANS_UN_FICHIER else self._chemins(qui, dits)
        if appel in ("chdir", "fchdir"):
            self._ici[qui] = chemins[0] if chemins else poignees[0][1]
        elif appel in ("open", "openat", "creat"):
            self._ouvrir(qui, appel, dits, rendu, chemins[0])
        elif appel in _DANS_UN_FICHIER:
            self._ecrire(qui, appel, dits, int(rendu, 0), textes, poignees)
        elif appel in ("mkdir", "mkdirat"):
            self._nommer((chemins[0], self._creer(dossier=True)))
        elif appel in ("unlink", "unlinkat", "rmdir"):
            self._nommer((chemins[0], None))
        elif appel.startswith("rename"):
            avant, apres = chemins
            if self._dedans(avant) or self._dedans(apres):
                self._nommer((avant, None), (apres, self._trouver(avant)))
        elif appel in ("link", "linkat"):
            avant, apres = chemins
            if self._dedans(avant) or self._dedans(apres):
                self._nommer((apres, self._trouver(avant)))
        elif appel in ("symlink", "symlinkat"):
            # « git init » en essaie un, et l'ôte : un fichier vide en tient lieu.
            self._nommer((chemins[-1], self._creer()))
        elif self._nous_regarde(appel, dits, chemins, poignees):
            raise NonSuivi(ligne[:200])

    def _nous_regarde(
        self, appel: str, dits: str, chemins: list[str], poignees: list[tuple[str, str]]
    ) -> bool:
        if appel == "mmap":
            partage = "MAP_SHARED" in dits and "PROT_WRITE" in dits
            return partage and any(self._dedans(c) for _, c in poignees)
        if appel in ("sendfile", "copy_file_range"):
            return self._dedans(poignees[0 if appel == "sendfile" else 1][1])
        return appel == "truncate" and self._dedans(chemins[-1])

    def _avancer(self, qui: str, dits: str, combien: int) -> None:
        """Ce qui est lu d'un fichier qu'on suit avance d'autant."""
        poignee = _POIGNEE.match(dits)
        if poignee and (ouvert := self._ouverts.get((qui, poignee[1]))):
            ouvert[1] += combien

    def _ouvrir(self, qui: str, appel: str, dits: str, rendu: str, chemin: str) -> None:
        if not self._dedans(chemin):
            self._ouverts.pop((qui, rendu), None)
            return
        ident = self._trouver(chemin)
        if ident is None:
            if appel != "creat" and "O_CREAT" not in dits:
                return
            ident = self._creer()
            self._nommer((chemin, ident))
        if (appel == "creat" or "O_TRUNC" in dits) and self.noeuds[ident].octets:
            self._changer(Geste("taille", ident, 0))
        self._ouverts[qui, rendu] = [ident, 0, "O_APPEND" in dits]

    def _ecrire(
        self,
        qui: str,
        appel: str,
        dits: str,
        rendu: int,
        textes: list[bytes],
        poignees: list[tuple[str, str]],
    ) -> None:
        if not poignees or not self._dedans(poignees[0][1]):
            return
        numero, chemin = poignees[0]
        ouvert = self._ouverts.get((qui, numero))
        ident = ouvert[0] if ouvert else self._trouver(chemin)
        if ident is None:
            return
        if appel in ("fsync", "fdatasync"):
            self.gestes.append(Geste("barriere", ident))
        elif appel == "lseek" and ouvert:
            ouvert[1] = rendu
        elif appel == "ftruncate":
            self._changer(Geste("taille", ident, int(dits.rsplit(",", 1)[1].strip(" )"))))
        elif appel != "lseek":
            octets = b"".join(textes)[:rendu]
            if appel.startswith("p"):
                place = int(dits.rsplit(",", 1)[1].strip(" )"))
            else:
                if ouvert is None:
                    raise NonSuivi(f"une poignée venue d'ailleurs : {chemin}")
                place = len(self.noeuds[ident].octets) if ouvert[2] else ouvert[1]
                ouvert[1] = place + rendu
            self._changer(Geste("octets", ident, place, octets))

    def _changer(self, geste: Geste) -> None:
        noeud = self.noeuds[geste.noeud]
        noeud.octets = _applique(noeud.octets, geste)
        self.gestes.append(geste)

    def _nommer(self, *noms: tuple[str, int | None]) -> None:
        changes = []
        for chemin, ident in noms:
            if not self._dedans(chemin):
                return
            dossier, _, nom = chemin.rpartition("/")
            parent = self._trouver(dossier)
            if parent is None:
                raise NonSuivi(f"un dossier inconnu : {dossier}")
            changes.append((parent, nom, ident))
            entrees = self.noeuds[parent].noms
            assert entrees is not None
            if ident is None:
                entrees.pop(nom, None)
            else:
                entrees[nom] = ident
        self.gestes.append(Geste("noms", noms=changes))

    def _creer(self, *, dossier: bool = False) -> int:
        ident = self._neuf
        self._neuf += 1
        self.noeuds[ident] = Noeud(noms={} if dossier else None)
        if dossier:
            self.dossiers.add(ident)
        return ident

    def _chemins(self, qui: str, dits: str) -> list[str]:
        """Les chemins que dit un appel, entiers : depuis le dossier nommé devant chacun, ou d'ici."""
        chemins, depuis = [], self._ici.get(qui, str(self.racine))
        for numero, dossier, texte in _CHEMINS.findall(dits):
            if numero:
                depuis = os.fsdecode(_clair(dossier))
                if numero == "AT_FDCWD":
                    self._ici[qui] = depuis
            else:
                chemins.append(os.path.normpath(os.path.join(depuis, os.fsdecode(_clair(texte)))))
        return chemins

    def _dedans(self, chemin: str) -> bool:
        return chemin == str(self.racine) or chemin.startswith(f"{self.racine}/")

    def _trouver(self, chemin: str) -> int | None:
        ident: int | None = 0
        for nom in Path(chemin).relative_to(self.racine).parts:
            noms = self.noeuds[ident].noms if ident is not None else None
            ident = noms.get(nom) if noms else None
        return ident


def _applique(octets: bytes, geste: Geste, *, zeros: bool = False) -> bytes:
    if geste.sorte == "taille":
        return octets[: geste.place].ljust(geste.place, b"\0")
    ecrits = bytes(len(geste.octets)) if zeros else geste.octets
    octets = octets.ljust(geste.place, b"\0")
    return octets[: geste.place] + ecrits + octets[geste.place + len(ecrits) :]


@dataclass(frozen=True)
class Etat:
    """Un disque possible après la coupure : par chemin, son contenu (`None` : un dossier)."""

    instant: int
    maniere: str
    fichiers: dict[str, bytes | None]

    @property
    def empreinte(self) -> str:
        somme = sha256()
        for chemin, octets in sorted(self.fichiers.items()):
            somme.update(f"{chemin}\0{'d' if octets is None else sha256(octets).hexdigest()}\0".encode())
        return somme.hexdigest()


def etats(journal: Journal, graine: int = 2026, entre: int = 1) -> Iterator[Etat]:
    """Les états possibles, chacun une fois, à une barrière sur `entre` et à la fin, de chaque manière."""
    vus = set()
    barrieres = journal.barrieres()
    for instant in (*barrieres[:-1:entre], barrieres[-1]):
        for rang, maniere in enumerate(MANIERES):
            fichiers = _possible(journal, instant, maniere, Random(f"{graine}-{instant}-{rang}"))
            etat = Etat(instant, maniere, fichiers)
            if etat.empreinte not in vus:
                vus.add(etat.empreinte)
                yield etat


def tout(journal: Journal) -> dict[str, bytes | None]:
    """Le disque si rien ne se coupe."""
    touches = {g.noeud for g in journal.gestes} | {d for g in journal.gestes for d, _, _ in g.noms}
    abritee = [*journal.gestes, *(Geste("barriere", ident) for ident in touches)]
    entier = replace(journal, gestes=abritee)
    return _possible(entier, len(abritee), "rien", Random(0))


def _possible(journal: Journal, instant: int, maniere: str, hasard: Random) -> dict[str, bytes | None]:
    gestes = journal.gestes[:instant]
    abrites: dict[int, int] = {}
    for rang, geste in enumerate(gestes):
        if geste.sorte == "barriere":
            abrites[geste.noeud] = rang
    noeuds = {
        i: Noeud(n.octets, dict(n.noms) if n.noms is not None else None) for i, n in journal.noeuds.items()
    }
    chance = hasard.random()
    for rang, geste in enumerate(gestes):
        if geste.sorte == "barriere":
            continue
        if geste.sorte == "noms":
            sur = any(rang < abrites.get(dossier, -1) for dossier, _, _ in geste.noms)
            reste = maniere in ("noms", "coupes") or (maniere == "hasard" and hasard.random() < chance)
            for dossier, nom, ident in geste.noms if sur or reste else ():
                noms = noeuds.setdefault(dossier, Noeud(noms={})).noms
                if noms is None:
                    noms = noeuds[dossier].noms = {}
                if ident is None:
                    noms.pop(nom, None)
                else:
                    noms[nom] = ident
            continue
        noeud = noeuds.setdefault(geste.noeud, Noeud())
        if rang < abrites.get(geste.noeud, -1):
            noeud.octets = _applique(noeud.octets, geste)
        elif maniere == "coupes":
            # La taille est là, les octets non : ext4 sans journal des données, XFS.
            noeud.octets = _applique(noeud.octets, geste, zeros=True)
        elif maniere == "hasard" and hasard.random() < chance:
            noeud.octets = _applique(noeud.octets, geste, zeros=hasard.random() < 0.2)
    return dict(_visibles(noeuds, 0, "", journal.dossiers | _les_dossiers(journal)))


def _les_dossiers(journal: Journal) -> set[int]:
    return {i for i, n in journal.noeuds.items() if n.noms is not None}


def _visibles(
    noeuds: dict[int, Noeud], ident: int, prefixe: str, dossiers: Set[int]
) -> Iterator[tuple[str, bytes | None]]:
    for nom, enfant in (noeuds[ident].noms or {}).items():
        noeud = noeuds.setdefault(enfant, Noeud(noms={} if enfant in dossiers else None))
        if noeud.noms is not None or enfant in dossiers:
            yield f"{prefixe}{nom}", None
            yield from _visibles(noeuds, enfant, f"{prefixe}{nom}/", dossiers)
        else:
            yield f"{prefixe}{nom}", noeud.octets


def poser(etat: Etat, base: Path, vers: Path) -> None:
    """Faire de `vers` cet état, d'après `base`, l'état d'avant la commande."""
    subprocess.run(["cp", "-a", str(base), str(vers)], check=True)
    for dossier, sous, noms in os.walk(vers, topdown=False):
        ici = os.path.relpath(dossier, vers)
        for nom in (*noms, *sous):
            chemin = nom if ici == "." else f"{ici}/{nom}"
            if chemin not in etat.fichiers:
                fichier = Path(dossier, nom)
                fichier.rmdir() if nom in sous else fichier.unlink()
    for chemin, octets in etat.fichiers.items():
        fichier = vers / chemin
        if octets is None:
            fichier.mkdir(exist_ok=True)
        elif not fichier.exists():
            fichier.write_bytes(octets)
        elif fichier.read_bytes() != octets:
            fichier.chmod(0o600)
            fichier.write_bytes(octets)


def eprouver(lieu: Lieu, mots: tuple[str, ...], dossier: Path, juger: Juger, entre: int = 1) -> Iterator[Vue]:
    """Cette commande, puis chaque état où une coupure aurait pu laisser le disque."""
    base = copier(lieu, dossier / "avant")
    ici = copier(lieu, dossier / "ici")
    # Les mêmes noms de fiches que `pannes.jouer` : le juge compare à ce que la commande, entière, a fait.
    env = {"TIERS_LIEU_GRAINE": graine(lieu, mots)}
    journal = noter(ici.racine, ["--lieu", str(ici.racine), *mots], dossier, env)
    assert journal.code == 0, journal.dit
    for etat in etats(journal, entre=entre):
        copie = Lieu(dossier / "apres-la-coupure")
        poser(etat, base.racine, copie.racine)
        yield voir(journal, etat, f"{' '.join(mots)} (coupée", copie, juger)
        shutil.rmtree(copie.racine)
    shutil.rmtree(base.racine)
    shutil.rmtree(ici.racine)


def voir(
    journal: Journal, etat: Etat, debut: str, la: T, juger: Callable[[T, Issue], tuple[list[str], bool]]
) -> Vue:
    """Ce que vaut `la`, où cet état est posé ; la commande n'est acquittée que si elle était finie."""
    issue = Issue(0 if etat.instant == len(journal.gestes) else -9, journal.dit, ())
    try:
        fautes, demande = juger(la, issue)
    except subprocess.CalledProcessError as refus:
        fautes, demande = [f"git ne lit plus ce dépôt : {refus.cmd[-3:]} : {refus.stderr}"], False
    quand = f"à {etat.instant}/{len(journal.gestes)}, {etat.maniere}"
    return Vue(f"{debut} {quand})", issue, tuple(fautes), demande)

"""L'état de chaque fichier d'un lieu sur ce disque : de quoi voir, sans rien lire, que rien n'y a touché.

Un fichier changé, remplacé, renommé, dont le mode change ou dont on remet l'heure, change d'état : le
système date chaque geste (`ctime`), et nul ne choisit cette date.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import a_cote, systeme
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER
from tiers_lieu_cli.noyau.sorties import permis

_SECONDE = 1_000_000_000
#: En nanosecondes, ce qu'un disque confond : deux gestes plus proches ont peut-être la même date.
_CONFUS = _SECONDE // 20
#: Le même, sur un disque qui ne compte que les secondes.
_CONFUS_A_LA_SECONDE = 2 * _SECONDE

#: Le nom d'un fichier, sa taille, la date de son dernier geste, son rang sur le disque, son mode.
Etat = tuple[str, int, int, int, int]
#: Par dossier (« journal/notes/2026/11/ »), les états de ses fichiers, écrits à la suite.
Releve = dict[str, bytes]
#: Devant ce qui est au registre.
AU_REGISTRE = f"{DOSSIER}/"
_PAS_DE_L_ARCHIVE = ("/", AU_REGISTRE)
_VIDE = msgspec.msgpack.encode([])


class Racine(msgspec.Struct, frozen=True):
    """Un dossier à relever : où, sous quel préfixe, et les chemins qu'on y passe.

    `tait` : aucun nom n'en est dit (voir `taire`).
    """

    dossier: str
    prefixe: str = ""
    sauf: frozenset[str] = frozenset()
    tait: bool = False

    @classmethod
    def de(cls, racine: Path, prefixe: str = "", *, tait: bool = False) -> Racine:
        """Les fichiers d'un dépôt du lieu, ceux que la vérification lit."""
        return cls(os.fspath(racine), prefixe, HORS_ARCHIVE | permis(racine), tait)

    def lister(self, chemin: str, maintenant: int) -> tuple[list[Etat], list[str]]:
        """(états des fichiers de ce dossier, ses sous-dossiers) ; `maintenant` : l'heure du relevé."""
        etats: list[Etat] = []
        sous: list[str] = []
        tard = maintenant - _CONFUS_A_LA_SECONDE
        passes = {".git"}.union(nom.removeprefix(chemin) for nom in self.sauf if nom.startswith(chemin))
        with systeme.parcourir(f"{self.dossier}/{chemin}") as entrees:
            for entree in entrees:
                nom = entree.name
                if nom in passes or nom.startswith(".tmp-"):
                    continue
                if entree.is_dir(follow_symlinks=False):
                    sous.append(f"{chemin}{nom}/")
                    continue
                vu = entree.stat(follow_symlinks=False)
                geste = vu.st_ctime_ns
                if geste > tard and _se_confond(geste, maintenant):
                    # Un état que nul autre relevé ne donnera : ce fichier sera relu.
                    geste = -time.time_ns()
                etats.append((nom, vu.st_size, geste, vu.st_ino, vu.st_mode))
        return etats, sous


def _se_confond(geste: int, maintenant: int) -> bool:
    """Un geste de plus, juste après, aurait-il peut-être la même date ?"""
    return abs(maintenant - geste) < (_CONFUS if geste % _SECONDE else _CONFUS_A_LA_SECONDE)


def commencer(
    racine: Racine, autres: Iterable[Racine] = (), connus: Mapping[str, bytes] | None = None
) -> Callable[[], Releve]:
    """Commencer à relever, sur deux cœurs, ces dossiers ; `connus` : le relevé d'avant, pour les partager."""
    connus = connus or {}
    maintenant = time.time_ns()
    trouves: Releve = {}
    parts = [(autre, "") for autre in autres]
    dessus = [""]
    while dessus:
        chemin = dessus.pop()
        etats, sous = racine.lister(chemin, maintenant)
        trouves[racine.prefixe + chemin] = msgspec.msgpack.encode(etats)
        if chemin:
            parts += ((racine, dossier) for dossier in sous)
        else:
            dessus += sous
    attentes = [
        a_cote.commencer(partial(_relever, part, connus, maintenant)) for part in _partager(parts, connus)
    ]

    def finir() -> Releve:
        for attendre in attentes:
            dits = msgspec.msgpack.decode(attendre(), type=Releve)
            trouves.update((dossier, etats or connus[dossier]) for dossier, etats in dits.items())
        return trouves

    return finir


def _partager(
    parts: list[tuple[Racine, str]], connus: Mapping[str, bytes]
) -> tuple[list[tuple[Racine, str]], list[tuple[Racine, str]]]:
    """Deux parts de même poids, d'après ce qu'on y trouvait."""
    poids = {(racine.prefixe + chemin): 1 for racine, chemin in parts}
    for dossier, etats in connus.items():
        premier, _, reste = dossier.partition("/")
        haut = dossier if (haut := f"{premier}/") in poids else f"{haut}{reste.partition('/')[0]}/"
        if haut in poids:
            poids[haut] += len(etats)
    une: list[tuple[Racine, str]] = []
    autre: list[tuple[Racine, str]] = []
    charge = 0
    for part in sorted(parts, key=lambda part: -poids[part[0].prefixe + part[1]]):
        legere = charge <= 0
        (une if legere else autre).append(part)
        charge += poids[part[0].prefixe + part[1]] * (1 if legere else -1)
    return une, autre


def _relever(parts: list[tuple[Racine, str]], connus: Mapping[str, bytes], maintenant: int) -> bytes:
    """L'état de tout ce qu'il y a là ; un dossier comme on le connaissait se dit d'un mot vide."""
    trouves: Releve = {}
    for racine, depart in parts:
        restent = [depart]
        while restent:
            chemin = restent.pop()
            etats, sous = racine.lister(chemin, maintenant)
            restent += sous
            dits = msgspec.msgpack.encode(etats)
            dits = taire(dits) if racine.tait else dits
            dossier = racine.prefixe + chemin
            trouves[dossier] = b"" if connus.get(dossier) == dits else dits
    return msgspec.msgpack.encode(trouves)


def taire(etats: bytes) -> bytes:
    """De quoi voir que ces états changent, sans le nom d'aucun fichier : un registre s'efface pour de bon."""
    from hashlib import blake2b

    empreinte = blake2b(etats, digest_size=16).digest()
    deux = (int.from_bytes(empreinte[:8]), int.from_bytes(empreinte[8:]))
    return msgspec.msgpack.encode([("", len(etats), *deux, 0)])


def lire(etats: bytes) -> list[Etat]:
    """Les états d'un dossier."""
    return msgspec.msgpack.decode(etats, type=list[Etat])


def fichiers(etats: Releve, prefixe: str = "") -> list[str]:
    """Les fichiers relevés de l'archive, ou de ce dépôt, triés et nommés depuis sa racine."""
    return sorted(
        dossier.removeprefix(prefixe) + etat[0]
        for dossier, dits in etats.items()
        if dossier.startswith(prefixe or _PAS_DE_L_ARCHIVE) == bool(prefixe)
        for etat in lire(dits)
    )


def programmes(etats: Releve) -> bool:
    """Un fichier de l'archive peut-il être lancé ?"""
    return any(
        etat[4] & stat.S_IXUSR
        for dossier, dits in etats.items()
        if not dossier.startswith(_PAS_DE_L_ARCHIVE)
        for etat in lire(dits)
    )


def changes(avant: Mapping[str, bytes], apres: Mapping[str, bytes]) -> Iterator[tuple[str, Etat | None]]:
    """(chemin, son nouvel état, ou `None` s'il n'est plus là) de chaque fichier dont l'état diffère."""
    for dossier in avant.keys() | apres.keys():
        ancien, neuf = avant.get(dossier, _VIDE), apres.get(dossier, _VIDE)
        if ancien != neuf:
            connus = {etat[0]: etat for etat in lire(ancien)}
            for etat in lire(neuf):
                if connus.pop(etat[0], None) != etat:
                    yield dossier + etat[0], etat
            yield from ((dossier + nom, None) for nom in connus)

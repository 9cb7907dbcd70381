"""L'état de chaque fichier d'un lieu sur ce disque : de quoi voir, sans rien lire, que rien n'y a touché.

Un fichier changé, remplacé, renommé, dont le mode change ou dont on remet l'heure, change d'état : le
système date chaque geste (`ctime`), et nul ne choisit cette date.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class _Part(msgspec.Struct):
    """Ce qu'une copie a relevé, et combien de lots elle a pris."""

    trouves: Releve
    lots: int


def commencer(
    racine: Racine, autres: Iterable[Racine] = (), connus: Mapping[str, bytes] | None = None
) -> Callable[[], Releve]:
    """Commencer à relever, sur deux cœurs, ces dossiers ; `connus` : le relevé d'avant."""
    tour = _Tour((racine, *autres), connus or {}, time.time_ns())
    lots = a_cote.en_lots(tour.departs())
    partage = a_cote.Partage(len(lots))
    attentes = [
        a_cote.commencer(partial(tour.relever, lots, prendre))
        for prendre in (partage.par_le_debut, partage.par_la_fin)
    ]

    def finir() -> Releve:
        debut, fin = (msgspec.msgpack.decode(attendre(), type=_Part) for attendre in attentes)
        partage.fermer()
        # Ce qu'une copie avait pris, si elle est morte en route.
        reste = msgspec.msgpack.decode(
            tour.relever(lots, lambda: iter(range(debut.lots, len(lots) - fin.lots))), type=_Part
        )
        return {
            dossier: etats or tour.connus[dossier]
            for part in (debut, fin, reste)
            for dossier, etats in part.trouves.items()
        }

    return finir


class _Tour(msgspec.Struct, frozen=True):
    """Des dossiers à relever, ce qu'on en connaissait, et l'heure où l'on commence."""

    racines: tuple[Racine, ...]
    connus: Mapping[str, bytes]
    maintenant: int

    def departs(self) -> list[tuple[Racine, str]]:
        """D'où partir : chaque dossier connu, ou les racines et ce qu'elles contiennent."""
        if self.connus:
            passes = {racine: tuple(f"{nom}/" for nom in racine.sauf) for racine in self.racines}
            situes = map(self._situer, self.connus)
            return [(racine, chemin) for racine, chemin in situes if not chemin.startswith(passes[racine])]
        haut = [(racine, "") for racine in self.racines]
        return haut + [(r, sous) for r, _ in haut for sous in r.lister("", self.maintenant)[1]]

    def _situer(self, dossier: str) -> tuple[Racine, str]:
        """Sa racine, et son chemin depuis elle."""
        autre = next((r for r in self.racines[1:] if dossier.startswith(r.prefixe)), self.racines[0])
        return autre, dossier.removeprefix(autre.prefixe)

    def relever(
        self, lots: Sequence[Sequence[tuple[Racine, str]]], prendre: Callable[[], Iterator[int]]
    ) -> bytes:
        """L'état de ce qu'il y a dans ces lots ; un dossier comme on le connaissait se dit d'un mot vide."""
        ailleurs = {racine.prefixe + chemin for lot in lots for racine, chemin in lot}
        part = _Part({}, 0)
        for rang in prendre():
            part.lots += 1
            restent = list(lots[rang])
            while restent:
                racine, chemin = restent.pop()
                dossier = racine.prefixe + chemin
                try:
                    etats, sous = racine.lister(chemin, self.maintenant)
                except (FileNotFoundError, NotADirectoryError):
                    if dossier not in self.connus:
                        raise
                    continue
                restent += ((racine, autre) for autre in sous if racine.prefixe + autre not in ailleurs)
                dits = msgspec.msgpack.encode(etats)
                dits = taire(dits) if racine.tait else dits
                part.trouves[dossier] = b"" if self.connus.get(dossier) == dits else dits
        return msgspec.msgpack.encode(part)


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

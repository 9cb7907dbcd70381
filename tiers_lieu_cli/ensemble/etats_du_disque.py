"""L'état de chaque fichier d'un lieu sur ce disque : de quoi voir, sans rien lire, que rien n'y a touché.

Un fichier changé, remplacé, renommé, dont le mode change ou dont on remet l'heure, change d'état : le
système date chaque geste (`ctime`), et nul ne choisit cette date.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import a_cote, systeme
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE, lire_avec_son_etat
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
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
_GIT = frozenset({".git"})
#: Ce qu'une écriture commence.
_PROVISOIRE = ".tmp-"
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

    def lister(self, chemin: str) -> tuple[list[Etat], list[str]]:
        """(états des fichiers de ce dossier, ses sous-dossiers)."""
        etats: list[Etat] = []
        sous: list[str] = []
        passes, tard = self._passes(chemin), time.time_ns() - _CONFUS_A_LA_SECONDE
        with systeme.parcourir(f"{self.dossier}/{chemin}") as entrees:
            for entree in entrees:
                nom = entree.name
                # Un nom qui commence par une lettre n'est de ceux-là qu'à la racine.
                if (nom[0] == "." or passes is not _GIT) and (nom in passes or nom.startswith(_PROVISOIRE)):
                    continue
                if entree.is_dir(follow_symlinks=False):
                    sous.append(f"{chemin}{nom}/")
                    continue
                vu = entree.stat(follow_symlinks=False)
                geste = vu.st_ctime_ns if vu.st_ctime_ns <= tard else _sans_pareil(vu.st_ctime_ns)
                etats.append((nom, vu.st_size, geste, vu.st_ino, vu.st_mode))
        return etats, sous

    def dossiers(self) -> list[Dossier]:
        """Tous les dossiers, dans l'ordre, et leurs fichiers dans celui du disque ; aucun n'est regardé."""
        trouves: list[Dossier] = []
        restent = [""]
        while restent:
            chemin, noms, sous = restent.pop(), list[str](), list[str]()
            passes = self._passes(chemin)
            # Un dossier ôté entre-temps n'a plus rien.
            with suppress(FileNotFoundError), systeme.parcourir(f"{self.dossier}/{chemin}") as entrees:
                for entree in entrees:
                    nom = entree.name
                    if nom not in passes and not nom.startswith(_PROVISOIRE):
                        (sous if entree.is_dir(follow_symlinks=False) else noms).append(nom)
            trouves.append(Dossier(chemin, noms, feuille=not sous))
            restent += (f"{chemin}{nom}/" for nom in sous)
        return sorted(trouves, key=lambda dossier: dossier.chemin)

    def chercher(self) -> Callable[[], list[Dossier]]:
        """Commencer à chercher tous les dossiers, à côté."""
        attendre = a_cote.commencer(lambda: msgspec.msgpack.encode(self.dossiers()))
        return lambda: msgspec.msgpack.decode(attendre(), type=list[Dossier])

    def _passes(self, chemin: str) -> frozenset[str]:
        sauf = [nom.removeprefix(chemin) for nom in self.sauf if nom.startswith(chemin)]
        return _GIT.union(sauf) if sauf else _GIT

    def lire(self, dossier: Dossier) -> Lus:
        """Les fichiers d'un dossier qui y sont encore."""
        etats: list[Etat] = []
        contenus: list[tuple[str, bytes]] = []
        fautes: list[Defaut] = []
        modes = 0
        chemin, tard = dossier.chemin, time.time_ns() - _CONFUS_A_LA_SECONDE
        with suppress(FileNotFoundError), systeme.ouvrir_dans(f"{self.dossier}/{chemin}") as ouvrir:
            for nom in dossier.noms:
                try:
                    lu = lire_avec_son_etat(ouvrir, nom, chemin + nom)
                except FicheFautive as faute:
                    fautes.append(faute.defaut)
                    continue
                if lu:
                    vu, octets = lu
                    geste = vu.st_ctime_ns if vu.st_ctime_ns <= tard else _sans_pareil(vu.st_ctime_ns)
                    etats.append((nom, vu.st_size, geste, vu.st_ino, vu.st_mode))
                    contenus.append((nom, octets))
                    modes |= vu.st_mode
        return Lus(etats, sorted(contenus), fautes, modes)


class Dossier(msgspec.Struct, frozen=True):
    """Un dossier (« journal/notes/2026/11/ ») et ses fichiers ; `feuille` : il n'en contient aucun autre."""

    chemin: str
    noms: list[str]
    feuille: bool


class Lus(msgspec.Struct, frozen=True):
    """Ce qu'on a lu d'un dossier : l'état de chaque fichier avant qu'on le lise, son contenu, les fautes.

    `modes` : ceux de tous, réunis bit à bit.
    """

    etats: list[Etat]
    contenus: list[tuple[str, bytes]]
    fautes: list[Defaut]
    modes: int


def _sans_pareil(geste: int) -> int:
    """La date d'un geste récent ; si un autre, juste après, avait la même, une que nul relevé ne redonnera.

    Ce fichier sera donc relu.
    """
    maintenant = time.time_ns()
    confus = _CONFUS if geste % _SECONDE else _CONFUS_A_LA_SECONDE
    return -maintenant if abs(maintenant - geste) < confus else geste


class _Part(msgspec.Struct):
    """Ce qu'une copie a relevé, et combien de lots elle a pris."""

    trouves: Releve
    lots: int


def relever(racines: Iterable[Racine]) -> Releve:
    """L'état de tout ce qu'il y a dans ces dossiers."""
    tour = _Tour(tuple(racines), {})
    return tour.relever([[(racine, "") for racine in tour.racines]], (0,)).trouves


def commencer(racines: Iterable[Racine], connus: Releve) -> Callable[[], Releve]:
    """Commencer à relever ces dossiers, à côté ; on finit ici. `connus` : le relevé d'avant."""
    tour = _Tour(tuple(racines), connus)
    lots = a_cote.en_lots(tour.departs())
    partage = a_cote.Partage(len(lots))
    attendre = a_cote.commencer(lambda: msgspec.msgpack.encode(tour.relever(lots, partage.par_la_fin())))

    def finir() -> Releve:
        ici = tour.relever(lots, partage.par_le_debut())
        la = msgspec.msgpack.decode(attendre(), type=_Part)
        partage.fermer()
        # Ce que l'autre avait pris, s'il est mort en route.
        reste = tour.relever(lots, range(ici.lots, len(lots) - la.lots))
        return {
            dossier: etats or connus[dossier]
            for part in (ici, la, reste)
            for dossier, etats in part.trouves.items()
        }

    return finir


class _Tour(msgspec.Struct, frozen=True):
    """Des dossiers à relever, et ce qu'on en connaissait."""

    racines: tuple[Racine, ...]
    connus: Releve

    def departs(self) -> list[tuple[Racine, str]]:
        """D'où partir : chaque dossier connu."""
        passes = {racine: tuple(f"{nom}/" for nom in racine.sauf) for racine in self.racines}
        situes = map(self._situer, self.connus)
        return [(racine, chemin) for racine, chemin in situes if not chemin.startswith(passes[racine])]

    def _situer(self, dossier: str) -> tuple[Racine, str]:
        """Sa racine, et son chemin depuis elle."""
        autre = next((r for r in self.racines[1:] if dossier.startswith(r.prefixe)), self.racines[0])
        return autre, dossier.removeprefix(autre.prefixe)

    def relever(self, lots: Sequence[Sequence[tuple[Racine, str]]], rangs: Iterable[int]) -> _Part:
        """L'état de ce qu'il y a dans ces lots ; un dossier comme on le connaissait se dit d'un mot vide."""
        ailleurs = {racine.prefixe + chemin for lot in lots for racine, chemin in lot}
        part = _Part({}, 0)
        for rang in rangs:
            part.lots += 1
            restent = list(lots[rang])
            while restent:
                racine, chemin = restent.pop()
                dossier = racine.prefixe + chemin
                try:
                    etats, sous = racine.lister(chemin)
                except (FileNotFoundError, NotADirectoryError):
                    if dossier not in self.connus:
                        raise
                    continue
                restent += ((racine, autre) for autre in sous if racine.prefixe + autre not in ailleurs)
                dits = msgspec.msgpack.encode(etats)
                dits = taire(dits) if racine.tait else dits
                part.trouves[dossier] = b"" if self.connus.get(dossier) == dits else dits
        return part


def taire(etats: bytes) -> bytes:
    """De quoi voir que ces états changent, sans le nom d'aucun fichier : un registre s'efface pour de bon."""
    from hashlib import blake2b

    empreinte = blake2b(etats, digest_size=16).digest()
    deux = (int.from_bytes(empreinte[:8]), int.from_bytes(empreinte[8:]))
    return msgspec.msgpack.encode([("", len(etats), *deux, 0)])


def lire(etats: bytes) -> list[Etat]:
    """Les états d'un dossier."""
    return msgspec.msgpack.decode(etats, type=list[Etat])


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

"""Où quelqu'un est encore nommé : chaque fichier du lieu, chaque contenu enregistré, atteignable ou non."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.donnees.traces import Traces
from tiers_lieu_cli.ensemble.reparation import remplacer
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER, PERSONNES
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import permis

#: La caisse est au trésorier : ce poste ne la lit pas ; les contenus enregistrés se lisent par git.
_AILLEURS = motif(r"finance|(registre/)?\.git/objects")


class Sorte(StrEnum):
    """Ce qu'est un endroit, et donc ce qu'on peut y faire."""

    ARCHIVE = "archive"
    HISTOIRE = "histoire de l'archive"
    FICHE = "fiche d'une autre personne"
    REGISTRE = "registre"
    SORTIE = "page ou fichier produit"
    AUTRE = "fichier hors de l'archive"
    ILLISIBLE = "fichier qui ne se lit pas"


class Endroit(msgspec.Struct, frozen=True, order=True):
    """Un endroit qui nomme quelqu'un ; `sur` : ou seulement un mot qui pourrait être son nom."""

    sorte: Sorte
    chemin: str
    sur: bool = True


def chercher(c: Contexte, traces: Iterable[Traces]) -> list[Endroit]:
    """Tous les endroits de ce poste, hors la caisse, où l'une de ces personnes se lit."""
    cherchees = [t for t in traces if t.versions]
    if not cherchees:
        return []
    trouves = set(_sur_le_disque(c, cherchees))
    presents = {e.chemin for e in trouves}
    for depot in c.depots:
        trouves |= {e for e in _enregistres(c, depot, cherchees) if e.chemin not in presents}
    return sorted(trouves)


def portent(traces: Iterable[Traces], octets: bytes) -> bool | None:
    """Voir `Traces.portent` ; de plusieurs personnes, le plus sûr."""
    vus = [vu for t in traces if (vu := t.portent(octets)) is not None]
    return any(vus) if vus else None


def _sur_le_disque(c: Contexte, traces: list[Traces]) -> Iterator[Endroit]:
    racine = c.lieu.racine
    produits = permis(racine)
    suivis = set(_suivis(c.archive))
    for chemin in c.ecran.avancer(list(_fichiers(racine)), "Recherche"):
        try:
            octets = systeme.lire_ordinaire(racine / chemin)
        except OSError:
            octets = b""
            if not (racine / chemin).is_symlink():
                yield Endroit(Sorte.ILLISIBLE, chemin)
        vus = {portent(traces, dit) for dit in (chemin.encode("utf-8", "surrogateescape"), octets)}
        if vu := vus - {None}:
            yield Endroit(_sorte(chemin, produits, suivis), chemin, True in vu)


def _sorte(chemin: str, produits: frozenset[str], suivis: set[str]) -> Sorte:
    premier, _, reste = chemin.partition("/")
    if premier == DOSSIER:
        return Sorte.FICHE if PERSONNES.genre.ident(reste) else Sorte.REGISTRE
    if premier in produits and reste:
        return Sorte.SORTIE
    return Sorte.ARCHIVE if chemin in suivis else Sorte.AUTRE


def _fichiers(racine: Path) -> Iterator[str]:
    """Tous les fichiers du lieu, cachés compris ; les contenus enregistrés se lisent par git."""
    for dossier, sous, noms in os.walk(racine):
        ici = Path(dossier).relative_to(racine).as_posix()
        prefixe = "" if ici == "." else f"{ici}/"
        sous[:] = sorted(nom for nom in sous if not _AILLEURS.fullmatch(f"{prefixe}{nom}"))
        yield from (f"{prefixe}{nom}" for nom in sorted(noms))


def _suivis(depot: Depot) -> list[str]:
    sortie = depot.git("ls-files", "-z")
    return [chemin for chemin in sortie.decode("utf-8", "surrogateescape").split("\0") if chemin]


def _enregistres(c: Contexte, depot: Depot, traces: list[Traces]) -> Iterator[Endroit]:
    """Ce que l'histoire garde, et ce que plus rien n'y atteint."""
    au_registre = depot.racine != c.lieu.racine
    sorte, prefixe = (Sorte.REGISTRE, f"{DOSSIER}/") if au_registre else (Sorte.HISTOIRE, "")
    vus = [(e, s, v) for e, s, octets in _objets(depot) if (v := portent(traces, octets)) is not None]
    if not vus:
        return
    mots = ("rev-list", "--objects", "--all", "--reflog", "--indexed-objects", "HEAD")
    lignes = depot.git(*mots).decode("utf-8", "replace").splitlines()
    chemins = dict(ligne.partition(" ")[::2] for ligne in lignes)
    for empreinte, sorte_d_objet, sur in vus:
        chemin = chemins.get(empreinte, "")
        if au_registre and sorte_d_objet == "blob" and PERSONNES.genre.ident(chemin):
            yield Endroit(Sorte.FICHE, f"{prefixe}{chemin}", sur)
        elif chemin:
            yield Endroit(sorte, f"{prefixe}{chemin}", sur)
        else:
            quoi = "enregistrement" if sorte_d_objet == "commit" else "contenu"
            yield Endroit(sorte, f"{prefixe}{quoi} {empreinte[:8]}", sur)


def _objets(depot: Depot) -> Iterator[tuple[str, str, bytes]]:
    """(empreinte, sorte, octets) de tout ce qui est déposé ; d'un dossier, les noms qu'il range."""
    processus = git.lancer(
        depot.racine, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer", env=depot.env
    )
    sortie = processus.stdout
    assert sortie and processus.stdin
    processus.stdin.close()
    noms_vus: set[bytes] = set()
    with processus:
        while tete := sortie.readline().split():
            if len(tete) < 3:
                continue
            octets = sortie.read(int(tete[2]))
            sortie.read(1)
            if tete[1] == b"tree":
                noms = set(_noms(octets)) - noms_vus
                noms_vus |= noms
                octets = b"\n.\n".join(sorted(noms))
            if octets:
                yield tete[0].decode(), tete[1].decode(), octets


def _noms(arbre: bytes) -> Iterator[bytes]:
    while arbre:
        tete, _, suite = arbre.partition(b"\0")
        yield tete.partition(b" ")[2]
        arbre = suite[20:]


def sans_elle(c: Contexte, endroits: Iterable[Endroit], traces: Traces) -> dict[str, bytes]:
    """Les fichiers présents de l'archive, où son nom est devenu une mention."""
    mention, neufs = f"@{traces.ident}", {}
    for endroit in endroits:
        chemin = endroit.chemin
        if endroit.sorte is not Sorte.ARCHIVE or est_photo(chemin):
            continue
        try:
            octets = c.arbre.lire(chemin) or b""
            dits = traces.nomment(octets.decode("utf-8"), partages=False)
            neuf = remplacer(octets, chemin, dict.fromkeys(dits, mention))
        except (FicheFautive, UnicodeDecodeError, msgspec.ValidationError):
            continue
        if neuf != octets:
            neufs[chemin] = neuf
    return neufs

"""Ce qu'un dépôt a le droit de contenir : la liste est fermée, et se vérifie avant que git n'y soit lancé.

Un dépôt reçu peut porter de quoi lancer un programme, écrire ailleurs ou montrer une autre
histoire (`commondir`, `config.worktree`, `alternates`, un crochet, un lien, un tube…). On ne
cherche pas ce qui est mauvais : ce qui n'est pas sur cette liste arrête l'outil.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.motif import motif

_REF = r"[^\x00-\x20\x7f~^:?*\[\\/]+"
_REFS = rf"(heads|remotes|tags|tiers-lieu)(/{_REF})"
_PAQUETS = "objects/pack"
_PAQUET = r"pack-[0-9a-f]{40}\.(pack|idx|rev|bitmap|keep|mtimes)|multi-pack-index[\w.-]*|\.?tmp[-_][\w.-]+"
_GRAPHES = r"commit-graph|commit-graphs/(graph-[0-9a-f]{40}\.graph|commit-graph-chain)"
#: Par premier dossier, les fichiers permis ; chaque motif n'est préparé que si ce dossier en a.
_FICHIERS = {
    "": r"HEAD|config|description|index|packed-refs(\.new)?|[A-Z][A-Z_]*~?|gc\.(log|pid)|\.DS_Store"
    r"|[\w.-]+\.lock|\.tmp-[0-9a-f]+|tiers-lieu\.[\w.-]+",
    "info": r"info/(exclude|refs)",
    "hooks": r"hooks/[a-z-]+\.sample",
    "logs": rf"logs/(HEAD|refs/stash|refs/{_REFS}+)(\.lock)?",
    "refs": rf"refs/(stash|{_REFS}+)(\.lock)?",
    "objects": rf"objects/info/(packs|{_GRAPHES})(\.lock)?",
    _PAQUETS: rf"{_PAQUETS}/({_PAQUET})",
}
_DOSSIERS = {
    "": r"info|hooks|branches|logs|objects|refs",
    "objects": r"objects/(info|info/commit-graphs|pack|[0-9a-f]{2})",
    "logs": rf"logs/refs(/{_REFS}*)?",
    "refs": rf"refs/{_REFS}*",
}
#: Ce que tout lieu a, et que les motifs permettent : les préparer pour eux prendrait deux millisecondes.
_FICHIERS_DE_TOUS = (
    *("HEAD", "config", "description", "index", "packed-refs", "ORIG_HEAD", "info/exclude"),
    *("refs/heads/main", "logs/HEAD", "logs/refs/heads/main"),
    *(f"tiers-lieu.{nom}" for nom in ("lock", "vus", "verifie", "mentions", "flux", "sorties", "publie")),
    *(f"tiers-lieu.{nom}{sceau}" for nom in ("recherche", "traces") for sceau in ("", ".sceau")),
)
_DOSSIERS_DE_TOUS = (
    *("info", "hooks", "branches", "logs", "logs/refs", "logs/refs/heads", "refs", "refs/heads", "refs/tags"),
    *("objects", "objects/info", "objects/pack", *(f"objects/{n:02x}" for n in range(256))),
)
#: Des notes que git, une main ou l'outil laissent, dont rien ne s'exécute.
_LIBRES = r"(rebase-merge|rebase-apply|sequencer|lost-found|rr-cache|tiers-lieu\.(a-part|recu|non-envoyes))"
#: Ce qu'un moyeu a de plus : la garde qui lit ce qu'on lui porte, qui peut signer, le moyeu du registre,
#: les documents (lus et vérifiés par leur empreinte, jamais lancés).
_AU_MOYEU = (
    {"hooks": r"|hooks/(pre|post)-receive", "": r"|signataires"},
    {"": r"|registre|documents", "objects": r"|objects/(tmp_objdir-)?incoming-\w+"},
)
#: Un envoi que git n'a pas encore accepté : rien ne s'y lit que par lui.
_EN_COURS = motif(r"objects/(tmp_objdir-)?incoming-\w+", re.ASCII)
_A_PART = ("registre", "documents")
_OBJET = motif(r"[0-9a-f]{38}|tmp_obj_\w+", re.ASCII)
#: Les dossiers d'objets déjà vus ; jetable. Inode et instant de changement sont donnés par ce
#: disque-ci : un lieu reçu ne peut pas les avoir devinés.
_VUS = "tiers-lieu.vus"
#: Moins que cela, relire les dossiers changés coûte moins que récrire la note.
_A_RELIRE = 16
_A_UN_AUTRE = "appartient à un autre compte de cet ordinateur"


class _Liste:
    """Les noms permis d'une sorte d'entrée : fichiers, ou dossiers."""

    def __init__(
        self, par_dossier: Mapping[str, str], libres: str, de_plus: Mapping[str, str], *ordinaires: str
    ) -> None:
        self._ordinaires = frozenset(ordinaires)
        self._motifs = {
            dossier: motif(permis + de_plus.get(dossier, ""), re.ASCII)
            for dossier, permis in par_dossier.items()
        }
        self._libres = motif(libres, re.ASCII)

    def connait(self, chemin: str) -> bool:
        """Ce chemin, depuis `.git`, est-il permis ?"""
        if chemin in self._ordinaires:
            return True
        dossier = _PAQUETS if chemin.startswith(f"{_PAQUETS}/") else chemin[: max(0, chemin.find("/"))]
        permis = self._motifs.get(dossier)
        return bool((permis and permis.fullmatch(chemin)) or self._libres.fullmatch(chemin))


def _listes(
    fichiers_de_plus: Mapping[str, str], dossiers_de_plus: Mapping[str, str]
) -> tuple[_Liste, _Liste]:
    return (
        _Liste(_FICHIERS, rf"{_LIBRES}(/[^/]+)+", fichiers_de_plus, *_FICHIERS_DE_TOUS),
        _Liste(_DOSSIERS, rf"{_LIBRES}(/[^/]+)*", dossiers_de_plus, *_DOSSIERS_DE_TOUS),
    )


_D_UN_LIEU = _listes({}, {})


def etrangers(interne: Path, *, moyeu: bool = False) -> Iterator[Defaut]:
    """Ce qui, dans ce dépôt, n'est pas d'un dépôt de lieu ; un moyeu peut être à un autre compte."""
    fichiers, dossiers = _listes(*_AU_MOYEU) if moyeu else _D_UN_LIEU
    a_nous = None if moyeu or sys.platform == "win32" else os.geteuid()
    racine, nom = os.fspath(interne), f"{interne.parent.name}/{interne.name}"
    for vrai, dit in ((interne.parent, interne.parent.name), (interne, nom)):
        etat = vrai.lstat()
        if not stat.S_ISDIR(etat.st_mode):
            yield _defaut(dit, "n'est pas un vrai dossier")
            return
    if a_nous not in (None, etat.st_uid):
        yield _defaut(nom, _A_UN_AUTRE)
    objets: dict[str, tuple[int, int]] = {}
    restants = [""]
    while restants:
        dossier = restants.pop()
        for chemin, etat in _entrees(racine, dossier):
            if fait := _etranger(fichiers, dossiers, chemin, etat, a_nous):
                yield _defaut(f"{nom}/{chemin}", fait)
            elif not stat.S_ISDIR(etat.st_mode):
                continue
            elif len(chemin) == len("objects/xx") and dossier == "objects/":
                objets[chemin[-2:]] = (etat.st_ino, etat.st_ctime_ns)
            elif not (moyeu and (chemin in _A_PART or _EN_COURS.fullmatch(chemin))):
                restants.append(f"{chemin}/")
    yield from _objets_etrangers(racine, nom, objets)


def _entrees(racine: str, dossier: str) -> Iterator[tuple[str, os.stat_result]]:
    """Les entrées d'un dossier ; ce qu'un autre poste, ou git, ôte pendant qu'on regarde n'y est plus."""
    with suppress(FileNotFoundError), os.scandir(f"{racine}/{dossier}") as entrees:
        for entree in entrees:
            try:
                etat = entree.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield dossier + entree.name, etat


def _etranger(
    fichiers: _Liste, dossiers: _Liste, chemin: str, etat: os.stat_result, a_nous: int | None
) -> str:
    """En quoi cette entrée n'est pas permise ; vide si elle l'est."""
    if stat.S_ISDIR(etat.st_mode):
        connu = dossiers.connait(chemin)
    elif stat.S_ISREG(etat.st_mode):
        connu = fichiers.connait(chemin)
        # Git et l'outil ajoutent au bout de leurs journaux : lié, un fichier d'ailleurs changerait avec eux.
        if etat.st_nlink > 1 and not chemin.startswith("objects/"):
            return "est lié à un autre fichier"
    else:
        return "est un lien" if stat.S_ISLNK(etat.st_mode) else "n'est pas un fichier ordinaire"
    if not connu:
        return "n'est pas de ce qu'un lieu contient"
    if a_nous not in (None, etat.st_uid):
        return _A_UN_AUTRE
    return ""


def _objets_etrangers(racine: str, nom: str, objets: dict[str, tuple[int, int]]) -> Iterator[Defaut]:
    """Les contenus enregistrés, un à un ; un dossier qui n'a pas changé n'est pas relu."""
    vus = _dossiers_vus(racine)
    a_lire = [dossier for dossier, etat in objets.items() if vus.get(dossier) != etat]
    sain = True
    for dossier in a_lire:
        with os.scandir(f"{racine}/objects/{dossier}") as entrees:
            for entree in entrees:
                if not (entree.is_file(follow_symlinks=False) and _OBJET.fullmatch(entree.name)):
                    sain = False
                    yield _defaut(f"{nom}/objects/{dossier}/{entree.name}", "n'est pas un contenu enregistré")
    if sain and len(a_lire) > _A_RELIRE:
        _retenir(racine, objets)


def _dossiers_vus(racine: str) -> dict[str, tuple[int, int]]:
    try:
        return msgspec.msgpack.decode(
            systeme.lire_ordinaire(Path(racine, _VUS)), type=dict[str, tuple[int, int]]
        )
    except (OSError, msgspec.DecodeError):
        return {}


def _retenir(racine: str, objets: dict[str, tuple[int, int]]) -> None:
    provisoire = Path(racine, f".tmp-{os.urandom(6).hex()}")
    with suppress(OSError):
        provisoire.write_bytes(msgspec.msgpack.encode(objets))
        os.replace(provisoire, Path(racine, _VUS))


def _defaut(fichier: str, fait: str) -> Defaut:
    return Defaut(fichier, 0, f"{fait} ; cela pourrait lancer un programme, ou écrire ailleurs")

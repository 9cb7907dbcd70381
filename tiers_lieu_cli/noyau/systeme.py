"""Ce qui dépend du système : verrou entre processus, dossiers mis à l'abri, terminal."""

from __future__ import annotations

import errno
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from tiers_lieu_cli.noyau.echecs import CodeSortie, Echec, ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

#: Temps d'attente d'un verrou tenu par un autre processus (docs/fiabilite.md § 7, pas 2).
ATTENTE_DU_VERROU = 10.0
_ENTRE_DEUX_ESSAIS = 0.01
#: Au-delà de tant d'attentes, même d'une file qui avance, on le dit.
_ATTENTES = 12
#: En secondes : un verrou de git ne vit qu'un instant.
AGE_D_UN_VERROU_MORT = 60

if sys.platform == "win32":
    import msvcrt

    def _prendre(poignee: int) -> None:
        msvcrt.locking(poignee, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _prendre(poignee: int) -> None:
        fcntl.flock(poignee, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LieuOccupe(Echec):
    """Une autre commande écrit, et n'a pas fini dans le délai."""

    code = CodeSortie.OCCUPE

    def __init__(self) -> None:
        super().__init__(
            "Une autre commande est en train d'écrire dans ce lieu depuis plus de dix secondes.",
            "Attendre qu'elle finisse, puis recommencer ; rien n'a été écrit.",
        )


_RAISONS = {
    errno.EACCES: "permission refusée",
    errno.EPERM: "permission refusée",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "quota du disque atteint",
    errno.EIO: "le disque répond mal",
    errno.ENOENT: "dossier introuvable",
    errno.ENOTDIR: "un fichier tient la place d'un dossier",
    errno.EISDIR: "c'est un dossier",
    errno.EEXIST: "existe déjà",
    errno.ELOOP: "c'est un lien, ou pas un fichier ordinaire",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EFBIG: "trop grand",
    errno.ENXIO: "ce n'est pas un fichier ordinaire",
}


def raison(erreur: OSError) -> str:
    """Ce que le système refuse, en français."""
    return _RAISONS.get(erreur.errno or 0, f"erreur {erreur.errno} du système")


#: Commandes de terminal, sens d'écriture forcé, caractères sans largeur : montrés, jamais envoyés.
DANGEREUX = motif(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def inoffensif(texte: str) -> str:
    """Le texte où ce qui piloterait le terminal est écrit en clair (`\\x1b`)."""
    # Rien de ce qui s'imprime n'est dangereux : le motif n'est préparé que s'il le faut.
    if texte.isprintable():
        return texte
    return DANGEREUX.sub(lambda c: c[0].encode("unicode_escape", "backslashreplace").decode(), texte)


@contextmanager
def sans_interruption() -> Iterator[None]:
    """Le temps d'un geste qui se fait en entier : Ctrl-C attend qu'il soit fini (sans objet sous Windows)."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    avant = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, avant)


def _sans_suivre(chemin: Path, drapeaux: int) -> int:
    """Ouvrir un fichier ordinaire, et lui seul : ni lien suivi, ni attente devant un tube."""
    for nom in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        drapeaux |= getattr(os, nom, 0)
    poignee = os.open(chemin, drapeaux, 0o640)
    if not stat.S_ISREG(os.fstat(poignee).st_mode):
        os.close(poignee)
        raise OSError(errno.ELOOP, "n'est pas un fichier ordinaire", str(chemin))
    return poignee


def lire_ordinaire(chemin: Path, taille: int = -1) -> bytes:
    """Le contenu d'un fichier ordinaire ; `OSError` si c'en est un autre, ou s'il dépasse `taille`."""
    with os.fdopen(_sans_suivre(chemin, os.O_RDONLY), "rb") as flux:
        octets = flux.read(taille + 1 if taille >= 0 else -1)
    if 0 <= taille < len(octets):
        raise OSError(errno.EFBIG, "trop grand", str(chemin))
    return octets


@contextmanager
def ouvrir_ordinaire(chemin: Path) -> Iterator[BinaryIO]:
    """Un fichier ordinaire à lire par morceaux ; `OSError` si c'en est un autre (un lien, un tube)."""
    with os.fdopen(_sans_suivre(chemin, os.O_RDONLY), "rb") as flux:
        yield flux


@contextmanager
def parcourir(dossier: str | Path) -> Iterator[Iterator[os.DirEntry[str]]]:
    """Les entrées d'un dossier, jamais d'un lien vers lui ; `OSError` s'il ne s'ouvre pas.

    L'état de chacune se cherche depuis le dossier, tenu ouvert : un tiers de chemin en moins.
    """
    if sys.platform == "win32":
        with os.scandir(dossier) as entrees:
            yield entrees
        return
    poignee = os.open(dossier, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with os.scandir(poignee) as entrees:
            yield entrees
    finally:
        os.close(poignee)


@contextmanager
def ouvrir_dans(dossier: str) -> Iterator[Callable[[str, int], int]]:
    """De quoi ouvrir (nom, drapeaux) les fichiers d'un dossier tenu ouvert ; voir `parcourir`."""
    if sys.platform == "win32":
        yield lambda nom, drapeaux: os.open(f"{dossier}/{nom}", drapeaux)
        return
    poignee = os.open(dossier, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield partial(os.open, dir_fd=poignee)
    finally:
        os.close(poignee)


def ouvrir_pour_ajouter(chemin: Path, mode: int) -> int:
    """La poignée d'un fichier ordinaire, neuf ou non, où écrire à la suite."""
    poignee = _sans_suivre(chemin, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    if hasattr(os, "fchmod"):
        os.fchmod(poignee, mode)
    return poignee


def est_ordinaire(etat: os.stat_result) -> bool:
    """Un fichier, et rien d'autre."""
    return stat.S_ISREG(etat.st_mode)


@contextmanager
def verrou(chemin: Path, attente: float = ATTENTE_DU_VERROU) -> Iterator[int]:
    """Tenir seul `chemin`, ouvert ; le noyau du système le rend même si le processus est tué.

    `attente` : la patience envers une même commande ; qui le prend et le rend y touche, et la file avance.
    """
    poignee = _sans_suivre(chemin, os.O_RDWR | os.O_CREAT)
    try:
        depart = limite = time.monotonic()
        vu = 0
        while True:
            try:
                _prendre(poignee)
                break
            except OSError:
                maintenant, touche = time.monotonic(), os.fstat(poignee).st_mtime_ns
                if touche != vu:
                    vu, limite = touche, min(maintenant, depart + _ATTENTES * attente) + attente
                if maintenant >= limite:
                    raise LieuOccupe from None
                time.sleep(_ENTRE_DEUX_ESSAIS)
        yield poignee
    finally:
        os.close(poignee)


def est_tenu(chemin: Path) -> bool:
    """Un processus a-t-il ce fichier ouvert ? Là où le système ne le dit pas, on le suppose s'il est neuf."""
    vise = os.stat(chemin)
    if not os.path.isdir("/proc/self/fd"):
        # Un fichier d'essai donne l'heure du disque, qui n'est pas toujours celle du mur.
        temoin = chemin.with_name(f".tmp-{os.urandom(6).hex()}")
        ecrire_abrite(temoin, b"")
        age = os.stat(temoin).st_mtime - vise.st_mtime
        temoin.unlink()
        return age < AGE_D_UN_VERROU_MORT
    return any(os.path.samestat(etat, vise) for etat in _ouverts())


def _ouverts() -> Iterator[os.stat_result]:
    """Tout ce que les processus de ce système ont ouvert ; ceux qui finissent pendant qu'on regarde, non."""
    for processus in os.listdir("/proc"):
        if processus.isdigit():
            with suppress(OSError):
                for poignee in os.listdir(f"/proc/{processus}/fd"):
                    with suppress(OSError):
                        yield os.stat(f"/proc/{processus}/fd/{poignee}")


def abriter(chemin: Path) -> None:
    """Forcer sur le disque un fichier, ou les noms d'un dossier (sans objet sous Windows).

    L'un ne vaut pas l'autre : après une coupure, un fichier abrité peut n'avoir aucun nom.
    """
    if sys.platform == "win32":
        return
    poignee = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(poignee)
    except OSError as erreur:
        # Certains disques (un partage CIFS) n'abritent pas leurs dossiers, et le disent ainsi.
        if erreur.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(poignee)


def creer_dossier(dossier: Path, mode: int = 0o777) -> None:
    """Créer ce dossier et ceux qui y mènent, s'ils manquent ; leurs noms sont sur le disque."""
    if not dossier.is_dir():
        creer_dossier(dossier.parent)
        dossier.mkdir(mode, exist_ok=True)
        abriter(dossier.parent)


#: Au-delà, abriter tout le disque d'un coup va plus vite que fichier par fichier.
_UN_A_UN = 2000


def abriter_tout(dossier: Path) -> None:
    """Forcer sur le disque tout ce que ce dossier contient (sans objet sous Windows)."""
    if sys.platform == "win32":
        return
    tout = [Path(ici, nom) for ici, _, noms in os.walk(dossier) for nom in (".", *noms)]
    if len(tout) > _UN_A_UN:
        os.sync()
        return
    for chemin in tout:
        if not chemin.is_symlink():
            abriter(chemin)


def ecrire_abrite(chemin: Path, contenu: bytes, mode: int = 0o640) -> None:
    """Écrire un fichier neuf, entier et sur le disque ; `FileExistsError` s'il existe."""
    poignee = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(poignee, "wb") as flux:
            flux.write(contenu)
            flux.flush()
            os.fsync(flux.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(chemin)
        raise


def mettre_en_place(provisoire: Path, cible: Path, *, neuf: bool) -> None:
    """Donner sa place à un fichier écrit à côté ; `neuf` : `FileExistsError` si elle est prise."""
    if neuf:
        try:
            os.link(provisoire, cible)
        except FileExistsError:
            raise
        except OSError:
            # Certains disques (clé USB, dossier partagé) ne connaissent pas les liens durs.
            if os.path.lexists(cible):
                raise FileExistsError(errno.EEXIST, "existe déjà", str(cible)) from None
        else:
            return
    os.replace(provisoire, cible)


def remplacer(chemin: Path, morceaux: Iterable[bytes], *, abrite: bool = False) -> None:
    """Écrire un fichier engendré à côté, puis le mettre à sa place : jamais à moitié.

    `abrite` : une coupure de courant ne l'ôte pas non plus ; ce qui se refait s'en passe.
    """
    if not chemin.name:
        raise ErreurUsage(f"« {chemin} » n'est pas un nom de fichier.", "Dire où écrire.")
    provisoire = chemin.with_name(f".tmp-{os.urandom(6).hex()}")
    try:
        creer_dossier(chemin.parent) if abrite else chemin.parent.mkdir(parents=True, exist_ok=True)
        with provisoire.open("wb") as flux:
            flux.writelines(morceaux)
            if abrite:
                flux.flush()
                os.fsync(flux.fileno())
        os.replace(provisoire, chemin)
        if abrite:
            abriter(chemin.parent)
    except OSError as erreur:
        raise ErreurUsage(
            f"{chemin} ne peut pas être écrit ({raison(erreur)}).", "Choisir un autre endroit."
        ) from None
    finally:
        provisoire.unlink(missing_ok=True)


def est_un_fichier(chemin: Path) -> bool:
    """Y a-t-il là un fichier ? Un nom démesuré ou interdit n'en désigne aucun."""
    try:
        return chemin.is_file()
    except (OSError, ValueError):
        return False


def preparer_les_flux(defaut: str) -> None:
    """Rendre sûres, une fois, l'entrée et les sorties de ce processus, fermées ou étroites.

    `defaut` : le nom de ce qui remplace un caractère que la sortie ne sait pas écrire.
    """
    for nom in ("stdout", "stderr"):
        flux = getattr(sys, nom)
        if flux is None:
            # Fermée : écrire y échouera comme partout ailleurs, et sera dit.
            setattr(sys, nom, open(os.devnull, encoding="utf-8"))  # noqa: SIM115
        else:
            flux.reconfigure(errors=defaut)

"""Les objets enregistrés : les lire, et bâtir des dossiers, sans passer par l'index de l'usager."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from subprocess import Popen

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.arbre import taille_permise
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.motif import motif

_EMPREINTE = motif(r"[0-9a-f]{40}")
_SON_DOSSIER = "^{tree}"
#: En octets, de quoi lire la sorte et la taille d'un objet.
_TETE = 64
#: Ce qu'on lit à la fois d'un contenu qu'on ne gardera pas.
_MORCEAU = 1 << 16
#: Combien de contenus se demandent d'un coup : leurs noms tiennent dans un tube.
_LOT = 256
#: Moins que cela se demande un à un : récents, ils sont là sans lancer git.
_PEU = 8
#: Ce qu'on garde au plus d'objets demandés d'avance, en octets.
_PREVU = 32 << 20


class Entree(msgspec.Struct, frozen=True):
    """Une ligne d'un dossier enregistré."""

    mode: str
    empreinte: str

    @property
    def est_dossier(self) -> bool:
        return self.mode == "40000"


class TropGros(Exception):
    """Un contenu enregistré dépasse ce qu'on est prêt à lire ; il n'a pas été gardé en mémoire."""


class Objets:
    """Lecture des objets enregistrés : les récents où ils sont, les autres par un processus de git."""

    def __init__(self, racine: Path, env: dict[str, str] | None = None) -> None:
        self._racine, self._env = racine, env if env is not None else git.environnement(racine)
        self._dossiers: dict[str, dict[str, Entree]] = {}
        self._prevus: dict[str, tuple[str, str, bytes]] = {}

    @cached_property
    def _processus(self) -> Popen[bytes]:
        """Lancé quand il le faut, et tenu ouvert ; rendu de lui-même si on l'oublie, fût-ce par un échec."""
        processus = git.lancer(self._racine, "cat-file", "--batch", env=self._env)
        self._rendre = weakref.finalize(self, _rendre, processus, os.getpid())
        return processus

    def demarrer(self) -> None:
        """Lancer git dès maintenant : il faudra lire de l'ancien, et il se prépare d'ici là."""
        _ = self._processus

    def fermer(self) -> None:
        """Rendre le processus, s'il y en a un."""
        if "_processus" in vars(self):
            self._rendre()

    def contenu(self, empreinte: str | None) -> bytes | None:
        """Le contenu déposé sous cette empreinte ; `None` s'il n'y en a pas."""
        lu = self.lire(empreinte) if empreinte else None
        return lu[2] if lu else None

    def lire(self, nom: str, au_plus: int | None = None) -> tuple[str, str, bytes] | None:
        """(empreinte, sorte, contenu) de l'objet `nom`, ou `None` s'il n'existe pas.

        `au_plus` : la taille au-delà de laquelle il est seulement compté (`TropGros`).
        """
        if nom in self._prevus and (au_plus is None or len(self._prevus[nom][2]) <= au_plus):
            return self._prevus[nom]
        if lu := self._lire_ici(nom, au_plus):
            return lu
        entree, sortie = self._processus.stdin, self._processus.stdout
        assert entree and sortie
        try:
            entree.write(nom.encode() + b"\n")
            entree.flush()
        except BrokenPipeError:
            raise self._muet() from None
        dite = sortie.readline()
        if not dite:
            raise self._muet()
        tete = dite.decode().split()
        if len(tete) != 3:
            return None
        reste = int(tete[2])
        if au_plus is not None and reste > au_plus:
            self._passer(reste)
            raise TropGros
        contenu = sortie.read(reste)
        sortie.read(1)
        return tete[0], tete[1], contenu

    def _lire_ici(self, nom: str, au_plus: int | None) -> tuple[str, str, bytes] | None:
        """Cet objet, s'il n'est pas encore en paquet et se lit ; sinon, c'est à git de le dire."""
        if nom == "HEAD":
            nom = git.tete_ecrite(Path(self._env["GIT_DIR"]))
        if nom.endswith(_SON_DOSSIER):
            enregistre = self._lire_ici(nom.removesuffix(_SON_DOSSIER), None)
            dossier = enregistre[2].partition(b"\n")[0].removeprefix(b"tree ") if enregistre else b""
            return self._lire_ici(dossier.decode("utf-8", "replace"), au_plus)
        if _EMPREINTE.fullmatch(nom) is None:
            return None
        import zlib

        try:
            depliage = zlib.decompressobj()
            garde = systeme.lire_ordinaire(Path(self._env["GIT_OBJECT_DIRECTORY"], nom[:2], nom[2:]))
            tete, fin, debut = depliage.decompress(garde, _TETE).partition(b"\0")
            sorte, _, dite = tete.decode("ascii").partition(" ")
            taille = int(dite)
            if au_plus is not None and taille > au_plus:
                raise TropGros
            contenu = debut + depliage.decompress(depliage.unconsumed_tail, max(1, taille - len(debut) + 1))
        except (OSError, ValueError, zlib.error):
            return None
        return (nom, sorte, contenu) if fin and depliage.eof and len(contenu) == taille else None

    def prevoir(self, empreintes: Sequence[str], au_plus: int) -> None:
        """Demander d'un coup des objets qui se liront ensuite un à un ; les précédents s'oublient.

        Une question à la fois, git et nous nous attendons l'un l'autre : ensemble, c'est cinq fois plus vite.
        `au_plus` : la taille au-delà de laquelle un objet n'est pas gardé d'avance ; tous ensemble, ils
        ne prennent pas plus que `_PREVU`, et le reste se lira à son tour.
        """
        self._prevus, place = {}, _PREVU
        for rang in range(0, len(empreintes), _LOT):
            lot = empreintes[rang : rang + _LOT]
            for demandee, lu in zip(lot, self._d_un_coup(lot, min(au_plus, place)), strict=True):
                if lu:
                    self._prevus[demandee] = lu
                    place -= len(lu[2])
            if place <= 0:
                return

    def contenus(self, empreintes: Sequence[str]) -> Iterator[bytes | None]:
        """Ces contenus l'un après l'autre, demandés par lots : cinquante mille se lisent en une seconde."""
        if len(empreintes) <= _PEU:
            yield from map(self.contenu, empreintes)
            return
        for rang in range(0, len(empreintes), _LOT):
            for lu in self._d_un_coup(empreintes[rang : rang + _LOT]):
                yield lu[2] if lu else None

    def _d_un_coup(
        self, lot: Sequence[str], au_plus: int | None = None
    ) -> Iterator[tuple[str, str, bytes] | None]:
        """Ces objets, demandés ensemble : leurs noms tiennent dans un tube."""
        entree, sortie = self._processus.stdin, self._processus.stdout
        assert entree and sortie
        try:
            entree.write("".join(f"{nom}\n" for nom in lot).encode())
            entree.flush()
        except BrokenPipeError:
            raise self._muet() from None
        for _ in lot:
            tete = sortie.readline().decode().split()
            if not tete:
                raise self._muet()
            # « nom missing » ; un nom peut avoir des blancs.
            if len(tete) != 3 or not tete[2].isdigit():
                yield None
            elif au_plus is not None and int(tete[2]) > au_plus:
                self._passer(int(tete[2]))
                yield None
            else:
                yield tete[0], tete[1], sortie.read(int(tete[2]) + 1)[:-1]

    def _passer(self, taille: int) -> None:
        """Lire un objet, et la ligne qui le finit, sans le garder."""
        sortie = self._processus.stdout
        assert sortie
        reste = taille + 1
        while reste > 0 and (lu := sortie.read(min(reste, _MORCEAU))):
            reste -= len(lu)

    def dossier(self, empreinte: str) -> dict[str, Entree]:
        """Les entrées d'un dossier enregistré ; une copie, qu'on peut changer."""
        if empreinte not in self._dossiers:
            self._dossiers[empreinte] = self._lire_dossier(empreinte)
        return dict(self._dossiers[empreinte])

    def _lire_dossier(self, empreinte: str) -> dict[str, Entree]:
        lu = self.lire(empreinte)
        if lu is None:
            raise _abime()
        entrees, reste = {}, lu[2]
        while reste:
            tete, _, suite = reste.partition(b"\0")
            mode, _, nom = tete.decode("utf-8", "surrogateescape").partition(" ")
            entrees[nom] = Entree(mode, suite[:20].hex())
            reste = suite[20:]
        return entrees

    def entree(self, racine: str | None, chemin: str) -> Entree | None:
        """L'entrée de ce chemin sous ce dossier enregistré, ou `None`."""
        courante = Entree("40000", racine) if racine else None
        for composant in chemin.split("/") if chemin else ():
            if courante is None or not courante.est_dossier:
                return None
            courante = self.dossier(courante.empreinte).get(composant)
        return courante

    def _muet(self) -> EchecDuDepot:
        erreurs = self._processus.stderr
        dit = erreurs.read().decode("utf-8", "replace") if erreurs else ""
        return git.expliquer(GitRefuse("cat-file", 1, dit))


def _rendre(processus: Popen[bytes], a_qui: int) -> None:
    """Attendre la fin de ce processus ; une copie du nôtre (fork) ne saurait le faire."""
    if processus.returncode is None and a_qui == os.getpid():
        with suppress(BrokenPipeError):
            processus.communicate()


class ArbreEnregistre:
    """Les fichiers d'un lieu tels qu'ils furent enregistrés : un `Arbre` qu'aucune main ne change."""

    def __init__(self, racine: Path, commit: str, env: dict[str, str] | None = None) -> None:
        self._objets = Objets(racine, env)
        lu = self._objets.lire(f"{commit}^{{tree}}")
        self._arbre = lu[0] if lu else None

    def noms(self, dossier: str) -> list[str]:
        """Voir `Arbre.noms`."""
        entree = self._objets.entree(self._arbre, dossier)
        if entree is None or not entree.est_dossier:
            return []
        return sorted(nom for nom in self._objets.dossier(entree.empreinte) if not nom.startswith("."))

    def lire(self, chemin: str) -> bytes | None:
        """Voir `Arbre.lire`."""
        entree = self._objets.entree(self._arbre, chemin)
        if entree is None or entree.est_dossier:
            return None
        try:
            lu = self._objets.lire(entree.empreinte, taille_permise(chemin))
        except TropGros:
            lu = None
        if entree.mode == "120000" or lu is None:
            raise FicheFautive(Defaut(chemin, 0, "n'est pas un fichier ordinaire de l'archive"))
        return lu[2]


class Deposes:
    """Des fichiers et des dossiers déposés dans l'archive, chacun sur le disque avant d'avoir un nom.

    Git n'en ferait pas autant : « mktree » ignore `core.fsync`, et un contenu qu'une coupure de courant
    laisse vide tient ensuite la place du bon, que git ne réécrit plus.
    """

    def __init__(self, interne: Path) -> None:
        self._interne = interne
        self._neufs: set[str] = set()

    def deposer(self, sorte: str, contenu: bytes) -> str:
        """Déposer un contenu et rendre son empreinte."""
        empreinte = deposer(self._interne, sorte, contenu, abrite=True)
        self._neufs.add(empreinte)
        return empreinte

    def abriter(self, *autres: str) -> None:
        """Mettre à l'abri les noms de tout ce qui est déposé, et de ces autres empreintes."""
        dossiers = {empreinte[:2] for empreinte in (*self._neufs, *autres)}
        for dossier in sorted(dossiers):
            with suppress(FileNotFoundError):
                systeme.abriter(self._interne / "objects" / dossier)
        systeme.abriter(self._interne / "objects")
        self._neufs.clear()

    def rebatir(
        self, objets: Objets, ancien: str | None, changes: Mapping[tuple[str, ...], str | None]
    ) -> str | None:
        """Le dossier `ancien` où ces chemins ont ces contenus (`None` les ôte) ; `None` s'il se vide."""
        entrees = objets.dossier(ancien) if ancien else {}
        sous: dict[str, dict[tuple[str, ...], str | None]] = {}
        for (nom, *reste), blob in changes.items():
            if reste:
                sous.setdefault(nom, {})[tuple(reste)] = blob
            elif blob is None:
                entrees.pop(nom, None)
            else:
                entrees[nom] = Entree("100644", blob)
        for nom, dedans in sous.items():
            dossier = entrees.get(nom)
            garde = dossier.empreinte if dossier and dossier.est_dossier else None
            neuf = self.rebatir(objets, garde, dedans)
            if neuf is None:
                entrees.pop(nom, None)
            else:
                entrees[nom] = Entree("40000", neuf)
        return self.deposer("tree", ecrire_dossier(entrees)) if entrees else None


def ecrire_dossier(entrees: Mapping[str, Entree]) -> bytes:
    """Un dossier tel que git le garde : ses entrées dans l'ordre des octets, un dossier comme s'il finissait
    par « / ».
    """
    lignes = []
    for nom, e in entrees.items():
        octets = nom.encode("utf-8", "surrogateescape")
        ligne = b"%s %s\0%s" % (e.mode.encode(), octets, bytes.fromhex(e.empreinte))
        lignes.append((octets + b"/" * e.est_dossier, ligne))
    return b"".join(ligne for _, ligne in sorted(lignes))


def empreinte_de(brut: bytes) -> str:
    """Le nom que git donne à un contenu précédé de sa sorte ; il n'a ici aucun rôle de sécurité."""
    try:
        # Sans OpenSSL, que `hashlib` charge en deux millisecondes pour le même résultat.
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1
    return str(sha1(brut, usedforsecurity=False).hexdigest())


def deposer(interne: Path, sorte: str, contenu: bytes, *, abrite: bool = False) -> str:
    """Déposer un contenu sans lancer git ; rend son empreinte.

    `abrite` : il est sur le disque avant d'avoir un nom, et remplace celui qu'une coupure a laissé vide.
    """
    import zlib

    brut = b"%s %d\0" % (sorte.encode(), len(contenu)) + contenu
    empreinte = empreinte_de(brut)
    cible = interne / "objects" / empreinte[:2] / empreinte[2:]
    if abrite and _relu(cible) == brut:
        systeme.abriter(cible)
    elif abrite or not cible.exists():
        cible.parent.mkdir(exist_ok=True)
        provisoire = cible.with_name(f"tmp_obj_{os.urandom(6).hex()}")
        comprime = zlib.compress(brut, 1)
        if abrite:
            systeme.ecrire_abrite(provisoire, comprime, 0o444)
        else:
            provisoire.write_bytes(comprime)
        os.replace(provisoire, cible)
    return empreinte


def _relu(cible: Path) -> bytes | None:
    """Ce que ce fichier garde ; `None` s'il manque, ou si rien ne s'y lit."""
    import zlib

    try:
        return zlib.decompress(cible.read_bytes())
    except (FileNotFoundError, zlib.error):
        return None


def _abime() -> EchecDuDepot:
    return EchecDuDepot(
        "L'archive est abîmée : un de ses contenus manque ou ne se lit plus.",
        "Ne plus y écrire, et la restaurer depuis une sauvegarde ou un autre poste.",
    )

"""Écrire un fichier que la personne demande : là où elle le dit, et nulle part où cela surprendrait.

Jamais à travers un lien ; jamais par-dessus ce que l'outil n'a pas fait, sauf si on le veut ; jamais
dans l'archive ; entier, ou pas du tout. Ce qui nomme des gens n'est lisible que de qui l'écrit.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import msgspec
import typer

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.lieu import REGLAGES, DansLeLieu, Lieu
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import sha256

F = TypeVar("F", bound=StrEnum)
#: Les dossiers du lieu faits pour ce qu'on en tire ; l'archive les ignore.
PUBLIC, INTERNE = "public", "interne"
#: Ceux que la personne a nommés dans `.gitignore` : « /affiches/ ».
_NOMME = motif(r"/([A-Za-z0-9][\w.-]*)/", re.ASCII)
_JAMAIS = frozenset({"registre", "finance", "documents"})
#: Ce que l'outil a écrit, par chemin : l'empreinte du contenu. Jetable : sans elle, on demande.
_FAITS = "tiers-lieu.sorties"
_RETENUES = 2000
#: Un agenda ou un programme que l'outil a faits, fût-ce sur un autre poste, se reconnaît à son début.
_DE_L_OUTIL = motif(
    rb"BEGIN:VCALENDAR\r\n(?:[^\r\n]*\r\n){0,3}PRODID:-//tiers-lieu-cli//"
    rb'|\{\s*"@context": "https://schema\.org",\s*"@graph": \[\s*'
    rb'(?:\]|\{\s*"@type": "\w+",\s*"@id": "urn:uid:)'
)
_ECRASER = "L'écraser exprès : --ecraser ; ou choisir un autre nom."
_AILLEURS = "Choisir un autre endroit."

Ecraser = Annotated[bool, typer.Option("--ecraser", help="Même par-dessus un fichier fait par autre chose.")]


class Ici(Protocol):
    """Un lieu ouvert, et où l'on parle."""

    @property
    def lieu(self) -> Lieu: ...

    @property
    def ecran(self) -> Ecran: ...


class Vers(msgspec.Struct, frozen=True):
    """Où écrire ce qu'une commande produit."""

    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="FICHIER", help="Où l'écrire ; sinon, à l'écran.")
    ] = None
    ecraser: Ecraser = False

    def exiger(self, exemple: str) -> Path:
        """Le fichier voulu, pour ce qui ne se montre pas à l'écran."""
        if self.sortie is None:
            raise ErreurUsage("Un PDF s'écrit dans un fichier.", f"Dire où : --sortie ~/{exemple}")
        return self.sortie

    def ecrire(self, ici: Ici, *morceaux: bytes, noms: bool = False) -> Path:
        """Écrire là où c'est voulu ; rend le fichier. À n'appeler que si `sortie` est dite."""
        assert self.sortie is not None
        return ecrire(ici, self.sortie, *morceaux, ecraser=self.ecraser, noms=noms)


#: Sans rien dire, on montre à l'écran.
A_L_ECRAN = Vers()


def forme(formes: type[F], dite: F | None, sortie: Path | None, *, ecran: F) -> F:
    """La forme dite, celle que le nom du fichier demande, ou celle de l'écran ; deux à la fois sont refusées.

    Une forme porte le nom de son suffixe ; « terminal » ne s'écrit pas.
    """
    if sortie is None:
        return dite or ecran
    ecrites = [f for f in formes if f != "terminal"]
    nommee = next((f for f in ecrites if sortie.suffix.lower() == f".{f}"), None)
    voulues = {f for f in (dite, nommee) if f}
    if not voulues and ecran in ecrites:
        return ecran
    if len(voulues) == 1 and voulues <= set(ecrites):
        return voulues.pop()
    permis = [f".{f}" for f in ecrites if not voulues or f in voulues] or [f".{f}" for f in ecrites]
    raise ErreurUsage(f"Sous quelle forme écrire « {sortie.name} » ?", f"Finir par {' ou '.join(permis)}.")


class DejaLa(ErreurUsage):
    """Il y a là un fichier que l'outil n'a pas écrit."""

    def __init__(self, chemin: Path) -> None:
        super().__init__(f"{chemin} existe déjà, et l'outil ne l'a pas fait.", _ECRASER)


class Sorties:
    """Les fichiers qu'une commande écrit, et la mémoire de ceux que l'outil a faits."""

    def __init__(self, ici: Ici, *, ecraser: bool = False) -> None:
        self._racine = ici.lieu.racine
        self._ecran = ici.ecran
        self._ecraser = ecraser
        self._faits = _relire(self._racine)
        self._neufs: dict[str, str] = {}
        self._accordes: set[Path] = set()
        #: Les fichiers dont le contenu a changé.
        self.changes: list[Path] = []

    def __enter__(self) -> Sorties:
        return self

    def __exit__(self, *_: object) -> None:
        if self._neufs:
            _retenir(self._racine, self._faits | self._neufs)

    def reserver(self, voulu: Path, *, noms: bool = False) -> Path:
        """Le fichier entier, une fois sûr qu'on pourra l'écrire ; avant ce qui ne se défait pas."""
        chemin = verifier(voulu, noms=noms)
        ancien = _contenu(chemin)
        if not (ancien is None or chemin in self._accordes or self._est_de_l_outil(chemin, ancien)):
            self._demander(chemin)
        self._accordes.add(chemin)
        return chemin

    def ecrire(self, voulu: Path, morceaux: Iterable[bytes], *, noms: bool = False) -> Path:
        """Écrire ce fichier, s'il change ; `noms` : il nomme des gens."""
        octets = b"".join(morceaux)
        chemin = verifier(voulu, noms=noms)
        ancien = _contenu(chemin)
        if ancien != octets:
            self.reserver(voulu, noms=noms)
            _poser(chemin, octets, 0o600 if noms else 0o666, neuf=ancien is None)
            self.changes.append(chemin)
        elif noms:
            chemin.chmod(0o600)
        self._neufs[self._cle(chemin)] = sha256(octets)
        return chemin

    def dossier(self, voulu: Path) -> Path:
        """Un dossier où écrire, créé au besoin ; son parent, lui, doit exister."""
        chemin = _dans(voulu)
        if not chemin.is_dir() or chemin.is_symlink():
            chemin = verifier(voulu, dossier=True)
            with _dits(chemin):
                chemin.mkdir()
        return chemin

    def _est_de_l_outil(self, chemin: Path, octets: bytes) -> bool:
        connu = self._faits.get(self._cle(chemin)) == sha256(octets)
        return connu or bool(_DE_L_OUTIL.match(octets))

    def _demander(self, chemin: Path) -> None:
        question = f"{chemin} existe déjà, et l'outil ne l'a pas fait. L'écraser ?"
        if not self._ecraser and not (self._ecran.interactif and self._ecran.confirmer(question)):
            raise DejaLa(chemin)

    def _cle(self, chemin: Path) -> str:
        """Le nom sous lequel on s'en souvient : il ne dit pas le chemin, et suit un lieu qu'on déplace."""
        dans = chemin.is_relative_to(self._racine)
        return sha256(os.fsencode(chemin.relative_to(self._racine) if dans else chemin))[:32]


def ecrire(ici: Ici, voulu: Path, *morceaux: bytes, ecraser: bool = False, noms: bool = False) -> Path:
    """Écrire un seul fichier ; voir `Sorties.ecrire`."""
    with Sorties(ici, ecraser=ecraser) as sorties:
        return sorties.ecrire(voulu, morceaux, noms=noms)


def verifier(voulu: Path, *, noms: bool = False, dossier: bool = False, du_lieu: bool = False) -> Path:
    """Le chemin entier où écrire, si l'on peut y écrire sans surprise ; `ErreurUsage` sinon.

    `noms` : on y nommera des gens ; `du_lieu` : c'est un dossier que le lieu lui-même demande.
    """
    chemin = _dans(voulu)
    with _dits(chemin):
        etat = chemin.lstat() if os.path.lexists(chemin) else None
    if etat and stat.S_ISLNK(etat.st_mode):
        raise ErreurUsage(f"{voulu} est un lien : on n'écrit pas à travers.", "Donner le vrai endroit.")
    if etat and not (stat.S_ISDIR if dossier else stat.S_ISREG)(etat.st_mode):
        quoi = "un dossier" if stat.S_ISDIR(etat.st_mode) else "autre chose qu'un fichier ordinaire"
        raise ErreurUsage(f"{voulu} est {'un fichier' if dossier else quoi}.", _AILLEURS)
    for au_dessus in (chemin, *chemin.parents):
        if au_dessus.name.lower() == ".git" or _est_un_depot_nu(au_dessus):
            raise ErreurUsage(f"{voulu} est dans un dossier que l'archive se réserve.", _AILLEURS)
        if not du_lieu and au_dessus != chemin and os.path.lexists(au_dessus / REGLAGES):
            _exiger_permis(chemin, au_dessus, noms=noms, dossier=dossier)
    return chemin


def _dans(voulu: Path) -> Path:
    """Le chemin entier, par le vrai dossier où il est ; son dernier nom reste ce qui est dit."""
    dit = voulu.expanduser()
    if dit.name in ("", ".", ".."):
        raise ErreurUsage("Il manque le nom du fichier ou du dossier à écrire.", "Le donner en entier.")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in str(dit)):
        raise ErreurUsage(f"« {dit} » porte un caractère invisible.", "Le taper sans lui.")
    for dossier in Path(os.path.abspath(dit)).parents:
        if dossier.is_symlink() and any(os.path.lexists(p / REGLAGES) for p in dossier.parents):
            raise ErreurUsage(f"{dossier} est un lien : on n'écrit pas à travers.", "Donner le vrai endroit.")
    parent = Path(os.path.realpath(dit.parent))
    if parent.name in (PUBLIC, INTERNE) and (parent.parent / REGLAGES).is_file():
        # Ceux-là sont du lieu : ils se font quand on y écrit.
        parent.mkdir(exist_ok=True)
    if not parent.is_dir():
        fait = f"{voulu} ne peut pas être écrit : son dossier n'existe pas."
        raise ErreurUsage(fait, "Le créer d'abord, ou choisir un autre endroit.")
    return parent / dit.name


def _exiger_permis(chemin: Path, racine: Path, *, noms: bool, dossier: bool) -> None:
    """Dans un lieu, on n'écrit que là où l'archive ne va pas ; et des noms, nulle part."""
    premier, *reste = chemin.relative_to(racine).parts
    if noms:
        raise DansLeLieu(chemin.name)
    if premier not in permis(racine) or not (reste or dossier):
        raise ErreurUsage(
            f"{chemin} est dans l'archive du lieu : on n'y écrit que des fiches.",
            f"Choisir {PUBLIC}/, un dossier hors du lieu, ou un que .gitignore nomme (/affiches/).",
        )


def permis(racine: Path) -> frozenset[str]:
    """Les dossiers du lieu où l'on peut écrire autre chose que des fiches."""
    lignes = (_contenu(racine / ".gitignore") or b"").decode("utf-8", "replace").splitlines()
    nommes = {nomme[1] for ligne in lignes if (nomme := _NOMME.fullmatch(ligne.strip()))}
    return frozenset({PUBLIC, INTERNE} | nommes) - _JAMAIS


def _est_un_depot_nu(dossier: Path) -> bool:
    return all(os.path.lexists(dossier / nom) for nom in ("HEAD", "objects", "refs"))


# -- poser ----------------------------------------------------------------------


@contextmanager
def _dits(chemin: Path) -> Iterator[None]:
    """Ce que le système refuse, dit en français."""
    try:
        yield
    except OSError as erreur:
        raise ErreurUsage(f"{chemin} ne peut pas être écrit ({systeme.raison(erreur)}).", _AILLEURS) from None


def _contenu(chemin: Path) -> bytes | None:
    try:
        return systeme.lire_ordinaire(chemin)
    except FileNotFoundError:
        return None
    except OSError as erreur:
        raise ErreurUsage(f"{chemin} ne se lit pas ({systeme.raison(erreur)}).", _AILLEURS) from None


def _poser(chemin: Path, octets: bytes, mode: int, *, neuf: bool) -> None:
    """Écrire à côté, puis mettre à sa place : jamais à moitié, jamais par-dessus un nouveau venu."""
    provisoire = chemin.with_name(f".tmp-{os.urandom(6).hex()}")
    with _dits(chemin):
        try:
            systeme.ecrire_abrite(provisoire, octets, mode)
            systeme.mettre_en_place(provisoire, chemin, neuf=neuf)
            systeme.abriter(chemin.parent)
        except FileExistsError:
            raise DejaLa(chemin) from None
        finally:
            provisoire.unlink(missing_ok=True)


@contextmanager
def dossier_neuf(voulu: Path, *, noms: bool = False, du_lieu: bool = False) -> Iterator[Path]:
    """Un dossier provisoire où bâtir ; à la fin, il est `voulu`. Une panne ne laisse rien."""
    ici = voulu.expanduser().name in ("", ".", "..")
    dossier = verifier(
        Path(os.path.realpath(voulu.expanduser())) if ici else voulu, noms=noms, dossier=True, du_lieu=du_lieu
    )
    la = dossier.exists()
    if la and any(dossier.iterdir()):
        raise DossierPris(dossier)
    # Un dossier qui est là reste le même : qui s'y trouve y est encore après.
    chantier = (dossier if la else dossier.parent) / f".{dossier.name}.{os.urandom(4).hex()}"
    try:
        with _dits(dossier):
            chantier.mkdir(mode=0o700 if noms else 0o777)
            yield chantier
            systeme.abriter_tout(chantier)
            if la:
                dossier.chmod(0o700 if noms else stat.S_IMODE(dossier.stat().st_mode))
                _emmenager(chantier, dossier)
            else:
                os.rename(chantier, dossier)
            systeme.abriter(dossier if la else dossier.parent)
    finally:
        shutil.rmtree(chantier, ignore_errors=True)


def _emmenager(chantier: Path, dossier: Path) -> None:
    """Mettre tout ce qui est bâti dans ce dossier vide ; une panne en route remet tout au chantier."""
    places: list[str] = []
    try:
        # `lieu.yaml` en dernier : avant lui, ce n'est pas un lieu.
        for nom in sorted(os.listdir(chantier), key=lambda nom: (nom == REGLAGES, nom)):
            if os.path.lexists(dossier / nom):
                raise DossierPris(dossier)
            os.rename(chantier / nom, dossier / nom)
            places.append(nom)
    except BaseException:
        for nom in places:
            os.rename(dossier / nom, chantier / nom)
        raise


class DossierPris(ErreurUsage):
    """On ne bâtit que dans un dossier neuf ou vide."""

    def __init__(self, dossier: Path) -> None:
        super().__init__(
            f"{dossier} existe déjà et n'est pas vide ; rien n'y a été écrit.", "Choisir un autre dossier."
        )


# -- se souvenir de ce qu'on a fait -----------------------------------------------


def _relire(racine: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(systeme.lire_ordinaire(racine / ".git" / _FAITS), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _retenir(racine: Path, faits: dict[str, str]) -> None:
    if not (racine / ".git").is_dir():
        return
    retenus = dict(list(faits.items())[-_RETENUES:])
    with suppress(Echec):
        systeme.remplacer(racine / ".git" / _FAITS, [msgspec.json.encode(retenus)])

"""Où le site se met en ligne : un dossier, ssh (rsync), une branche de pages git, un nuage en WebDAV.

Chaque fichier arrive entier ou pas du tout, l'accueil en dernier ; n'est ôté que ce qu'un envoi
d'avant avait mis.
Coupé, il se reprend : ce qui était arrivé ne repart pas.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from stat import S_ISREG
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

#: Ce que le dernier envoi a mis là-bas : par chemin, son empreinte.
MANIFESTE = "tiers-lieu-site.json"
_SUR = re.compile(r"(?!.*(?:^|/)\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,250}", re.ASCII)
_GIT = re.compile(r"(?:(?:ssh|https)://|[\w.-]+@[\w.-]+:|/)[^\s]+\.git/?", re.ASCII)
_SSH = re.compile(r"[A-Za-z0-9][\w.-]*(?:@[A-Za-z0-9][\w.-]*)?:[\w.~/-]+", re.ASCII)
#: Les pages du premier niveau : rsync n'ôte rien d'autre que ce qui porte un de ces noms.
_NOS_PAGES = ("*.html", "*.atom", "*.ics", "*.json", "sitemap.xml", "robots.txt", "site.css", "logo.*")
_NOS_DOSSIERS = ("evenements", "mois", "agendas", "archives", "polices", "nl", "en", "de", "fr")
_ICI = frozenset({"127.0.0.1", "::1", "localhost"})
_ATTENTE = 30.0
_TAILLE_DU_MANIFESTE = 16 * 1024 * 1024


class EnvoiCoupe(Echec):
    """L'envoi n'est pas allé au bout."""

    def __init__(self, cible: str, detail: str) -> None:
        super().__init__(
            f"L'envoi vers {cible} s'est arrêté ({detail}). Ce qui est arrivé l'est.",
            "Le reprendre où il en était : la même commande.",
        )


class Plan(msgspec.Struct, frozen=True):
    """Ce qui est à mettre, et à ôter."""

    a_poser: tuple[str, ...]
    a_oter: tuple[str, ...]


class Cible(Protocol):
    """Un endroit où mettre le site."""

    nom: str

    def plan(self) -> Plan:
        """Ce qu'un envoi ferait."""
        ...

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Le faire ; `EnvoiCoupe` s'il ne va pas au bout."""
        ...


def choisir(dite: str, source: Path, branche: str, moment: datetime, phrase: Callable[[str], str]) -> Cible:
    """La cible que ce mot désigne ; `phrase` donne le mot de passe d'un nuage."""
    if _GIT.fullmatch(dite):
        return Branche(dite, branche, source, moment)
    if dite.startswith(("https://", "http://")):
        return Nuage(dite, source, phrase)
    if _SSH.fullmatch(dite) and not Path(dite).exists():
        return Rsync(dite, source)
    return Dossier(Path(dite), source)


def fichiers(source: Path) -> dict[str, Path]:
    """Ce qui se met en ligne : les fichiers ordinaires du dossier, sauf ce qui est caché."""
    trouves: dict[str, Path] = {}
    for ou, dossiers, noms in os.walk(source, followlinks=False):
        dossiers[:] = sorted(d for d in dossiers if not d.startswith("."))
        for nom in sorted(noms):
            entier = Path(ou) / nom
            if not nom.startswith(".") and S_ISREG(entier.lstat().st_mode):
                trouves[entier.relative_to(source).as_posix()] = entier
    return dict(sorted(trouves.items(), key=lambda f: _rang(f[0])))


def _rang(chemin: str) -> tuple[int, str]:
    """L'habit d'abord, puis les pages, l'accueil en dernier : rien ne mène à ce qui n'est pas arrivé."""
    if chemin.endswith("index.html"):
        return 2, chemin
    return (1 if chemin.endswith((".html", ".atom", ".xml")) else 0), chemin


def empreinte(fichier: Path) -> str:
    """Ce à quoi on reconnaît un contenu."""
    return sha256(fichier.read_bytes()).hexdigest()


def _planifier(ici: Mapping[str, str], la_bas: Mapping[str, str]) -> Plan:
    return Plan(
        tuple(chemin for chemin, somme in ici.items() if la_bas.get(chemin) != somme),
        tuple(sorted(chemin for chemin in la_bas if chemin not in ici and _SUR.fullmatch(chemin))),
    )


def _lire_le_manifeste(octets: bytes | None) -> dict[str, str]:
    try:
        return msgspec.json.decode(octets or b"{}", type=dict[str, str])
    except msgspec.DecodeError:
        return {}


class _AvecManifeste:
    """Une cible où l'on pose les fichiers un à un, et qui dit elle-même ce qu'elle a reçu."""

    nom: str

    def __init__(self, source: Path) -> None:
        self._fichiers = fichiers(source)
        self._ici = {chemin: empreinte(f) for chemin, f in self._fichiers.items()}
        self._la_bas: dict[str, str] = {}

    def plan(self) -> Plan:
        """Ce qu'un envoi ferait, d'après ce que l'envoi d'avant a laissé."""
        self._la_bas = _lire_le_manifeste(self._prendre(MANIFESTE))
        return _planifier(self._ici, self._la_bas)

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Tout poser, puis ôter, puis dire ce qui est là ; coupé, dire ce qui l'est déjà."""
        combien = len(plan.a_poser) + len(plan.a_oter)
        if not combien:
            return
        etat = {c: s for c, s in self._la_bas.items() if c in self._ici or c in plan.a_oter}
        try:
            for n, chemin in enumerate(plan.a_poser):
                self._poser(chemin, self._fichiers[chemin].read_bytes())
                etat[chemin] = self._ici[chemin]
                avancer(n + 1, combien)
            for n, chemin in enumerate(plan.a_oter):
                self._oter(chemin)
                etat.pop(chemin, None)
                avancer(len(plan.a_poser) + n + 1, combien)
        finally:
            with suppress(EnvoiCoupe, OSError):
                self._poser(MANIFESTE, msgspec.json.encode(dict(sorted(etat.items()))))

    def _prendre(self, chemin: str) -> bytes | None:
        raise NotImplementedError

    def _poser(self, chemin: str, octets: bytes) -> None:
        raise NotImplementedError

    def _oter(self, chemin: str) -> None:
        raise NotImplementedError


class Dossier(_AvecManifeste):
    """Un dossier de cette machine : une clé USB, un partage, ce qu'un autre programme met en ligne."""

    def __init__(self, dossier: Path, source: Path) -> None:
        self._dossier = dossier.expanduser().absolute()
        self.nom = str(self._dossier)
        ici = source.absolute()
        if self._dossier == ici or ici in self._dossier.parents or self._dossier in ici.parents:
            raise ErreurUsage(f"{dossier} est là où le site se bâtit.", "Choisir un autre dossier.")
        if not self._dossier.parent.is_dir():
            raise ErreurUsage(
                f"{dossier} ne peut pas être écrit : son dossier n'existe pas.", "Le créer d'abord."
            )
        super().__init__(source)

    def plan(self) -> Plan:
        """Ce qui diffère vraiment : ce qu'on aurait changé là-bas compte aussi."""
        dit = super().plan()
        if not self._dossier.is_dir():
            return dit
        memes = {
            c for c, somme in self._ici.items() if (f := self._entier(c)).is_file() and empreinte(f) == somme
        }
        self._la_bas |= {c: self._ici[c] for c in memes}
        return Plan(tuple(c for c in self._ici if c not in memes), dit.a_oter)

    def _entier(self, chemin: str) -> Path:
        return self._dossier / chemin

    def _prendre(self, chemin: str) -> bytes | None:
        try:
            return systeme.lire_ordinaire(self._entier(chemin), _TAILLE_DU_MANIFESTE)
        except OSError:
            return None

    def _poser(self, chemin: str, octets: bytes) -> None:
        cible = self._entier(chemin)
        try:
            cible.parent.mkdir(parents=True, exist_ok=True)
            provisoire = cible.with_name(f".tmp-{os.urandom(6).hex()}")
            try:
                provisoire.write_bytes(octets)
                os.replace(provisoire, cible)
            finally:
                provisoire.unlink(missing_ok=True)
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None

    def _oter(self, chemin: str) -> None:
        try:
            self._entier(chemin).unlink(missing_ok=True)
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None


class _SansDetour(HTTPRedirectHandler):
    """Un mot de passe ne suit pas une redirection."""

    def redirect_request(self, *_: object) -> None:
        return None


class Nuage(_AvecManifeste):
    """Un dossier WebDAV (Nextcloud) : `https://moi@nuage.exemple.be/remote.php/dav/files/moi/site`."""

    def __init__(self, adresse: str, source: Path, phrase: Callable[[str], str]) -> None:
        lue = urlsplit(adresse)
        if lue.scheme != "https" and lue.hostname not in _ICI:
            raise ErreurUsage("Un mot de passe ne part pas en clair.", "Donner l'adresse en https.")
        if not lue.username or lue.password:
            raise ErreurUsage(
                "L'adresse d'un nuage dit qui l'on est, jamais le mot de passe.",
                "Écrire https://moi@nuage.exemple.be/remote.php/dav/files/moi/site ; il est demandé ensuite.",
            )
        port = f":{lue.port}" if lue.port else ""
        self._base = f"{lue.scheme}://{lue.hostname}{port}{lue.path.rstrip('/')}/"
        self.nom = str(lue.hostname)
        qui = unquote(lue.username)
        self._cle = base64.b64encode(f"{qui}:{phrase(qui)}".encode()).decode()
        self._dossiers: set[str] = set()
        self._ouvreur = build_opener(_SansDetour)
        super().__init__(source)

    def _demander(self, verbe: str, chemin: str, octets: bytes | None = None) -> tuple[int, bytes]:
        demande = Request(self._base + quote(chemin), data=octets, method=verbe)  # noqa: S310  (https, vérifié)
        demande.add_header("Authorization", f"Basic {self._cle}")
        try:
            with self._ouvreur.open(demande, timeout=_ATTENTE) as reponse:
                return reponse.status, reponse.read(_TAILLE_DU_MANIFESTE)
        except HTTPError as refus:
            if refus.code in (401, 403):
                raise EnvoiCoupe(self.nom, "le nom ou le mot de passe n'est pas accepté") from None
            return refus.code, b""
        except (URLError, HTTPException, OSError) as erreur:
            raise EnvoiCoupe(self.nom, "le serveur ne répond pas") from erreur

    def _prendre(self, chemin: str) -> bytes | None:
        code, octets = self._demander("GET", chemin)
        return octets if code == 200 else None

    def _poser(self, chemin: str, octets: bytes) -> None:
        dossier = ""
        for partie in ["", *chemin.split("/")[:-1]]:
            dossier = f"{dossier}{partie}/" if partie else dossier
            if dossier not in self._dossiers:
                # 405 : il existe déjà.
                self._exiger(self._demander("MKCOL", dossier)[0], (201, 405, 301))
                self._dossiers.add(dossier)
        self._exiger(self._demander("PUT", chemin, octets)[0], (200, 201, 204))

    def _oter(self, chemin: str) -> None:
        self._exiger(self._demander("DELETE", chemin)[0], (200, 204, 404))

    def _exiger(self, code: int, bons: Iterable[int]) -> None:
        if code not in bons:
            raise EnvoiCoupe(self.nom, f"le serveur a répondu {code}")


class Rsync:
    """Un dossier d'une autre machine, par ssh ; rsync y met chaque fichier à sa place à la fin seulement."""

    def __init__(self, cible: str, source: Path) -> None:
        if not shutil.which("rsync"):
            raise ErreurUsage(
                "Le programme « rsync » manque sur cet ordinateur.",
                "L'installer (sous Debian ou Ubuntu : sudo apt install rsync), puis recommencer.",
            )
        self.nom, self._source = cible, source

    def plan(self) -> Plan:
        """Ce que rsync ferait, sans rien faire."""
        poses, otes = [], []
        for ligne in self._lancer("--dry-run").splitlines():
            quoi, _, chemin = ligne.partition(" ")
            if quoi.startswith("*deleting"):
                otes.append(chemin.strip())
            elif quoi[:2] in ("<f", ">f", "cf"):
                poses.append(chemin)
        return Plan(tuple(sorted(poses)), tuple(sorted(otes)))

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Tout porter d'un coup."""
        self._lancer()
        combien = len(plan.a_poser) + len(plan.a_oter)
        avancer(combien, combien)

    def _lancer(self, *options: str) -> str:
        a_nous = [
            mot
            for nom in (*_NOS_PAGES, *(f"{d}/***" for d in _NOS_DOSSIERS))
            for mot in ("--include", f"/{nom}")
        ]
        ligne = [
            *("rsync", "--recursive", "--checksum", "--delay-updates", "--delete-delay", "--partial"),
            *("--itemize-changes", "--chmod=D755,F644", "-e", "ssh -oBatchMode=yes -oConnectTimeout=15"),
            *(*a_nous, "--exclude", "*", *options, "--", f"{self._source}/", f"{self.nom.rstrip('/')}/"),
        ]
        try:
            fini = subprocess.run(ligne, capture_output=True, text=True, check=False, env=git.propre_de_git())
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None
        if fini.returncode:
            detail = fini.stderr.strip().splitlines()
            raise EnvoiCoupe(self.nom, detail[0] if detail else f"rsync a rendu {fini.returncode}")
        return fini.stdout


class Branche:
    """La branche de pages d'un dépôt git (Codeberg, GitLab) : un seul enregistrement, tout ou rien."""

    def __init__(self, url: str, branche: str, source: Path, moment: datetime) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w/.-]{0,80}", branche, re.ASCII) or ".." in branche:
            raise ErreurUsage(
                f"« {branche} » n'est pas un nom de branche.", "Écrire par exemple --branche pages"
            )
        self.nom, self._branche, self._moment = url, branche, moment
        self._fichiers = fichiers(source)

    def plan(self) -> Plan:
        """Ce qui diffère de la branche."""
        with self._depot() as (depot, parent):
            ici = self._objets(depot)
            la_bas = self._arbre(depot, parent)
            la_bas.pop(".nojekyll", None)
            return Plan(
                tuple(c for c, objet in ici.items() if la_bas.get(c) != objet),
                tuple(sorted(c for c in la_bas if c not in ici)),
            )

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Un enregistrement de plus sur la branche, porté d'un coup."""
        if not (plan.a_poser or plan.a_oter):
            return
        with self._depot() as (depot, parent):
            objets = self._objets(depot) | {
                ".nojekyll": git.git(depot, "hash-object", "-w", "--stdin").decode().strip()
            }
            index = "".join(f"100644 {objet}\t{chemin}\0" for chemin, objet in sorted(objets.items()))
            git.git(depot, "update-index", "-z", "--index-info", entree=index.encode(), env=self._env(depot))
            arbre = git.git(depot, "write-tree", env=self._env(depot)).decode().strip()
            suite = ("-p", parent) if parent else ()
            commit = (
                git.git(depot, "commit-tree", arbre, *suite, "-m", "Le site", env=self._env(depot))
                .decode()
                .strip()
            )
            avancer(len(plan.a_poser), len(plan.a_poser) + 1)
            try:
                git.git(depot, "push", "--quiet", "--", self.nom, f"{commit}:refs/heads/{self._branche}")
            except GitRefuse as refus:
                raise EnvoiCoupe(self.nom, _dit_par_git(refus)) from None
            avancer(len(plan.a_poser) + 1, len(plan.a_poser) + 1)

    @contextmanager
    def _depot(self) -> Iterator[tuple[Path, str]]:
        """Un dépôt de passage, et ce que la branche a aujourd'hui (vide si elle n'existe pas)."""
        with tempfile.TemporaryDirectory(prefix="tiers-lieu-site-") as dossier:
            depot = Path(dossier)
            git.initialiser(depot)
            try:
                vue = git.git(depot, "ls-remote", "--", self.nom, f"refs/heads/{self._branche}").decode()
                if vue:
                    git.git(
                        depot, "fetch", "--quiet", "--depth=1", "--", self.nom, f"refs/heads/{self._branche}"
                    )
            except GitRefuse as refus:
                raise EnvoiCoupe(self.nom, _dit_par_git(refus)) from None
            yield depot, vue.split()[0] if vue else ""

    def _env(self, depot: Path) -> dict[str, str]:
        return git.environnement(depot, "concierge", self._moment)

    def _objets(self, depot: Path) -> dict[str, str]:
        """Chaque fichier du site, rangé dans le dépôt de passage."""
        chemins = "\n".join(str(f) for f in self._fichiers.values())
        # Un dépôt de passage : rien n'y est à garder d'une coupure de courant.
        mots = ("-c", "core.fsync=none", "hash-object", "-w", "--no-filters", "--stdin-paths")
        sortie = git.git(depot, *mots, entree=chemins.encode())
        return dict(zip(self._fichiers, sortie.decode().split(), strict=True))

    @staticmethod
    def _arbre(depot: Path, commit: str) -> dict[str, str]:
        if not commit:
            return {}
        lignes = git.git(depot, "ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0")
        return {nom: meta.split()[2] for meta, _, nom in (x.partition("\t") for x in lignes) if nom}


def _dit_par_git(refus: GitRefuse) -> str:
    dernieres = [x for x in refus.erreur.strip().splitlines() if x.strip()]
    return dernieres[-1].removeprefix("fatal: ")[:120] if dernieres else "git a refusé"

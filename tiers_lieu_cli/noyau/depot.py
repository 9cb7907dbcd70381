"""Un dépôt du lieu : ce qui est enregistré, et la seule façon d'y enregistrer.

Le protocole est celui de `fiabilite.md` § 7. Une écriture tient le verrou du début
à la fin ; les fichiers sont remplacés d'abord, l'index ensuite, la référence en
dernier : à tout instant une mort laisse l'ancien état ou un fichier complet.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tiers_lieu_cli.noyau import git, systeme
from tiers_lieu_cli.noyau.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.objets import Arbres, Entree, Objets

#: Tentatives quand un autre programme enregistre en même temps que nous.
ESSAIS = 5
_AUCUN = "0" * 40
_COMPOSANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_DE_L_OUTIL = frozenset({".gitignore", ".gitattributes"})
_CHANTIERS = {
    "MERGE_HEAD": "une mise en commun",
    "CHERRY_PICK_HEAD": "une reprise",
    "REVERT_HEAD": "une annulation",
    "rebase-merge": "une réécriture",
    "rebase-apply": "une réécriture",
    "BISECT_LOG": "une recherche",
}
_SECTION = re.compile(r'\[(\w+)(?: "([^"\\]*)")?\]')
_REGLAGE = re.compile(r"(\w+)\s*=.*")
_PERMIS = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|symlinks|ignorecase"
    r"|precomposeunicode|sharedrepository)|user\.(name|email)|remote\.(url|fetch)|branch\.(remote|merge)"
)


class ModifieALaMain(Echec):
    """La fiche porte une modification qui n'est pas encore enregistrée."""

    def __init__(self, chemin: str) -> None:
        super().__init__(
            f"{chemin} a été modifié à la main et cette modification n'est pas enregistrée.",
            "L'enregistrer d'abord (tl enregistrer), ou remettre le fichier comme il était.",
        )


class DejaLa(Echec):
    """Un fichier de ce nom existe déjà : on n'écrase jamais."""

    def __init__(self, chemin: str) -> None:
        super().__init__(f"{chemin} existe déjà.", "Choisir un autre nom, ou modifier cette fiche.")


class Depot:
    """Un dépôt du lieu, tenu par un rôle (`concierge`, `tresorier`)."""

    def __init__(self, racine: Path, role: str = "concierge") -> None:
        self.racine = racine
        self.role = role
        self.interne = racine / ".git"

    @classmethod
    def creer(cls, racine: Path, role: str = "concierge") -> Depot:
        """Un dépôt neuf et vide dans `racine`, fermé aux autres comptes de la machine."""
        git.git(racine, "init", "--quiet", "--initial-branch=main", "--template=")
        depot = cls(racine, role)
        depot.interne.chmod(0o700)
        return depot

    @property
    def existe(self) -> bool:
        """Y a-t-il un dépôt ici ? (Le registre peut manquer sur un poste.)"""
        return self.interne.is_dir()

    def tete(self) -> str:
        """L'empreinte du dernier enregistrement ; vide s'il n'y en a aucun."""
        try:
            return git.git(self.racine, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        except GitRefuse:
            return ""

    @contextmanager
    def ecriture(self, moment: datetime) -> Iterator[Ecriture]:
        """Tenir le verrou, le temps de lire, de décider et d'enregistrer une seule fois."""
        self.verifier_avant_d_ecrire()
        try:
            with systeme.verrou(self.interne / "tiers-lieu.lock"):
                objets = Objets(self.racine)
                try:
                    yield Ecriture(self, objets, moment)
                finally:
                    objets.fermer()
        except OSError as erreur:
            raise EchecDuDepot(
                f"L'écriture a été refusée : {systeme.raison(erreur)} ({erreur.filename or self.racine}).",
                "Y remédier, puis recommencer : rien n'est enregistré.",
            ) from None

    def verifier_avant_d_ecrire(self) -> None:
        """Refuser d'écrire dans un dépôt douteux ou au milieu d'un chantier."""
        if not self.interne.is_dir():
            raise EchecDuDepot(f"{self.racine} n'a pas d'archive.", "Ouvrir un lieu : tl init.")
        if systeme.appartient_a_un_autre(self.interne):
            raise EchecDuDepot(
                f"{self.racine} appartient à un autre compte de cet ordinateur.",
                "Y travailler depuis ce compte, ou en faire une copie.",
            )
        for nom, chantier in _CHANTIERS.items():
            if (self.interne / nom).exists():
                raise EchecDuDepot(
                    f"{chantier.capitalize()} commencée dans l'archive n'est pas finie ({nom}).",
                    "La finir ou l'abandonner avec l'outil qui l'a commencée, puis recommencer.",
                )
        if not (self.interne / "HEAD").read_text("utf-8", "replace").startswith("ref: refs/heads/"):
            raise EchecDuDepot(
                "L'archive est ouverte sur un état ancien, où rien ne peut être ajouté.",
                "Revenir à l'état présent avec l'outil qui l'a ouverte ainsi.",
            )
        self._verifier_reglages()

    def _verifier_reglages(self) -> None:
        """N'admettre que les réglages connus : les autres peuvent faire exécuter un programme."""
        section = ""
        for numero, brute in enumerate(
            (self.interne / "config").read_text("utf-8", "replace").splitlines(), start=1
        ):
            ligne = brute.strip()
            if not ligne or ligne[0] in "#;":
                continue
            if titre := _SECTION.fullmatch(ligne):
                section = titre[1].lower()
                continue
            reglage = _REGLAGE.fullmatch(ligne)
            nom = f"{section}.{reglage[1].lower()}" if reglage else ligne
            if not _PERMIS.fullmatch(nom) or ligne.endswith("\\"):
                raise EchecDuDepot(
                    f".git/config, ligne {numero} : l'outil n'admet pas le réglage « {nom} ».",
                    "L'ôter de ce fichier (il pourrait lancer un programme), puis recommencer.",
                )


class Ecriture:
    """Une écriture sous verrou : relire, poser des fichiers, enregistrer une fois."""

    def __init__(self, depot: Depot, objets: Objets, moment: datetime) -> None:
        self._depot = depot
        self._objets = objets
        self._moment = moment
        self._env = git.environnement(depot.racine, depot.role, moment)
        self.poses: dict[str, bytes | None] = {}
        self._vus: dict[str, str | None] = {}
        self._tete, self._racine = self._lire_tete()
        self.avis: list[str] = []

    def lire(self, chemin: str) -> bytes | None:
        """Le fichier tel qu'enregistré, refusé s'il porte une modification à la main."""
        sur_disque = self._sur_disque(chemin)
        enregistre = self._empreinte_enregistree(self._racine, chemin)
        vu = None if sur_disque is None else _empreinte(sur_disque)
        if vu != enregistre:
            raise ModifieALaMain(chemin)
        self._vus[chemin] = enregistre
        return sur_disque

    def creer(self, chemin: str, contenu: bytes) -> None:
        """Poser un fichier neuf."""
        if self._sur_disque(chemin) is not None or self._empreinte_enregistree(self._racine, chemin):
            raise DejaLa(chemin)
        self._vus[chemin] = None
        self.poses[chemin] = contenu

    def remplacer(self, chemin: str, contenu: bytes) -> None:
        """Poser une nouvelle version d'un fichier lu par `lire`."""
        if chemin not in self._vus:
            self.lire(chemin)
        self.poses[chemin] = contenu

    def retirer(self, chemin: str) -> None:
        """Ôter un fichier ; l'histoire le garde."""
        if chemin not in self._vus:
            self.lire(chemin)
        self.poses[chemin] = None

    def enregistrer(self, phrase: str, action: str) -> str:
        """Écrire les fichiers posés et les enregistrer d'un bloc ; rend l'empreinte.

        `phrase` est ce que l'histoire montrera ; elle et `action` (« journal.noter »)
        tiennent chacune sur une ligne.
        """
        self._ecrire_fichiers()
        try:
            return self._enregistrer(_message(phrase, action, self.poses))
        except GitRefuse as refus:
            raise EchecDuDepot(
                "Le fichier est écrit, mais l'archive n'a pas pu l'enregistrer"
                + (" : elle est occupée ou bloquée." if ".lock" in refus.erreur else "."),
                "Rien n'est perdu. Reprendre avec : tl reprise",
                str(refus),
            ) from None

    def _enregistrer(self, message: bytes) -> str:
        blobs = self._deposer_contenus()
        for _ in range(ESSAIS):
            # Sur un grand lieu l'index est le pas le plus long : il avance pendant qu'on bâtit le reste.
            with self._mettre_a_l_index(blobs):
                racine = self._deposer_arbres(blobs)
                parents = ["-p", self._tete] if self._tete else []
                commit = self._git("commit-tree", racine, *parents, entree=message).decode().strip()
            try:
                self._git("update-ref", "-m", "tiers-lieu", "HEAD", commit, self._tete or _AUCUN)
            except GitRefuse:
                if not self._a_bouge():
                    raise
                continue
            return commit
        raise EchecDuDepot("Un autre programme enregistre sans cesse dans ce lieu.", "Réessayer.")

    def _a_bouge(self) -> bool:
        """L'archive a-t-elle avancé sous nos pieds, sans toucher à nos fichiers ?"""
        ancienne = self._tete
        self._tete, self._racine = self._lire_tete()
        for chemin, vu in self._vus.items():
            if self._empreinte_enregistree(self._racine, chemin) != vu:
                raise EchecDuDepot(
                    f"{chemin} vient d'être enregistré autrement par un autre programme.",
                    "Relire la fiche, puis recommencer.",
                )
        return self._tete != ancienne

    # -- fichiers -------------------------------------------------------------

    def _ecrire_fichiers(self) -> None:
        """Tout préparer à côté, puis tout mettre en place : une panne laisse l'ancien entier."""
        prets: list[tuple[Path, Path, bool]] = []
        try:
            for chemin, contenu in self.poses.items():
                if contenu is not None:
                    cible = self._cible(chemin)
                    cible.parent.mkdir(parents=True, exist_ok=True)
                    provisoire = cible.parent / f".tmp-{os.urandom(6).hex()}"
                    prets.append((provisoire, cible, self._vus[chemin] is None))
                    systeme.ecrire_abrite(provisoire, contenu)
            for provisoire, cible, neuf in prets:
                _mettre_en_place(provisoire, cible, neuf)
        finally:
            for provisoire, _, _ in prets:
                with suppress(OSError):
                    provisoire.unlink()
        for chemin, contenu in self.poses.items():
            if contenu is None:
                self._cible(chemin).unlink(missing_ok=True)
        for dossier in {self._cible(chemin).parent for chemin in self.poses}:
            systeme.abriter_dossier(dossier)

    def _cible(self, chemin: str) -> Path:
        """Le fichier visé, après avoir vérifié qu'il est bien dans le lieu et à nous."""
        composants = chemin.split("/")
        bien_forme = all(_COMPOSANT.fullmatch(c) for c in composants) or chemin in _DE_L_OUTIL
        if len(chemin) > 200 or not bien_forme or composants[0] in HORS_ARCHIVE:
            raise EchecDuDepot(f"« {chemin} » n'est pas un chemin permis.", "")
        cible = self._depot.racine
        for composant in composants:
            cible = cible / composant
            if cible.is_symlink():
                raise EchecDuDepot(
                    f"{chemin} passe par un lien vers ailleurs.", "Remplacer le lien par un vrai dossier."
                )
        return cible

    def _sur_disque(self, chemin: str) -> bytes | None:
        try:
            return self._cible(chemin).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    # -- objets ---------------------------------------------------------------

    def _git(self, *mots: str, entree: bytes = b"") -> bytes:
        return git.git(self._depot.racine, *mots, entree=entree, env=self._env)

    def _lire_tete(self) -> tuple[str, str | None]:
        lu = self._objets.lire("HEAD")
        if lu is None:
            return "", None
        return lu[0], lu[2].split(b"\n", 1)[0].split()[1].decode()

    def _empreinte_enregistree(self, racine: str | None, chemin: str) -> str | None:
        courant = racine
        for composant in chemin.split("/"):
            entree = self._objets.dossier(courant).get(composant) if courant else None
            courant = entree.empreinte if entree else None
        return courant

    def _deposer_contenus(self) -> dict[str, str | None]:
        """Déposer les contenus lus sur le disque ; refuser s'ils y ont déjà changé."""
        ecrits = [chemin for chemin, contenu in self.poses.items() if contenu is not None]
        liste = "".join(f"{chemin}\n" for chemin in ecrits).encode()
        sortie = (
            self._git("hash-object", "-w", "--no-filters", "--stdin-paths", entree=liste) if ecrits else b""
        )
        blobs: dict[str, str | None] = dict.fromkeys(self.poses)
        for chemin, empreinte in zip(ecrits, sortie.decode().split(), strict=True):
            if empreinte != _empreinte(self.poses[chemin] or b""):
                raise ModifieALaMain(chemin)
            blobs[chemin] = empreinte
        return blobs

    def _deposer_arbres(self, blobs: Mapping[str, str | None]) -> str:
        """Bâtir les dossiers depuis l'état enregistré, jamais depuis l'index de l'usager."""
        with Arbres(self._depot.racine, self._env) as arbres:
            changes = {tuple(chemin.split("/")): blob for chemin, blob in blobs.items()}
            racine = self._arbre(arbres, self._racine, changes)
            return racine or arbres.deposer({})

    def _arbre(
        self, arbres: Arbres, ancien: str | None, changes: Mapping[tuple[str, ...], str | None]
    ) -> str | None:
        entrees = self._objets.dossier(ancien) if ancien else {}
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
            neuf = self._arbre(arbres, dossier.empreinte if dossier and dossier.est_dossier else None, dedans)
            if neuf is None:
                entrees.pop(nom, None)
            else:
                entrees[nom] = Entree("40000", neuf)
        return arbres.deposer(entrees) if entrees else None

    @contextmanager
    def _mettre_a_l_index(self, blobs: Mapping[str, str | None]) -> Iterator[None]:
        """Fini avant la référence : sinon un enregistrement fait à la main déferait la fiche."""
        lignes = "".join(
            f"100644 {blob}\t{chemin}\0" if blob else f"0 {_AUCUN}\t{chemin}\0"
            for chemin, blob in blobs.items()
        )
        index = git.lancer(self._depot.racine, "update-index", "-z", "--add", "--index-info", env=self._env)
        assert index.stdin
        with suppress(BrokenPipeError):
            index.stdin.write(lignes.encode())
            index.stdin.flush()
        try:
            yield
        finally:
            index.communicate()
        if index.returncode:
            self.avis.append(
                "La liste des fichiers suivis était occupée ; « tl reprise » la remettra à jour."
            )


def _mettre_en_place(provisoire: Path, cible: Path, neuf: bool) -> None:
    if not neuf:
        os.replace(provisoire, cible)
        return
    try:
        os.link(provisoire, cible)
    except FileExistsError:
        raise DejaLa(cible.name) from None
    except OSError:
        # Certains disques (clé USB, dossier partagé) ne connaissent pas les liens durs.
        if cible.exists():
            raise DejaLa(cible.name) from None
        os.replace(provisoire, cible)


def _empreinte(contenu: bytes) -> str:
    import hashlib

    # git nomme un contenu par cette empreinte ; elle n'a ici aucun rôle de sécurité.
    return hashlib.sha1(b"blob %d\0" % len(contenu) + contenu, usedforsecurity=False).hexdigest()


def _message(phrase: str, action: str, poses: Mapping[str, bytes | None]) -> bytes:
    titre = re.sub(r"\s+", " ", phrase).strip()
    fiches = "".join(f"Fiche: {chemin}\n" for chemin in poses)
    return f"{titre}\n\nAction: {action}\n{fiches}".encode()

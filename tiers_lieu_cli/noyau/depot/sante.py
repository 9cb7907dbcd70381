"""L'état d'un dépôt : ce qui le rend douteux, dit en défauts situés.

`ouvrir` se fait avant chaque usage ; le reste coûte une lecture de l'archive et est pour
`tl verifier` (`docs/fiabilite.md` § 3 et § 8).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, inventaire
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.motif import motif

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.contenus import Contenus
    from tiers_lieu_cli.noyau.depot.empreintes import Empreintes

_CHANTIERS = {
    "MERGE_HEAD": "une mise en commun",
    "CHERRY_PICK_HEAD": "une reprise",
    "REVERT_HEAD": "une annulation",
    "rebase-merge": "une réécriture",
    "rebase-apply": "une réécriture",
    "BISECT_LOG": "une recherche",
}
_SECTION = motif(r'\[(\w+)(?: "([^"\\]*)")?\]', re.ASCII)
_REGLAGE = motif(r"(\w+)[ \t]*=[ \t]*(.*)", re.ASCII)
_PERMIS = frozenset(
    [
        *("core.repositoryformatversion", "core.filemode", "core.bare", "core.logallrefupdates"),
        *("core.symlinks", "core.ignorecase", "core.precomposeunicode", "core.sharedrepository"),
        *("user.name", "user.email", "user.signingkey"),
        *("remote.url", "remote.fetch", "branch.remote", "branch.merge"),
    ]
)
_PERMIS_AU_MOYEU = _PERMIS | {
    *("receive.fsckobjects", "receive.denynonfastforwards", "receive.denydeletes", "receive.autogc"),
    *("receive.maxinputsize", "transfer.fsckobjects", "core.fsync"),
}
#: Ce que git laisse d'une histoire prise en partie (`docs/decisions/0018-rejoindre-en-entier.md`).
_BORDS = ("/.git/shallow", ".promisor")
_EN_PARTIE = ("extensions.partialclone", "remote.promisor", "remote.partialclonefilter")
_TAILLE_DES_REGLAGES = 64 * 1024
_RESTAURER = "Ne plus y écrire ; restaurer une sauvegarde, ou repartir d'un autre poste."
#: Des noms que l'archive ne doit jamais porter : git leur donne un sens.
_SPECIAUX = motif(r"(^|/)\.gitmodules$", re.IGNORECASE)
#: Ce que git dirait d'une date impossible ; nous le disons nous-mêmes, sans crier à la panne.
_DATES = ("badDate", "badDateOverflow", "missingSpaceBeforeDate", "badTimezone", "zeroPaddedDate")
#: Les dates de chaque enregistrement, telles que `sans_date` les lit.
DES_DATES = ("log", "--format=%h %at %ct")
_LISTE = ("ls-tree", "-r", "-z", "--full-tree", "HEAD")


class DepotDouteux(EchecDuDepot):
    """Ce dépôt contient ce que l'outil n'y met pas : git n'y est pas lancé."""

    def __init__(self, defaut: Defaut, remede: str) -> None:
        super().__init__(f"{defaut}.", remede)


def ouvrir(interne: Path, *, moyeu: bool = False) -> dict[str, str]:
    """Les réglages de ce dépôt, sans leur sous-section, une fois sûr qu'il ne contient rien d'étranger.

    Le dernier d'un nom l'emporte, comme pour git ; `DepotDouteux` dès la première chose étrangère.
    """
    for defaut in inventaire.etrangers(interne, moyeu=moyeu):
        if defaut.fichier.endswith(_BORDS):
            raise _incomplet(defaut.fichier)
        raise DepotDouteux(defaut, _remede(interne, moyeu=moyeu))
    permis = _PERMIS_AU_MOYEU if moyeu else _PERMIS
    trouves = {}
    for numero, nom, valeur in _lire_reglages(interne / "config"):
        if nom not in permis or valeur.endswith("\\"):
            fichier = f"{interne.parent.name}/{interne.name}/config"
            if nom in _EN_PARTIE:
                raise _incomplet(fichier, numero)
            defaut = Defaut(fichier, numero, f"l'outil n'admet pas le réglage « {nom} »")
            raise DepotDouteux(defaut, _remede(interne, moyeu=moyeu))
        trouves[nom] = valeur
    return trouves


def _incomplet(fichier: str, ligne: int = 0) -> DepotDouteux:
    """Un lieu dont il manque le passé dirait faux : l'histoire d'une fiche, sa révision, un jour d'avant."""
    fait = "ce lieu n'a qu'une part de son histoire ; on ne peut pas s'y fier, ni y écrire"
    return DepotDouteux(
        Defaut(fichier, ligne, fait),
        "Le prendre en entier, à côté, du moyeu qui l'a. Voir : tl moyeu rejoindre --help",
    )


def _remede(interne: Path, *, moyeu: bool) -> str:
    if moyeu:
        return "Prévenir qui tient ce moyeu ; ou en ouvrir un autre : tl moyeu init"
    import shlex

    return f"En refaire un lieu sûr, à côté : tl adopter {shlex.quote(str(_lieu(interne.parent)))}"


def _lieu(racine: Path) -> Path:
    """Le lieu dont ce dossier tient un dépôt : lui-même, ou celui où il est emboîté."""
    return racine.parent if os.path.lexists(racine.parent / ".git") else racine


def chantiers(racine: Path) -> Iterator[Defaut]:
    """Ce qui interdit d'y écrire : un travail commencé par un autre outil, un état ancien."""
    interne = racine / ".git"
    for nom, chantier in _CHANTIERS.items():
        if (interne / nom).exists():
            yield Defaut(
                f".git/{nom}",
                0,
                f"{chantier} commencée dans l'archive n'est pas finie",
                "La finir ou l'abandonner avec l'outil qui l'a commencée, puis recommencer.",
            )
    if not (interne / "HEAD").read_text("utf-8", "replace").startswith("ref: refs/heads/"):
        yield Defaut(
            ".git/HEAD",
            0,
            "l'archive est ouverte sur un état ancien, où rien ne peut être ajouté",
            "Revenir à l'état présent avec l'outil qui l'a ouverte ainsi.",
        )


def remplaces(racine: Path) -> Iterator[Defaut]:
    """Ce qui montrerait à git un contenu pour un autre ; l'outil, lui, n'en tient pas compte."""
    interne, paquet = racine / ".git", b""
    with suppress(OSError):
        paquet = systeme.lire_ordinaire(interne / "packed-refs")
    if not (interne / "refs/replace").exists() and b"refs/replace/" not in paquet:
        return
    for ligne in git.git(racine, "for-each-ref", "--format=%(refname)", "refs/replace/").decode().split():
        yield Defaut(f".git/{ligne}", 0, "un contenu est remplacé par un autre", "L'ôter, puis recommencer.")


def entree_etrangere(mode: str, empreinte: str, chemin: str, attributs: str) -> Iterator[Defaut]:
    """Les défauts d'une entrée de l'archive ; `attributs` : l'empreinte de notre `.gitattributes`."""
    sorte = {"120000": "un lien vers ailleurs", "160000": "un dépôt étranger"}.get(mode)
    if sorte:
        yield Defaut(chemin, 0, f"{sorte} n'a pas sa place dans l'archive", "Le retirer du lieu.")
    elif mode == "100755":
        yield Defaut(chemin, 0, "un programme n'a pas sa place dans l'archive", "Le retirer du lieu.")
    if _SPECIAUX.search(chemin) or (
        chemin.lower().endswith(".gitattributes") and (chemin != ".gitattributes" or empreinte != attributs)
    ):
        yield Defaut(
            chemin, 0, "ce fichier change la façon de lire l'archive", "Remettre celui d'un lieu neuf."
        )


class Relecture:
    """La relecture de tout ce qui est enregistré, menée à côté pendant qu'on lit les fiches.

    `attributs` : l'empreinte de notre `.gitattributes` ; `bons` : le dernier enregistrement qu'une relecture
    d'avant a trouvé bon, et les contenus d'alors ; `lues` : ce qu'on lit d'autre part, à mesure.
    """

    def __init__(
        self,
        racine: Path,
        attributs: str,
        bons: tuple[str, Contenus] | None = None,
        lues: Empreintes | None = None,
    ) -> None:
        self._attributs = attributs
        self._lues = lues
        self._racine = racine
        self._bons = bons
        from tiers_lieu_cli.noyau.depot import contenus

        self._contenus = contenus.commencer(racine / ".git")
        if bons:
            # Ce qui suit ce qui était entier, et rien d'autre ; `--all` refuse aussi un nom sans contenu.
            self._suite = git.commencer(racine, *DES_DATES, "--all", "--not", bons[0])
        else:
            self._tout_redemander()

    def _tout_redemander(self) -> None:
        self._objets = self._tout_deplier()
        self._dates = git.commencer(self._racine, *DES_DATES, "HEAD")

    def _tout_deplier(self) -> Callable[[], bytes]:
        dates = (m for nom in _DATES for m in ("-c", f"fsck.{nom}=ignore"))
        return git.commencer(self._racine, *dates, "fsck", "--full", "--no-dangling", "--no-progress")

    @cached_property
    def contenus(self) -> Contenus:
        """Ce que le dépôt contenait avant d'être relu."""
        return self._contenus()

    @cached_property
    def est_ce_qu_on_lit(self) -> bool:
        """Tout ce qu'on a lu est-il, octet pour octet, ce qui est enregistré, et rien d'autre ?"""
        from tiers_lieu_cli.noyau.depot.objets import Objets

        objets = Objets(self._racine)
        enregistree = objets.lire("HEAD^{tree}")
        objets.fermer()
        return bool(self._lues and enregistree and self._lues.racine() == enregistree[0])

    def _speciales(self) -> Iterator[tuple[str, str, str]]:
        """(mode, empreinte, chemin) de ce qui n'a pas le mode, ou le nom, d'un fichier ordinaire."""
        if self.est_ce_qu_on_lit and self._lues:
            yield from (("100644", empreinte, chemin) for chemin, empreinte in self._lues.speciales)
            return
        for dite in git.git(self._racine, *_LISTE).split(b"\0")[:-1]:
            if not dite.startswith(b"100644 ") or b".git" in dite.lower():
                yield _entree(dite)

    def _dates_depuis(self, commit: str, bons: Contenus) -> bytes | None:
        """Les dates de ce qui s'est ajouté ; `None` si ce qui était bon a changé, ou n'est plus entier."""
        suite, vus = _ou_rien(self._suite), self.contenus
        entiers = suite == b""
        if suite:
            mots = ("rev-list", "--objects", "--quiet", "--all", "--not", commit)
            entiers = _ou_rien(partial(git.git, self._racine, *mots)) is not None
        if not (entiers and vus.sains and vus.paquets == bons.paquets and vus.epars >= bons.epars):
            return None
        if any(True for _ in sans_date(suite or b"")):
            # Seul ce qui est d'ici est à dire.
            return _ou_rien(partial(git.git, self._racine, *DES_DATES, "HEAD", "--not", commit))
        return b""

    def defauts(self) -> Iterator[Defaut]:
        """Attendre la fin ; ce qui ne se relit pas, et ce que l'archive ne doit pas contenir."""
        # Toutes s'attendent, même si la première est refusée : aucun processus ne reste derrière.
        dates = self._dates_depuis(*self._bons) if self._bons else None
        restes_bons, illisible = dates is not None, False
        if not restes_bons:
            if self._bons:
                self._tout_redemander()
            dates = _ou_rien(self._dates)
        try:
            for mode, empreinte, chemin in self._speciales():
                yield from entree_etrangere(mode, empreinte, chemin, self._attributs)
        except GitRefuse as refus:
            if git.est_trop_vieux(refus):
                raise
            illisible = True
        for code in sans_date(dates or b""):
            yield Defaut(
                ".git",
                0,
                f"l'enregistrement {code} porte une date qui ne se lit pas",
                "Rien n'est perdu ; s'il n'est pas encore envoyé, on propose de le refaire : tl synchroniser",
            )
        if illisible or dates is None:
            yield Defaut(".git/HEAD", 0, "le dernier enregistrement ne se relit pas", _RESTAURER)
        if restes_bons:
            return
        try:
            self._objets()
        except GitRefuse as refus:
            if git.est_trop_vieux(refus):
                raise
            premiere = (refus.erreur or refus.sortie).strip().splitlines() or [""]
            yield Defaut(
                ".git/objects",
                0,
                f"un contenu enregistré est abîmé ou manque ({premiere[0]})",
                _RESTAURER,
            )


def _ou_rien(attendre: Callable[[], bytes]) -> bytes | None:
    """Ce que git répond, ou `None` s'il refuse ; trop ancien, il n'a rien regardé."""
    try:
        return attendre()
    except GitRefuse as refus:
        if git.est_trop_vieux(refus):
            raise
        return None


def sans_date(lignes: bytes) -> Iterator[str]:
    """Les enregistrements dont une date ne se lit pas, ou précède 1970."""
    from tiers_lieu_cli.noyau.depot import enregistrement

    for ligne in lignes.decode().splitlines():
        code, *dates = ligne.split(" ")
        if None in map(enregistrement.instant, dates):
            yield code


def _entree(ligne: bytes) -> tuple[str, str, str]:
    tete, _, chemin = ligne.decode("utf-8", "replace").partition("\t")
    mode, _, empreinte = tete.split()
    return mode, empreinte, chemin


def _lire_reglages(fichier: Path) -> Iterator[tuple[int, str, str]]:
    """(ligne, nom, valeur) de chaque réglage ; une ligne qu'on ne comprend pas est son propre nom."""
    section = ""
    if not fichier.exists():
        return
    texte = systeme.lire_ordinaire(fichier, _TAILLE_DES_REGLAGES).decode("utf-8", "replace")
    for numero, brute in enumerate(texte.split("\n"), start=1):
        ligne = brute.strip(" \t\r")
        if not ligne or ligne[0] in "#;":
            continue
        if titre := _SECTION.fullmatch(ligne):
            section = titre[1].lower()
            continue
        reglage = _REGLAGE.fullmatch(ligne)
        if reglage:
            yield numero, f"{section}.{reglage[1].lower()}", reglage[2].strip('"')
        else:
            yield numero, ligne, ""

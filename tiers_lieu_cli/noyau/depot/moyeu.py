"""Le moyeu : l'endroit où les postes d'un lieu mettent leurs enregistrements en commun.

Un dossier partagé, ou une adresse ssh ou https. Ici, seulement le transport : prendre
ce qui s'y trouve, y porter ce qu'on a.
"""

from __future__ import annotations

import re
from pathlib import Path

from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

#: Où l'on garde ce que le moyeu avait la dernière fois.
PARTAGE = "refs/remotes/origin/main"
#: Le registre a son propre moyeu, dans celui de l'archive.
REGISTRE = "registre"
_ADRESSE = re.compile(
    r"(?:ssh|https)://[A-Za-z0-9][\w.@:%~/+-]*|[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.-]*:[\w.~/-]+"
)

#: Ce que git dit quand un autre poste est passé devant, avant ou pendant l'envoi.
_EN_AVANCE = (
    "fetch first",
    "non-fast-forward",
    "failed to update ref",
    "cannot lock ref",
    "incorrect old value",
    "stale info",
)


class MoyeuAbsent(Echec):
    """Le moyeu ne répond pas : on continue sans lui."""

    def __init__(self, adresse: str, detail: str) -> None:
        super().__init__(
            f"Le moyeu ne répond pas ({adresse}). Rien n'est perdu : tout est gardé sur ce poste.",
            "Recommencer quand il sera là : tl synchroniser",
        )
        self.detail = detail


class MoyeuEnAvance(Exception):
    """Un autre poste a déposé quelque chose entre-temps : il faut le prendre d'abord."""


class RefusDuMoyeu(Echec):
    """Le moyeu a lu ce qu'on lui porte, et n'en veut pas."""

    def __init__(self, raisons: list[str]) -> None:
        super().__init__("Le moyeu a refusé :\n" + "\n".join(f"  {r}" for r in raisons), "")


def adresse(dite: str) -> str:
    """Une adresse de moyeu vérifiée : un dossier (rendu entier), ssh ou https ; rien d'autre ne passe."""
    chemin = Path(dite.removeprefix("file://")).expanduser()
    if _ADRESSE.fullmatch(dite):
        return dite
    suspecte = dite.startswith("-") or "::" in dite or not dite.isprintable()
    if suspecte or ("://" in dite and not dite.startswith("file://")):
        raise ErreurUsage(
            f"« {dite} » n'est pas une adresse de moyeu.",
            "Donner un dossier, ssh://hôte/chemin, utilisateur@hôte:chemin ou https://hôte/chemin.",
        )
    return str(chemin.resolve())


def celle_du_registre(du_lieu: str) -> str:
    """L'adresse du moyeu du registre, d'après celle de l'archive."""
    return f"{du_lieu.rstrip('/')}/{REGISTRE}"


def liee(depot: Depot) -> str:
    """L'adresse du moyeu de ce dépôt ; vide s'il n'est relié à aucun."""
    dite = depot.reglages.get("remote.url", "")
    return adresse(dite) if dite else ""


def relier(depot: Depot, url: str) -> None:
    """Retenir le moyeu de ce dépôt."""
    depot.regler("remote.origin.url", url)


def prendre(depot: Depot, url: str) -> str:
    """Rapporter ce que le moyeu garde, et rendre son dernier enregistrement ; vide s'il est neuf."""
    mots = (
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-gc",
    )
    try:
        depot.git(*mots, "--", url, f"+refs/heads/main:{PARTAGE}")
    except GitRefuse as refus:
        if "couldn't find remote ref" in refus.erreur:
            return ""
        raise MoyeuAbsent(url, str(refus)) from None
    return depot.empreinte(PARTAGE)


def porter(depot: Depot, url: str, *, remplace: str = "") -> None:
    """Porter nos enregistrements ; `MoyeuEnAvance` s'il en a d'autres, `RefusDuMoyeu` s'il n'en veut pas.

    `remplace` : l'enregistrement du moyeu dont toute l'histoire laisse la place à la nôtre.
    """
    bail = [f"--force-with-lease=refs/heads/main:{remplace}"] if remplace else []
    try:
        depot.git("push", "--quiet", "--porcelain", "--no-verify", *bail, "--", url, "HEAD:refs/heads/main")
    except GitRefuse as refus:
        raisons = [
            ligne.removeprefix("remote:").strip()
            for ligne in refus.erreur.splitlines()
            if ligne.startswith("remote:") and ligne.removeprefix("remote:").strip()
        ]
        if any(mot in refus.erreur + refus.sortie for mot in _EN_AVANCE):
            raise MoyeuEnAvance from None
        if raisons:
            raise RefusDuMoyeu([r for r in raisons if not r.startswith("error:")] or raisons) from None
        if "rejected" in refus.erreur + refus.sortie:
            raise RefusDuMoyeu([refus.erreur.strip()]) from None
        raise MoyeuAbsent(url, str(refus)) from None
    depot.git("update-ref", PARTAGE, "HEAD")


def creer(dossier: Path, *, effacable: bool) -> None:
    """Un moyeu neuf : il n'accepte ni réécriture, ni oubli, ni contenu mal formé.

    `effacable` (le registre) : une réécriture passe, si la garde y reconnaît un effacement.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    git.initialiser(dossier, nu=True, partage=True)
    for nom, valeur in (
        ("receive.fsckObjects", "true"),
        ("receive.denyNonFastForwards", "false" if effacable else "true"),
        ("receive.denyDeletes", "true"),
        ("receive.autogc", "false"),
        ("transfer.fsckObjects", "true"),
    ):
        git.git(dossier, "config", nom, valeur, env=git.environnement(dossier, nu=True))

"""Le binaire git, durci : rien de ce qu'un dépôt reçu contient ne s'exécute.

Réglages et environnement : `docs/fiabilite.md` § 3. Ses dossiers lui sont nommés : aucun fichier du
lieu ne l'envoie ailleurs. Seule la plomberie passe par ici ; aucun mot de ce module n'arrive à
l'écran.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from subprocess import PIPE, Popen

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif

#: Les mêmes pour tout ce qui lance git, GitPython compris (`ouvert.py`).
REGLAGES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    # Une histoire se lit dans ce qui est enregistré, jamais dans un résumé qui peut mentir.
    "core.commitGraph=false",
    "commit.gpgSign=false",
    "gpg.program=false",
    "gpg.ssh.program=ssh-keygen",
    "gpg.x509.program=false",
    "core.sshCommand=ssh -oBatchMode=yes -oConnectTimeout=15",
    "protocol.ext.allow=never",
    "safe.bareRepository=explicit",
    "credential.helper=",
    "gc.auto=0",
    # Ce qui est dit enregistré survit à une coupure de courant ; l'index en est, qui sinon resterait vide.
    "core.fsync=all",
    "core.quotePath=false",
)
#: Ce que le suivi de ce poste note d'une action faite ici, et d'une prise ailleurs.
D_ICI, PRISE = "tiers-lieu", "tiers-lieu : pris"
_OPTIONS = tuple(mot for reglage in REGLAGES for mot in ("-c", reglage))

_ENVIRONNEMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file:ssh:https",
    "LC_ALL": "C.UTF-8",
}


#: Une empreinte qui ne désigne rien, et celle d'un dossier vide.
AUCUN, DOSSIER_VIDE = "0" * 40, "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
#: Un contenu épars : le dossier que disent les deux premières lettres de son empreinte, et les autres.
DOSSIER_D_EPARS, EPARS = motif(r"[0-9a-f]{2}", re.ASCII), motif(r"[0-9a-f]{38}", re.ASCII)
_TAILLE_D_UN_NOM = 1024
_BRANCHE = motif(r"ref: (refs/heads(?:/[A-Za-z0-9_][\w.-]*)+)\n", re.ASCII)
_EMPREINTE = motif(r"[0-9a-f]{40}\n")
#: Comparer deux enregistrements sans rien lancer de ce qu'un lieu reçu demande.
SANS_RIEN_LANCER = ("--no-renames", "--no-ext-diff", "--no-textconv")


class EchecDuDepot(Echec):
    """L'archive n'a pas pu faire ce qu'on lui demandait ; `detail` est pour le développeur."""

    def __init__(self, fait: str, remede: str = "", detail: str = "") -> None:
        super().__init__(fait, remede)
        self.detail = detail


class GitRefuse(Exception):
    """Une commande de plomberie a échoué ; l'appelant la traduit pour l'usager."""

    def __init__(self, commande: str, code: int, erreur: str, sortie: str = "") -> None:
        super().__init__(f"git {commande} : code {code} : {erreur.strip()}")
        self.erreur = erreur
        self.sortie = sortie


def absent() -> EchecDuDepot:
    """Git n'est pas installé."""
    return EchecDuDepot("Le programme « git » manque sur cet ordinateur.", "L'installer, puis recommencer.")


def est_trop_vieux(refus: GitRefuse) -> bool:
    """Git ne connaît-il pas ce qu'on lui demande ?"""
    return any(mot in refus.erreur.lower() for mot in ("unknown option", "unknown switch", "usage: git"))


def expliquer(
    refus: GitRefuse, fait: str = "L'archive n'a pas répondu.", remede: str = "L'examiner : tl verifier"
) -> EchecDuDepot:
    """Un refus de git que personne n'attendait, dit à l'usager."""
    if est_trop_vieux(refus):
        return EchecDuDepot(
            "Le programme « git » de cet ordinateur est trop ancien.", "L'installer en version 2.34 ou plus."
        )
    return EchecDuDepot(fait, remede, str(refus))


def environnement(
    racine: Path, role: str = "", moment: datetime | None = None, *, nu: bool = False
) -> dict[str, str]:
    """L'environnement d'un appel : rien d'hérité de git, une identité de rôle, une date donnée.

    `nu` : le dépôt est `racine` même, sans fichiers.
    """
    propre = propre_de_git()
    propre["GIT_CEILING_DIRECTORIES"] = str(racine.parent)
    interne = racine if nu else racine / ".git"
    propre |= {"GIT_DIR": str(interne), "GIT_COMMON_DIR": str(interne)}
    propre["GIT_OBJECT_DIRECTORY"] = str(interne / "objects")
    if not nu:
        propre["GIT_WORK_TREE"] = str(racine)
    if role and moment:
        for qui in ("AUTHOR", "COMMITTER"):
            propre[f"GIT_{qui}_NAME"] = role
            propre[f"GIT_{qui}_EMAIL"] = f"{role}@lieu.invalid"
            propre[f"GIT_{qui}_DATE"] = f"{int(moment.timestamp())} {moment:%z}"
    return propre


def propre_de_git() -> dict[str, str]:
    """L'environnement de ce processus, sans rien que git y lise, ni programme du dossier où l'on est."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("GIT_")}
    propre["PATH"] = os.pathsep.join(filter(os.path.isabs, propre.get("PATH", os.defpath).split(os.pathsep)))
    return propre | _ENVIRONNEMENT


def initialiser(racine: Path, *, nu: bool = False, ouvert: str = "") -> None:
    """Un dépôt neuf et vide, sans rien du modèle de la machine ; `ouvert` : les droits de ses fichiers."""
    mots = ("init", "--quiet", "--initial-branch=main", "--template=")
    options = [mot for mot, voulu in (("--bare", nu), (f"--shared={ouvert}", ouvert)) if voulu]
    git(racine, *mots, *options, ".", env=propre_de_git())


def tete_ecrite(interne: Path) -> str:
    """Le dernier enregistrement, lu où git l'écrit, sans le lancer ; vide s'il vaut mieux le lui demander."""
    try:
        dit = systeme.lire_ordinaire(interne / "HEAD", _TAILLE_D_UN_NOM).decode()
        branche = _BRANCHE.fullmatch(dit)
        if branche is None or ".." in dit:
            return ""
        lue = systeme.lire_ordinaire(interne / branche[1], _TAILLE_D_UN_NOM).decode()
    except (OSError, ValueError):
        return ""
    return lue[:-1] if _EMPREINTE.fullmatch(lue) else ""


def commande(racine: Path, *mots: str) -> list[str]:
    """La ligne de commande durcie."""
    return ["git", *_OPTIONS, "-C", str(racine), *mots]


def lancer(racine: Path, *mots: str, env: dict[str, str] | None = None) -> Popen[bytes]:
    """Commencer une commande de plomberie avec qui l'on parlera."""
    dans = env if env is not None else environnement(racine)
    try:
        return Popen(commande(racine, *mots), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=dans)
    except FileNotFoundError:
        raise absent() from None


def git(racine: Path, *mots: str, entree: bytes = b"", env: dict[str, str] | None = None) -> bytes:
    """Lancer une commande de plomberie et rendre sa sortie ; `GitRefuse` si elle échoue."""
    return commencer(racine, *mots, entree=entree, env=env)()


def commencer(
    racine: Path, *mots: str, entree: bytes = b"", env: dict[str, str] | None = None
) -> Callable[[], bytes]:
    """Lancer une commande de plomberie ; sa sortie se demande plus tard, et on travaille en attendant."""
    processus = lancer(racine, *mots, env=env)

    def attendre() -> bytes:
        sortie, erreurs = processus.communicate(entree)
        if processus.returncode == -signal.SIGINT:
            raise KeyboardInterrupt
        if processus.returncode:
            erreur, dit = (flux.decode("utf-8", "replace") for flux in (erreurs, sortie))
            raise GitRefuse(mots[0], processus.returncode, erreur, dit)
        return sortie

    return attendre

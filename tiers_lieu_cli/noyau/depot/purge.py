"""Ne rien garder de l'histoire d'avant : après un effacement, un dépôt n'a plus que ce qui est atteignable.

Une note est posée avant de quitter l'ancienne histoire et levée quand il n'en reste rien : une
mort entre les deux se finit à l'écriture suivante. Tout ici se refait sans dommage.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, intention
from tiers_lieu_cli.noyau.depot.git import GitRefuse

_NOTE = "tiers-lieu.oubli"
#: Ce qu'un envoi refusé a laissé de côté, en copie (`ensemble/refaire`) ; dans `.git`, où rien ne s'envoie.
COPIES = "tiers-lieu.non-envoyes"
#: De quoi reconnaître vite les personnes ; voir `annuaire`.
ANNUAIRE = "tiers-lieu.annuaire"
#: Les mots de l'archive, pour y chercher (`index`), et la preuve que ce sont bien eux.
INDEX, SCEAU = "tiers-lieu.recherche", "tiers-lieu.recherche.sceau"
#: Où l'histoire se réécrit, à part ; ne survit à une commande que si elle est tuée.
A_PART = "tiers-lieu.a-part"
#: Ce que ce poste et le moyeu avaient en commun la dernière fois qu'ils se sont accordés.
COMMUN = "refs/remotes/origin/commun"
#: La nouvelle histoire, en attendant d'être celle de ce poste.
NEUVE = "refs/tiers-lieu/neuve"
_GARDEES = frozenset({"refs/heads/main", COMMUN})
_TETES_DE_PASSAGE = ("ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "AUTO_MERGE")


class Oubli(msgspec.Struct, frozen=True):
    """Quitter l'ancienne histoire pour `vers` ; `commun` : ce qu'on y a de commun avec le moyeu."""

    vers: str
    commun: str = ""


def noter(interne: Path, oubli: Oubli) -> None:
    """Dire qu'on quitte l'ancienne histoire ; sur le disque avant de rendre la main."""
    with suppress(FileNotFoundError):
        (interne / _NOTE).unlink()
    systeme.ecrire_abrite(interne / _NOTE, msgspec.json.encode(oubli))


def est_commence(interne: Path) -> bool:
    """Reste-t-il à finir un effacement, ou à ranger son chantier ?"""
    return (interne / _NOTE).exists() or (interne / A_PART).exists()


def finir(racine: Path) -> bool:
    """Finir l'oubli noté, sous le verrou ; faux s'il n'avait pas eu lieu : l'ancienne histoire est là."""
    interne = racine / ".git"
    try:
        oubli = msgspec.json.decode(systeme.lire_ordinaire(interne / _NOTE), type=Oubli)
    except (FileNotFoundError, msgspec.DecodeError):
        oubli = None
    fait = oubli is not None and _prolonge(racine, oubli.vers)
    if oubli and fait:
        if oubli.commun:
            git.git(racine, "update-ref", COMMUN, oubli.commun)
        elif _existe(racine, COMMUN):
            git.git(racine, "update-ref", "-d", COMMUN)
        for fichier in (*intention.laissees(interne), *_provisoires(racine)):
            fichier.unlink(missing_ok=True)
        intention.lever(interne)
        (interne / ANNUAIRE).unlink(missing_ok=True)
        for voisin in (interne, racine.parent / ".git"):
            # Le registre est dans le lieu : l'archive qui l'entoure oublie aussi.
            oublier_l_index(voisin)
        shutil.rmtree(interne / COPIES, ignore_errors=True)
        purger(racine, _GARDEES)
    elif _existe(racine, NEUVE):
        git.git(racine, "update-ref", "-d", NEUVE)
    shutil.rmtree(interne / A_PART, ignore_errors=True)
    (interne / _NOTE).unlink(missing_ok=True)
    return fait


def oublier_l_index(interne: Path) -> None:
    """Ôter l'index de recherche ; la recherche suivante le refait de ce qui est enregistré alors."""
    for nom in (SCEAU, INDEX, f"{INDEX}-journal"):
        with suppress(FileNotFoundError, NotADirectoryError):
            (interne / nom).unlink()


def purger(racine: Path, gardees: frozenset[str], env: dict[str, str] | None = None) -> None:
    """Ôter toute référence hors de `gardees`, puis tout contenu que plus rien n'atteint."""
    interne = racine / ".git" if (racine / ".git").is_dir() else racine
    for nom in git.git(racine, "for-each-ref", "--format=%(refname)", env=env).decode().split():
        if nom not in gardees:
            git.git(racine, "update-ref", "--no-deref", "-d", nom, env=env)
    for nom in _TETES_DE_PASSAGE:
        (interne / nom).unlink(missing_ok=True)
    git.git(racine, "reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all", env=env)
    git.git(racine, "repack", "-a", "-d", "-q", env=env)
    git.git(racine, "prune", "--expire=now", env=env)


def _prolonge(racine: Path, commit: str) -> bool:
    try:
        git.git(racine, "merge-base", "--is-ancestor", commit, "HEAD")
    except GitRefuse:
        return False
    return True


def _existe(racine: Path, nom: str) -> bool:
    return bool(git.git(racine, "for-each-ref", nom))


def _provisoires(racine: Path) -> list[Path]:
    return [f for f in racine.rglob(".tmp-*") if ".git" not in f.relative_to(racine).parts]

"""Le moyeu : l'endroit où les postes d'un lieu mettent leurs enregistrements en commun.

Un dossier partagé, ou une adresse ssh ou https. Ici, seulement le transport : prendre
ce qui s'y trouve, y porter ce qu'on a.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tiers_lieu_cli.noyau.depot import git, recus, sante, verrous
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.ouvert import Avancee, ouvert, suivre
from tiers_lieu_cli.noyau.depot.tickets import MOT, Ticket
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

#: Où l'on garde ce que le moyeu avait la dernière fois.
PARTAGE = "refs/remotes/origin/main"
#: L'histoire du lieu, au moyeu.
HISTOIRE = "refs/heads/main"
#: Qui peut déposer, et sous quel rôle, quand le moyeu exige des signatures (ssh-keygen, « allowed signers »).
SIGNATAIRES = "signataires"
#: Ce qu'un moyeu gardé montre à qui le lit ; un simple dépôt partagé ne l'a pas.
GARDE = "refs/tiers-lieu/garde"
_GARDE_VUE = "refs/remotes/origin/tiers-lieu/garde"
#: Ce qu'un moyeu accepte de recevoir en une fois, en Mio.
QUOTA = 64
#: Le registre a son propre moyeu, dans celui de l'archive.
REGISTRE = "registre"
_ADRESSE = motif(r"(?:ssh|https)://[A-Za-z0-9][\w.@:%~/+-]*|[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.-]*:[\w.~/-]+")

_GARDE = """#!/bin/sh
# {quoi} Posé par « tl moyeu init ».
exec {python} -I -m tiers_lieu_cli.ensemble.{module}
"""
_CROCHETS = {
    "pre-receive": ("Lit tout ce qu'un poste apporte avant de le recevoir.", "garde"),
    "post-receive": (
        "Après un effacement, ne garde rien de l'histoire d'avant ; fait avancer la file.",
        "apres_reception",
    ),
}
#: Ce que git dit quand un autre poste est passé devant, avant ou pendant l'envoi.
_EN_AVANCE = (
    "fetch first",
    "non-fast-forward",
    "failed to update ref",
    "cannot lock ref",
    "incorrect old value",
    "stale info",
)
#: Ce qu'on entend d'un moyeu dont l'outil a été déplacé ou abîmé.
_EN_PANNE = ("Traceback (most recent call last)", ": not found", "No module named")
#: Ce qu'il dit quand on lui porte plus que ce que le moyeu reçoit en une fois.
_TROP = ("exceeds maximum allowed size", "pack-objects died", "unpack failed")


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
        self.raisons = raisons


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


def prendre(depot: Depot, url: str, avancee: Avancee | None = None) -> str:
    """Rapporter ce que le moyeu garde, et rendre son dernier enregistrement ; vide s'il est neuf.

    Git nommerait ce qu'il reçoit avant que ce soit à l'abri d'une coupure : il ne fait que le noter.
    """
    _regarder(url)
    mots = ("--no-tags", "--refmap=", "--no-recurse-submodules", "--no-auto-gc", "--prune")
    # Là où une histoire se réécrit à part, rien d'autre qu'elle n'a sa place.
    file = [] if isinstance(depot, DepotNu) else ["+refs/tiers-lieu/*:refs/remotes/origin/tiers-lieu/*"]
    note = depot.interne / "FETCH_HEAD"
    if file and not etait_garde(depot):
        # Le signe de la garde et chaque place de la file désignent ce mot : il est ici avant eux.
        depot.git("hash-object", "-w", "--stdin", entree=MOT)
        recus.abriter(depot.interne)
    with ouvert(depot) as repo:
        try:
            verrous.malgre_un_mort(
                depot.interne,
                lambda: suivre(repo, "fetch", *mots, "--", url, HISTOIRE, *file, avancee=avancee),
            )
            notes = note.read_text("utf-8", "replace").splitlines()
            la_bas = next(dit.partition("\t")[0] for dit in notes if "\tbranch 'main' of " in dit)
        except GitRefuse as refus:
            if "couldn't find remote ref" in refus.erreur:
                if file:
                    # Neuf, il n'a pas d'histoire ; gardé, il le dit déjà.
                    with suppress(GitRefuse):
                        suivre(repo, "fetch", *mots, "--", url, *file, avancee=avancee)
                return ""
            raise MoyeuAbsent(url, str(refus)) from None
        finally:
            note.unlink(missing_ok=True)
    if la_bas != depot.empreinte(PARTAGE):
        recus.abriter(depot.interne)
        depot.git("update-ref", PARTAGE, la_bas)
    return la_bas


def porter(depot: Depot, url: str, *, remplace: str = "", avancee: Avancee | None = None) -> None:
    """Porter nos enregistrements ; `MoyeuEnAvance` s'il en a d'autres, `RefusDuMoyeu` s'il n'en veut pas.

    `remplace` : l'enregistrement du moyeu dont toute l'histoire laisse la place à la nôtre.
    """
    bail = [f"--force-with-lease=refs/heads/main:{remplace}"] if remplace else []
    with _notre_garde(_regarder(url)) as chez_lui, ouvert(depot) as repo:

        def envoyer(commit: str) -> None:
            vers = ("--", url, f"{commit}:refs/heads/main")
            mots = ("--porcelain", "--no-verify", *bail, *chez_lui, *vers)
            try:
                suivre(repo, "push", *mots, avancee=avancee)
            except GitRefuse as refus:
                if any(mot in refus.erreur for mot in _TROP) and not bail:
                    envoyer(_milieu(depot, commit))
                    envoyer(commit)
                    return
                raise _refus(url, refus) from None
            depot.git("update-ref", PARTAGE, commit)

        envoyer(depot.tete())


def prendre_un_ticket(depot: Depot, url: str, ticket: Ticket) -> bool:
    """Prendre place dans la file du moyeu ; faux s'il n'en tient pas, ou s'il ne répond pas."""
    mot = depot.git("hash-object", "-w", "--stdin", entree=MOT).decode().strip()
    return _changer_la_file(depot, url, f"{mot}:{ticket.nom}")


def rendre_des_tickets(depot: Depot, url: str, tickets: Iterable[Ticket]) -> None:
    """Les ôter du moyeu, là où aucune garde ne le fait ; ce qui en reste ne gêne personne."""
    if noms := [f":{ticket.nom}" for ticket in tickets]:
        _changer_la_file(depot, url, *noms)


def _changer_la_file(depot: Depot, url: str, *quoi: str) -> bool:
    with _notre_garde(_regarder(url)) as chez_lui, ouvert(depot) as repo:
        try:
            suivre(repo, "push", "--porcelain", "--no-verify", *chez_lui, "--", url, *quoi)
        except GitRefuse:
            return False
    return True


def _milieu(depot: Depot, commit: str) -> str:
    """Ce qu'on porte d'abord quand tout ne passe pas d'un coup : la première moitié."""
    deja = [f"^{partage}"] if (partage := depot.empreinte(PARTAGE)) else []
    suite = depot.git("rev-list", "--first-parent", "--reverse", commit, *deja).decode().split()
    if len(suite) < 2:
        raise RefusDuMoyeu(["Un seul enregistrement dépasse ce que ce moyeu reçoit en une fois."])
    return suite[len(suite) // 2 - 1]


def _regarder(url: str) -> Path | None:
    """Le dossier de ce moyeu, s'il est sur cette machine ; `DepotDouteux` s'il contient de l'étranger."""
    dossier = Path(url)
    if not dossier.is_absolute() or not dossier.is_dir():
        return None
    interne = dossier / ".git" if (dossier / ".git").exists() else dossier
    sante.ouvrir(interne, moyeu=True)
    return interne


@contextmanager
def _notre_garde(dossier: Path | None) -> Iterator[tuple[str, ...]]:
    """De quoi faire lire un moyeu de cette machine par notre garde : la sienne ne s'exécute pas ici."""
    if dossier is None:
        yield ()
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tiers-lieu-") as a_nous:
        poser_la_garde(Path(a_nous), [nom for nom in _CROCHETS if (dossier / "hooks" / nom).exists()])
        yield (f"--receive-pack=git -c core.hooksPath={shlex.quote(a_nous)} receive-pack",)


def poser_la_garde(dossier: Path, noms: Iterable[str] = tuple(_CROCHETS)) -> None:
    """Écrire dans ce dossier les programmes de ce nom, qui lisent ce qu'un moyeu reçoit."""
    for nom in noms:
        quoi, module = _CROCHETS[nom]
        crochet = dossier / nom
        crochet.write_text(
            _GARDE.format(python=shlex.quote(sys.executable), quoi=quoi, module=module), "utf-8"
        )
        crochet.chmod(0o755)


def _refus(url: str, refus: GitRefuse) -> Exception:
    """Ce que veut dire un envoi qui n'a pas abouti."""
    tout = refus.erreur + refus.sortie
    dites = [ligne.removeprefix("remote:").strip() for ligne in refus.erreur.splitlines()]
    raisons = [d for d, ligne in zip(dites, refus.erreur.splitlines(), strict=True) if d and d != ligne]
    if any(mot in tout for mot in _EN_AVANCE):
        return MoyeuEnAvance()
    if any(mot in tout for mot in _EN_PANNE):
        return RefusDuMoyeu(["Sa garde ne marche plus : sur le moyeu, réinstaller l'outil."])
    if raisons:
        return RefusDuMoyeu([r for r in raisons if not r.startswith("error:")] or raisons)
    if "rejected" in tout:
        return RefusDuMoyeu([refus.erreur.strip()])
    return MoyeuAbsent(url, str(refus))


def empaqueter(depot: Depot, fichier: Path, avancee: Avancee | None = None) -> None:
    """Toute l'histoire d'un dépôt dans un seul fichier, d'où elle se reprend comme d'un moyeu."""
    with ouvert(depot) as repo:
        suivre(repo, "bundle create", str(fichier), "HEAD", "refs/heads/main", avancee=avancee)


def est_garde(depot: Depot, url: str) -> bool:
    """Ce moyeu lit-il ce qu'on lui porte ? Un simple dépôt partagé reçoit tout."""
    _regarder(url)
    with ouvert(depot) as repo:
        try:
            return bool(suivre(repo, "ls-remote", "--quiet", "--", url, GARDE)[0])
        except GitRefuse as refus:
            raise MoyeuAbsent(url, str(refus)) from None


def etait_garde(depot: Depot) -> bool:
    """Le moyeu se disait-il gardé la dernière fois qu'on y a pris ?"""
    return bool(depot.empreinte(_GARDE_VUE))


def creer(dossier: Path, *, effacable: bool, partage: bool, prive: bool = False, quota: int = QUOTA) -> None:
    """Un moyeu neuf : il n'accepte ni réécriture, ni oubli, ni contenu mal formé.

    `effacable` (le registre) : une réécriture passe, si la garde y reconnaît un effacement.
    `partage` : tout le groupe y écrit ; sinon il lit l'archive, et rien du registre ; `prive` : ni l'un ni
    l'autre ; `quota` : ce qu'il reçoit en une fois, en Mio.
    """
    fichiers, mode = (
        ("0660", 0o2770) if partage else ("0600", 0o700) if effacable or prive else ("0640", 0o2750)
    )
    dossier.mkdir(exist_ok=True)
    # Avant d'y rien mettre : ce qui s'y crée hérite de son groupe.
    dossier.chmod(mode)
    git.initialiser(dossier, nu=True, ouvert=fichiers)
    env = git.environnement(dossier, nu=True)
    for nom, valeur in (
        ("receive.fsckObjects", "true"),
        ("receive.denyNonFastForwards", "false" if effacable else "true"),
        ("receive.denyDeletes", "true"),
        ("receive.autogc", "false"),
        ("receive.maxInputSize", f"{quota}m"),
        ("transfer.fsckObjects", "true"),
        # Ce qu'il dit avoir reçu survit à une coupure de courant, de son côté aussi.
        ("core.fsync", "all"),
    ):
        git.git(dossier, "config", nom, valeur, env=env)
    signe = git.git(dossier, "hash-object", "-w", "--stdin", entree=MOT, env=env)
    git.git(dossier, "update-ref", GARDE, signe.decode().strip(), env=env)

"""Ne rien garder de l'histoire d'avant : ce qui n'est pas repris n'existe plus.

La liste de ce qui est repris est fermée : quelques références et ce qu'elles atteignent, l'index,
les réglages. Tout le reste de `.git` est ôté, sans qu'on ait à savoir ce que c'est. Une note est
posée avant de quitter l'ancienne histoire et levée quand il n'en reste rien : une mort entre les deux
se finit à l'écriture suivante. Tout ici se refait sans dommage.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, verrous
from tiers_lieu_cli.noyau.depot.git import D_ICI, EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.depot.roles import CONCIERGE
from tiers_lieu_cli.noyau.motif import motif

_NOTE = "tiers-lieu.oubli"
#: Ce qu'un envoi refusé a laissé de côté, en copie (`ensemble/refaire`) ; dans `.git`, où rien ne s'envoie.
COPIES = "tiers-lieu.non-envoyes"
#: De quoi reconnaître vite les personnes ; voir `annuaire`.
ANNUAIRE = "tiers-lieu.annuaire"
#: Les mots de l'archive, pour y chercher (`index`), et la preuve que ce sont bien eux.
INDEX, SCEAU = "tiers-lieu.recherche", "tiers-lieu.recherche.sceau"
#: Qui a changé quoi (`traces`), et la même preuve.
TRACES, SCEAU_DES_TRACES = "tiers-lieu.traces", "tiers-lieu.traces.sceau"
#: Où l'histoire se réécrit, à part ; ne survit à une commande que si elle est tuée.
A_PART = "tiers-lieu.a-part"
#: Ce que ce poste et le moyeu avaient en commun la dernière fois qu'ils se sont accordés.
COMMUN = "refs/remotes/origin/commun"
#: La nouvelle histoire, en attendant d'être celle de ce poste.
NEUVE = "refs/tiers-lieu/neuve"
#: Où l'usager range ses propres suites ; elles sont reprises, réécrites.
A_LUI = ("refs/heads/", "refs/tags/")
#: Ce que l'outil refait ou redemande : l'ôter n'ôte rien à personne.
_A_NOUS = ("refs/remotes/origin/", "refs/tiers-lieu/")
#: Les fichiers de `.git` qui restent, hors références et contenus ; le verrou est tenu.
_REPRIS = frozenset({"HEAD", "config", "description", "index", "info/exclude", verrous.VERROU, _NOTE})
#: Un envoi en cours au moyeu : git y range ce qu'il n'a pas encore accepté.
_EN_COURS = motif(r"objects/(tmp_objdir-)?incoming-\w+")
_ATTENTE, _ENTRE_DEUX_ESSAIS = 10.0, 0.02


class Oubli(msgspec.Struct, frozen=True):
    """Quitter l'ancienne histoire pour `vers`.

    `refs` : les autres références reprises ; `partis` : de qui il ne doit rester que l'identifiant ;
    `prepares` : les contenus que l'usager avait préparés, et qui restent ; `suivies` : les actions faites
    sur ce poste, telles qu'elles sont maintenant.
    """

    vers: str
    refs: dict[str, str] = {}
    partis: tuple[str, ...] = ()
    prepares: tuple[str, ...] = ()
    suivies: tuple[str, ...] = ()


class HorsDuRegistre(EchecDuDepot):
    """Quelque chose y est gardé que l'outil ne saurait ni reprendre, ni ôter sans rien demander."""

    def __init__(self, noms: Iterable[str]) -> None:
        super().__init__(
            f"Le registre garde un travail à part que l'effacement n'atteindrait pas : {', '.join(noms)}.",
            "Le reprendre ou l'ôter avec l'outil qui l'a mis là, puis recommencer. Rien n'est effacé.",
        )


def noter(interne: Path, oubli: Oubli) -> None:
    """Dire qu'on quitte l'ancienne histoire ; sur le disque avant de rendre la main."""
    with suppress(FileNotFoundError):
        (interne / _NOTE).unlink()
    systeme.ecrire_abrite(interne / _NOTE, msgspec.json.encode(oubli))
    systeme.abriter(interne)


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
        for fichier in list(_a_cote(racine, oubli.partis)):
            fichier.unlink(missing_ok=True)
            systeme.abriter(fichier.parent)
        # Le registre est dans le lieu : l'archive qui l'entoure oublie aussi.
        oublier_l_index(racine.parent / ".git")
        oublier_les_traces(racine.parent / ".git")
        verrous.oter(interne)
        branche = git.git(racine, "symbolic-ref", "HEAD").decode().strip()
        try:
            with en_attendant(interne, branche):
                tete = git.git(racine, "rev-parse", "--verify", "HEAD").decode().strip()
                gardes = (f"{branche}.lock",)
                purger(interne, oubli.refs | {branche: tete}, gardes=gardes, prepares=oubli.prepares)
                _suivre(interne, (*oubli.suivies, tete))
        except (GitRefuse, OSError) as refus:
            raise EchecDuDepot(
                "L'effacement est fait, mais l'ancienne histoire n'est pas encore ôtée : "
                "le disque est plein, ou ne répond pas.",
                "Y remédier, puis finir : tl reprise",
                str(refus),
            ) from None
    (interne / NEUVE).unlink(missing_ok=True)
    shutil.rmtree(interne / A_PART, ignore_errors=True)
    (interne / _NOTE).unlink(missing_ok=True)
    return fait


def oublier_l_index(interne: Path) -> None:
    """Ôter l'index de recherche ; la recherche suivante le refait de ce qui est enregistré alors."""
    _oter(interne, SCEAU, INDEX, f"{INDEX}-journal")


def oublier_les_traces(interne: Path) -> None:
    """Ôter l'histoire rangée par chemin ; qui la demande la refait."""
    _oter(interne, SCEAU_DES_TRACES, TRACES, f"{TRACES}-journal")


def _oter(interne: Path, *noms: str) -> None:
    for nom in noms:
        with suppress(FileNotFoundError, NotADirectoryError):
            (interne / nom).unlink()


def a_lui(racine: Path) -> dict[str, str]:
    """Les références que l'usager a posées ; `HorsDuRegistre` s'il en est qui ne sauraient être reprises."""
    sortie = git.git(racine, "for-each-ref", "--format=%(refname) %(objectname)").decode()
    toutes = dict(ligne.split(" ") for ligne in sortie.splitlines())
    if inconnues := sorted(nom for nom in toutes if not nom.startswith((*A_LUI, *_A_NOUS))):
        raise HorsDuRegistre(inconnues)
    return {nom: empreinte for nom, empreinte in toutes.items() if nom.startswith(A_LUI)}


def purger(
    interne: Path,
    refs: Mapping[str, str],
    *,
    env: dict[str, str] | None = None,
    gardes: Collection[str] = (),
    prepares: Iterable[str] = (),
) -> None:
    """Ne garder de ce dépôt que ces références et ce qu'elles atteignent.

    `gardes` : des fichiers et dossiers de plus ; `prepares` : des contenus de plus, que l'index peut citer.
    """
    nu = interne.name != ".git"
    racine = interne if nu else interne.parent
    paquet = empaqueter(racine, interne / A_PART, (*refs.values(), *prepares), env=env)
    installer(interne / A_PART, interne, paquet)
    reprises = {nom: empreinte for nom, empreinte in refs.items() if empreinte}
    for nom, empreinte in reprises.items():
        _ecrire(interne, nom, f"{empreinte}\n".encode())
    if not nu:
        _refaire_l_index(racine, interne, frozenset(prepares))
    restent = {*_REPRIS, *gardes, *reprises, *(f"objects/pack/{paquet}.{bout}" for bout in ("pack", "idx"))}
    otes = set()
    for chemin in _fichiers(interne):
        if chemin not in restent and not any(chemin.startswith(f"{nom}/") for nom in gardes):
            (interne / chemin).unlink(missing_ok=True)
            otes.add((interne / chemin).parent)
    # Effacé, rien ne doit en revenir après une coupure : c'est sur le disque avant que la note soit levée.
    for dossier in otes:
        systeme.abriter(dossier)
    _oter_les_dossiers_vides(interne)


def empaqueter(racine: Path, dossier: Path, tetes: Iterable[str], env: dict[str, str] | None = None) -> str:
    """Écrire dans ce dossier un paquet de tout ce que ces têtes atteignent ; rend son nom."""
    shutil.rmtree(dossier / "paquet", ignore_errors=True)
    (dossier / "paquet").mkdir(parents=True, mode=0o700)
    lignes = "".join(f"{tete}\n" for tete in tetes if tete).encode()
    mots = ("pack-objects", "--revs", "--quiet", "--delta-base-offset", str(dossier / "paquet/pack"))
    return "pack-" + git.git(racine, *mots, entree=lignes, env=env).decode().strip()


def installer(depuis: Path, interne: Path, paquet: str) -> None:
    """Donner au dépôt ce paquet, écrit à côté : ses contenus d'abord, leur liste ensuite."""
    chez = interne / "objects/pack"
    systeme.creer_dossier(chez)
    for bout in ("pack", "idx"):
        systeme.abriter(depuis / "paquet" / f"{paquet}.{bout}")
        os.replace(depuis / "paquet" / f"{paquet}.{bout}", chez / f"{paquet}.{bout}")
    systeme.abriter(chez)


@contextmanager
def en_attendant(interne: Path, nom: str) -> Iterator[None]:
    """Le temps d'une purge, personne d'autre ne déplace cette référence : son verrou de git est pris."""
    verrou = interne / f"{nom}.lock"
    limite = time.monotonic() + _ATTENTE
    while True:
        try:
            poignee = os.open(verrou, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            break
        except FileExistsError:
            with suppress(FileNotFoundError):
                if not systeme.est_tenu(verrou):
                    verrou.unlink()
                    continue
            if time.monotonic() > limite:
                raise EchecDuDepot("Ce dépôt est occupé.", "Recommencer dans un instant.") from None
            time.sleep(_ENTRE_DEUX_ESSAIS)
    try:
        yield
    finally:
        os.close(poignee)
        verrou.unlink(missing_ok=True)


def _prolonge(racine: Path, commit: str) -> bool:
    try:
        git.git(racine, "merge-base", "--is-ancestor", commit, "HEAD")
    except GitRefuse:
        return False
    return True


def _ecrire(interne: Path, nom: str, octets: bytes) -> None:
    """Poser un petit fichier de git, entier, même là où un dossier vide tient sa place."""
    cible = interne / nom
    systeme.creer_dossier(cible.parent)
    with suppress(OSError):
        cible.rmdir()
    # À la racine : c'est là que l'inventaire admet ce qu'une mort laisse.
    provisoire = interne / f".tmp-{os.urandom(6).hex()}"
    systeme.ecrire_abrite(provisoire, octets)
    os.replace(provisoire, cible)
    systeme.abriter(cible.parent)


def suivies(interne: Path) -> list[str]:
    """Les actions faites sur ce poste, d'après son suivi, dans l'ordre."""
    try:
        lignes = systeme.lire_ordinaire(interne / "logs/HEAD").decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [ligne.split(" ", 2)[1] for ligne in lignes if ligne.endswith(f"\t{D_ICI}")]


def _suivre(interne: Path, suivies: Iterable[str]) -> None:
    """Le suivi de ce poste, refait : ce qui fut fait ici se défait toujours."""
    avant, lignes = git.AUCUN, []
    for apres in suivies:
        lignes.append(f"{avant} {apres} {CONCIERGE} <{CONCIERGE}@lieu.invalid> 0 +0000\t{D_ICI}\n")
        avant = apres
    _ecrire(interne, "logs/HEAD", "".join(lignes).encode())


def _refaire_l_index(racine: Path, interne: Path, prepares: frozenset[str]) -> None:
    """Un index neuf : ce qui est enregistré, et ce que l'usager avait préparé s'il peut rester."""
    env = git.environnement(racine)
    neuf = env | {"GIT_INDEX_FILE": str(interne / A_PART / "index")}
    try:
        lignes = (
            git.git(racine, "ls-files", "-s", "-z", env=env).decode("utf-8", "surrogateescape").split("\0")
        )
    except GitRefuse:
        lignes = []
    git.git(racine, "read-tree", "HEAD", env=neuf)
    a_lui = [ligne for ligne in lignes if ligne and ligne.split()[1] in prepares]
    if a_lui:
        entree = "".join(f"{ligne}\0" for ligne in a_lui).encode("utf-8", "surrogateescape")
        git.git(racine, "update-index", "-z", "--add", "--index-info", entree=entree, env=neuf)
    os.replace(interne / A_PART / "index", interne / "index")
    systeme.abriter(interne)


def _fichiers(interne: Path) -> Iterator[str]:
    """Tout ce que ce dépôt contient, sans l'envoi qu'un moyeu est en train de recevoir ; rien n'est suivi."""
    for dossier, sous, noms in os.walk(interne):
        ici = Path(dossier).relative_to(interne).as_posix()
        prefixe = "" if ici == "." else f"{ici}/"
        sous[:] = [nom for nom in sous if not _EN_COURS.fullmatch(f"{prefixe}{nom}")]
        liens = [nom for nom in sous if (Path(dossier) / nom).is_symlink()]
        yield from (f"{prefixe}{nom}" for nom in (*noms, *liens))


def _oter_les_dossiers_vides(interne: Path) -> None:
    for dossier, _, _ in os.walk(interne, topdown=False):
        ici = Path(dossier).relative_to(interne).as_posix()
        if ici not in (".", "objects", "objects/pack", "objects/info", "refs", "refs/heads", "hooks"):
            with suppress(OSError):
                os.rmdir(dossier)


def _a_cote(racine: Path, partis: Collection[str]) -> Iterator[Path]:
    """Ce qu'un éditeur ou une mort ont laissé à côté des fiches de ces personnes (`p-….yaml~`, `.swp`)."""
    for dossier, sous, noms in os.walk(racine):
        sous[:] = [nom for nom in sous if nom not in (".git", "effacees", "renvois")]
        for nom in noms:
            if nom.startswith(".tmp-") or any(ident in nom for ident in partis):
                yield Path(dossier, nom)

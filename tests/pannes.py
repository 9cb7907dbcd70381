"""Des pannes provoquées : tuer une commande à un pas donné, ou faire échouer ce pas.

Un pas est un appel au système qui écrit, ou un appel à git (qui, lui, échoue de ne pouvoir rien écrire).
La commande est jouée dans un processus né de celui-ci : rien à réimporter. Chaque panne est jouée ; deux qui
laissent le même disque, octet pour octet, ne sont jugées qu'une fois.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

import ecritures
from soutien import Lieu, git

#: Les appels qui écrivent sur le disque : ils peuvent échouer, ou être le dernier.
_ECRITURES = ("fsync", "replace", "link", "rename", "unlink", "mkdir")
ERREURS = {
    "ENOSPC": errno.ENOSPC,
    "EIO": errno.EIO,
    "EDQUOT": errno.EDQUOT,
    "EROFS": errno.EROFS,
    "EACCES": errno.EACCES,
}
#: <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36
#: Ce que l'outil et git tirent au sort sans que rien n'en dépende.
_TIRES = re.compile(rb"(\.tmp-|tmp_obj_|laissee-)\w+")
#: Des notes sur ce disque-ci, refaites au besoin.
_JETABLES = frozenset({"tiers-lieu.vus"})

PERDUE = "acquittée et perdue"
VELO = "2026-11-26-atelier-velo"
CREER = ("prog", "evenement", "creer")

ECRITURES: dict[str, tuple[str, ...]] = {
    "noter": ("journal", "noter", "Livraison de bois"),
    "editer": ("journal", "editer", "premiere-note", "--texte", "Corrigée"),
    "creer": (*CREER, "Chorale", "--quand", "samedi 10h-12h", "--salle", "cour"),
    "modifier": ("prog", "evenement", "modifier", VELO, "--titre", "Vélo d'hiver"),
    "reporter": ("prog", "evenement", "modifier", VELO, "--quand", "2027-02-11 18h-20h"),
    "annuler-un-evenement": ("prog", "evenement", "annuler", VELO, "--oui"),
    "salle": ("espace", "salle", "creer", "cave", "--nom", "Cave"),
    "defaire": ("defaire", "--oui"),
    "enregistrer": ("enregistrer", "espace/salles/cour.yaml"),
    "reparer": ("verifier", "--reparer"),
}


def preparer(lieu: Lieu, quoi: str) -> dict[str, bytes]:
    """Un lieu où la commande a de quoi faire, et où l'usager a commencé autre chose."""
    lieu.faire("journal", "noter", "Première note")
    lieu.faire(*CREER, "Atelier vélo", "--quand", "jeudi 18h-20h")
    if quoi == "reparer":
        lieu.poser("espace/salles/sous-sol.yaml", "nom: Sous-sol\nexclut: [courr]\n")
    a_moi = travail_en_cours(lieu)
    if quoi == "enregistrer":
        lieu.poser("espace/salles/cour.yaml", "nom: Grande cour\n", enregistre=False)
    return a_moi


@dataclass(frozen=True)
class Panne:
    """Au pas `pas` (à partir de 1) : la mort, ou l'erreur de ce nom ; pas 0 : aucune panne.

    `faire` : ce qu'on fait alors au disque, pour de bon, et la commande continue.
    """

    sorte: str = "mort"
    pas: int = 0
    faire: Callable[[], None] | None = None


@dataclass(frozen=True)
class Issue:
    """Comment la commande a fini : son code (négatif : tuée), ce qu'elle a dit, ses pas un à un."""

    code: int
    dit: str
    suite: tuple[str, ...]

    @property
    def pas(self) -> int:
        return len(self.suite)

    @property
    def demarche(self) -> tuple[str, ...]:
        """Ses pas, sans les répétitions : deux commandes de même démarche meurent de la même façon."""
        return tuple(sorte for sorte, _ in groupby(self.suite))

    @property
    def acquittee(self) -> bool:
        return self.code == 0


def jouer(lieu: Lieu, mots: tuple[str, ...], panne: Panne, trace: Path) -> Issue:
    """Jouer une commande dans un processus à part, avec une panne."""
    compte = trace.with_suffix(".pas")
    compte.write_bytes(b"")
    with _recueillir_les_orphelins():
        enfant = os.fork()
        if enfant == 0:
            try:
                os.setpgid(0, 0)
                _dans_l_enfant(lieu, mots, panne, trace, compte)
            finally:
                os._exit(99)
        _, etat = os.waitpid(enfant, 0)
        # Ce qu'elle laisse ne se juge qu'une fois finis les siens.
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-enfant, 0)
    dit = trace.read_text("utf-8", "replace")
    return Issue(os.waitstatus_to_exitcode(etat), dit, tuple(compte.read_text("utf-8").split()))


@contextmanager
def _recueillir_les_orphelins() -> Iterator[None]:
    """Le git d'une commande tuée finit seul, sans parent : qu'il devienne le nôtre (Linux, prctl(2))."""
    appel = getattr(ctypes.CDLL(None), "prctl", lambda *_: 0)
    appel(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        appel(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _dans_l_enfant(lieu: Lieu, mots: tuple[str, ...], panne: Panne, trace: Path, compte: Path) -> None:
    sortie = trace.open("w", encoding="utf-8")
    sys.stdout = sys.stderr = sortie
    os.dup2(sortie.fileno(), 1)
    os.dup2(sortie.fileno(), 2)
    fait = 0
    note = os.open(compte, os.O_WRONLY | os.O_APPEND)

    def surveiller(fonction: Callable[..., Any], sorte: str, *, echoue: bool) -> Callable[..., Any]:
        def surveillee(*a: Any, **k: Any) -> Any:
            nonlocal fait
            fait += 1
            os.write(note, f"{sorte}\n".encode())
            if fait == panne.pas:
                if panne.faire:
                    panne.faire()
                elif panne.sorte == "mort":
                    sortie.flush()
                    os.kill(os.getpid(), signal.SIGKILL)
                elif echoue:
                    raise OSError(ERREURS[panne.sorte], "panne d'essai")
            return fonction(*a, **k)

        return surveillee

    for nom in _ECRITURES:
        setattr(os, nom, surveiller(getattr(os, nom), nom, echoue=True))
    # Les mêmes noms de fiches à chaque fois : deux disques se comparent.
    os.environ["TIERS_LIEU_GRAINE"] = graine(lieu, mots)
    ouvrir = os.open

    def ouvrir_surveille(chemin: Any, drapeaux: int, *a: Any, **k: Any) -> int:
        return (surveiller(ouvrir, "open", echoue=True) if drapeaux & os.O_CREAT else ouvrir)(
            chemin, drapeaux, *a, **k
        )

    os.open = ouvrir_surveille
    lancer = subprocess.Popen.__init__

    def lancer_borne(*a: Any, **k: Any) -> None:
        if panne.sorte not in ERREURS or fait != panne.pas:
            lancer(*a, **k)
            return
        bornes = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, bornes[1]))
        try:
            lancer(*a, **k, restore_signals=False)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, bornes)

    subprocess.Popen.__init__ = surveiller(lancer_borne, "git", echoue=False)  # type: ignore[method-assign]
    from tiers_lieu_cli.application import executer

    code = executer(["--lieu", str(lieu.racine), *mots])
    sortie.flush()
    os._exit(int(code))


def graine(lieu: Lieu, mots: tuple[str, ...]) -> str:
    """De quoi tirer au sort les mêmes noms pour une même commande au même instant, et d'autres plus tard."""
    tete = lieu.racine / ".git/refs/heads/main"
    dit = tete.read_text("ascii") if tete.exists() else ""
    return str(crc32(f"{' '.join(mots)} {dit}".encode()))


def travail_en_cours(lieu: Lieu) -> dict[str, bytes]:
    """Ce que l'usager a commencé à la main : un fichier changé, un préparé, un nouveau."""
    lieu.poser("regles/en-cours.md", "Brouillon\n")
    for nom in ("regles/en-cours.md", "regles/prepare.md", "regles/neuf.md"):
        lieu.poser(nom, f"À moi : {nom}\n", enregistre=False)
    lieu.git("add", "regles/prepare.md")
    return {
        nom: (lieu.racine / nom).read_bytes()
        for nom in ("regles/en-cours.md", "regles/prepare.md", "regles/neuf.md")
    }


def tetes(lieu: Lieu) -> tuple[str, ...]:
    """Le dernier enregistrement de l'archive, et celui du registre."""
    depots = (lieu.racine, lieu.racine / "registre")
    return tuple(git(depot, "rev-parse", "HEAD").strip() for depot in depots)


def constats(lieu: Lieu) -> set[tuple[str, str, str]]:
    """Ce que la vérification trouve : (règle, fichier, fait)."""
    vus = lieu.faire("verifier", "--json", code=None).json["constats"]
    return {(k["regle"], k["fichier"], k["fait"]) for k in vus}


#: Ce qu'une fiche doit être, seule, à tout instant.
_ENTIERS = frozenset({"schema", "fichier", "archive", "vie-privee"})


def fautes_apres(
    lieu: Lieu,
    issue: Issue,
    avant: tuple[str, ...],
    a_moi: dict[str, bytes],
    deja: Set[tuple[str, str, str]] = frozenset(),
) -> list[str]:
    """Ce qu'une panne n'aurait pas dû faire ; une liste vide si tout va bien. `deja` : d'anciens constats."""
    fautes = list(dites(issue))
    if issue.acquittee and tetes(lieu) == avant:
        fautes.append(PERDUE)
    for nom, contenu in a_moi.items():
        if (lieu.racine / nom).read_bytes() != contenu:
            fautes.append(f"{nom} touché")
    emportes = set(a_moi) & set(git(lieu.racine, "diff", "--name-only", avant[0], "HEAD").split())
    fautes += [f"{nom} emporté" for nom in emportes]
    # Deux fichiers ne changent pas au même instant : tant que l'action coupée attend, et qu'on le dit, ce qui
    # les lie ne se juge pas ; la suite, elle, n'en laissera rien.
    neufs = constats(lieu) - deja
    attend = not issue.acquittee and any(regle == "reprise" for regle, _, _ in neufs)
    permis = {"reprise"} if issue.acquittee else {"reprise", "lien"}
    fautes += [
        f"{fichier} : {fait}"
        for regle, fichier, fait in neufs
        if regle not in permis and not (attend and regle not in _ENTIERS)
    ]
    return fautes


def refaire(lieu: Lieu, quoi: str, issue: Issue) -> None:
    """Ce qui partait d'un fichier changé à la main l'attend encore : on le redemande."""
    if quoi in ("enregistrer", "reparer") and not issue.acquittee:
        lieu.faire(*ECRITURES[quoi], code=None)


def fautes_de_la_suite(lieu: Lieu, deja: Set[tuple[str, str, str]] = frozenset()) -> tuple[list[str], bool]:
    """La commande suivante marche, n'emporte rien et ne défait rien ; et demande-t-elle `reprise` ?"""
    fautes = []
    suite = lieu.faire("journal", "noter", "La suite", code=None)
    demande = "reprise" in suite.erreurs
    if suite.code != 0:
        if not demande:
            fautes.append(f"la suite échoue : {suite.erreurs.strip()}")
        lieu.faire("reprise", "--oui", code=None)
        suite = lieu.faire("journal", "noter", "La suite", code=None)
        if suite.code != 0:
            fautes.append(f"même reprise, la suite échoue : {suite.erreurs.strip()}")
            return fautes, demande
    fiches = git(lieu.racine, "show", "--format=", "--name-only").split()
    if len(fiches) != 1 or not fiches[0].startswith("journal/notes/"):
        fautes.append(f"la suite emporte {fiches}")
    reste = set(git(lieu.racine, "status", "--porcelain", "--untracked-files=all").split("\n")) - {""}
    attendu = {" M regles/en-cours.md", "A  regles/prepare.md", "?? regles/neuf.md"}
    if reste != attendu:
        fautes.append(f"le lieu n'est pas propre : {sorted(reste - attendu)}")
    fautes += [fait for _, _, fait in constats(lieu) - deja]
    return fautes, demande


@dataclass(frozen=True)
class Vue:
    """Une panne jouée, et ce qu'il en est advenu ; `demande` : la suite a-t-elle voulu « tl reprise » ?"""

    dite: str
    issue: Issue
    fautes: tuple[str, ...]
    demande: bool = False


#: Juger un lieu où une commande a fini ainsi : ses fautes, et demande-t-il une reprise ?
Juger = Callable[[Lieu, Issue], tuple[list[str], bool]]


def eprouver(
    lieu: Lieu, mots: tuple[str, ...], pannes: Iterable[Panne], dossier: Path, juger: Juger
) -> Iterator[Vue]:
    """Cette commande sous chacune de ces pannes ; `juger` ne voit qu'une fois le même disque."""
    vus: dict[tuple[str, bool], tuple[list[str], bool]] = {}
    for panne in pannes:
        copie = copier(lieu, dossier / "copie")
        issue = jouer(copie, mots, panne, dossier / "trace")
        clef = (disque(copie.racine), issue.acquittee)
        if clef not in vus:
            vus[clef] = juger(copie, issue)
        fautes, demande = vus[clef]
        # D'abord : qui en a vu assez ne revient pas ici.
        shutil.rmtree(copie.racine)
        yield Vue(
            f"{' '.join(mots)} ({panne.sorte}, pas {panne.pas})", issue, (*dites(issue), *fautes), demande
        )


def dites(issue: Issue) -> Iterator[str]:
    """Ce qui, dans ce qu'une commande a dit, est une faute ; rien de ce que le disque garde."""
    if issue.code > 0 and not issue.dit.strip():
        yield "un échec sans un mot"
    if issue.code not in (0, 1, 2, 11, -signal.SIGKILL):
        yield f"un code inconnu : {issue.code}"
    if "Traceback" in issue.dit:
        yield f"un bogue montré : {issue.dit.strip().splitlines()[-1]}"


#: Ce qu'un disque oppose, l'un après l'autre ; EACCES, que la porte refuse d'ordinaire avant, a son essai.
_DU_DISQUE = ("ENOSPC", "EIO", "EDQUOT", "EROFS")
#: Une commande de même démarche qu'une autre ne meurt qu'à un pas sur tant, n'a une erreur qu'à un sur tant.
_UNE_MORT_SUR, _UNE_ERREUR_SUR = 3, 6


def toutes_les_pannes(suite: tuple[str, ...], rang: int, *, neuve: bool) -> Iterator[Panne]:
    """La mort à chaque pas qui change le disque (après `fsync`, il est le même), et des erreurs partout.

    `neuve` : aucune commande n'a encore eu cette démarche ; les autres en ont moins.
    """
    for n, sorte in enumerate(suite, start=1):
        change = n == 1 or suite[n - 2] != "fsync"
        if change and (neuve or (rang + n) % _UNE_MORT_SUR == 0):
            yield Panne("mort", n)
        if neuve or (rang + n) % _UNE_ERREUR_SUR == 0:
            yield Panne(_DU_DISQUE[(rang + n) % len(_DU_DISQUE)] if sorte != "fsync" else "EIO", n)


@dataclass
class Geste:
    """Une commande que ce lieu admet : le lieu avant, après, et comment elle y va ; `neuve` : sa démarche."""

    rang: int
    mots: tuple[str, ...]
    avant: Lieu
    apres: Lieu
    entiere: Issue
    neuve: bool
    #: De quoi refaire son juge, quand l'heure a changé.
    juge: Callable[[Lieu, Lieu], Juger]

    @cached_property
    def juger(self) -> Juger:
        """Son juge, fait la première fois qu'on en a besoin."""
        return self.juge(self.avant, self.apres)

    @property
    def dit(self) -> str:
        return " ".join(self.mots)


#: Ce qui n'écrit qu'au registre, où un texte libre peut nommer n'importe qui.
_AU_REGISTRE = (
    ("accueil", "personne", "creer", "Zoé Lambert", "--courriel", "zoe@exemple.be"),
    ("accueil", "personne", "modifier", "@Léa", "--telephone", "0470 12 34 56"),
    ("accueil", "personne", "mot", "lambert"),
    ("accueil", "personne", "fusionner", "@Zoé", "@Léa", "--oui"),
)


def gestes(lieu: Lieu, dossier: Path) -> Iterator[Geste]:
    """Chaque commande de `ecritures` qui n'est pas refusée, l'une après l'autre, dans un lieu qui en vit."""
    for nom in ("Karim Haddad", "Léa D'Hondt"):
        lieu.faire("accueil", "personne", "creer", nom)
    a_moi = travail_en_cours(lieu)
    toutes = ecritures.toutes("Une fête d'essai", "Un texte d'essai, avec @Karim")
    yield from enchainer(
        lieu, [*toutes, *_AU_REGISTRE], dossier, lambda avant, apres: _juge(avant, apres, a_moi)
    )


def enchainer(
    lieu: Lieu,
    toutes: Iterable[tuple[str, ...]],
    dossier: Path,
    juge: Callable[[Lieu, Lieu], Juger],
) -> Iterator[Geste]:
    """Ces commandes l'une après l'autre ; `juge` fait le juge de chacune, d'après l'avant et l'après."""
    vues: set[tuple[str, ...]] = set()
    for rang, mots in enumerate(toutes):
        suivant = copier(lieu, dossier / f"{rang}")
        entiere = jouer(suivant, mots, Panne(), dossier / "trace")
        if not entiere.acquittee:
            shutil.rmtree(suivant.racine)
            continue
        yield Geste(rang, mots, lieu, suivant, entiere, entiere.demarche not in vues, juge)
        vues.add(entiere.demarche)
        shutil.rmtree(lieu.racine)
        lieu = suivant


def revue(a_jouer: Iterable[Geste], dossier: Path, *, tous_les_pas: bool, sur: str = "") -> Iterator[Vue]:
    """Chacun de ces gestes sous toutes les pannes.

    Sinon (`tous_les_pas` faux), tous sont joués, et d'une démarche sur deux, un seul est tué, à un pas.
    `sur` : n'éprouver que ceux dont la ligne contient ce mot.
    """
    for geste in a_jouer:
        pannes: list[Panne] = []
        if tous_les_pas and sur in geste.dit:
            pannes = list(toutes_les_pannes(geste.entiere.suite, geste.rang, neuve=geste.neuve))
        elif not tous_les_pas and geste.neuve and (sort := crc32(geste.dit.encode())) % 2:
            pannes = [Panne("mort", 1 + sort // 2 % geste.entiere.pas)]
        if pannes:
            yield from eprouver(geste.avant, geste.mots, pannes, dossier, geste.juger)


def _juge(lieu: Lieu, suivant: Lieu, a_moi: dict[str, bytes]) -> Juger:
    """Le juge d'une commande, d'après le lieu où elle commence et celui où elle finit."""
    avant, deja = tetes(lieu), constats(lieu)
    ensuite = deja | constats(suivant)

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        fautes = fautes_apres(copie, issue, avant, a_moi, deja)
        if tetes(suivant) == avant:
            # Une commande qui n'enregistre rien n'a rien à perdre.
            fautes = [f for f in fautes if f != PERDUE]
        de_la_suite, demande = fautes_de_la_suite(copie, ensuite)
        return [*fautes, *de_la_suite, *a_moitie(lieu.racine, copie.racine, suivant.racine)], demande

    return juger


def a_moitie(avant: Path, racine: Path, apres: Path) -> list[str]:
    """Les dépôts où un enregistrement n'est fait qu'en partie : des fichiers changés, d'autres comme avant.

    Une commande qui enregistre plusieurs fois peut mourir entre deux : c'est une étape, non une moitié.
    """
    coupes = []
    for depot in (".", "registre", "finance"):
        if not (apres / depot / ".git").exists():
            continue
        ici, la, fini = (_enregistres(r / depot) for r in (avant, racine, apres))
        change = [chemin for chemin in {*ici, *fini} if ici.get(chemin) != fini.get(chemin)]

        # Un contenu chiffré n'est jamais deux fois le même : on ne demande pas qu'il soit celui d'« après ».
        def faits(etat: dict[str, str], ici: dict[str, str] = ici, change: list[str] = change) -> list[bool]:
            return [etat.get(c) != ici.get(c) for c in change]

        if faits(la) not in (faits(etape) for etape in (ici, fini, *_etapes(avant / depot, apres / depot))):
            coupes.append(f"à moitié enregistrée : {depot}")
    return coupes


def _etapes(avant: Path, apres: Path) -> Iterator[dict[str, str]]:
    """Ce que chaque enregistrement de la commande a laissé, l'un après l'autre."""
    depuis = f"^{tete}" if (tete := _tete(avant)) else "HEAD"
    for commit in git(apres, "rev-list", "--reverse", "HEAD", depuis).split():
        yield _enregistres(apres, commit)


def _tete(depot: Path) -> str:
    return git(depot, "rev-parse", "HEAD").strip() if (depot / ".git").exists() else ""


def _enregistres(depot: Path, commit: str = "HEAD") -> dict[str, str]:
    if not (depot / ".git").exists():
        return {}
    lignes = git(depot, "ls-tree", "-r", "-z", commit).split("\0")
    return {chemin: dit for dit, _, chemin in (ligne.partition("\t") for ligne in lignes if ligne)}


def disque(racine: Path) -> str:
    """L'empreinte de tout ce que le disque garde là, aux noms tirés au sort près."""
    somme = sha256()
    for dossier, sous, noms in os.walk(racine):
        sous.sort()
        for nom in sorted(noms, key=lambda nom: _TIRES.sub(rb"\\1", nom.encode())):
            fichier = Path(dossier, nom)
            if nom in _JETABLES:
                continue
            octets = fichier.read_bytes()
            # Chiffré, un contenu n'est jamais deux fois le même ; son nom est l'empreinte du clair.
            dit = b"%d" % len(octets) if nom.endswith(".age") else sha256(_TIRES.sub(rb"\1", octets)).digest()
            ou = os.path.relpath(fichier, racine).encode()
            somme.update(_TIRES.sub(rb"\1", ou) + b"\0" + dit)
    return somme.hexdigest()


def copier(lieu: Lieu, vers: Path) -> Lieu:
    """Le même lieu, ailleurs."""
    subprocess.run(["cp", "-a", str(lieu.racine), str(vers)], check=True)
    return Lieu(vers)

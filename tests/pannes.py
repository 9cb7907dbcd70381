"""Des pannes provoquées : tuer une commande à un pas donné, ou faire échouer ce pas.

Un pas est un appel au système qui écrit, ou un appel à git. La commande est jouée dans
un processus né de celui-ci : rien à réimporter, des milliers de pannes par minute.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

import ecritures
from soutien import Lieu, git

#: Les appels qui écrivent sur le disque : ils peuvent échouer, ou être le dernier.
_ECRITURES = ("fsync", "replace", "link", "rename", "unlink", "mkdir")
ERREURS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EACCES": errno.EACCES, "EROFS": errno.EROFS}


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
    """Au pas `pas` (à partir de 1) : la mort, ou l'erreur de ce nom ; pas 0 : aucune panne."""

    sorte: str = "mort"
    pas: int = 0


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
    enfant = os.fork()
    if enfant == 0:
        try:
            _dans_l_enfant(lieu, mots, panne, trace, compte)
        finally:
            os._exit(99)
    _, etat = os.waitpid(enfant, 0)
    dit = trace.read_text("utf-8", "replace")
    return Issue(os.waitstatus_to_exitcode(etat), dit, tuple(compte.read_text("utf-8").split()))


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
                if panne.sorte == "mort":
                    sortie.flush()
                    os.kill(os.getpid(), signal.SIGKILL)
                if echoue:
                    raise OSError(ERREURS[panne.sorte], "panne d'essai")
            return fonction(*a, **k)

        return surveillee

    for nom in _ECRITURES:
        setattr(os, nom, surveiller(getattr(os, nom), nom, echoue=True))
    ouvrir = os.open

    def ouvrir_surveille(chemin: Any, drapeaux: int, *a: Any, **k: Any) -> int:
        return (surveiller(ouvrir, "open", echoue=True) if drapeaux & os.O_CREAT else ouvrir)(
            chemin, drapeaux, *a, **k
        )

    os.open = ouvrir_surveille
    subprocess.Popen.__init__ = surveiller(subprocess.Popen.__init__, "git", echoue=False)  # type: ignore[method-assign]
    from tiers_lieu_cli.application import executer

    code = executer(["--lieu", str(lieu.racine), *mots])
    sortie.flush()
    os._exit(int(code))


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


def fautes_apres(
    lieu: Lieu,
    issue: Issue,
    avant: tuple[str, ...],
    a_moi: dict[str, bytes],
    deja: Set[tuple[str, str, str]] = frozenset(),
) -> list[str]:
    """Ce qu'une panne n'aurait pas dû faire ; une liste vide si tout va bien. `deja` : d'anciens constats."""
    fautes = []
    if issue.acquittee and tetes(lieu) == avant:
        fautes.append("acquittée et perdue")
    if issue.code > 0 and not issue.dit.strip():
        fautes.append("un échec sans un mot")
    if "Traceback" in issue.dit:
        fautes.append(f"un bogue montré : {issue.dit.strip().splitlines()[-1]}")
    for nom, contenu in a_moi.items():
        if (lieu.racine / nom).read_bytes() != contenu:
            fautes.append(f"{nom} touché")
    emportes = set(a_moi) & set(git(lieu.racine, "diff", "--name-only", avant[0], "HEAD").split())
    fautes += [f"{nom} emporté" for nom in emportes]
    # Deux fichiers ne se remplacent pas au même instant : la suite refait leur lien en finissant l'action.
    permis = {"reprise"} if issue.acquittee else {"reprise", "lien"}
    neufs = constats(lieu) - deja
    fautes += [f"{fichier} : {fait}" for regle, fichier, fait in neufs if regle not in permis]
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


def revue(lieu: Lieu, dossier: Path, *, tous_les_pas: bool) -> Iterator[tuple[str, list[str]]]:
    """Chaque commande de `ecritures` qui n'est pas refusée, tuée à tous ses pas : ses fautes.

    Sinon (`tous_les_pas` faux), toutes sont jouées, et une seule de chaque démarche est tuée, à un pas.
    """
    vues: set[tuple[str, ...]] = set()
    for nom in ("Karim Haddad", "Léa D'Hondt"):
        lieu.faire("accueil", "personne", "creer", nom)
    a_moi = travail_en_cours(lieu)
    for rang, mots in enumerate(ecritures.toutes("Une fête d'essai", "Un texte d'essai, avec @Karim")):
        suivant = copier(lieu, dossier / f"{rang}")
        entiere = jouer(suivant, mots, Panne(), dossier / "trace")
        dite = " ".join(mots)
        if not entiere.acquittee:
            continue
        a_tuer = tous_les_pas or entiere.demarche not in vues
        vues.add(entiere.demarche)
        avant, deja = tetes(lieu), constats(lieu) if a_tuer else set()
        un_pas = 1 + crc32(dite.encode()) % entiere.pas
        for pas in () if not a_tuer else range(1, entiere.pas + 1) if tous_les_pas else [un_pas]:
            copie = copier(lieu, dossier / "copie")
            issue = jouer(copie, mots, Panne("mort", pas), dossier / "trace")
            fautes = fautes_apres(copie, issue, avant, a_moi, deja)
            yield f"{dite} (pas {pas})", [*fautes, *fautes_de_la_suite(copie, deja | constats(suivant))[0]]
            shutil.rmtree(copie.racine)
        shutil.rmtree(lieu.racine)
        lieu = suivant


def copier(lieu: Lieu, vers: Path) -> Lieu:
    """Le même lieu, ailleurs."""
    subprocess.run(["cp", "-a", str(lieu.racine), str(vers)], check=True)
    return Lieu(vers)

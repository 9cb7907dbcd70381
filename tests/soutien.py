"""Un vrai lieu dans un dossier provisoire, et de quoi y lancer les vraies commandes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiers_lieu_cli.application import executer

#: Où une commande propose d'écrire : « --sortie ~/bilan.html ».
_PROPOSES = re.compile(r"\btl .*? --sortie ([\w~/][^\s,;`»]*\.[a-z]{2,4})\b")
MAINTENANT = "2026-11-24T08:52+01:00"
_A_L_HEURE = {f"GIT_{qui}_DATE": MAINTENANT for qui in ("AUTHOR", "COMMITTER")}
#: Qui enregistre à la main, sauf si un essai dit le contraire : quelqu'un de la maison.
_ROLE = ("-c", "user.name=concierge", "-c", "user.email=concierge@lieu.invalid")
OR = Path(__file__).parent / "or"
#: Des agendas réels, présents à côté du dépôt sur les machines de développement ; jamais recopiés.
AGENDAS_REELS = Path(__file__).resolve().parents[2] / "shared" / "ics-dev"


@dataclass(frozen=True)
class Reponse:
    """Ce qu'une commande a répondu."""

    code: int
    sortie: str
    erreurs: str

    @property
    def json(self) -> Any:
        return json.loads(self.sortie)


@dataclass(frozen=True)
class Lieu:
    """Un lieu d'essai, et de quoi y lancer les vraies commandes."""

    racine: Path

    def faire(self, *mots: str, code: int | None = 0, entree: str = "") -> Reponse:
        """Lancer une commande dans ce processus ; `code=None` accepte tout code de sortie."""
        reponse = lancer("--lieu", str(self.racine), *mots, entree=entree)
        if code is not None:
            assert reponse.code == code, f"{mots} → {reponse}"
        assert "Traceback" not in reponse.erreurs
        return reponse

    def id(self, *mots: str) -> str:
        """L'identifiant de ce qu'une commande d'écriture vient de créer."""
        return str(self.faire(*mots, "--json").json["id"])

    def git(self, *mots: str) -> str:
        return git(self.racine, *mots)

    def poser(self, chemin: str, contenu: str | bytes, *, enregistre: bool = True) -> Path:
        """Poser un fichier à la main, enregistré ou non."""
        fichier = self.racine / chemin
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
        if enregistre:
            self.git("add", "-A")
            self.git("commit", "-qm", "à la main")
        return fichier

    def signature(self) -> tuple[str, ...]:
        """Tout ce qu'une commande refusée ne doit pas changer : dernier état, index, fichiers."""
        fichiers = sorted(
            f"{f.relative_to(self.racine)}:{f.lstat().st_size}"
            for f in self.racine.rglob("*")
            if ".git" not in f.parts and not f.is_dir()
        )
        return (self.git("rev-parse", "HEAD"), self.git("status", "--porcelain"), *fichiers)


def git(racine: Path, *mots: str) -> str:
    """Le git de la machine, comme un développeur s'en servirait."""
    fini = subprocess.run(
        ["git", "-C", str(racine), *_ROLE, *mots],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **_A_L_HEURE},
    )
    return fini.stdout


#: Un enregistrement comme l'outil les fait.
ENREGISTREMENT = (
    "tree " + "a" * 40 + "\nparent " + "b" * 40 + "\nauthor accueil <accueil@lieu.invalid> 1700000000 +0100\n"
    "committer accueil <accueil@lieu.invalid> 1700000001 +0100\n\nUne note\n\n"
    "Action: journal.noter\nFiche: a/b.md\nFiche: c/d.yaml\n"
)


def dater(lieu: Lieu, date: str) -> str:
    """Ajouter à la main un enregistrement qui porte cette date, quelle qu'elle soit."""
    arbre, tete = lieu.git("rev-parse", "HEAD^{tree}").strip(), lieu.git("rev-parse", "HEAD").strip()
    texte = ENREGISTREMENT.replace("a" * 40, arbre).replace("b" * 40, tete)
    for instant in ("1700000000 +0100", "1700000001 +0100"):
        texte = texte.replace(instant, date)
    pose = subprocess.run(
        ["git", "-C", str(lieu.racine), "hash-object", "-w", "-t", "commit", "--literally", "--stdin"],
        input=texte.encode(),
        capture_output=True,
        check=True,
    )
    lieu.git("update-ref", "HEAD", pose.stdout.decode().strip())
    return pose.stdout.decode()[:7]


def envoyer_a_la_main(poste: Lieu, moyeu: Path, change: tuple[str, str, str], *portes: str) -> str:
    """Un envoi bâti sans git push : ce changement (avant, après, nom), et un paquet de ces contenus."""
    paquet = subprocess.run(
        ["git", "-C", str(poste.racine), "pack-objects", "--stdout", "-q"],
        input="".join(f"{porte}\n" for porte in portes).encode(),
        capture_output=True,
        check=True,
    ).stdout
    ligne = f"{' '.join(change)}\0report-status"
    fini = subprocess.run(
        ["git-receive-pack", str(moyeu)],
        input=f"{len(ligne) + 4:04x}{ligne}0000".encode() + paquet,
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    return fini.stderr.decode()


def lancer(*mots: str, entree: str = "") -> Reponse:
    """Lancer une commande et tout recueillir."""
    sortie, erreurs = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    dedans = sys.stdin
    sys.stdin = io.StringIO(entree)
    try:
        with contextlib.redirect_stdout(sortie), contextlib.redirect_stderr(erreurs):
            code = executer(list(mots))
    finally:
        sys.stdin = dedans
    lus = [flux.buffer.getvalue().decode() for flux in (sortie, erreurs)]  # type: ignore[attr-defined]
    # Ce qu'on propose de taper se tape : depuis le lieu, un nom tout nu irait dans l'archive.
    for propose in _PROPOSES.findall("".join(lus)):
        assert propose.startswith(("~/", "public/", "interne/")), propose
    return Reponse(int(code), *lus)


def clef_age(dossier: Path) -> tuple[str, Path]:
    """Une clef neuve, sa moitié publique et son fichier : une phrase coûte une seconde à chaque fois."""
    from pyrage import x25519

    clef = x25519.Identity.generate()
    fichier = dossier / "clef.txt"
    fichier.write_text(f"{clef}\n", "ascii")
    return str(clef.to_public()), fichier


def objets(lieu: Lieu) -> str:
    """Tout ce que l'archive garde : chaque objet, atteignable ou non, et les messages."""
    fini = subprocess.run(
        ["git", "-C", str(lieu.racine), "cat-file", "--batch-all-objects", "--batch"],
        capture_output=True,
        check=True,
    )
    return fini.stdout.decode("utf-8", "replace").casefold()

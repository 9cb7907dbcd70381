"""La table de ce qu'un nom laisse derrière lui : où, comment l'y mettre, ce qu'un effacement doit en faire.

Chaque rangée pose une forme du nom quelque part ; après l'effacement, l'endroit ne la porte plus (« ôté »),
ou le reçu le nomme (« nommé »). Ce que l'outil ne saurait reprendre fait refuser avant de commencer.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from effacements import PERSONNE, registre
from soutien import Lieu, git

NOM, PRENOM, COURRIEL, NUMERO = "Omar Yıldız", "omar", "omar@exemple.be", "0470 12 34 56"
#: Ce que l'oracle cherche après coup.
MOTS = (NOM, "Yıldız", "Omar", COURRIEL, NUMERO, "0470123456")
OTE, NOMME = "ôté", "nommé"


@dataclass(frozen=True)
class Personnage:
    """Qui l'on effacera, dans quel lieu."""

    lieu: Lieu
    omar: str
    lea: str

    @property
    def registre(self) -> Path:
        return registre(self.lieu)

    @property
    def fiche(self) -> Path:
        return self.registre / f"personnes/{self.omar}.yaml"

    def ecrire(self, chemin: str, texte: str | bytes = f"{NOM}, {COURRIEL}\n") -> None:
        fichier = self.lieu.racine / chemin
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_bytes(texte if isinstance(texte, bytes) else texte.encode())

    def git(self, *mots: str) -> str:
        return git(self.registre, *mots)

    def enregistrer(self, chemin: str, texte: str | bytes, phrase: str = "À la main") -> None:
        self.ecrire(f"registre/{chemin}", texte)
        self.git("add", "-A", "--", chemin)
        self.git("commit", "-qm", phrase, "--", chemin)


def peupler(lieu: Lieu) -> Personnage:
    omar = lieu.id(*PERSONNE, "creer", NOM, "--courriel", COURRIEL, "--telephone", NUMERO)
    return Personnage(lieu, omar, lieu.id(*PERSONNE, "creer", "Léa Dupont"))


def _interne(nom: str) -> Callable[[Personnage], None]:
    return lambda p: p.ecrire(f"registre/.git/{nom}")


def _au_registre(nom: str) -> Callable[[Personnage], None]:
    return lambda p: p.ecrire(f"registre/{nom}")


def _a_cote(gabarit: str) -> Callable[[Personnage], None]:
    def poser(p: Personnage) -> None:
        shutil.copy(p.fiche, p.fiche.parent / gabarit.format(p.omar))

    return poser


def _indexe(p: Personnage) -> None:
    p.ecrire("registre/a-indexer.txt")
    p.git("add", "a-indexer.txt")
    (p.registre / "a-indexer.txt").unlink()


def _detache(p: Personnage) -> None:
    p.ecrire("registre/x.txt")
    p.git("hash-object", "-w", "x.txt")
    (p.registre / "x.txt").unlink()


def _amende(p: Personnage) -> None:
    p.enregistrer("brouillon.txt", f"{NOM}\n", f"Vu {NOM}")
    p.git("reset", "-q", "--hard", "HEAD~1")


def _branche(p: Personnage) -> None:
    p.git("checkout", "-q", "-b", "essai")
    p.enregistrer("essai.txt", f"Un essai pour {NOM}\n", "Un essai")
    p.git("checkout", "-q", "main")


def _etiquette(p: Personnage) -> None:
    p.git("tag", "-a", "-m", f"Départ de {NOM}", "depart")
    p.git("tag", "legere")
    p.git("tag", f"fin-{PRENOM}")


def _passe(p: Personnage) -> None:
    p.enregistrer("ancien.txt", f"Chez {NOM}\n")
    p.enregistrer("ancien.txt", "Chez quelqu'un\n")


def _prose_d_autrui(p: Personnage) -> None:
    fiche = p.registre / f"personnes/{p.lea}.yaml"
    p.enregistrer(f"personnes/{p.lea}.yaml", fiche.read_text("utf-8") + f"autre: voir {NOM}\n")


def _auteur(p: Personnage) -> None:
    p.ecrire("registre/de-lui.txt", "Rien\n")
    p.git("add", "de-lui.txt")
    p.git(
        "-c",
        f"user.name={NOM}",
        "-c",
        f"user.email={COURRIEL}",
        "commit",
        "-qm",
        "De lui",
        "--",
        "de-lui.txt",
    )


def _contact_repris(p: Personnage) -> None:
    ident = p.lieu.id(*PERSONNE, "creer", "Béa Noël", "--telephone", NUMERO)
    p.lieu.faire(*PERSONNE, "modifier", ident, "--telephone", "0499 88 77 66")


def _remise_de_l_archive(p: Personnage) -> None:
    p.lieu.poser("regles/remise.md", "Rien\n")
    p.lieu.poser("regles/remise.md", f"{NOM}\n", enregistre=False)
    p.lieu.git("stash", "-q")


def _archive_passee(p: Personnage) -> None:
    p.lieu.poser("regles/autrefois.md", f"Voir {NOM}\n")
    p.lieu.poser("regles/autrefois.md", "Voir l'accueil\n")


RESTES: dict[str, tuple[str, Callable[[Personnage], None]]] = {
    "contenu indexé": (OTE, _indexe),
    "contenu hors d'atteinte": (OTE, _detache),
    "enregistrement quitté (suivi)": (OTE, _amende),
    "branche": (OTE, _branche),
    "étiquettes": (OTE, _etiquette),
    "référence du moyeu": (OTE, lambda p: p.git("update-ref", "refs/remotes/origin/main", "HEAD") and None),
    "référence de l'outil": (OTE, lambda p: p.git("update-ref", "refs/tiers-lieu/avant", "HEAD") and None),
    "auteur d'un enregistrement": (OTE, _auteur),
    "phrase de l'histoire": (OTE, lambda p: p.enregistrer("a.txt", "A\n", f"Pour {NOM} et {COURRIEL}")),
    # Ce qu'on a enregistré dans le registre.
    "version passée d'un texte": (OTE, _passe),
    "fiche renommée": (
        OTE,
        lambda p: p.lieu.faire(*PERSONNE, "modifier", p.omar, "--nom", "Omar Yildiz-Peeters") and None,
    ),
    "prose d'un autre": (OTE, _prose_d_autrui),
    "contact qu'un autre a eu": (OTE, _contact_repris),
    "texte suivi": (OTE, lambda p: p.enregistrer("suivi.md", f"Rappeler {NOM} au {NUMERO}\n")),
    "texte suivi, en minuscules": (OTE, lambda p: p.enregistrer("bas.txt", "rappeler omar yildiz\n")),
    "texte suivi, échappé": (OTE, lambda p: p.enregistrer("e.json", '"Omar Y\\u0131ld\\u0131z"\n')),
    "tableau suivi": (OTE, lambda p: p.enregistrer("t.csv", f"nom;tel\n{NOM};+32 470 12 34 56\n")),
    "nom de fichier suivi": (OTE, lambda p: p.enregistrer("notes/omar-yildiz.md", "Rien\n")),
    "ancien codage suivi": (OTE, lambda p: p.enregistrer("l.txt", "Omar \xe9t\xe9\n".encode("latin-1"))),
    # Ce qui traîne à côté de sa fiche.
    **{
        f"à côté : {g}": (OTE, _a_cote(g))
        for g in ("{}.yaml~", ".{}.yaml.swp", "{}.yaml.orig", "#{}.yaml#", "{}.yaml.bak", "{}.txt", ".tmp-{}")
    },
    # Ce qu'on n'ôte pas sans demander, et qu'on nomme.
    "registre/notes.txt": (NOMME, _au_registre("notes.txt")),
    "registre/vieux.txt~": (NOMME, _au_registre("vieux.txt~")),
    "registre/.brouillon.swp": (NOMME, _au_registre(".brouillon.swp")),
    "registre/#liste#": (NOMME, _au_registre("#liste#")),
    "registre/liste.orig": (NOMME, _au_registre("liste.orig")),
    "public/page.html": (NOMME, lambda p: p.ecrire("public/page.html", f"<p>{NOM}</p>")),
    "public/adresse.txt": (NOMME, lambda p: p.ecrire("public/adresse.txt", "?nom=Omar%20Y%C4%B1ld%C4%B1z")),
    "interne/liste.csv": (NOMME, lambda p: p.ecrire("interne/liste.csv", f"{NUMERO}\n")),
    "interne/code.txt": (
        NOMME,
        lambda p: p.ecrire("interne/code.txt", base64.b64encode(f"x{NOM}!".encode())),
    ),
    "interne/large.txt": (NOMME, lambda p: p.ecrire("interne/large.txt", "Omar Martin".encode("utf-16"))),
    "regles/neuf.md~": (NOMME, lambda p: p.ecrire("regles/neuf.md~")),
    "regles/omar.txt": (NOMME, lambda p: p.ecrire("regles/omar.txt", "Rien\n")),
    "regles/autrefois.md": (NOMME, _archive_passee),
    "regles/remise.md": (NOMME, _remise_de_l_archive),
    "regles/charte.md": (
        OTE,
        lambda p: p.lieu.poser("regles/charte.md", f"La clé est chez {NOM}\n") and None,
    ),
    # Ce que git laisse dans le registre ; à la fin : un verrou oublié l'arrête, lui.
    **{
        f"registre/.git/{nom}": (OTE, _interne(nom))
        for nom in (
            *(
                "COMMIT_EDITMSG",
                "MERGE_MSG",
                "SQUASH_MSG",
                "TAG_EDITMSG",
                "ORIG_HEAD",
                "FETCH_HEAD",
                "gc.log",
            ),
            *(
                "lost-found/other/aaaa",
                "rr-cache/bbbb/preimage",
                "packed-refs.new",
                "logs/refs/heads/oubliee",
            ),
            # Ce que l'outil y laisse.
            *(
                "tiers-lieu.annuaire",
                "tiers-lieu.non-envoyes/personnes/x.yaml",
                "tiers-lieu.laissee-0a0a0a0a",
            ),
            *(
                "tiers-lieu.recherche",
                "tiers-lieu.traces",
                "tiers-lieu.paquet",
                "tiers-lieu.recu/HEAD",
                ".tmp-0123456789ab",
            ),
            *("tiers-lieu.a-part/personnes", "index.lock", "logs/refs/heads/main.lock", "refs/heads/x.lock"),
        )
    },
    ".git/COMMIT_EDITMSG": (NOMME, lambda p: p.ecrire(".git/COMMIT_EDITMSG")),
}


def _fusion(p: Personnage) -> None:
    p.ecrire("registre/.git/MERGE_HEAD", p.git("rev-parse", "HEAD"))


def _remise(p: Personnage) -> None:
    p.ecrire("registre/LISEZMOI.md", "À moi\n")
    p.git("stash", "-q")


def _ailleurs(p: Personnage) -> None:
    p.ecrire("registre/.git/objects/info/alternates", "/tmp\n")


#: Ce qui fait refuser avant de commencer : rien n'a changé, et c'est dit.
REFUS: dict[str, Callable[[Personnage], None]] = {
    "remise": _remise,
    "notes de git": lambda p: p.git("notes", "add", "-m", NOM) and None,
    "remplacement": lambda p: p.git("replace", "HEAD", "HEAD~1") and None,
    "fusion en cours": _fusion,
    "tête détachée": lambda p: p.git("checkout", "-q", "--detach") and None,
    "contenus d'ailleurs": _ailleurs,
    "dossier de travail lié": lambda p: (
        p.git("worktree", "add", "-q", "-b", "w", str(p.lieu.racine.parent / "w")) and None
    ),
    "fiche changée à la main": lambda p: (
        p.fiche.write_text(p.fiche.read_text("utf-8") + "autre: x\n") and None
    ),
    "rôle qui ne peut pas": lambda p: p.git("config", "user.name", "benevole") and None,
}

#: De quelle façon git a rangé ce qu'il garde.
RANGEMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "gc": (("gc", "-q"),),
    "cruft": (
        ("repack", "-q", "--cruft", "-d"),
        ("repack", "-q", "-d", "--cruft", "--cruft-expiration=never"),
    ),
    "tout gardé": (("repack", "-q", "-a", "-d", "-b"), ("commit-graph", "write", "--reachable")),
    "plusieurs paquets": (("repack", "-q"), ("multi-pack-index", "write")),
    "graphe coupé": (("commit-graph", "write", "--reachable", "--split"), ("pack-refs", "--all")),
}


def ranger(p: Personnage, nom: str) -> None:
    """Ranger le registre comme git le ferait, et garder chaque paquet."""
    _amende(p)
    for mots in RANGEMENTS[nom]:
        p.git(*mots)
    for paquet in (p.registre / ".git/objects/pack").glob("*.pack"):
        paquet.with_suffix(".keep").touch()


def copier(p: Personnage, vers: Path) -> Personnage:
    """Le même lieu, ailleurs."""
    subprocess.run(["cp", "-a", str(p.lieu.racine), str(vers)], check=True)
    return Personnage(Lieu(vers), p.omar, p.lea)


def etat(p: Personnage) -> tuple[str, bool]:
    """De quoi voir que rien n'a changé."""
    tete = (p.registre / ".git/refs/heads/main").read_text("utf-8")
    return tete, os.path.exists(p.fiche)

"""Ouvrir un lieu reçu de quelqu'un d'autre n'exécute rien de ce qu'il contient (`fiabilite.md` § 3)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

COMMANDES = (
    ("aujourdhui",),
    ("journal", "noter", "x"),
    ("journal", "jour"),
    ("prog", "semaine"),
    ("prog", "ical"),
    ("prog", "evenement", "creer", "Fête", "--quand", "demain 9h-10h"),
    ("espace", "salle", "liste"),
    ("accueil", "personne", "liste"),
    ("accueil", "personne", "creer", "Karim Haddad"),
    ("verifier",),
    ("verifier", "--reparer"),
    ("enregistrer", "--oui"),
    ("reprise", "--oui"),
    ("historique",),
    ("historique", "@karim"),
    ("annuler", "--oui"),
    ("--au", "hier", "prog", "semaine"),
    ("synchroniser",),
    ("trancher",),
)
REGLAGES = {
    "core.fsmonitor": "{t}",
    "core.hooksPath": "{d}",
    "core.sshCommand": "{t}",
    "core.pager": "{t}",
    "core.editor": "{t}",
    "core.askPass": "{t}",
    "core.gitProxy": "{t}",
    "core.alternateRefsCommand": "{t}",
    "filter.x.clean": "{t}",
    "filter.x.smudge": "{t}",
    "filter.x.process": "{t}",
    "diff.external": "{t}",
    "diff.x.textconv": "{t}",
    "diff.x.command": "{t}",
    "merge.x.driver": "{t}",
    "remote.origin.uploadpack": "{t}",
    "remote.origin.receivepack": "{t}",
    "remote.origin.vcs": "x",
    "credential.helper": "{t}",
    "gpg.program": "{t}",
    "gpg.ssh.program": "{t}",
    "log.showSignature": "true",
    "alias.commit-tree": "!{t}",
    "include.path": "{c}",
    "uploadpack.packObjectsHook": "{t}",
    "sequence.editor": "{t}",
    "url.{t}.insteadOf": "file:",
}


@pytest.fixture
def piege(lieu: Lieu, tmp_path: Path) -> tuple[Lieu, Path]:
    """Un lieu dont chaque fichier cité lancerait le témoin, et le témoin."""
    temoin, programme = tmp_path / "temoin", tmp_path / "crochets/programme"
    programme.parent.mkdir()
    programme.write_text(f"#!/bin/sh\ntouch {temoin}\ncat\n", "utf-8")
    programme.chmod(programme.stat().st_mode | stat.S_IXUSR)
    lieu.poser(".gitattributes", "* filter=x diff=x merge=x\n")
    lieu.faire("journal", "noter", "Avant", code=None)
    return lieu, temoin


def jouer_tout(lieu: Lieu) -> str:
    return "".join(lieu.faire(*mots, code=None).erreurs for mots in COMMANDES)


@pytest.mark.long
@pytest.mark.parametrize("reglage", REGLAGES)
def test_aucun_reglage_n_est_execute(piege: tuple[Lieu, Path], tmp_path: Path, reglage: str) -> None:
    lieu, temoin = piege
    programme = tmp_path / "crochets/programme"
    compris = tmp_path / "compris"
    compris.write_text(f"[core]\n\tfsmonitor = {programme}\n", "utf-8")
    mots = {"t": programme, "d": programme.parent, "c": compris}
    lieu.git("config", reglage.format(**mots), REGLAGES[reglage].format(**mots))
    temoin.unlink(missing_ok=True)
    erreurs = jouer_tout(lieu)
    assert not temoin.exists()
    assert "n'admet pas le réglage" in erreurs


@pytest.mark.long
def test_aucun_crochet_n_est_execute(piege: tuple[Lieu, Path], tmp_path: Path) -> None:
    lieu, temoin = piege
    for racine in (lieu.racine, lieu.racine / "registre"):
        crochets = racine / ".git/hooks"
        crochets.mkdir(exist_ok=True)
        for nom in (
            *("pre-commit", "post-commit", "commit-msg", "prepare-commit-msg", "pre-push", "post-checkout"),
            *("post-index-change", "reference-transaction", "post-merge", "pre-merge-commit", "post-rewrite"),
        ):
            (crochets / nom).symlink_to(tmp_path / "crochets/programme")
    temoin.unlink(missing_ok=True)
    jouer_tout(lieu)
    assert not temoin.exists()
    assert "un programme attend" in lieu.faire("verifier", code=1).sortie


@pytest.mark.long
def test_un_moyeu_piege_n_execute_rien_ici(lieu: Lieu, tmp_path: Path) -> None:
    """Ce que le moyeu propose est relu avant d'être pris : attributs, liens, sous-dépôts, programmes."""
    moyeu = tmp_path / "moyeu"
    lancer("moyeu", "init", str(moyeu))
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    (moyeu / "hooks/pre-receive").unlink()
    git(moyeu, "config", "receive.denyNonFastForwards", "false")
    pirate = Lieu(tmp_path / "pirate")
    lancer("moyeu", "rejoindre", str(moyeu), str(pirate.racine))
    for nom, contenu in ((".gitattributes", "* filter=x\n"), ("regles/.gitattributes", "* filter=x\n")):
        pirate.poser(nom, contenu)
        pirate.git("push", "-q", "-f", str(moyeu), "HEAD:refs/heads/main")
        avant = lieu.signature()
        assert "n'est pas pris" in lieu.faire("synchroniser", code=1).erreurs
        assert lieu.signature() == avant
        assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "neuf")).code == 1
        assert not (tmp_path / "neuf").exists()
        pirate.git("reset", "-q", "--hard", "HEAD~1")
    os.symlink("/etc", pirate.racine / "regles/ailleurs")
    pirate.git("add", "-A")
    pirate.git("commit", "-qm", "lien")
    pirate.git("push", "-q", "-f", str(moyeu), "HEAD:refs/heads/main")
    assert "lien vers ailleurs" in lieu.faire("synchroniser", code=1).erreurs


def test_une_intention_piegee_n_ote_rien_ailleurs(lieu: Lieu, tmp_path: Path) -> None:
    """Le fichier d'une action coupée vient peut-être d'ailleurs : il ne fait sortir de rien."""
    victime = tmp_path / "victime"
    victime.write_text("précieux", "utf-8")
    tete = lieu.git("rev-parse", "HEAD").strip()
    for chemin in ("../victime", "registre/personnes/x.yaml", ".git/config"):
        (lieu.racine / ".git/tiers-lieu.en-cours").write_text(
            f'{{"phrase":"x","avant":"{tete}","apres":"{tete}","fiches":{{"{chemin}":[null,null]}},'
            '"provisoires":["../victime",".git/HEAD"]}',
            "utf-8",
        )
        lieu.faire("journal", "noter", "x", code=None)
        lieu.faire("reprise", "--oui", code=None)
    assert victime.read_text("utf-8") == "précieux"
    assert (lieu.racine / ".git/HEAD").exists()

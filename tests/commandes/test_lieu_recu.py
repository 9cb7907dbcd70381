"""Ouvrir un lieu reçu de quelqu'un d'autre n'exécute rien de ce qu'il contient (`docs/fiabilite.md` § 3)."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.sante import DepotDouteux

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
    ("defaire", "--oui"),
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


#: Ce qu'un dépôt reçu peut porter et que l'outil n'y met jamais, pour chaque sorte d'entrée.
ETRANGERS = (
    *("commondir", "gitdir", "config.worktree", "shallow", "worktrees/x/gitdir", "modules/x/config"),
    *(
        "hooks/pre-commit",
        "hooks/post-index-change",
        "hooks/reference-transaction",
        "branches/x",
        "remotes/x",
    ),
    *("info/attributes", "info/grafts", "info/sparse-checkout", "objects/info/alternates"),
    *("objects/info/http-alternates", "objects/pack/x.promisor", "objects/xx", "objects/ab/x", "refs/x"),
    *("refs/replace/x", "refs/bisect/x", "reftable/tables.list", "sharedindex.abc", "svn/x", "lfs/x", "é"),
)
#: Ce qu'il peut porter, et sous quelles sortes ; toute autre est étrangère.
FICHIERS = (
    *("HEAD", "config", "index", "logs/HEAD", "tiers-lieu.lock", "packed-refs", "FETCH_HEAD"),
    *("info/exclude", "tiers-lieu.en-cours"),
)
DOSSIERS = (
    *("refs", "objects", "logs", "objects/pack", "objects/info", "refs/heads", "hooks"),
    *("rebase-merge", "objects/ab"),
)
CONNUS = {
    **dict.fromkeys(FICHIERS, ("fichier",)),
    **dict.fromkeys(DOSSIERS, ("dossier",)),
    # Une copie locale partage ses contenus ; git ne les récrit jamais.
    f"objects/ab/{'c' * 38}": ("fichier", "second nom"),
    # Une branche « main/x » et une branche « main » sont toutes deux des branches.
    **dict.fromkeys(("refs/heads/main", "logs/refs/heads/main"), ("fichier", "dossier")),
}


def poser_une_entree(ou: Path, sorte: str, ailleurs: Path) -> None:
    """Mettre là un fichier, un dossier, un lien, un tube, un second nom d'un fichier d'ailleurs."""
    ou.parent.mkdir(parents=True, exist_ok=True)
    if ou.is_dir() and not ou.is_symlink():
        ou.rename(ailleurs / ou.name)
    ou.unlink(missing_ok=True)
    dossier = ailleurs / ou.name if (ailleurs / ou.name).is_dir() else ailleurs
    cible = ailleurs / "fichier"
    cible.touch()
    match sorte:
        case "fichier":
            ou.touch()
        case "dossier":
            ou.mkdir()
        case "lien":
            ou.symlink_to(dossier if dossier != ailleurs else cible)
        case "tube":
            os.mkfifo(ou)
        case "second nom":
            os.link(cible, ou)


@pytest.mark.parametrize("sorte", ["fichier", "dossier", "lien", "tube", "second nom"])
def test_ce_qui_n_est_pas_d_un_depot_de_lieu_arrete_tout(tmp_path: Path, sorte: str) -> None:
    """Toute sorte d'entrée, à tout endroit de `.git` : la liste est celle de ce qui est permis."""
    for rang, nom in enumerate((*ETRANGERS, *CONNUS)):
        racine, ailleurs = tmp_path / f"{rang}/depot", tmp_path / f"{rang}/ailleurs"
        for dossier in ("logs", "refs/heads", "objects/pack", "objects/info", "objects/ab", "info"):
            (racine / ".git" / dossier).mkdir(parents=True)
        for fichier in ("HEAD", "config", "index", "logs/HEAD", "refs/heads/main", f"objects/ab/{'c' * 38}"):
            (racine / ".git" / fichier).touch()
        _ = Depot(racine).reglages
        ailleurs.mkdir()
        ou = racine / ".git" / nom
        poser_une_entree(ou, sorte, ailleurs)
        if sorte in CONNUS.get(nom, ()):
            _ = Depot(racine).reglages
            continue
        with pytest.raises(DepotDouteux) as refus:
            _ = Depot(racine).reglages
        remede = "tl moyeu rejoindre" if nom.endswith(("shallow", ".promisor")) else "tl adopter"
        assert remede in refus.value.remede, nom


def test_les_contenus_deja_vus_ne_cachent_pas_un_lien(lieu: Lieu) -> None:
    """La note des dossiers déjà vus ne vaut que pour ce disque, et pour un dossier qui n'a pas changé."""
    for rang in range(40):
        lieu.poser(f"regles/{rang}.md", f"{rang}\n", enregistre=False)
    lieu.git("add", "-A")
    _ = Depot(lieu.racine).reglages
    assert (lieu.racine / ".git/tiers-lieu.vus").exists()
    objet = next((lieu.racine / ".git/objects").glob("[0-9a-f][0-9a-f]/*"))
    objet.rename(objet.with_name("x"))
    objet.symlink_to("x")
    with pytest.raises(DepotDouteux):
        _ = Depot(lieu.racine).reglages
    copie = lieu.racine.with_name("copie")
    shutil.copytree(lieu.racine, copie, symlinks=True)
    with pytest.raises(DepotDouteux):
        _ = Depot(copie).reglages


def test_tout_ce_que_git_laisse_honnetement_est_permis(lieu: Lieu) -> None:
    """Qui se sert de git dans son lieu n'en est pas mis dehors."""
    lieu.poser("regles/a.md", "a\n")
    for mots in (
        *("tag v1", "branch essai", "gc -q", "commit-graph write", "multi-pack-index write --bitmap"),
        *("update-server-info", "fsck --lost-found", "reflog expire --expire=now --all", "repack -adq"),
    ):
        lieu.git(*mots.split())
    lieu.poser("regles/a.md", "b\n", enregistre=False)
    lieu.git("stash")
    lieu.git("stash", "apply", "-q")
    lieu.git("commit", "-qam", "b")
    lieu.git("checkout", "-q", "essai")
    lieu.poser("regles/a.md", "c\n")
    for mots in ("merge", "-q", "main"), ("rebase", "main"), ("cherry-pick", "main"):
        with contextlib.suppress(subprocess.CalledProcessError):
            lieu.git(*mots)
        assert lieu.faire("prog", "semaine").code == 0
        lieu.git(mots[0], "--abort")
    for nom in ("index.lock", "refs/heads/main.lock", "logs/HEAD.lock", "COMMIT_EDITMSG~", "gc.pid"):
        (lieu.racine / ".git" / nom).touch()
    lieu.faire("prog", "semaine")


@pytest.mark.parametrize("ou", ["", "registre", "finance"])
def test_les_trois_depots_sont_regardes_avant_toute_commande(lieu: Lieu, tmp_path: Path, ou: str) -> None:
    """Un dossier commun ailleurs, des réglages qui lancent le témoin : rien ne part, tout est dit."""
    temoin, mauvais = tmp_path / "temoin", tmp_path / "mauvais"
    racine = lieu.racine / ou
    racine.mkdir(exist_ok=True)
    if ou == "finance":
        git(racine, "init", "-q")
    shutil.copytree(racine / ".git", mauvais)
    (mauvais / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch {temoin}\n", "utf-8"
    )
    (racine / ".git/commondir").write_text(f"{mauvais}\n", "utf-8")
    for mots in COMMANDES:
        refus = lieu.faire(*mots, code=1)
        assert "commondir" in refus.erreurs
        assert f"tl adopter {lieu.racine}" in refus.erreurs
    assert not temoin.exists()


@pytest.mark.parametrize("sorte", ["pre-receive", "post-receive", "update", "reglage", "commondir"])
def test_un_moyeu_recu_avec_le_lieu_ne_lance_rien(lieu: Lieu, tmp_path: Path, sorte: str) -> None:
    """Un moyeu reçu, relié d'avance : ses programmes ne partent pas d'ici."""
    temoin, moyeu = tmp_path / "temoin", tmp_path / "moyeu"
    lancer("moyeu", "init", str(moyeu))
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    if sorte == "reglage":
        git(moyeu, "config", "core.alternateRefsCommand", f"touch {temoin}")
    elif sorte == "commondir":
        (moyeu / "commondir").write_text("/tmp\n", "utf-8")
    else:
        (moyeu / "hooks" / sorte).write_text(f"#!/bin/sh\ntouch {temoin}\n", "utf-8")
        (moyeu / "hooks" / sorte).chmod(0o755)
    lieu.faire("journal", "noter", "Du neuf à porter")
    refus = lieu.faire("synchroniser", code=None)
    assert not temoin.exists()
    if sorte in ("update", "reglage", "commondir"):
        assert refus.code == 1
        assert "tl moyeu init" in refus.erreurs
    else:
        # La garde qui lit est la nôtre : ce qui est bon passe.
        assert refus.code == 0


def test_un_depot_emboite_ne_lance_pas_ses_filtres(lieu: Lieu, tmp_path: Path) -> None:
    """Un dépôt dans un dossier du lieu, que la liste des fichiers suivis désigne, a ses propres réglages."""
    temoin, sous = tmp_path / "temoin", lieu.racine / "sous"
    sous.mkdir()
    git(sous, "init", "-q")
    (sous / "f").write_text("a", "utf-8")
    git(sous, "add", "f")
    git(sous, "commit", "-qm", "x")
    (sous / ".gitattributes").write_text("* filter=x\n", "utf-8")
    git(sous, "config", "filter.x.clean", f"touch {temoin}; cat")
    tete = git(sous, "rev-parse", "HEAD").strip()
    (sous / "f").write_text("b", "utf-8")
    lieu.git("update-index", "--add", "--cacheinfo", f"160000,{tete},sous")
    temoin.unlink(missing_ok=True)
    jouer_tout(lieu)
    assert not temoin.exists()


def test_le_programme_git_n_est_pas_cherche_dans_le_lieu(
    lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temoin, faux = tmp_path / "temoin", lieu.racine / "git"
    faux.write_text(f"#!/bin/sh\ntouch {temoin}\n", "utf-8")
    faux.chmod(0o755)
    monkeypatch.chdir(lieu.racine)
    for chemin in (".", ""):
        monkeypatch.setenv("PATH", f"{chemin}{os.pathsep}{os.environ['PATH']}")
        lieu.faire("journal", "noter", "x")
        lieu.faire("historique")
    assert not temoin.exists()


@pytest.mark.parametrize("tasse", [False, True])
def test_adopter_reprend_tout_et_ne_lance_rien(lieu: Lieu, tmp_path: Path, tasse: bool) -> None:
    """Enregistré ou non, tout est repris ; les réglages, les crochets, les liens ne le sont pas."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    note = lieu.id("journal", "noter", "Livraison de bois")
    if tasse:
        lieu.git("gc", "-q")
        lieu.git("pack-refs", "--all")
    lieu.poser("regles/neuve.md", "# Neuve\n", enregistre=False)
    (lieu.racine / "regles/lien.md").symlink_to("/etc/passwd")
    temoin = tmp_path / "temoin"
    lieu.git("config", "core.fsmonitor", f"touch {temoin}")
    (lieu.racine / ".git/commondir").write_text("/tmp\n", "utf-8")
    os.mkfifo(lieu.racine / ".git/objects/info/alternates")
    avant = sorted(p for p in lieu.racine.rglob("*") if not p.is_fifo())
    neuf = Lieu(tmp_path / "neuf")
    dit = lancer("adopter", str(lieu.racine), str(neuf.racine))
    assert dit.code == 0, dit
    assert "repris tels quels : 1" in dit.sortie
    assert sorted(p for p in lieu.racine.rglob("*") if not p.is_fifo()) == avant
    assert "Karim" in neuf.faire("accueil", "personne", "liste").sortie
    assert note in neuf.faire("journal", "jour", "--json").sortie
    assert neuf.git("status", "--porcelain") == "?? regles/neuve.md\n"
    assert "fsmonitor" not in neuf.git("config", "--list", "--local")
    assert not temoin.exists()
    assert lancer("adopter", str(lieu.racine)).code == 0
    assert lieu.racine.with_name("lieu-adopte").is_dir()


def test_adopter_dit_ce_qui_ne_se_reprend_pas(lieu: Lieu, tmp_path: Path) -> None:
    for abimer, dit in (
        (lambda: next((lieu.racine / ".git/objects").glob("??/*")).unlink(), "n'est pas entier"),
        (lambda: (lieu.racine / ".git/HEAD").write_text("ref: refs/heads/../../x\n"), "rien enregistré"),
        (lambda: shutil.rmtree(lieu.racine / ".git"), "vrai dossier"),
    ):
        abimer()
        refus = lancer("adopter", str(lieu.racine), str(tmp_path / "neuf"))
        assert refus.code in (1, 2)
        assert dit in refus.erreurs
        assert not (tmp_path / "neuf").exists()


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

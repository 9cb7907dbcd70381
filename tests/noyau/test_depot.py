"""Le protocole d'écriture (`docs/fiabilite.md` § 7, § 8) : rien de perdu, d'emporté, d'exécuté."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from soutien import Lieu, git

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.poses import ModifieALaMain
from tiers_lieu_cli.noyau.echecs import CodeSortie, DejaLa, Echec
from tiers_lieu_cli.noyau.gens.douane import SansDouane

MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    """Un dépôt avec deux fiches de dossiers différents."""
    racine = tmp_path / "depot"
    racine.mkdir()
    neuf = Depot.creer(racine)
    with neuf.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.creer("a/2026/11/un.yaml", b"n: 1\n")
        ecriture.creer("b/deux.yaml", b"n: 2\n")
        ecriture.enregistrer("Ouverture", "essai")
    return neuf


def remplacer(depot: Depot, contenu: bytes = b"n: 3\n") -> str:
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.remplacer("a/2026/11/un.yaml", contenu)
        return ecriture.enregistrer("Changement", "essai")


def test_un_enregistrement_ne_touche_que_ses_fiches(depot: Depot) -> None:
    commit = remplacer(depot)
    assert depot.tete() == commit
    assert git(depot.racine, "show", "--format=", "--numstat").split() == ["1", "1", "a/2026/11/un.yaml"]
    assert git(depot.racine, "status", "--porcelain") == ""
    assert git(depot.racine, "fsck", "--strict").strip() == ""


def test_plusieurs_fiches_en_un_seul_enregistrement(depot: Depot) -> None:
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.retirer("b/deux.yaml")
        ecriture.creer("b/trois.yaml", b"n: 3\n")
        ecriture.creer("c/neuf/quatre.yaml", b"n: 4\n")
        ecriture.enregistrer("Trois à la fois", "essai")
    suivis = git(depot.racine, "ls-tree", "-r", "--name-only", "HEAD").split()
    assert suivis == ["a/2026/11/un.yaml", "b/trois.yaml", "c/neuf/quatre.yaml"]
    assert git(depot.racine, "status", "--porcelain") == ""


def test_le_travail_de_l_usager_n_est_jamais_emporte(depot: Depot) -> None:
    (depot.racine / "b/prepare.yaml").write_text("à moi\n", "utf-8")
    git(depot.racine, "add", "b/prepare.yaml")
    (depot.racine / "b/deux.yaml").write_text("n: en cours\n", "utf-8")
    (depot.racine / "b/inconnu.yaml").write_text("à moi aussi\n", "utf-8")
    remplacer(depot)
    assert git(depot.racine, "show", "--format=", "--name-only").split() == ["a/2026/11/un.yaml"]
    assert git(depot.racine, "status", "--porcelain").splitlines() == [
        " M b/deux.yaml",
        "A  b/prepare.yaml",
        "?? b/inconnu.yaml",
    ]


def test_une_fiche_modifiee_a_la_main_est_refusee(depot: Depot) -> None:
    fiche = depot.racine / "a/2026/11/un.yaml"
    fiche.write_text("n: à la main\n", "utf-8")
    with pytest.raises(ModifieALaMain):
        remplacer(depot)
    assert fiche.read_text("utf-8") == "n: à la main\n"


def test_on_n_ecrase_jamais_un_fichier_meme_non_enregistre(depot: Depot) -> None:
    (depot.racine / "b/libre.yaml").write_text("à moi\n", "utf-8")
    with pytest.raises(DejaLa), depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.creer("b/libre.yaml", b"x\n")


def test_sans_enregistrer_rien_n_est_ecrit(depot: Depot) -> None:
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.creer("b/trois.yaml", b"x\n")
    assert not (depot.racine / "b/trois.yaml").exists()


@pytest.mark.parametrize(
    "chemin",
    [
        "../x",
        "/etc/x",
        ".git/hooks/x",
        "a/../x",
        "a//x",
        "a/.x",
        "registre/x.yaml",
        "finance/x",
        "é/x",
        "a/x\n",
    ],
)
def test_aucun_chemin_ne_sort_du_depot(depot: Depot, chemin: str) -> None:
    with pytest.raises(Echec), depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.creer(chemin, b"x\n")


def test_l_index_occupe_n_empeche_pas_d_enregistrer(depot: Depot) -> None:
    (depot.interne / "index.lock").touch()
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.remplacer("a/2026/11/un.yaml", b"n: 3\n")
        commit = ecriture.enregistrer("Changement", "essai")
        assert ecriture.avis
    assert depot.tete() == commit


@pytest.mark.parametrize("verrou", ["HEAD.lock", "refs/heads/main.lock"])
def test_une_reference_bloquee_est_un_echec_clair_qui_garde_le_fichier(depot: Depot, verrou: str) -> None:
    avant = depot.tete()
    (depot.interne / verrou).touch()
    with pytest.raises(Echec, match="archive") as echec:
        remplacer(depot)
    assert "reprise" in echec.value.remede
    assert depot.tete() == avant
    assert (depot.racine / "a/2026/11/un.yaml").read_bytes() == b"n: 3\n"


def test_un_autre_programme_qui_enregistre_au_milieu_ne_perd_rien(depot: Depot) -> None:
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.remplacer("a/2026/11/un.yaml", b"n: 3\n")
        (depot.racine / "b/autre.yaml").write_text("x\n", "utf-8")
        git(depot.racine, "add", "b/autre.yaml")
        git(depot.racine, "commit", "-qm", "au milieu")
        ecriture.enregistrer("Changement", "essai")
    assert "au milieu" in git(depot.racine, "log", "--format=%s")
    assert "b/autre.yaml" in git(depot.racine, "ls-tree", "-r", "--name-only", "HEAD")
    assert git(depot.racine, "status", "--porcelain") == ""


def test_la_meme_fiche_enregistree_au_milieu_est_refusee(depot: Depot) -> None:
    with pytest.raises(Echec, match="autre programme"), depot.ecriture(MOMENT, SansDouane()) as ecriture:
        ecriture.remplacer("a/2026/11/un.yaml", b"n: 3\n")
        (depot.racine / "a/2026/11/un.yaml").write_text("n: 9\n", "utf-8")
        git(depot.racine, "commit", "-qam", "au milieu")
        ecriture.enregistrer("Changement", "essai")


@pytest.mark.parametrize("nom", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge"])
def test_un_chantier_en_cours_est_refuse(depot: Depot, nom: str) -> None:
    (depot.interne / nom).touch()
    with pytest.raises(Echec, match=nom):
        remplacer(depot)


def test_un_etat_ancien_est_refuse(depot: Depot) -> None:
    git(depot.racine, "checkout", "-q", "--detach")
    with pytest.raises(Echec, match="état ancien"):
        remplacer(depot)


@pytest.mark.parametrize(
    "reglage",
    [
        "core.fsmonitor=touch {t}",
        "core.hooksPath={d}",
        "filter.x.clean=touch {t}",
        "diff.external=touch {t}",
        "remote.origin.uploadpack=touch {t}",
        "core.sshCommand=touch {t}",
        "include.path={t}",
        "alias.commit-tree=!touch {t}",
        "core.pager=touch {t}",
    ],
)
def test_un_reglage_hostile_est_refuse_et_n_execute_rien(depot: Depot, tmp_path: Path, reglage: str) -> None:
    temoin = tmp_path / "temoin"
    nom, _, valeur = reglage.format(t=temoin, d=tmp_path).partition("=")
    git(depot.racine, "config", nom, valeur)
    temoin.unlink(missing_ok=True)
    with pytest.raises(Echec, match="réglage"):
        remplacer(Depot(depot.racine))
    assert not temoin.exists()


def test_les_crochets_d_un_depot_recu_ne_s_executent_pas(depot: Depot, tmp_path: Path) -> None:
    temoin = tmp_path / "temoin"
    crochets = depot.interne / "hooks"
    crochets.mkdir()
    for nom in ("pre-commit", "post-commit", "post-index-change", "reference-transaction", "commit-msg"):
        (crochets / nom).write_text(f"#!/bin/sh\ntouch {temoin}\n", "utf-8")
        (crochets / nom).chmod(0o755)
    remplacer(depot)
    with pytest.raises(Echec, match="hooks"):
        remplacer(Depot(depot.racine))
    assert not temoin.exists()


def test_un_objet_remplace_ne_trompe_pas(depot: Depot) -> None:
    vrai = git(depot.racine, "rev-parse", "HEAD:b/deux.yaml").strip()
    faux = subprocess.run(
        ["git", "-C", str(depot.racine), "hash-object", "-w", "--stdin"],
        input=b"n: FAUX\n",
        capture_output=True,
        check=True,
    ).stdout.decode()
    git(depot.racine, "replace", vrai, faux.strip())
    with depot.ecriture(MOMENT, SansDouane()) as ecriture:
        assert ecriture.lire("b/deux.yaml") == b"n: 2\n"


def test_un_objet_abime_arrete_l_ecriture(depot: Depot) -> None:
    arbre = git(depot.racine, "rev-parse", "HEAD^{tree}").strip()
    objet = depot.interne / "objects" / arbre[:2] / arbre[2:]
    objet.chmod(0o644)
    objet.write_bytes(b"abime")
    with pytest.raises(Echec, match="abîmée"):
        remplacer(depot)


def test_le_disque_plein_ne_touche_a_rien(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    def plein(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", plein)
    with pytest.raises(Echec, match="disque plein"):
        remplacer(depot)
    monkeypatch.undo()
    assert (depot.racine / "a/2026/11/un.yaml").read_bytes() == b"n: 1\n"
    assert not list(depot.racine.rglob(".tmp-*"))
    remplacer(depot)


def test_une_horloge_reculee_se_dit_et_l_histoire_garde_son_ordre(depot: Depot) -> None:
    with depot.ecriture(MOMENT.replace(year=2020), SansDouane()) as ecriture:
        ecriture.creer("b/trois.yaml", b"n: 3\n")
        assert "horloge" in ecriture.avis[0]
        ecriture.enregistrer("D'hier", "essai")
    remplacer(depot)
    assert git(depot.racine, "log", "--format=%s").split("\n")[:3] == ["Changement", "D'hier", "Ouverture"]


def test_un_verrou_tenu_finit_par_un_message(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    with systeme.verrou(depot.interne / "tiers-lieu.lock"), pytest.raises(Echec) as echec:
        with systeme.verrou(depot.interne / "tiers-lieu.lock", attente=0.05):
            pass
    assert echec.value.code == CodeSortie.OCCUPE


def test_un_processus_qui_finit_ne_fait_pas_passer_un_verrou_pour_tenu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regarder qui tient un fichier, c'est regarder des processus qui s'en vont."""
    vrai = os.listdir
    monkeypatch.setattr(os, "listdir", lambda d: ["999999999", *vrai(d)] if d == "/proc" else vrai(d))
    fichier = tmp_path / "index.lock"
    fichier.touch()
    assert not systeme.est_tenu(fichier)
    with fichier.open():
        assert systeme.est_tenu(fichier)


_TUEUR = """
import os, sys, signal
from datetime import UTC, datetime
from pathlib import Path
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.gens.douane import SansDouane
reste = int(sys.argv[2])
def compter(fonction):
    def comptee(*a, **k):
        global reste
        reste -= 1
        if reste == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return fonction(*a, **k)
    return comptee
for module, nom in [(os, "fsync"), (os, "replace"), (os, "link"), (git, "git")]:
    setattr(module, nom, compter(getattr(module, nom)))
with Depot(Path(sys.argv[1])).ecriture(datetime(2026, 11, 24, tzinfo=UTC), SansDouane()) as e:
    e.remplacer("a/2026/11/un.yaml", b"n: 3\\n")
    e.creer("c/neuf.yaml", b"n: 4\\n")
    e.enregistrer("Changement", "essai")
print("fait")
"""


@pytest.mark.long
def test_une_mort_a_chaque_pas_laisse_l_ancien_ou_un_fichier_complet(depot: Depot, tmp_path: Path) -> None:
    """Acquitté ⇒ enregistré ; sinon chaque fichier est l'ancien ou le nouveau, et la suite marche."""
    for pas in range(1, 80):
        copie = tmp_path / f"pas-{pas}"
        subprocess.run(["cp", "-a", str(depot.racine), str(copie)], check=True)
        fini = subprocess.run(
            [sys.executable, "-c", _TUEUR, str(copie), str(pas)], capture_output=True, check=False
        )
        tue = Depot(copie)
        assert (copie / "a/2026/11/un.yaml").read_bytes() in (b"n: 1\n", b"n: 3\n")
        if (copie / "c/neuf.yaml").exists():
            assert (copie / "c/neuf.yaml").read_bytes() == b"n: 4\n"
        assert "error" not in git(copie, "fsck")
        acquitte = fini.stdout == b"fait\n"
        assert acquitte == (fini.returncode == 0)
        enregistre = "Changement" in git(copie, "log", "--format=%s")
        assert enregistre or not acquitte
        with tue.ecriture(MOMENT, SansDouane()) as ecriture:
            ecriture.creer("d/suite.yaml", b"n: 5\n")
            ecriture.enregistrer("La suite", "essai")
        assert git(copie, "show", "--format=", "--name-only").split() == ["d/suite.yaml"]
        if acquitte:
            return
        assert fini.returncode == -signal.SIGKILL
    pytest.fail("le protocole a plus de pas que prévu")


def _ecrire(racine: Path, qui: int, combien: int) -> int:
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from tiers_lieu_cli.noyau.depot.depot import Depot\n"
        "from tiers_lieu_cli.noyau.gens.douane import SansDouane\n"
        "d = Depot(Path(sys.argv[1]))\n"
        "for n in range(int(sys.argv[3])):\n"
        "    with d.ecriture(datetime(2026, 11, 24, tzinfo=UTC), SansDouane()) as e:\n"
        "        c = e.lire('compteur/total.yaml') or b'0'\n"
        "        e.remplacer('compteur/total.yaml', str(int(c) + 1).encode())\n"
        "        e.creer(f'f/{sys.argv[2]}-{n}.yaml', b'x')\n"
        "        e.enregistrer('x', 'essai')\n"
        "    print('ok')\n"
    )
    mots = [sys.executable, "-c", code, str(racine), str(qui), str(combien)]
    return subprocess.run(mots, capture_output=True, check=False).stdout.count(b"ok")


def test_on_attend_une_file_qui_avance_et_pas_une_commande_figee(tmp_path: Path) -> None:
    chemin = tmp_path / "verrou"

    def tenir(fois: int) -> None:
        with systeme.verrou(chemin) as poignee:
            tenu.set()
            for _ in range(fois):
                time.sleep(0.1)
                os.pwrite(poignee, b"x", 0)
            fini.wait(0 if fois else 5)

    for fois in (8, 0):
        tenu, fini = Event(), Event()
        with ThreadPoolExecutor(1) as fil:
            fil.submit(tenir, fois)
            tenu.wait(5)
            if fois:
                with systeme.verrou(chemin, 0.4):
                    pass
            else:
                with pytest.raises(systeme.LieuOccupe), systeme.verrou(chemin, 0.2):
                    pass
            fini.set()


@pytest.mark.long
def test_huit_processus_ecrivent_sans_rien_perdre(depot: Depot) -> None:
    with ThreadPoolExecutor(8) as fils:
        acquittes = sum(fils.map(lambda qui: _ecrire(depot.racine, qui, 10), range(8)))
    assert acquittes == 80
    suivis = git(depot.racine, "ls-tree", "-r", "--name-only", "HEAD").split()
    assert sum(chemin.startswith("f/") for chemin in suivis) == 80
    assert git(depot.racine, "show", "HEAD:compteur/total.yaml") == "80"


def test_une_commande_dans_un_depot_douteux_dit_quoi_faire(lieu: Lieu) -> None:
    lieu.git("config", "core.fsmonitor", "touch /tmp/temoin-hostile")
    reponse = lieu.faire("journal", "noter", "x", code=1)
    assert ".git/config" in reponse.erreurs
    assert "fsmonitor" in reponse.erreurs

"""Un simple dépôt pris pour moyeu ne garde rien : c'est dit, et chaque poste lit ce qu'il reçoit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

NOTE = "journal/notes/2026/11/2026-11-24-0812-x-aaaa.md"
CORPS = "---\nmoment: 2026-11-24T08:12\n---\n\n{}\n"


@pytest.fixture
def deux(lieu: Lieu, nu: Path, tmp_path: Path) -> tuple[Lieu, Lieu]:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    assert "ne garde rien" in lieu.faire("moyeu", "relier", str(nu)).erreurs
    lieu.faire("synchroniser")
    assert "ne garde rien" in lancer("moyeu", "rejoindre", str(nu), str(tmp_path / "la")).erreurs
    return lieu, Lieu(tmp_path / "la")


@pytest.mark.parametrize(
    ("chemin", "contenu", "dit"),
    [
        (NOTE, CORPS.format("Un don de 50 €"), "un montant"),
        (NOTE, CORPS.format("Vu Karim Haddad"), "le nom ou le contact"),
        ("regles/x.md", b"\xff\xfe", "UTF-8"),
        ("regles/é.md", "x\n", "n'est pas permis"),
    ],
)
def test_ce_qu_une_main_y_pousse_n_est_pas_pris(
    deux: tuple[Lieu, Lieu], nu: Path, chemin: str, contenu: str | bytes, dit: str
) -> None:
    ici, la = deux
    ici.poser(chemin, contenu)
    # L'outil, lui, ne l'aurait pas envoyé.
    assert dit in ici.faire("synchroniser", code=1).erreurs
    ici.git("push", "-q", str(nu), "HEAD:refs/heads/main")
    avant = la.signature()
    refus = la.faire("synchroniser", code=1).erreurs
    assert "n'est pas pris" in refus
    assert dit in refus
    assert la.signature() == avant
    assert lancer("moyeu", "rejoindre", str(nu), str(nu.parent / "trois")).code == 1
    assert not (nu.parent / "trois").exists()


def test_qui_a_fait_se_lit_aussi(deux: tuple[Lieu, Lieu], nu: Path) -> None:
    ici, la = deux
    ici.poser(NOTE, CORPS.format("Bonjour"), enregistre=False)
    ici.git("add", "-A")
    ici.git("-c", "user.name=Marie Dupont", "-c", "user.email=marie@x.be", "commit", "-qm", "Bonjour")
    ici.git("push", "-q", str(nu), "HEAD:refs/heads/main")
    assert "rôle de la maison" in la.faire("synchroniser", code=1).erreurs


def test_un_nom_ecrit_avant_l_inscription_ne_ferme_la_porte_a_personne(
    deux: tuple[Lieu, Lieu], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un poste écrit un nom que nul ne connaît, un autre l'inscrit ensuite : il prend, et on le lui dit."""
    ici, la = deux
    ici.faire("journal", "noter", "Olga Petrova passe demain")
    ici.faire("synchroniser")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T10:00+01:00")
    la.faire("accueil", "personne", "creer", "Olga Petrova")
    dit = la.faire("synchroniser").sortie
    assert "à corriger" in dit
    assert "1 reçue" in dit
    assert git(ici.racine, "rev-parse", "HEAD") == git(la.racine, "rev-parse", "HEAD")


SSH = """#!/bin/sh
# Un serveur ssh qui serait cette machine : il lance ce qu'on lui demande, comme sshd le ferait.
for dernier; do :; done
exec sh -c "$dernier"
"""


def test_par_ssh_la_garde_lit_chez_elle(lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L'autre bout lance son propre `git-receive-pack`, et la garde qu'il a."""
    (tmp_path / "bin").mkdir()
    faux = tmp_path / "bin/ssh"
    faux.write_text(SSH, "utf-8")
    faux.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    lancer("moyeu", "init", str(tmp_path / "moyeu"))
    adresse = f"ssh://maison.invalid{tmp_path}/moyeu"
    assert "ne garde rien" not in lieu.faire("moyeu", "relier", adresse).erreurs
    lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", adresse, str(tmp_path / "la")).code == 0
    lieu.poser("regles/charte.md", "Une amende de 50 €\n")
    assert "montant" in lieu.faire("synchroniser", code=1).erreurs
    lieu.faire("synchroniser", "--refaire")
    assert Lieu(tmp_path / "la").faire("synchroniser", "--json").json["recues"] == 1
    faux.write_text("#!/bin/sh\nprintf '\\377\\033[31m panne\\n' >&2\nexit 255\n", "utf-8")
    assert "ne répond pas" in lieu.faire("synchroniser", code=1).erreurs


def test_un_registre_de_moyeu_douteux_se_dit(deux: tuple[Lieu, Lieu], nu: Path, tmp_path: Path) -> None:
    (nu / "registre/commondir").write_text("/ailleurs", "utf-8")
    dit = lancer("moyeu", "rejoindre", str(nu), str(tmp_path / "trois"))
    assert dit.code == 0
    assert "n'est pas pris" in dit.erreurs
    assert "commondir" in dit.erreurs
    assert not (tmp_path / "trois/registre").exists()

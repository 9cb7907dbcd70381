"""Ouvrir un lieu, vivre la démonstration : par la vraie commande."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import recurring_ical_events
from icalendar import Calendar
from soutien import MAINTENANT, git, lancer


def test_init_ouvre_un_lieu_propre(tmp_path: Path) -> None:
    racine = tmp_path / "la-passerelle"
    reponse = lancer("init", str(racine), "--nom", "La Passerelle", "--salle", "Salle du rez")
    assert reponse.code == 0
    assert "cd " in reponse.sortie
    assert git(racine, "status", "--porcelain") == ""
    assert git(racine / "registre", "status", "--porcelain") == ""
    assert "# Les réglages du lieu" in (racine / "lieu.yaml").read_text("utf-8")
    assert "nom: La Passerelle" in (racine / "lieu.yaml").read_text("utf-8")
    assert (racine / "registre").stat().st_mode & 0o077 == 0
    assert lancer("--lieu", str(racine), "aujourdhui").code == 0
    assert [d.name for d in tmp_path.iterdir()] == ["la-passerelle"]


@pytest.mark.parametrize("contenu", ["fichier", "dossier plein"])
def test_init_n_ecrase_jamais(tmp_path: Path, contenu: str) -> None:
    racine = tmp_path / "pris"
    if contenu == "fichier":
        racine.write_text("à moi", "utf-8")
    else:
        racine.mkdir()
        (racine / "notes.txt").write_text("à moi", "utf-8")
    reponse = lancer("init", str(racine), "--nom", "X")
    assert reponse.code == 2
    assert "pris e" in reponse.erreurs
    assert "à moi" in (racine if racine.is_file() else racine / "notes.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        ([], "manque le nom"),
        (["--nom", " "], "manque le nom"),
        (["--nom", "X", "--fuseau", "Mars/Base"], "Mars"),
    ],
)
def test_init_mal_dit_n_ecrit_rien(tmp_path: Path, mots: list[str], dit: str) -> None:
    reponse = lancer("init", str(tmp_path / "x"), *mots)
    assert reponse.code == 2
    assert dit in reponse.erreurs
    assert list(tmp_path.iterdir()) == []


def test_init_pose_ses_questions_sur_un_terminal(tmp_path: Path) -> None:
    maitre, esclave = pty.openpty()
    processus = subprocess.Popen(
        [sys.executable, "-m", "tiers_lieu_cli", "init", str(tmp_path / "lieu")],
        stdin=esclave,
        stdout=esclave,
        stderr=esclave,
        env={**os.environ, "TIERS_LIEU_MAINTENANT": MAINTENANT},
    )
    os.close(esclave)
    os.write(maitre, b"La Passerelle\nrue du Pont\nCour, Salle bleue\n")
    assert processus.wait(30) == 0
    os.close(maitre)
    salles = sorted(f.name for f in (tmp_path / "lieu/espace/salles").iterdir())
    assert salles == ["cour.yaml", "salle-bleue.yaml"]


def test_un_lieu_se_trouve_d_en_haut_d_ailleurs_ou_de_dedans(
    tmp_path: Path, commande: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    racine = tmp_path / "lieu"
    lancer("init", str(racine), "--nom", "X")
    assert commande("journal", "jour", cwd=racine / "regles").returncode == 0
    assert commande("journal", "jour", env={**os.environ, "TIERS_LIEU": str(racine)}).returncode == 0
    perdu = commande("journal", "jour")
    assert perdu.returncode == 2
    assert "tl init" in perdu.stderr
    assert commande("--lieu", "nulle-part", "journal", "jour").returncode == 2


def test_une_heure_imposee_illisible_est_refusee(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lancer("init", str(tmp_path / "x"), "--nom", "X")
    for heure in ("demain", "2026-11-24T08:52"):
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", heure)
        reponse = lancer("--lieu", str(tmp_path / "x"), "aujourdhui")
        assert reponse.code == 2
        assert "2026-11-24T08:52+01:00" in reponse.erreurs


def test_un_lieu_d_un_format_plus_recent_est_refuse(tmp_path: Path) -> None:
    lancer("init", str(tmp_path / "x"), "--nom", "X")
    reglages = tmp_path / "x/lieu.yaml"
    reglages.write_text(reglages.read_text("utf-8").replace("format: 1", "format: 9"), "utf-8")
    assert "Mettre l'outil à jour" in lancer("--lieu", str(tmp_path / "x"), "aujourdhui").erreurs


@pytest.mark.long
@pytest.mark.parametrize("jour", ["2026-11-26", "2026-11-29"])
def test_la_demonstration_vit_n_importe_quel_jour(
    jour: str,
    tmp_path: Path,
    commande: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Un jeudi, elle voulait une salle que sa propre réunion tenait déjà ; le dimanche, la maison dort."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{jour}T09:00+01:00")
    fini = commande("demo", str(tmp_path / "lieu"))
    assert fini.returncode == 0, fini.stdout[-800:]


@pytest.mark.long
def test_la_demonstration_vit_se_repete_et_ne_nomme_personne(
    tmp_path: Path, commande: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    lieux = [tmp_path / nom for nom in ("un", "deux")]
    sorties = [commande("demo", str(lieu)) for lieu in lieux]
    assert [s.returncode for s in sorties] == [0, 0]
    assert "$ tl prog semaine\nLa Passerelle · semaine du 23 au 29 novembre 2026" in sorties[0].stdout
    octets = [(lieu / "public/programme.ics").read_bytes() for lieu in lieux]
    assert octets[0] == octets[1]
    agenda = Calendar.from_ical(octets[0])
    assert len(recurring_ical_events.of(agenda).between((2026, 8, 25), (2026, 11, 30))) > 80
    for lieu in lieux:
        assert git(lieu, "status", "--porcelain") == ""
        assert git(lieu, "fsck", "--strict").strip() == ""
    histoire = git(lieux[0], "log", "-p", "--all").lower()
    for nom in ("haddad", "benali", "d'hondt", "van de velde", "lambert", "joris", "zoé"):
        assert nom not in histoire

"""Où que l'outil soit lancé : une phrase en français, le bon code, et la vérité sur ce qui est enregistré."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from soutien import Lieu

COMMANDES = (
    ("journal", "noter", "Livraison à 9h, « bois » → atelier"),
    ("prog", "semaine"),
    ("historique", "--json"),
    ("nimporte",),
)
SORTIES = {
    "sortie fermée": "{} >&-",
    "erreurs fermées": "{} 2>&-",
    "entrée fermée": "{} <&-",
    "tout fermé": "{} <&- >&- 2>&-",
    "sortie pleine": "{} >/dev/full",
    "erreurs pleines": "{} 2>/dev/full",
    "lecteur parti": "{} | true",
}
VIEUX_GIT = "#!/bin/sh\necho \"unknown option: $1\" >&2\necho 'usage: git [--version]' >&2\nexit 129\n"


def jouer(
    lieu: Lieu, mots: tuple[str, ...], forme: str = "{}", **env: str | None
) -> subprocess.CompletedProcess[str]:
    """Lancer la commande dans un vrai interprète, et exiger une réponse tenue."""
    imposes = {nom: valeur for nom, valeur in (os.environ | env).items() if valeur is not None}
    ligne = shlex.join([sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), *mots])
    fini = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", forme.format(ligne)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=imposes,
        cwd=lieu.racine.parent,
        stdin=subprocess.DEVNULL,
    )
    dit = fini.stdout + fini.stderr
    assert "Traceback" not in dit, dit
    assert "Exception ignored" not in dit, dit
    assert fini.returncode in (0, 1, 2), (fini.returncode, dit)
    return fini


def tete(lieu: Lieu) -> str:
    return lieu.git("rev-parse", "HEAD")


@pytest.mark.long
@pytest.mark.parametrize("forme", SORTIES)
@pytest.mark.parametrize("mots", COMMANDES, ids=lambda m: " ".join(m[:2]))
def test_toute_sortie_fermee_ou_pleine(lieu: Lieu, forme: str, mots: tuple[str, ...]) -> None:
    avant = tete(lieu)
    fini = jouer(lieu, mots, SORTIES[forme])
    if mots[:2] == ("journal", "noter"):
        assert (fini.returncode == 0) == (tete(lieu) != avant)


@pytest.mark.long
@pytest.mark.parametrize("codage", ["ascii", "latin-1"])
@pytest.mark.parametrize("mots", COMMANDES, ids=lambda m: " ".join(m[:2]))
def test_tout_codage_etroit(lieu: Lieu, codage: str, mots: tuple[str, ...]) -> None:
    jouer(lieu, mots, PYTHONIOENCODING=codage, LC_ALL="C", PYTHONUTF8="0")


@pytest.mark.parametrize("mots", [*COMMANDES, ("verifier",), ("reprise",)], ids=lambda m: " ".join(m[:2]))
def test_sans_git_ou_avec_un_trop_vieux(lieu: Lieu, tmp_path: Path, mots: tuple[str, ...]) -> None:
    vide, vieux = tmp_path / "vide", tmp_path / "vieux"
    vide.mkdir()
    vieux.mkdir()
    (vieux / "git").write_text(VIEUX_GIT, "utf-8")
    (vieux / "git").chmod(0o755)
    for dossier, phrase in ((vide, "« git » manque"), (vieux, "trop ancien")):
        fini = jouer(lieu, mots, PATH=str(dossier))
        if mots[0] not in ("prog", "nimporte"):
            assert fini.returncode == 1
            assert phrase in fini.stdout + fini.stderr


@pytest.mark.long
@pytest.mark.parametrize("mots", COMMANDES, ids=lambda m: " ".join(m[:2]))
def test_sans_maison_sans_dossier_provisoire_ou_l_horloge_en_retard(
    lieu: Lieu, mots: tuple[str, ...]
) -> None:
    jouer(lieu, mots, HOME=None, USER=None, LOGNAME=None)
    jouer(lieu, mots, TMPDIR="/nulle/part")
    jouer(lieu, mots, TIERS_LIEU_MAINTENANT="2020-01-01T00:00+00:00")


@pytest.mark.parametrize("instant", [0.02, 0.08, 0.15, 0.25, 0.3, 0.35])
def test_interrompue_a_tout_instant_la_commande_dit_vrai(lieu: Lieu, instant: float) -> None:
    avant = tete(lieu)
    commande = subprocess.Popen(
        [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), "journal", "noter", "bois"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    time.sleep(instant)
    os.killpg(commande.pid, signal.SIGINT)
    dit, _ = commande.communicate()
    fait = tete(lieu) != avant
    if commande.returncode == -signal.SIGINT or "Fatal Python error" in dit:
        # Python lui-même n'avait pas encore démarré.
        assert not fait
        return
    assert "Traceback" not in dit and commande.returncode in (0, 1)
    assert ("Noté" in dit or "ce qui était fait est enregistré" in dit) == fait
    assert not (lieu.racine / ".git/tiers-lieu.en-cours").exists()

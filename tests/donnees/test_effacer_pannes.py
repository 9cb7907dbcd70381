"""Effacer, tué à chaque pas : le registre se lit toujours, et la suite finit ou rien n'a eu lieu."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from effacements import EFFACER, PERSONNE, registre, rejoindre, traces
from pannes import Panne, jouer
from soutien import Lieu, git

#: Un pas sur tant est éprouvé : chaque famille de pas l'est plusieurs fois, en peu de temps.
_ENTRE = 3


def copier(lieu: Lieu, vers: Path) -> Lieu:
    subprocess.run(["cp", "-a", str(lieu.racine), str(vers)], check=True)
    return Lieu(vers)


@pytest.mark.long
@pytest.mark.parametrize("sorte", ["mort", "ENOSPC"])
def test_un_effacement_coupe(lieu: Lieu, tmp_path: Path, sorte: str) -> None:
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    omar = lieu.id(*PERSONNE, "creer", "Omar Yıldız", "--courriel", "omar@exemple.be")
    lieu.faire("journal", "noter", "Vu @omar")
    for pas in range(1, 400, _ENTRE):
        copie = copier(lieu, tmp_path / f"pas-{pas}")
        issue = jouer(copie, (*EFFACER, omar, "--oui"), Panne(sorte, pas), tmp_path / "trace")
        assert "Traceback" not in issue.dit, (pas, issue)
        assert issue.code <= 0 or issue.dit.strip(), pas
        noms = {p["nom"] for p in copie.faire(*PERSONNE, "liste", "--json").json}
        assert noms in ({"Karim Haddad", "Omar Yıldız"}, {"Karim Haddad"}), (pas, issue)
        # N'importe quelle écriture finit ce qui était commencé, ou constate que rien ne l'était.
        suite = copie.faire("journal", "noter", "La suite", code=None)
        if suite.code:
            copie.faire("reprise", "--oui", code=None)
            copie.faire("journal", "noter", "La suite")
        noms = {p["nom"] for p in copie.faire(*PERSONNE, "liste", "--json").json}
        if issue.acquittee:
            assert noms == {"Karim Haddad"}, pas
        if noms == {"Karim Haddad"}:
            assert not traces(registre(copie), "omar", "yıldız"), (pas, issue)
        assert git(registre(copie), "fsck", "--strict", "--no-dangling").strip() == "", pas
        assert git(registre(copie), "status", "--porcelain") == "", (pas, issue)
        assert copie.faire("verifier").code == 0
        if issue.pas < pas:
            assert issue.acquittee
            return
    pytest.fail("cet effacement n'en finit pas")


@pytest.mark.long
def test_un_changement_d_epoque_coupe(lieu: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Le poste en retard, tué pendant qu'il se réaligne, finit à la prochaine synchronisation."""
    lieu.faire("moyeu", "relier", str(moyeu))
    omar = lieu.id(*PERSONNE, "creer", "Omar Yıldız")
    lieu.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    la.faire(*PERSONNE, "creer", "Nora")
    lieu.faire(*EFFACER, omar, "--oui")
    lieu.faire("synchroniser")
    for pas in range(1, 400, 2 * _ENTRE):
        copie = copier(la, tmp_path / f"pas-{pas}")
        issue = jouer(copie, ("synchroniser",), Panne("mort", pas), tmp_path / "trace")
        assert "Traceback" not in issue.dit, (pas, issue)
        if copie.faire("synchroniser", code=None).code:
            copie.faire("reprise", "--oui", code=None)
            copie.faire("synchroniser")
        assert {p["nom"] for p in copie.faire(*PERSONNE, "liste", "--json").json} == {"Nora"}, pas
        assert not traces(registre(copie), "omar", "yıldız"), (pas, issue)
        assert git(registre(copie), "status", "--porcelain") == "", (pas, issue)
        if issue.pas < pas:
            return
    pytest.fail("cette synchronisation n'en finit pas")

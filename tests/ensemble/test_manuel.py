"""Le manuel dit vrai : chaque commande y est jouée, sa réponse est la vraie ; `--maj-or` la réécrit."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from invente import copier
from soutien import MAINTENANT, lancer

from tiers_lieu_cli.ensemble import lieu_invente
from tiers_lieu_cli.noyau.contexte import GRAINE

MANUEL = Path(__file__).resolve().parents[2] / "docs/manuel"
PAGES = sorted(p for p in MANUEL.glob("*.md") if p.name != "LISEZMOI.md")
_MORCEAU = re.compile(r"<!-- (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}) -->|```console\n(.*?)```", re.DOTALL)

_EMPREINTE = re.compile(r"(?<=  )[0-9a-f]{8}$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_chaque_commande_du_manuel_repond_ce_qui_est_montre(
    page: Path,
    la_passerelle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    lieu = copier(la_passerelle, tmp_path / "la-passerelle")
    for recu in (MANUEL / "courriels").glob("*.eml"):
        shutil.copy(recu, tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
    monkeypatch.setenv(GRAINE, str(lieu_invente.GRAINE))

    def jouer(morceau: re.Match[str]) -> str:
        if morceau[1]:
            monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{morceau[1]}+01:00")
            return morceau[0]
        commandes = [ligne for ligne in morceau[2].splitlines() if ligne.startswith("$ tl ")]
        return "```console\n" + "".join(f"{c}\n{repondre(c)}" for c in commandes) + "```"

    def repondre(ligne: str) -> str:
        mots = shlex.split(ligne)[2:]
        ou = [] if mots[:2] == ["moyeu", "init"] else ["--lieu", str(lieu)]
        reponse = lancer(*ou, *mots)
        dit = (reponse.sortie + reponse.erreurs).replace(str(tmp_path), "~").rstrip()
        # L'empreinte d'une action change avec tout ce qui la précède.
        dit = _EMPREINTE.sub("········", dit)
        return f"{dit}\n" if dit else ""

    ecrit = page.read_text("utf-8")
    obtenu = _MORCEAU.sub(jouer, ecrit)
    if request.config.getoption("--maj-or"):
        page.write_text(obtenu, "utf-8")
    assert obtenu == page.read_text("utf-8"), f"{page.name} a changé ; si c'est voulu : pytest --maj-or"


def test_le_sommaire_mene_a_chaque_page() -> None:
    sommaire = (MANUEL / "LISEZMOI.md").read_text("utf-8")
    assert {p.name for p in PAGES} == set(re.findall(r"\((\w[\w-]*\.md)\)", sommaire))


def test_la_page_de_man_se_lit(tmp_path: Path) -> None:
    page = tmp_path / "tl.1"
    page.write_text(lancer("aide", "--man").sortie, "utf-8")
    texte = page.read_text("utf-8")
    assert texte.startswith(".TH TL 1 ") and ".SS tl prog semaine" in texte and ".SS tl apprendre" in texte
    assert "\\-\\-essai" in texte and "Options\n" not in texte
    for outil in (["mandoc", "-T", "lint", "-W", "error"], ["man", "-l"]):
        if shutil.which(outil[0]):
            fini = subprocess.run([*outil, str(page)], capture_output=True, text=True, check=False)
            assert fini.returncode == 0, fini.stdout + fini.stderr
            assert outil[0] == "mandoc" or "tl prog semaine" in fini.stdout

"""Le cours : chaque étape se fait par son exemple, se juge au lieu, et se reprend où on l'a laissée."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from invente import copier
from soutien import lancer
from terminal import terminal

from tiers_lieu_cli.ensemble import a_part, lieu_invente
from tiers_lieu_cli.ensemble.apprendre import carte, lecons
from tiers_lieu_cli.ensemble.apprendre.cours import Cours
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Poste

CHAPITRES = {c.nom: c for c in lecons.chapitres()}


@pytest.fixture
def dossier(la_passerelle: Path, tmp_path: Path) -> Path:
    """Un cours dont le lieu est déjà bâti."""
    copier(la_passerelle, tmp_path / "cours/lieu")
    (tmp_path / "cours/progres.json").write_text("{}")
    return tmp_path / "cours"


@pytest.fixture
def ici(monkeypatch: pytest.MonkeyPatch) -> None:
    """Les commandes que le cours prépare se jouent dans ce processus : la même chose, plus vite."""

    def jouer(mots: list[str], _environ: object, _sortie: object = None) -> subprocess.CompletedProcess[str]:
        reponse = lancer(*mots)
        return subprocess.CompletedProcess(mots, reponse.code, reponse.sortie, reponse.erreurs)

    monkeypatch.setattr(a_part, "lancer", jouer)


@pytest.mark.usefixtures("ici")
@pytest.mark.parametrize("nom", CHAPITRES)
def test_l_exemple_de_chaque_etape_la_fait_et_rien_d_autre(dossier: Path, nom: str) -> None:
    cours, chapitre = Cours(dossier, Poste(genres=GENRES)), CHAPITRES[nom]
    for etape in chapitre.etapes:
        cours.commencer(etape)
        assert cours.manque(etape), f"{etape.nom} : faite avant d'avoir commencé"
        reponse = lancer("--lieu", str(cours.lieu), *shlex.split(etape.exemple)[1:])
        assert reponse.code == 0, (etape.nom, reponse)
        # Quitter et revenir ne change rien à ce qui manque.
        assert Cours(dossier, Poste(genres=GENRES)).manque(etape) == "", etape.nom
        cours.progres.finir(chapitre, etape)
    assert cours.progres.suivante(chapitre) is None
    assert lancer("--lieu", str(cours.lieu), "verifier").code == 0


def test_on_se_trompe_on_s_arrete_on_reprend(dossier: Path, tmp_path: Path) -> None:
    """Ce qui est tapé ne compte pas : ce qui est dans le lieu, oui."""
    mots = ("apprendre", "benevole", "--dans", str(dossier))
    with terminal(*mots, dans=tmp_path) as t:
        t.attendre("1/6")
        t.attendre("tl> ")
        t.taper("tl accueil passage riverains 2")
        t.attendre("… 2 sans nom")
        t.attendre("tl> ")
        t.taper('tl journal noter "oups')
        t.attendre("Il manque un guillemet")
        t.attendre("tl> ")
        t.taper("tl --lieu ailleurs journal jour")
        t.attendre("Ici, tout se passe dans le lieu du cours")
        t.attendre("tl> ")
        t.taper("accueil passage riverains")
        t.attendre("✓")
        t.attendre("2/6")
        t.attendre("tl> ")
        t.taper("quitter")
        t.attendre("tl apprendre benevole")
        assert t.finir() == 0
    # Faite d'un autre terminal, pendant qu'on était parti.
    assert lancer("--lieu", str(dossier / "lieu"), "accueil", "passage", "@Karim").code == 0
    with terminal(*mots, dans=tmp_path) as t:
        t.attendre("2/6")
        t.attendre("tl> ")
        t.taper("")
        t.attendre("3/6")
        t.attendre("tl> ")
        t.taper("passer")
        t.attendre("4/6")
    vus = json.loads(lancer("apprendre", "--json", "--dans", str(dossier)).sortie)
    assert {v["chapitre"]: v["faites"] for v in vus}["benevole"] == 3


def test_recommencer_ne_jette_que_le_cours(dossier: Path, tmp_path: Path) -> None:
    autre = tmp_path / "important"
    autre.mkdir()
    (autre / "these.txt").write_text("dix ans")
    refus = lancer("apprendre", "--recommencer", "--dans", str(autre))
    assert refus.code == 2 and "n'est pas un cours" in refus.erreurs
    assert (autre / "these.txt").read_text() == "dix ans"
    assert lancer("apprendre", "--recommencer", "--dans", str(dossier)).code == 0
    assert not dossier.exists()


def test_la_carte_tient_en_une_page_et_chaque_geste_marche(la_passerelle: Path, tmp_path: Path) -> None:
    lieu = copier(la_passerelle, tmp_path / "lieu")
    for geste in (g for m in carte.MOMENTS for g in m.gestes):
        mots = shlex.split(geste.commande)[1:]
        if mots == ["synchroniser"]:
            # Le cours le joue, avec deux postes.
            continue
        reponse = lancer("--lieu", str(lieu), *mots, *(["--oui"] if mots == ["defaire"] else []))
        assert reponse.code == 0, (geste.commande, reponse)
    pypdf = pytest.importorskip("pypdf")
    sortie = tmp_path / "carte.pdf"
    assert lancer("--lieu", str(lieu), "apprendre", "--carte", "--sortie", str(sortie)).code == 0
    (page,) = pypdf.PdfReader(sortie).pages
    assert "Se tromper, partir" in page.extract_text()


def test_la_premiere_fois_le_lieu_se_batit_une_seule_fois(
    la_passerelle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batis = []

    def batir(racine: Path, *_: object) -> None:
        batis.append(copier(la_passerelle, racine))

    monkeypatch.setattr(lieu_invente, "batir", batir)
    for _ in range(2):
        cours = Cours(tmp_path / "neuf", Poste(genres=GENRES))
        cours.preparer()
        etape = cours.progres.suivante(CHAPITRES["benevole"])
        assert etape
        cours.commencer(etape)
        assert cours.manque(etape)
    assert len(batis) == 1

"""Le contrat de docs/json.md : un schéma par genre, et ce que chaque commande rend avec --json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import ecritures
import jsonschema
import pytest
from contrat import SCHEMAS, dire, exiger_le_contrat, forme, genre
from lectures import lectures
from soutien import MAINTENANT, Lieu, Reponse, lancer

from tiers_lieu_cli.ensemble import demo_de_la_caisse
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.echecs import Echec

DOCS = Path(__file__).resolve().parents[2] / "docs"
ICI, FIN = "<!-- engendré : pytest --maj-or -->\n", "<!-- fin -->\n"


@dataclass
class Fourni:
    """Le lieu de démonstration, où chaque commande qui écrit a été jouée une fois."""

    lieu: Lieu
    ecrites: dict[tuple[str, ...], Reponse] = field(default_factory=dict)

    def jouer(self, *mots: str) -> Any:
        """La réponse d'une commande : un seul document JSON, quoi qu'il arrive."""
        # « b- » : le premier brouillon, dont le nom est tiré au sort.
        brouillon = min(f.stem for f in self.lieu.racine.glob("finance/brouillons/*")) if "b-" in mots else ""
        mots = tuple(brouillon if mot == "b-" else mot for mot in mots)
        reponse = lancer("--lieu", str(self.lieu.racine), *mots, "--json")
        rendu = json.loads(reponse.sortie)
        assert reponse.code == 0 or set(rendu) == {"refus"}, reponse
        return rendu


@pytest.fixture(scope="module")
def fourni(tmp_path_factory: pytest.TempPathFactory) -> Fourni:
    dossier = tmp_path_factory.mktemp("fourni")
    avant = Path.cwd()
    os.chdir(dossier)
    os.environ["TIERS_LIEU_MAINTENANT"] = MAINTENANT
    assert lancer("demo", "demo").code == 0
    fourni = Fourni(Lieu(dossier / "demo"))
    for mots in ecritures.toutes("Une fête", "Un mot"):
        fourni.ecrites[mots] = fourni.lieu.faire(*mots, "--json", code=None)
    maintenant = datetime.fromisoformat(MAINTENANT)
    demo_de_la_caisse.noter(ouvrir_lieu(fourni.lieu.racine, Poste(), Random(1)), maintenant)
    for mots in demo_de_la_caisse.exports(maintenant, dossier):
        fourni.lieu.faire(*mots)
    for quand, mots in demo_de_la_caisse.vie(maintenant, dossier):
        os.environ["TIERS_LIEU_MAINTENANT"] = quand.isoformat()
        mots = ("finance", *mots)
        fourni.ecrites[mots] = fourni.lieu.faire(*mots, "--json", code=None)
    os.environ["TIERS_LIEU_MAINTENANT"] = MAINTENANT
    os.chdir(avant)
    return fourni


def a_jour(fichier: Path, obtenu: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--maj-or"):
        fichier.write_text(obtenu, "utf-8")
    assert fichier.read_text("utf-8") == obtenu, f"{fichier.name} a changé ; si c'est voulu : pytest --maj-or"


def test_les_schemas_sont_ceux_des_structures(request: pytest.FixtureRequest) -> None:
    dossier = DOCS / "schemas"
    for ancien in dossier.glob("*.json") if request.config.getoption("--maj-or") else ():
        if ancien.name not in SCHEMAS:
            ancien.unlink()
    for nom, schema in SCHEMAS.items():
        a_jour(
            dossier / nom, json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n", request
        )
        jsonschema.Draft202012Validator.check_schema(schema)
    assert {f.name for f in dossier.glob("*.json")} == set(SCHEMAS)


def test_toute_ecriture_rend_sa_fiche(fourni: Fourni) -> None:
    fautes = []
    for mots, reponse in fourni.ecrites.items():
        try:
            rendu = json.loads(reponse.sortie)
            exiger_le_contrat(rendu)
            if reponse.code:
                assert set(rendu) == {"refus"}
                continue
            assert {"id", "commit"} <= set(rendu), "ni `id`, ni `commit`"
            fiches = [rendu["fiche"]] if "fiche" in rendu else rendu.get("fiches", [])
            assert all(map(genre, fiches)), "une fiche qui n'est d'aucun genre"
        except (AssertionError, ValueError) as faute:
            fautes.append((" ".join(mots), str(faute)[:200]))
    assert not fautes


def test_toute_lecture_tient_le_contrat_et_la_page_dit_sa_forme(
    fourni: Fourni, request: pytest.FixtureRequest
) -> None:
    fautes, formes = [], {}
    for nom, facons in lectures().items():
        try:
            vues = [fourni.jouer(*nom, *mots) for mots in facons]
            for rendu in vues:
                exiger_le_contrat(rendu)
                assert not (isinstance(rendu, dict) and "refus" in rendu), rendu
            formes[" ".join(nom)] = dire(forme(vues[-1]))
        except (AssertionError, ValueError) as faute:
            fautes.append((" ".join(nom), str(faute)[:230]))
    assert not fautes, "\n".join(map(str, fautes))
    page = (DOCS / "json.md").read_text("utf-8")
    avant, _, reste = page.partition(ICI)
    genres = [f"[{s['title']}](schemas/{nom})" for nom, s in sorted(SCHEMAS.items())]
    lignes = [f"- `tl {nom}` : {dite}\n" for nom, dite in sorted(formes.items())]
    obtenu = f"{avant}{ICI}\nLes genres : {', '.join(genres)}.\n\n{''.join(lignes)}\n{FIN}"
    a_jour(DOCS / "json.md", obtenu + reste.partition(FIN)[2], request)


def test_un_refus_est_un_objet(lieu: Lieu) -> None:
    for mots in (
        ("prog", "evenement", "fiche", "rien", "--json"),
        ("prog", "bilan", "--format=json", "--du"),
    ):
        rendu = json.loads(lieu.faire(*mots, code=2).sortie)
        assert set(rendu) == {"refus"}
        assert {"code", "phrase", "remede", "commandes"} <= set(rendu["refus"])
        exiger_le_contrat(rendu)


_COUPE = """
from tiers_lieu_cli import __main__, demarrage

def couper():
    raise KeyboardInterrupt

demarrage.alleger = couper
__main__.principal()
"""


def test_interrompu_avant_d_avoir_commence_c_est_un_refus_comme_un_autre() -> None:
    fini = subprocess.run([sys.executable, "-c", _COUPE, "journal", "jour", "--json"], capture_output=True)
    assert (fini.returncode, fini.stderr) == (1, b"")
    attendu = json.dumps(Echec("Interrompu ; rien n'a été enregistré.").json)
    assert json.loads(fini.stdout) == json.loads(attendu)

"""Le contrat de docs/json.md : un schéma par genre, et ce que chaque commande rend avec --json."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from repertoire import TOUTES
from soutien import Lieu, lancer

from tiers_lieu_cli.ensemble.schemas import schemas

DOCS = Path(__file__).resolve().parents[2] / "docs"
MURAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
AILLEURS = {"init", "demo", "completion", "moyeu", "sauvegarder", "restaurer", "finance", "faits"}
#: Un document, même avec --json, s'il n'est pas mis dans un fichier.
DOCUMENTS = {("prog", "ical"), ("convention", "ical"), ("espace", "exporter"), ("aide",)}


def test_les_schemas_sont_ceux_des_structures(request: pytest.FixtureRequest) -> None:
    ecrits = {
        nom: json.dumps(s, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for nom, s in schemas().items()
    }
    if request.config.getoption("--maj-or"):
        (DOCS / "schemas").mkdir(exist_ok=True)
        for ancien in (DOCS / "schemas").glob("*.json"):
            ancien.unlink()
        for nom, texte in ecrits.items():
            (DOCS / "schemas" / nom).write_text(texte, "utf-8")
    la = {f.name: f.read_text("utf-8") for f in (DOCS / "schemas").glob("*.json")}
    assert la == ecrits, "les schémas ont changé ; si c'est voulu : pytest --maj-or"
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)


def exiger_le_contrat(valeur: Any, ou: str = "$") -> None:
    """Ni moment sans décalage, ni texte vide sous une clé, ni dessin."""
    if isinstance(valeur, dict):
        for cle, dedans in valeur.items():
            assert dedans != "", f"{ou}.{cle} : un texte vide se dit null"
            exiger_le_contrat(dedans, f"{ou}.{cle}")
    elif isinstance(valeur, list):
        for rang, dedans in enumerate(valeur):
            exiger_le_contrat(dedans, f"{ou}[{rang}]")
    elif isinstance(valeur, str):
        assert not MURAL.fullmatch(valeur), f"{ou} : {valeur} n'a pas son décalage"
        assert "<svg" not in valeur, ou


#: (genre, la commande qui en écrit un, celle qui en fait la liste).
ECRITES = [
    ("journal-notes", 'journal noter "Livraison de bois"', ""),
    ("prog-evenements", 'prog evenement creer Vélo --quand "demain 9h-10h" --salle cour', ""),
    ("espace-reservations", 'espace reserver cour "demain 18h-20h" --objet Réunion', ""),
    ("accueil-besoins", 'accueil besoin creer "Un vélo" --public riverains', "accueil besoin liste"),
    ("accueil-passages", "accueil passage riverains", ""),
    ("espace-cles", "espace cle creer cave", ""),
    ("personnes", "accueil personne creer Zoé", "accueil personne liste"),
]


@pytest.mark.parametrize(("genre", "ecrire", "lister"), ECRITES, ids=[e[0] for e in ECRITES])
def test_une_fiche_est_la_meme_partout(lieu: Lieu, genre: str, ecrire: str, lister: str) -> None:
    rendu = lieu.faire(*shlex.split(ecrire), "--json").json
    assert rendu["commit"] and rendu["id"] == rendu["fiche"]["id"]
    exiger_le_contrat(rendu)
    jsonschema.validate(rendu["fiche"], schemas()[f"{genre}.json"])
    if lister:
        (lue,) = lieu.faire(*lister.split(), "--json").json
        assert lue == rendu["fiche"]


def test_toute_commande_qui_lit_tient_le_contrat(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--surnom", "karim")
    lieu.faire("prog", "evenement", "creer", "Vélo", "--quand", "demain 9h-10h", "--porteur", "@karim")
    lieu.faire("espace", "reserver", "cour", "demain 18h-20h", "--objet", "Réunion", "--pour", "@karim")
    lieu.faire("accueil", "passage", "@karim")
    lieu.faire("journal", "noter", "@karim a tout rangé")
    jouees, fautes = 0, []
    for mots, commande in TOUTES.items():
        options = {option for param in commande.params for option in param.opts}
        lit = "--json" in options and not {"--essai", "--oui"} & options
        if mots[0] in AILLEURS or mots in DOCUMENTS or not lit or any(p.required for p in commande.params):
            continue
        reponse = lancer("--lieu", str(lieu.racine), *mots, "--json")
        try:
            rendu = json.loads(reponse.sortie)
            assert reponse.code == 0 or set(rendu) == {"refus"}, reponse
            exiger_le_contrat(rendu)
        except (AssertionError, ValueError) as faute:
            fautes.append((*mots, str(faute)[:200]))
        jouees += 1
    assert not fautes
    assert jouees > 25


def test_un_refus_est_un_objet(lieu: Lieu) -> None:
    rendu = json.loads(lieu.faire("prog", "evenement", "fiche", "rien", "--json", code=2).sortie)
    assert set(rendu) == {"refus"}
    assert {"code", "phrase", "remede", "commandes"} <= set(rendu["refus"])
    exiger_le_contrat(rendu)

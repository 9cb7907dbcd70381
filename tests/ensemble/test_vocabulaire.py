"""Un mot, un sens : docs/vocabulaire.md, éprouvé sur toutes les commandes ; l'ancien mot marche encore."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from repertoire import TOUTES
from soutien import Lieu
from typer._click.core import Parameter

from tiers_lieu_cli.noyau.ecran import vocabulaire

PAGE = (Path(__file__).parents[2] / "docs/vocabulaire.md").read_text("utf-8")
VERBES, GENS, TEMPS, RESTE, ANCIENS = PAGE.split("\n## ")[1:]
#: Ce qui fait la même chose qu'un verbe de la maison ; « ajouter » et « clore » ont le leur.
SYNONYMES = {
    "arreter",
    "oter",
    "supprimer",
    "effacer",
    "enlever",
    "nouveau",
    "terminer",
    "commencer",
    "tache",
}
OPTIONS = [(m, p) for m, commande in TOUTES.items() for p in commande.params if p.param_type_name == "option"]
ARGUMENTS = [
    (m, p) for m, commande in TOUTES.items() for p in commande.params if p.param_type_name == "argument"
]


def attendu(param: Parameter) -> str:
    """Ce que ce paramètre attend : « @QUI », « JOUR »."""
    return str(getattr(param, "metavar", "") or "").strip("[]…")


def dites(section: str) -> set[str]:
    return set(re.findall(r"`(--[a-z-]+)`", section))


def test_un_verbe_par_geste() -> None:
    # Effacer quelqu'un pour de bon n'est pas le retirer.
    verbes = {mots for mots in TOUTES if mots[-1] in SYNONYMES} - {
        ("donnees", "effacer"),
        ("finance", "rgpd", "effacer"),
    }
    assert not verbes
    assert {m[:-1] for m in TOUTES if m[-1] == "ajouter"} == {("prog", "serie"), ("espace", "serie")}
    assert {m for m in TOUTES if m[-1] == "clore"} == {("journal", "clore")}


def test_une_personne_est_a_sa_place_ou_sous_une_option_de_la_page() -> None:
    for mots, param in OPTIONS:
        if "@QUI" in attendu(param):
            assert param.opts[0] in dites(GENS), (mots, param.opts)
    assert not [(m, p.opts) for m, p in OPTIONS if p.opts[0] in ("--personne", "--a")]


def test_un_jour_un_moment_une_fenetre_se_disent_partout_pareil() -> None:
    for mots, param in OPTIONS:
        if attendu(param) == "JOUR":
            assert param.opts[0] in dites(TEMPS), (mots, param.opts)
        if param.opts[0] in vocabulaire.ATTENDUS:
            assert attendu(param) == vocabulaire.ATTENDUS[param.opts[0]], (mots, param.opts)
    for vue in ("prog jour", "prog semaine", "prog mois", "espace jour", "espace planning", "bilan mois"):
        (jour,) = [p for m, p in ARGUMENTS if " ".join(m) == vue]
        assert attendu(jour) == "JOUR", vue
        assert not jour.required


def test_pourquoi_la_prose_et_tout_ont_un_seul_nom() -> None:
    anciennes = {
        "--raison",
        "--remarque",
        "--mot",
        "--tous",
        "--toutes",
        "--jour",
        "--date",
        "--entendu",
        "--obtenue",
    }
    assert not [(m, p.opts) for m, p in OPTIONS if anciennes & {*p.opts}]
    for mots, param in OPTIONS:
        drapeau = bool(getattr(param, "is_flag", False))
        if param.opts[0] in ("--motif", "--note"):
            assert not drapeau, mots
        if param.opts[0] == "--tout":
            assert drapeau, mots


@pytest.mark.parametrize("ancienne", sorted({a.rpartition(" ")[2] for a in vocabulaire.ANCIENNES}))
def test_une_ancienne_option_est_dans_la_page(ancienne: str) -> None:
    assert ancienne in dites(ANCIENS)


def test_une_ancienne_option_mene_toujours_quelque_part() -> None:
    connues = {opt for _, p in OPTIONS for opt in p.opts} | {attendu(p) for _, p in ARGUMENTS} | {"mots"}
    for ancienne, neuves in vocabulaire.ANCIENNES.items():
        assert {*neuves} <= connues, ancienne


AVANT = {
    "accueil besoin creer Vélo --personne karim": "accueil besoin creer Vélo --de karim",
    "accueil heures noter @karim 2h --activite bar --jour 1/9": (
        "accueil heures noter karim 2h --activite bar --le 1/9"
    ),
    "accueil heures liste --personne @karim": "accueil heures liste karim",
    "espace cle remettre cave --a karim --pour ménage": "espace cle remettre cave karim --objet ménage",
    "espace cle liste --qui=karim": "espace cle liste @karim",
    "journal rappel plombier --pour jeudi": "journal rappel plombier --le jeudi",
    "prog semaine --du 1/12": "prog semaine 1/12",
    "espace planning --du 1/12": "espace planning 1/12",
    "prog serie liste --toutes": "prog serie liste --tout",
    "accueil passage --personne karim": "accueil passage @karim",
    "espace entretien tache Balayer --pour demain": "espace entretien creer Balayer --le demain",
    "prog reseau ajouter Fablab https://exemple.be/a.ics": (
        "prog reseau creer Fablab https://exemple.be/a.ics"
    ),
}


def test_l_ancienne_orthographe_marche_encore_avec_une_phrase(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("espace", "cle", "creer", "cave", "--exemplaires", "3")
    for avant, maintenant in AVANT.items():
        dit, redit = (lieu.faire(*mots.split(), *_sans_suite(mots)) for mots in (avant, maintenant))
        assert re.search(r"se dit maintenant|ne se dit plus|s'appelle maintenant", dit.erreurs), dit
        assert not redit.erreurs
        assert re.sub(r"-[a-z0-9]{4}\b", "", dit.sortie) == re.sub(r"-[a-z0-9]{4}\b", "", redit.sortie)


def _sans_suite(mots: str) -> list[str]:
    """Rien ne s'écrit, pour que les deux façons partent du même lieu."""
    return [] if re.search(r"liste|semaine|planning", mots) else ["--essai"]

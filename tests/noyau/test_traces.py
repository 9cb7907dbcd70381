"""L'histoire rangée par chemin dit ce que git dirait : à jour, abîmée, récrite, ou d'une autre main."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.purge import TRACES

CHEMINS = [f"regles/{nom}.md" for nom in ("a", "b", "accent-é", "d")]


def garde(lieu: Lieu) -> Path:
    return lieu.racine / ".git" / TRACES


def vivre(lieu: Lieu, hasard: Random, combien: int) -> None:
    """Des enregistrements tirés au sort : poser, changer, ôter, et réunir deux suites."""
    for _ in range(combien):
        if hasard.random() < 0.2:
            lieu.git("branch", "-f", "autre")
            changer(lieu, hasard, ["regles/ici.md"])
            ici = lieu.git("symbolic-ref", "--short", "HEAD").strip()
            lieu.git("checkout", "-q", "autre")
            changer(lieu, hasard, ["regles/la-bas.md", hasard.choice(CHEMINS)])
            lieu.git("checkout", "-q", ici)
            lieu.git("merge", "-q", "--no-edit", "-X", "ours", "autre")
        else:
            changer(lieu, hasard, hasard.sample(CHEMINS, hasard.randint(1, 3)))


def changer(lieu: Lieu, hasard: Random, chemins: list[str]) -> None:
    for chemin in chemins:
        fichier = lieu.racine / chemin
        if fichier.exists() and hasard.random() < 0.3:
            fichier.unlink()
        else:
            lieu.poser(chemin, f"{hasard.random()}\n", enregistre=False)
    lieu.git("add", "-A")
    lieu.git("commit", "-qm", "à la main", "--allow-empty")


def exiger_comme_git(lieu: Lieu) -> None:
    depot = Depot(lieu.racine)
    for chemins in (*([c] for c in CHEMINS), CHEMINS, ["lieu.yaml"], ["regles/jamais.md"]):
        dits = [acte.empreinte for acte in histoire.touchant(depot, chemins)]
        tous = lieu.git("log", "--full-history", "--no-merges", "--format=%H", "--", *chemins).split()
        assert dits == tous, chemins
        assert tous or len(chemins) == 1


@pytest.mark.parametrize("graine", range(3))
def test_elle_dit_ce_que_git_dit_enregistrement_apres_enregistrement(lieu: Lieu, graine: int) -> None:
    hasard = Random(graine)
    for _ in range(4):
        vivre(lieu, hasard, 3)
        exiger_comme_git(lieu)
    assert garde(lieu).exists()


def _tronquee(fichier: Path) -> None:
    fichier.write_bytes(fichier.read_bytes()[:5000])


def _brouillee(fichier: Path) -> None:
    octets = bytearray(fichier.read_bytes())
    octets[len(octets) // 2 :: 97] = b"\0" * len(octets[len(octets) // 2 :: 97])
    fichier.write_bytes(octets)


def _d_ailleurs(fichier: Path) -> None:
    fichier.unlink()
    with sqlite3.connect(fichier) as base:
        base.execute("CREATE VIEW acte AS SELECT 1 AS n")


@pytest.mark.parametrize("mal", [Path.unlink, _tronquee, _brouillee, _d_ailleurs])
def test_abimee_elle_se_refait(lieu: Lieu, mal: Callable[[Path], object]) -> None:
    vivre(lieu, Random(7), 3)
    exiger_comme_git(lieu)
    mal(garde(lieu))
    exiger_comme_git(lieu)
    exiger_comme_git(lieu)


def test_sans_place_pour_elle_git_repond(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    def plein(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    lieu.faire("espace", "salle", "modifier", "cour", "--capacite", "30")
    attendus = lieu.faire("historique", "cour", "--json").sortie
    monkeypatch.setattr(sqlite3, "connect", plein)
    assert lieu.faire("historique", "cour", "--json").sortie == attendus
    assert not list((lieu.racine / ".git").glob(f"{TRACES}*"))


def test_une_histoire_recrite_est_oubliee_et_un_effacement_l_emporte(lieu: Lieu) -> None:
    vivre(lieu, Random(3), 4)
    exiger_comme_git(lieu)
    lieu.git("reset", "-q", "--hard", "HEAD~2")
    changer(lieu, Random(4), ["regles/a.md"])
    exiger_comme_git(lieu)
    lieu.faire("accueil", "personne", "creer", "Zénobie Quartz")
    lieu.faire("historique", "salle-du-rez")
    assert garde(lieu).exists()
    lieu.faire("donnees", "effacer", "@Zénobie", "--oui")
    assert not list((lieu.racine / ".git").glob(f"{TRACES}*"))


def test_un_nom_change_a_la_main_retrouve_son_histoire(lieu: Lieu) -> None:
    """Ni enregistré, ni sous l'ancien nom : ce que la main vient d'écrire se cherche aussitôt."""
    lieu.faire("espace", "salle", "modifier", "cour", "--capacite", "30")
    attendus = [a["commit"] for a in lieu.faire("historique", "cour", "--json").json]
    assert len(attendus) == 2
    fiche = lieu.racine / "espace/salles/cour.yaml"
    fiche.write_text(fiche.read_text("utf-8").replace("nom: Cour", "nom: Jardin d'hiver"), "utf-8")
    assert [a["commit"] for a in lieu.faire("historique", "jardin d'hiver", "--json").json] == attendus
    lieu.poser("espace/salles/puits.yaml", "nom: Un puits\n", enregistre=False)
    assert lieu.faire("historique", "un puits", "--json").json == []

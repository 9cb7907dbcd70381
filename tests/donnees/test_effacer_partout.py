"""Effacer quelqu'un de partout : chaque endroit est nettoyé ou nommé, ou l'on refuse avant de commencer."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from effacements import EFFACER, ou_se_lisent, registre, rejoindre, tus
from restes_d_effacement import (
    MOTS,
    NOMME,
    OTE,
    RANGEMENTS,
    REFUS,
    RESTES,
    Personnage,
    copier,
    etat,
    peupler,
    ranger,
)
from reunions_d_effacement import CAS, Cas, fautes
from soutien import Lieu, git, lancer

#: Un cas de chaque sorte ; `make fiabilite` les joue tous.
_QUELQUES = [
    Cas(garde=0, effacee=1, poste=1, connue=False, commence=0),
    Cas(garde=0, effacee=0, poste=1, connue=False, commence=1),
]


@pytest.fixture
def omar(lieu: Lieu) -> Personnage:
    return peupler(lieu)


@pytest.mark.long
def test_tout_a_la_fois(omar: Personnage) -> None:
    """Soixante endroits d'un coup : rien n'y reste que le reçu ne nomme, et rien d'autre n'est perdu."""
    for _, poser in RESTES.values():
        poser(omar)
    recu = omar.lieu.faire(*EFFACER, omar.omar, "--oui", "--json").json["recu"]
    assert tus(omar.lieu.racine, recu, *MOTS) == []
    nommes = {e["chemin"] for e in recu["endroits"]}
    assert {nom for nom, (sort, _) in RESTES.items() if sort is NOMME} <= nommes
    assert not {nom for nom, (sort, _) in RESTES.items() if sort is OTE} & nommes - {"regles/charte.md"}
    assert list(ou_se_lisent(registre(omar.lieu) / ".git", *MOTS)) == []
    assert git(omar.registre, "fsck", "--strict", "--no-dangling").strip() == ""
    assert set(git(omar.registre, "for-each-ref", "--format=%(refname)").split()) >= {
        *("refs/heads/main", "refs/heads/essai", "refs/tags/depart", "refs/tags/legere")
    }
    assert f"@{omar.omar}" in (omar.lieu.racine / "regles/charte.md").read_text("utf-8")
    assert omar.lieu.faire("reprise").code == 0
    # Effacer deux fois se dit, et ne change rien.
    tete = git(omar.registre, "rev-parse", "HEAD")
    assert "a été effacée" in omar.lieu.faire(*EFFACER, omar.omar, "--oui", code=2).erreurs
    assert git(omar.registre, "rev-parse", "HEAD") == tete


@pytest.mark.long
def test_ce_qu_on_ne_saurait_reprendre_fait_refuser(omar: Personnage, tmp_path: Path) -> None:
    for nom, poser in REFUS.items():
        copie = copier(omar, tmp_path / nom.replace(" ", "-"))
        poser(copie)
        avant = etat(copie)
        dit = copie.lieu.faire(*EFFACER, copie.omar, "--oui", code=None)
        assert dit.code in (1, 2) and dit.erreurs.strip(), (nom, dit)
        assert etat(copie) == avant, nom


@pytest.mark.long
def test_quel_que_soit_le_rangement(omar: Personnage, tmp_path: Path) -> None:
    for nom in RANGEMENTS:
        copie = copier(omar, tmp_path / nom.replace(" ", "-"))
        ranger(copie, nom)
        copie.lieu.faire(*EFFACER, copie.omar, "--oui")
        assert list(ou_se_lisent(copie.registre, *MOTS)) == [], nom
        assert git(copie.registre, "fsck", "--strict").strip() == "", nom


@pytest.mark.long
@pytest.mark.parametrize("cas", _QUELQUES)
def test_deux_fiches_reunies_partent_ensemble(lieu: Lieu, tmp_path: Path, cas: Cas) -> None:
    assert cas in CAS
    assert fautes(lieu, tmp_path, cas) == []


@pytest.mark.long
@pytest.mark.parametrize("taille", [60, 200, 600])
def test_un_disque_plein_refuse_et_ne_change_rien(omar: Personnage, taille: int) -> None:
    """Aucun fichier ne dépasse cette taille, git compris : c'est dit, et la suite marche."""
    avant = etat(omar)

    def a_l_etroit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (taille, taille))

    mots = ("--lieu", str(omar.lieu.racine), *EFFACER, omar.omar, "--oui")
    fini = subprocess.run(
        [sys.executable, "-m", "tiers_lieu_cli", *mots],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=a_l_etroit,
    )
    assert (fini.returncode, etat(omar)) == (1, avant), fini
    assert fini.stderr.strip() and "Traceback" not in fini.stderr
    omar.lieu.faire("journal", "noter", "La suite")
    omar.lieu.faire(*EFFACER, omar.omar, "--oui")
    assert list(ou_se_lisent(omar.registre, *MOTS)) == []


@pytest.mark.long
def test_un_moyeu_mort_avant_d_avoir_oublie_finit_a_la_suivante(omar: Personnage, tmp_path: Path) -> None:
    moyeu = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    omar.lieu.faire("moyeu", "relier", str(moyeu))
    omar.lieu.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    omar.lieu.faire(*EFFACER, omar.omar, "--oui")
    crochet = moyeu / "registre/hooks/post-receive"
    crochet.rename(tmp_path / "crochet")
    omar.lieu.faire("synchroniser")
    (tmp_path / "crochet").rename(crochet)
    assert list(ou_se_lisent(moyeu, *MOTS))
    (moyeu / "registre/refs/heads/main.lock").touch()
    la.faire("accueil", "personne", "creer", "Nora")
    la.faire("synchroniser")
    assert list(ou_se_lisent(moyeu, *MOTS)) == []
    assert list(ou_se_lisent(la.racine, *MOTS)) == []

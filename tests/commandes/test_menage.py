"""Ranger les contenus épars en paquets : il y en a moins, et il n'en manque aucun, quoi qu'il arrive."""

from __future__ import annotations

from pathlib import Path

import coupure
import pytest
from effacements import ou_se_lisent
from menages import NOTER, contenus, courant_coupe, juger_de, pas_du_menage, remplir
from soutien import Lieu, git

from tiers_lieu_cli.noyau.depot import menage
from tiers_lieu_cli.noyau.depot.depot import DepotNu


def epars(depot: Path) -> int:
    return int(git(depot, "count-objects").split()[0])


def paquets(depot: Path) -> set[str]:
    return {p.stem for p in (depot / ".git/objects/pack").glob("*.pack")}


def test_une_action_de_trop_range_tout(lieu: Lieu) -> None:
    lieu.faire("journal", "noter", "Avant")
    assert not paquets(lieu.racine)
    remplir(lieu.racine / ".git")
    avant = contenus(lieu.racine)
    lieu.faire(*NOTER)
    assert epars(lieu.racine) == 0
    assert len(paquets(lieu.racine)) == 1
    assert contenus(lieu.racine) > avant
    assert "Tout est en ordre" in lieu.faire("verifier").sortie
    lieu.faire("defaire", "--oui")
    assert "Du bois" not in lieu.faire("journal", "jour").sortie
    # Ensuite, plus rien ne presse.
    assert 0 < epars(lieu.racine) < 50
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_les_petits_paquets_n_en_font_plus_qu_un_sauf_celui_qu_on_garde(lieu: Lieu) -> None:
    tous: set[str] = set()
    garde = ""
    for fois in range(menage.PETITS):
        assert len(paquets(lieu.racine)) == fois
        tous |= remplir(lieu.racine / ".git", depuis=100_000 * fois)
        lieu.faire("journal", "noter", f"Note {fois}")
        if not fois:
            (garde,) = paquets(lieu.racine)
            (lieu.racine / f".git/objects/pack/{garde}.keep").touch()
    tous |= remplir(lieu.racine / ".git", depuis=100_000 * menage.PETITS)
    tous |= contenus(lieu.racine)
    lieu.faire(*NOTER)
    assert len(paquets(lieu.racine)) == 2
    assert garde in paquets(lieu.racine)
    assert contenus(lieu.racine) > tous
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_un_contenu_abime_n_empeche_pas_d_ecrire(lieu: Lieu) -> None:
    nom = remplir(lieu.racine / ".git").pop()
    (lieu.racine / ".git/objects" / nom[:2] / nom[2:]).write_bytes(b"")
    lieu.faire(*NOTER)
    assert "Du bois" in lieu.faire("journal", "jour").sortie
    assert "abîmé" in lieu.faire("verifier", code=1).sortie


def test_ce_qui_est_range_s_efface_aussi(lieu: Lieu) -> None:
    """Quelqu'un dont la fiche est passée dans un paquet ne reste ni là, ni dans celui d'après."""
    qui = lieu.id("accueil", "personne", "creer", "Zorglub Quertinmont")
    registre = lieu.racine / "registre"
    remplir(registre / ".git")
    lieu.faire("accueil", "personne", "creer", "Autre Personne")
    assert len(paquets(registre)) == 1
    assert list(ou_se_lisent(registre, "Zorglub", "Quertinmont"))
    remplir(registre / ".git", depuis=100_000)
    lieu.faire("donnees", "effacer", qui, "--oui")
    assert not list(ou_se_lisent(lieu.racine, "Zorglub", "Quertinmont"))


def test_un_moyeu_se_range_aussi(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", ".")
    tous = remplir(tmp_path)
    menage.ranger(DepotNu(tmp_path))
    assert (epars(tmp_path), contenus(tmp_path)) == (0, tous)


@pytest.mark.long
@pytest.mark.parametrize("sorte", ["mort", "ENOSPC"])
def test_a_chaque_pas_rien_ne_manque(lieu: Lieu, sorte: str, tmp_path: Path) -> None:
    vues = list(pas_du_menage(lieu, juger_de(lieu), sorte, tmp_path, 12))
    assert not [vue for vue in vues if vue.fautes or vue.demande]
    # Une fois l'action enregistrée, le ménage ne saurait la faire échouer.
    assert sorte == "mort" or vues[-1].issue.acquittee


@pytest.mark.long
@pytest.mark.skipif(not coupure.possible(), reason="il faut strace, et qu'il puisse suivre un processus")
def test_une_coupure_de_courant_pendant_qu_on_range(lieu: Lieu, tmp_path: Path) -> None:
    vues = list(courant_coupe(lieu, juger_de(lieu), tmp_path, entre=4))
    assert len(vues) > 10
    assert not [vue for vue in vues if vue.fautes or vue.demande]

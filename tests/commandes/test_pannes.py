"""Chaque commande qui écrit, tuée ou mise en échec à chaque pas : rien de perdu, rien d'emporté."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pannes import (
    ECRITURES,
    ERREURS,
    Issue,
    Juger,
    Panne,
    eprouver,
    fautes_apres,
    fautes_de_la_suite,
    gestes,
    preparer,
    refaire,
    revue,
    tetes,
)
from soutien import Lieu

#: Celle-là se joue ici à chacun de ses pas ; les autres, qui s'enregistrent de même, à un pas sur sept.
ENTIERE = ("noter", "mort")


def les_pas(quoi: str, sorte: str) -> range:
    """Les pas qu'on essaie ; `make fiabilite` les joue tous."""
    return range(1, 200) if (quoi, sorte) == ENTIERE else range(1 + len(quoi + sorte) % 7, 200, 7)


def _juge(lieu: Lieu, quoi: str) -> Juger:
    """Rien de perdu, rien d'emporté ; une commande refusée n'a rien changé, et la suite marche."""
    a_moi = preparer(lieu, quoi)
    avant = tetes(lieu)
    contenus = {f.relative_to(lieu.racine): f.read_bytes() for f in lieu.racine.rglob("*.yaml")}

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        fautes = fautes_apres(copie, issue, avant, a_moi)
        # Une action que l'archive n'a pas pu enregistrer le dit, et la suite la finit.
        refusee = issue.code > 0 and "Le fichier est écrit" not in issue.dit
        gardes = refusee or (quoi == "enregistrer" and not issue.acquittee)
        changes = [f for f, c in contenus.items() if gardes and (copie.racine / f).read_bytes() != c]
        refaire(copie, quoi, issue)
        de_la_suite, demande = fautes_de_la_suite(copie)
        return [*fautes, *(f"refusée, et {f} a changé" for f in changes), *de_la_suite], demande

    return juger


def _a_chaque_pas(lieu: Lieu, quoi: str, sorte: str, dossier: Path) -> None:
    juger = _juge(lieu, quoi)
    for vue in eprouver(
        lieu, ECRITURES[quoi], [Panne(sorte, pas) for pas in les_pas(quoi, sorte)], dossier, juger
    ):
        assert not vue.fautes, vue
        if int(vue.dite.rpartition(" ")[2].rstrip(")")) > vue.issue.pas:
            assert vue.issue.acquittee
            return
    pytest.fail("cette commande n'en finit pas")


@pytest.mark.long
@pytest.mark.parametrize("quoi", ECRITURES)
def test_la_mort_a_chaque_pas(lieu: Lieu, quoi: str, tmp_path: Path) -> None:
    """Tuée à chaque pas : acquittée ⇒ enregistrée ; sinon l'ancien, ou finie par la suite."""
    _a_chaque_pas(lieu, quoi, "mort", tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(
    ("quoi", "sorte"), [*(("noter", sorte) for sorte in ERREURS), ("reporter", "ENOSPC"), ("defaire", "EIO")]
)
def test_un_pas_qui_echoue(lieu: Lieu, quoi: str, sorte: str, tmp_path: Path) -> None:
    """Disque plein, quota, panne, fermé, lecture seule : refus clair, ancien état, et la suite marche."""
    _a_chaque_pas(lieu, quoi, sorte, tmp_path)


@pytest.mark.long
def test_toutes_les_commandes_qui_ecrivent_survivent_a_une_mort(lieu: Lieu, tmp_path: Path) -> None:
    """Une démarche sur deux, tuée à un pas ; `make fiabilite` les tue toutes, à chaque pas."""
    tuees = list(revue(gestes(lieu, tmp_path), tmp_path, tous_les_pas=False))
    assert not [vue for vue in tuees if vue.fautes]
    assert tuees


@pytest.mark.long
def test_des_processus_tues_au_hasard(lieu: Lieu, commande: Callable[..., object]) -> None:
    """Vingt vrais processus tués avec leurs enfants ; la longue série est dans `make fiabilite`."""
    from series import tuer_au_hasard

    bilan = tuer_au_hasard(lieu, fois=20)
    assert bilan.perdues == bilan.emportees == bilan.inversees == 0
    assert bilan.demandent <= 1


@pytest.mark.long
def test_deux_postes_et_un_moyeu(lieu: Lieu, tmp_path: Path) -> None:
    """Deux clones qui écrivent et mettent en commun sans cesse ; `make fiabilite` a la longue série."""
    from series import deux_postes

    bilan = deux_postes(lieu, tmp_path, fois=3)
    assert bilan.acquittees == bilan.presentes == 6

"""Chaque commande qui écrit, tuée ou mise en échec à chaque pas : rien de perdu, rien d'emporté."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pannes import (
    ECRITURES,
    ERREURS,
    Panne,
    copier,
    fautes_apres,
    fautes_de_la_suite,
    jouer,
    preparer,
    refaire,
    revue,
    tetes,
)
from soutien import Lieu

#: Celle-là meurt ici à chacun de ses pas ; les autres, qui s'enregistrent de même, à un pas sur trois.
ENTIERE = "noter"


def les_pas(quoi: str) -> range:
    """Les pas qu'on essaie ; `make fiabilite` les joue tous."""
    return range(1, 200) if quoi == ENTIERE else range(1 + len(quoi) % 3, 200, 3)


@pytest.mark.long
@pytest.mark.parametrize("quoi", ECRITURES)
def test_la_mort_a_chaque_pas(lieu: Lieu, quoi: str, tmp_path: Path) -> None:
    """Tuée à chaque pas : acquittée ⇒ enregistrée ; sinon l'ancien, ou finie par la suite."""
    a_moi = preparer(lieu, quoi)
    avant = tetes(lieu)
    for pas in les_pas(quoi):
        copie = copier(lieu, tmp_path / f"pas-{pas}")
        issue = jouer(copie, ECRITURES[quoi], Panne("mort", pas), tmp_path / "trace")
        assert not fautes_apres(copie, issue, avant, a_moi), (pas, issue)
        if quoi == "enregistrer" and not issue.acquittee:
            assert (copie.racine / "espace/salles/cour.yaml").read_bytes() == b"nom: Grande cour\n"
        refaire(copie, quoi, issue)
        fautes, _ = fautes_de_la_suite(copie)
        assert not fautes, (pas, issue)
        if issue.code >= 0:
            assert issue.acquittee
            assert issue.pas < pas
            return
    pytest.fail("cette commande n'en finit pas")


@pytest.mark.long
@pytest.mark.parametrize(
    ("quoi", "sorte"), [*(("noter", sorte) for sorte in ERREURS), ("reporter", "ENOSPC"), ("defaire", "EIO")]
)
def test_un_pas_qui_echoue(lieu: Lieu, quoi: str, sorte: str, tmp_path: Path) -> None:
    """Disque plein, en panne, fermé, en lecture seule : refus clair, ancien état, et la suite marche."""
    a_moi = preparer(lieu, quoi)
    avant = tetes(lieu)
    contenus = {f: f.read_bytes() for f in lieu.racine.rglob("*.yaml")}
    for pas in les_pas(quoi if sorte == "ENOSPC" else sorte):
        copie = copier(lieu, tmp_path / f"pas-{pas}")
        issue = jouer(copie, ECRITURES[quoi], Panne(sorte, pas), tmp_path / "trace")
        assert not fautes_apres(copie, issue, avant, a_moi), (pas, issue)
        if not issue.acquittee:
            assert issue.code in (1, 2), issue
            for fichier, contenu in contenus.items():
                present = copie.racine / fichier.relative_to(lieu.racine)
                assert present.read_bytes() == contenu, (pas, issue)
        fautes, _ = fautes_de_la_suite(copie)
        assert not fautes, (pas, issue)
        if issue.pas < pas:
            assert issue.acquittee
            return
    pytest.fail("cette commande n'en finit pas")


@pytest.mark.long
def test_toutes_les_commandes_qui_ecrivent_survivent_a_une_mort(lieu: Lieu, tmp_path: Path) -> None:
    """Une de chaque démarche, tuée à un pas ; `make fiabilite` les tue toutes, à chaque pas."""
    tuees = dict(revue(lieu, tmp_path, tous_les_pas=False))
    assert not {dite: fautes for dite, fautes in tuees.items() if fautes}
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

    bilan = deux_postes(lieu, tmp_path, fois=6)
    assert bilan.acquittees == bilan.presentes == 12

"""L'annuaire d'un grand registre : jamais en retard d'un fichier, jamais plus bavard que lui."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot.purge import ANNUAIRE
from tiers_lieu_cli.noyau.gens import annuaire
from tiers_lieu_cli.noyau.gens.registre import Registre


@pytest.fixture
def grand(lieu: Lieu) -> Lieu:
    """Trois cents personnes, assez vieilles sur le disque pour que l'annuaire s'y fie."""
    for n in range(annuaire.PETIT_REGISTRE):
        fichier = lieu.racine / f"registre/personnes/p-{n:06}.yaml"
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text(f"nom: Karim Haddad{chr(97 + n % 26)}{n}\n", "utf-8")
        os.utime(fichier, (1_700_000_000, 1_700_000_000))
    lieu.faire("enregistrer", "--oui")
    return lieu


def noms(lieu: Lieu) -> set[str]:
    return {e.nom for e in Registre(lieu.racine).annuaire}


def garde(lieu: Lieu) -> Path:
    return lieu.racine / "registre/.git" / ANNUAIRE


def test_il_dit_ce_que_disent_les_fiches(grand: Lieu) -> None:
    toutes = {p.nom for p in Registre(grand.racine).toutes.fiches}
    assert noms(grand) == toutes
    assert garde(grand).exists()
    assert noms(grand) == toutes


def test_une_main_une_commande_un_retrait_se_voient_aussitot(grand: Lieu) -> None:
    noms(grand)
    fichier = grand.racine / "registre/personnes/p-000007.yaml"
    taille = fichier.stat().st_size
    fichier.write_bytes(fichier.read_bytes().replace(b"Karim", b"Samir"))
    assert fichier.stat().st_size == taille
    (grand.racine / "registre/personnes/p-000008.yaml").unlink()
    assert "Samir Haddadh7" in noms(grand)
    assert "Karim Haddadh7" not in noms(grand)
    assert "Karim Haddadi8" not in noms(grand)
    grand.faire("enregistrer", "--oui")
    grand.faire("accueil", "personne", "creer", "Léa D'Hondt")
    assert "Léa D'Hondt" in grand.faire("accueil", "personne", "chercher", "dhondt").sortie
    assert "registre" in grand.faire("journal", "noter", "vu lea dhondt", code=1).erreurs


def test_abime_ou_ferme_il_ne_manque_a_personne(grand: Lieu) -> None:
    attendus = noms(grand)
    garde(grand).write_bytes(b"\x00pas un annuaire")
    assert noms(grand) == attendus
    garde(grand).unlink()
    garde(grand).mkdir()
    assert noms(grand) == attendus


def test_un_effacement_l_emporte(grand: Lieu) -> None:
    noms(grand)
    grand.faire("donnees", "effacer", "p-000007", "--oui")
    assert not garde(grand).exists()
    assert "Karim Haddadh7" not in noms(grand)


def test_un_petit_registre_s_en_passe(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa")
    lieu.faire("accueil", "personne", "chercher", "lea")
    assert not garde(lieu).exists()

"""Une commande proposée se colle telle quelle : ce qui n'y est pas encore se demande, au terminal."""

from __future__ import annotations

import os
import sys

import pexpect
import pytest
from soutien import MAINTENANT, Lieu


def au_terminal(lieu: Lieu, *mots: str, largeur: int = 80) -> pexpect.spawn:
    """La commande, dans un vrai terminal."""
    environ = {**os.environ, "TIERS_LIEU_MAINTENANT": MAINTENANT, "NO_COLOR": "1"}
    return pexpect.spawn(
        sys.executable,
        ["-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), *mots],
        encoding="utf-8",
        timeout=30,
        dimensions=(40, largeur),
        env=environ,
    )


@pytest.mark.parametrize("largeur", [60, 80])
def test_ce_qui_manque_se_demande_l_un_apres_l_autre(lieu: Lieu, largeur: int) -> None:
    dite = au_terminal(lieu, "espace", "reserver", "cour", "--objet", largeur=largeur)
    dite.expect("Pour quoi.* : ")
    dite.sendline("fête des voisins")
    dite.expect("Le moment.* : ")
    dite.sendline("vendredi 14h-16h")
    dite.expect("est réservée vendredi 27 novembre")
    dite.expect(pexpect.EOF)
    assert "fête des voisins" in lieu.faire("espace", "salle", "mois", "cour").sortie


def test_une_reponse_vide_est_un_refus_qui_n_ecrit_rien(lieu: Lieu) -> None:
    avant = lieu.signature()
    dite = au_terminal(lieu, "accueil", "personne", "creer")
    dite.expect(" : ")
    dite.sendline("")
    dite.expect("Il manque")
    dite.expect(pexpect.EOF)
    dite.close()
    assert dite.exitstatus == 2
    assert lieu.signature() == avant


def test_sans_personne_pour_repondre_c_est_un_refus(lieu: Lieu) -> None:
    refus = lieu.faire("espace", "reserver", "cour", "demain 14h-16h", "--objet", code=2)
    assert "L'option --objet attend une valeur" in refus.erreurs

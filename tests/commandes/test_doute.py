"""Un mot qui est peut-être quelqu'un : demandé une fois, refusé s'il n'y a personne pour répondre."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys

import pytest
from soutien import Lieu

BATEAU = "La Maëlle rentre au port"


@pytest.fixture
def peuple(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Maëlle Le Goff")
    lieu.faire("accueil", "personne", "creer", "Rose Marchand")
    return lieu


def au_terminal(lieu: Lieu, reponses: str, *mots: str) -> tuple[int, str]:
    """Lancer une commande devant un terminal où l'on répond."""
    maitre, esclave = pty.openpty()
    os.write(maitre, reponses.encode())
    try:
        fini = subprocess.run(
            [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), *mots],
            stdin=esclave,
            stdout=esclave,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
        vu = os.read(maitre, 65_536).decode("utf-8", "replace")
    finally:
        os.close(maitre)
        os.close(esclave)
    return fini.returncode, vu + fini.stderr.decode("utf-8", "replace")


def test_sans_personne_pour_repondre_c_est_un_refus_qui_dit_la_commande(peuple: Lieu) -> None:
    avant = peuple.signature()
    refus = peuple.faire("journal", "noter", BATEAU, code=2)
    assert "« Maëlle », est-ce @Maëlle ?" in refus.erreurs
    assert "tl accueil personne mot Maëlle" in refus.erreurs
    assert peuple.faire("journal", "noter", BATEAU, "--json", code=2).json["refus"]["code"] == "doute_a_lever"
    assert peuple.signature() == avant


def test_un_mot_retenu_passe_et_se_reprend(peuple: Lieu) -> None:
    peuple.faire("accueil", "personne", "mot", "Maëlle")
    peuple.faire("journal", "noter", BATEAU)
    assert "Maëlle" in peuple.faire("accueil", "personne", "mot").sortie
    assert "déjà" in peuple.faire("accueil", "personne", "mot", "MAELLE").sortie
    assert "Maëlle" not in peuple.git("ls-files")
    peuple.faire("accueil", "personne", "mot", "maelle", "--oublier")
    peuple.faire("journal", "noter", BATEAU, code=2)
    assert "Aucun mot" in peuple.faire("accueil", "personne", "mot").sortie


@pytest.mark.parametrize("texte", [BATEAU, "RDV @ la.cour", "Vu @rose. Rien", "Maëlle @ la.cour, dit @rose"])
def test_le_remede_imprime_marche(peuple: Lieu, texte: str) -> None:
    """Ce qu'on retient se compare à ce que l'archive porterait : un surnom y est un identifiant."""
    dits = set[str]()
    while (refus := peuple.faire("journal", "noter", texte, code=None)).code:
        remede = refus.erreurs.partition("→ tl ")[2].strip()
        assert remede and remede not in dits, refus.erreurs
        dits.add(remede)
        peuple.faire(*shlex.split(remede))


def test_une_mention_se_retient_sous_l_identifiant(peuple: Lieu) -> None:
    peuple.faire("accueil", "personne", "mot", "le quai de @rose")
    assert "Rose" not in peuple.git("-C", "registre", "log", "-1", "-p", "--", "mots")
    assert "@rose" in peuple.faire("accueil", "personne", "mot").sortie.lower()
    assert "déjà" in peuple.faire("accueil", "personne", "mot", "Le quai de @Rose").sortie


def test_son_nom_entier_ne_se_retient_pas_par_megarde(peuple: Lieu) -> None:
    peuple.faire("accueil", "personne", "mot", "Maëlle Le Goff", code=2)
    peuple.faire("accueil", "personne", "mot", "Maëlle Le Goff", "--oui")
    peuple.faire("journal", "noter", "Le bistrot Maëlle Le Goff rouvre")


def test_au_terminal_la_reponse_est_retenue(peuple: Lieu) -> None:
    code, vu = au_terminal(peuple, "2\n", "journal", "noter", BATEAU)
    assert code == 0 and "un mot, pas une personne" in vu, vu
    assert "La Maëlle rentre" in peuple.faire("journal", "jour").sortie
    peuple.faire("journal", "noter", "La Maëlle repart")


def test_au_terminal_c_est_elle(peuple: Lieu) -> None:
    code, vu = au_terminal(peuple, "1\n", "journal", "noter", "Maëlle a les clés")
    assert code == 0, vu
    note = next((peuple.racine / "journal/notes").rglob("*.md")).read_text("utf-8")
    assert "Maëlle" not in note and "@p-" in note
    assert "Maëlle a les clés" in peuple.faire("journal", "jour").sortie
    peuple.faire("journal", "noter", BATEAU, code=2)


def test_au_terminal_ne_pas_repondre_ne_change_rien(peuple: Lieu) -> None:
    avant = peuple.signature()
    code, _ = au_terminal(peuple, "\n", "journal", "noter", BATEAU)
    assert code == 1
    assert peuple.signature() == avant


def test_un_nom_qui_est_un_mot_avertit_seulement(peuple: Lieu) -> None:
    dit = peuple.faire("journal", "noter", "Rose pâle pour le mur du fond")
    assert "si c'est @Rose" in dit.erreurs


def test_ce_qui_est_sur_est_refuse_sans_rien_demander(peuple: Lieu) -> None:
    code, vu = au_terminal(peuple, "2\n", "journal", "noter", f"{BATEAU}, payé 50 €")
    assert code == 1 and "montant" in vu and "un mot" not in vu, vu


def test_ce_qui_est_deja_la_est_a_regarder(peuple: Lieu) -> None:
    peuple.poser(
        "journal/notes/2026/11/2026-11-24-0812-x-abcd.md", f"---\nmoment: 2026-11-24T08:12\n---\n\n{BATEAU}\n"
    )
    vu = peuple.faire("verifier")
    assert "Tout est en ordre" in vu.sortie and "« Maëlle », @Maëlle ?" in vu.sortie
    (doute,) = peuple.faire("verifier", "--json").json["a_regarder"]
    assert doute["mot"] == "Maëlle" and doute["ligne"] == 5
    peuple.faire("accueil", "personne", "mot", "Maëlle")
    assert "À regarder" not in peuple.faire("verifier").sortie


def test_un_contact_de_la_maison_passe_un_autre_est_refuse(lieu: Lieu) -> None:
    refus = lieu.faire("journal", "noter", "Écrire à info@passerelle.be", code=1)
    assert "tl lieu --contact info@passerelle.be" in refus.erreurs
    fichier = lieu.racine / "lieu.yaml"
    texte = fichier.read_text("utf-8").replace(
        "contacts: []", 'contacts:\n  - info@passerelle.be\n  - "02 555 12 12"'
    )
    lieu.poser("lieu.yaml", texte)
    lieu.faire("journal", "noter", "Écrire à info@passerelle.be, appeler le 02/555.12.12")
    lieu.faire("journal", "noter", "Appeler le 02/555.12.13", code=1)

"""Sauvegarder, restaurer : le lieu entier, chiffré, et vérifié."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from soutien import Lieu, clef_age, lancer

PHRASE = "une phrase assez longue"


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("journal", "noter", "Vu @Karim")
    return lieu


def test_un_lieu_sauvegarde_se_retrouve_entier(vecu: Lieu, tmp_path: Path) -> None:
    fichier, ailleurs = tmp_path / "lieu.age", tmp_path / "ailleurs"
    assert "rouvert et relu" in vecu.faire("sauvegarder", str(fichier), entree=f"{PHRASE}\n").sortie
    assert b"Karim" not in fichier.read_bytes()
    assert fichier.read_bytes().startswith(b"age-encryption.org/v1")
    assert (
        "tout est en ordre" in lancer("restaurer", str(fichier), str(ailleurs), entree=f"{PHRASE}\n").sortie
    )
    rendu = Lieu(ailleurs)
    assert rendu.git("rev-parse", "HEAD") == vecu.git("rev-parse", "HEAD")
    assert "Vu Karim" in rendu.faire("journal", "jour").sortie
    assert rendu.faire("verifier").code == 0
    assert rendu.git("status", "--porcelain") == ""
    rendu.faire("journal", "noter", "On continue")


def test_une_mauvaise_phrase_ou_un_fichier_abime_n_ecrit_rien(vecu: Lieu, tmp_path: Path) -> None:
    fichier = tmp_path / "lieu.age"
    vecu.faire("sauvegarder", str(fichier), entree=f"{PHRASE}\n")
    assert (
        "ne s'ouvre pas"
        in lancer("restaurer", str(fichier), str(tmp_path / "x"), entree="autre chose\n").erreurs
    )
    contenu = bytearray(fichier.read_bytes())
    contenu[-100] ^= 1
    fichier.write_bytes(contenu)
    assert lancer("restaurer", str(fichier), str(tmp_path / "x"), entree=f"{PHRASE}\n").code == 1
    fichier.write_bytes(b"rien")
    assert lancer("restaurer", str(fichier), str(tmp_path / "x"), entree=f"{PHRASE}\n").code == 1
    assert lancer("restaurer", str(tmp_path / "absent"), str(tmp_path / "x"), entree="x\n").code == 2
    assert not (tmp_path / "x").exists()


def test_une_phrase_trop_courte_est_refusee(vecu: Lieu, tmp_path: Path) -> None:
    vecu.faire("sauvegarder", str(tmp_path / "lieu.age"), entree="court\n", code=2)
    assert not (tmp_path / "lieu.age").exists()


def test_restaurer_n_ecrase_jamais(vecu: Lieu, tmp_path: Path) -> None:
    fichier = tmp_path / "lieu.age"
    publique, clef = clef_age(tmp_path)
    vecu.faire("sauvegarder", str(fichier), "--pour", publique)
    avant = vecu.signature()
    assert lancer("restaurer", str(fichier), str(vecu.racine), "--clef", str(clef)).code == 2
    assert vecu.signature() == avant


def test_une_machine_croit_parfois_etre_trop_lente(
    vecu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyrage

    fichier, vrai, refus = tmp_path / "lieu.age", pyrage.passphrase.decrypt, [3]

    def lent(chiffre: bytes, phrase: str) -> bytes:
        refus[0] -= 1
        if refus[0] >= 0:
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return bytes(vrai(chiffre, phrase))

    monkeypatch.setattr(pyrage.passphrase, "decrypt", lent)
    vecu.faire("sauvegarder", str(fichier), entree=f"{PHRASE}\n")
    refus[0] = 100
    vers = (str(fichier), str(tmp_path / "x"))
    assert "trop lent ou trop occupé" in lancer("restaurer", *vers, entree=f"{PHRASE}\n").erreurs


def test_pour_une_clef_ssh(vecu: Lieu, tmp_path: Path) -> None:
    clef, fichier = tmp_path / "clef", tmp_path / "lieu.age"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(clef)], check=True)
    publique = clef.with_suffix(".pub").read_text("utf-8").strip()
    vecu.faire("sauvegarder", str(fichier), "--pour", publique)
    rendu = lancer("restaurer", str(fichier), str(tmp_path / "x"), "--clef", str(clef))
    assert "tout est en ordre" in rendu.sortie
    vecu.faire("sauvegarder", str(fichier), "--pour", "age1nimporte", code=2)

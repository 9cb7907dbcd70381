"""La caisse tenue à deux : un vrai moyeu, deux postes, un numéro pris une seule fois."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from caisses import Caisse
from soutien import git

from tiers_lieu_cli.finance import moyeu as moyeux

pytestmark = pytest.mark.long


@pytest.fixture
def moyeu(tmp_path: Path) -> Path:
    return tmp_path / "moyeu-de-la-caisse"


@pytest.fixture
def titulaire(caisse: Caisse, moyeu: Path) -> Caisse:
    """Le poste du trésorier, relié, deux brouillons déjà partagés."""
    caisse.brouillon(), caisse.brouillon("amina", "salle-rez:3")
    assert "ouvert à ce compte seul" in caisse.f("relier", str(moyeu)).sortie
    caisse.f("synchroniser")
    return caisse


@pytest.fixture
def suppleant(titulaire: Caisse, modele: Path, moyeu: Path, tmp_path: Path) -> Caisse:
    """Un autre poste du même lieu, qui rejoint la caisse ; la clef lui vient de la main à la main."""
    racine = tmp_path / "suppleant"
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    clef = tmp_path / "clef-recue.txt"
    shutil.copy(titulaire.dossier / "coffre/clef.txt", clef)
    autre = Caisse(racine)
    autre.f("rejoindre", str(moyeu), "--clef", str(clef))
    return autre


def test_le_suppleant_a_la_meme_caisse_et_le_moyeu_ne_dit_aucun_nom(
    titulaire: Caisse, suppleant: Caisse, moyeu: Path
) -> None:
    assert moyeu.stat().st_mode & 0o077 == 0
    assert "Menuiserie Lambert" in suppleant.f("facture", "liste").sortie
    assert "tout se tient" in suppleant.f("verifier").sortie
    assert suppleant.histoire("rev-parse", "HEAD") == titulaire.histoire("rev-parse", "HEAD")
    for fichier in (f for f in moyeu.rglob("*") if f.is_file()):
        assert not {b"Lambert", b"Benali"} & {
            mot for mot in (b"Lambert", b"Benali") if mot in fichier.read_bytes()
        }
    assert (
        b"Lambert"
        not in subprocess.run(
            ["git", "-C", str(moyeu), "cat-file", "--batch-all-objects", "--batch"],
            capture_output=True,
            check=True,
        ).stdout
    )
    assert not (moyeu / "documents/clef.txt").exists()


def test_un_numero_n_est_pris_qu_une_fois(titulaire: Caisse, suppleant: Caisse, moyeu: Path) -> None:
    un, deux = sorted(f.stem for f in titulaire.dossier.glob("brouillons/*"))
    assert titulaire.j("facture", "emettre", un)["id"] == "2026-0001"
    # Aussitôt portée : l'autre poste, en retard, ne peut pas prendre le même numéro.
    assert "synchroniser" in suppleant.f("facture", "emettre", deux, code=1).erreurs
    assert "1 reçue" in suppleant.f("synchroniser").sortie
    assert suppleant.j("facture", "emettre", deux)["id"] == "2026-0002"
    titulaire.f("synchroniser")
    for poste in (titulaire, suppleant):
        assert "2 pièces relues : tout se tient" in poste.f("verifier").sortie
        poste.f(
            "facture", "document", "2026-0002", "--sortie", str(poste.racine.parent / "f.pdf"), "--ecraser"
        )
    # Le moyeu absent, on note tout, sauf ce qui prend un numéro.
    moyeu.rename(moyeu.with_name("parti"))
    titulaire.f("caisse", "noter", "5", "--compte", "don")
    titulaire.brouillon()
    assert "deux fois" in titulaire.f("facture", "emettre", "--tout", code=1).erreurs
    assert "gardé sur ce poste" in titulaire.f("synchroniser", code=1).erreurs


def test_deux_emissions_a_la_meme_seconde_une_seule_garde_son_numero(
    titulaire: Caisse, suppleant: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    un, deux = sorted(f.stem for f in titulaire.dossier.glob("brouillons/*"))
    with monkeypatch.context() as coupe:
        # La connexion tombe entre l'enregistrement et l'envoi.
        coupe.setattr(moyeux.moyeu, "porter", lambda *_, **__: (_ for _ in ()).throw(moyeux.MoyeuEnAvance()))
        perdue = suppleant.f("facture", "emettre", deux)
    assert "ne rien envoyer avant" in perdue.erreurs
    assert titulaire.j("facture", "emettre", un)["id"] == "2026-0001"
    dit = suppleant.f("synchroniser").sortie
    assert "2026-0001 d'ici redevient brouillon" in dit
    assert {b["id"] for b in suppleant.j("facture", "liste")["brouillons"]} == {deux}
    assert suppleant.j("facture", "emettre", deux)["id"] == "2026-0002"
    titulaire.f("synchroniser")
    assert "2 pièces relues : tout se tient" in titulaire.f("verifier").sortie


def test_des_pieces_deja_suivies_ne_se_demettent_pas(
    titulaire: Caisse, suppleant: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    un, deux = sorted(f.stem for f in titulaire.dossier.glob("brouillons/*"))
    with monkeypatch.context() as coupe:
        coupe.setattr(moyeux.moyeu, "porter", lambda *_, **__: (_ for _ in ()).throw(moyeux.MoyeuEnAvance()))
        suppleant.f("facture", "emettre", deux)
    suppleant.f("caisse", "noter", "10", "--facture", "2026-0001")
    titulaire.f("facture", "emettre", un)
    avant = suppleant.histoire("rev-parse", "HEAD")
    assert "ont déjà une suite (2026-0001)" in suppleant.f("synchroniser", code=1).erreurs
    assert suppleant.histoire("rev-parse", "HEAD") == avant


def test_ce_qui_change_des_deux_cotes_se_reunit_ou_se_garde(titulaire: Caisse, suppleant: Caisse) -> None:
    titulaire.f("vendeur", "modifier", "--telephone", "04 000 00 01", "--pied", "Merci.")
    suppleant.f("vendeur", "modifier", "--delai", "14", "--pied", "À bientôt.")
    titulaire.f("synchroniser")
    dit = suppleant.f("synchroniser").sortie
    titulaire.f("synchroniser")
    lus = [poste.j("vendeur", "fiche")["vendeur"] for poste in (titulaire, suppleant)]
    assert lus[0] == lus[1] and (lus[0]["delai"], lus[0]["telephone"]) == (14, "04 000 00 01")
    assert "Changé des deux côtés" in dit
    assert "À bientôt." in (next(suppleant.dossier.glob("desaccords/*"))).read_text("utf-8")
    assert "Tout était déjà en commun" in titulaire.f("synchroniser").sortie


def test_le_meme_releve_importe_sur_deux_postes_ne_regle_rien_deux_fois(
    titulaire: Caisse, suppleant: Caisse
) -> None:
    from releves import Ligne, coda

    titulaire.f("facture", "emettre", "--tout")
    suppleant.f("synchroniser")
    dites = [titulaire.piece(str(n)) for n in (1, 2)]
    releve = titulaire.racine.parent / "releve"
    releve.write_bytes(coda([Ligne(d["du"], d["communication"]) for d in dites]))
    for poste in (titulaire, suppleant):
        poste.f("banque", "importer", str(releve))
    for poste in (titulaire, suppleant, titulaire):
        poste.f("synchroniser")
    for poste in (titulaire, suppleant):
        assert poste.f("banque", "rapprocher").sortie == "Tout est rapproché.\n"
        assert len(poste.j("banque", "liste")["mouvements"]) == 2


def test_rgpd_02_ce_qui_est_efface_l_est_sur_les_deux_postes_et_au_moyeu(
    titulaire: Caisse, suppleant: Caisse, moyeu: Path
) -> None:
    titulaire.f("facture", "retirer", next(b["id"] for b in titulaire.j("facture", "liste")["brouillons"]))
    titulaire.f("facture", "retirer", next(b["id"] for b in titulaire.j("facture", "liste")["brouillons"]))
    combien = len(list(suppleant.dossier.glob("coffre/*/*.age")))
    titulaire.f("rgpd", "effacer", "amina", "--oui")
    titulaire.f("synchroniser")
    suppleant.f("synchroniser")
    for dossier in (titulaire.dossier / "coffre", suppleant.dossier / "coffre", moyeu / "documents"):
        assert len(list(dossier.glob("*/*.age"))) == combien - 1
    assert "tout se tient" in suppleant.f("verifier").sortie


def test_un_moyeu_qui_ment_n_entre_pas(
    titulaire: Caisse, suppleant: Caisse, moyeu: Path, tmp_path: Path
) -> None:
    titulaire.f("facture", "emettre", "--tout")
    copie = tmp_path / "copie"
    subprocess.run(["git", "clone", "-q", str(moyeu), str(copie)], check=True)
    piece = next(copie.glob("pieces/2026/*"))
    piece.write_text(piece.read_text("utf-8").replace('"2026-11-24"', '"2026-11-23"', 1), "utf-8")
    avant = suppleant.histoire("rev-parse", "HEAD")
    for qui, dit in (("tresorier", "sa chaîne est rompue"), ("concierge", "seul le trésorier")):
        git(copie, "-c", f"user.name={qui}", "commit", "-qam", "Une retouche")
        git(copie, "push", "-q", "origin", "HEAD:main")
        assert dit in suppleant.f("synchroniser", code=1).erreurs
        assert suppleant.histoire("rev-parse", "HEAD") == avant
        (copie / "LISEZMOI.md").write_text("autre\n", "utf-8")


def test_le_moyeu_du_lieu_n_est_pas_celui_de_la_caisse(caisse: Caisse, tmp_path: Path) -> None:
    assert "n'est reliée à aucun moyeu" in caisse.f("synchroniser", code=2).erreurs
    assert caisse.faire("moyeu", "init", str(tmp_path / "du-lieu")).code == 0
    caisse.faire("moyeu", "relier", str(tmp_path / "du-lieu"))
    assert "la caisse a le sien" in caisse.f("relier", str(tmp_path / "du-lieu"), code=2).erreurs

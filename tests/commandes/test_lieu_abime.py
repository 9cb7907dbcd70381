"""Un lieu dont `lieu.yaml` manque, est cassé ou d'un format futur se synchronise et se répare encore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu, clef_age, git, lancer

FUTUR = "format: 99\nnom: La Passerelle\nboussole: nord\n"


def oter(lieu: Lieu) -> None:
    (lieu.racine / "lieu.yaml").unlink()


def casser(lieu: Lieu) -> None:
    (lieu.racine / "lieu.yaml").write_text("nom: [\n", "utf-8")


def fuseau(lieu: Lieu) -> None:
    (lieu.racine / "lieu.yaml").write_text("format: 1\nnom: X\nfuseau: Mars/Olympe\n", "utf-8")


def enregistre(geste: Callable[[Lieu], None]) -> Callable[[Lieu], None]:
    def faire(lieu: Lieu) -> None:
        geste(lieu)
        lieu.git("add", "-A")
        lieu.git("commit", "-qm", "à la main")

    return faire


GESTES: dict[str, Callable[[Lieu], None]] = {
    "oté": oter,
    "cassé": casser,
    "fuseau": fuseau,
    "oté-enregistré": enregistre(oter),
    "cassé-enregistré": enregistre(casser),
}


@pytest.fixture
def deux(ici: Lieu, moyeu: Path, tmp_path: Path) -> tuple[Lieu, Lieu]:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "la")).code == 0
    return ici, Lieu(tmp_path / "la")


@pytest.mark.parametrize("geste", GESTES)
def test_il_recoit_se_repare_et_envoie(deux: tuple[Lieu, Lieu], geste: str) -> None:
    ici, la = deux
    la.faire("journal", "noter", "Vu de là")
    la.faire("accueil", "personne", "creer", "Karim Haddad")
    la.faire("synchroniser")
    GESTES[geste](ici)
    assert ici.faire("journal", "noter", "x", code=None).code != 0
    # Un fichier que la main a cassé reste non envoyé ; tout le reste passe.
    recu = ici.faire("synchroniser", code=None)
    assert "lieu.yaml" in recu.erreurs
    assert list((ici.racine / "journal/notes").rglob("*vu-de-la*"))
    assert list((ici.racine / "registre/personnes").rglob("*.yaml"))
    assert (
        "le dernier qui se lisait est remis" in ici.faire("verifier", "--reparer", "--oui", code=None).erreurs
    )
    ici.faire("enregistrer", code=None)
    assert ici.faire("verifier").code == 0
    ici.faire("journal", "noter", "Vu d'ici")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    assert git(ici.racine, "rev-parse", "HEAD") == git(la.racine, "rev-parse", "HEAD")
    assert "nom: La Passerelle" in (ici.racine / "lieu.yaml").read_text("utf-8")


def test_un_format_futur_se_synchronise_sans_rien_juger(deux: tuple[Lieu, Lieu], tmp_path: Path) -> None:
    """Un poste a un outil plus récent : ses fiches passent par qui ne les comprend pas."""
    ici, la = deux
    la.faire("journal", "noter", "Avant")
    ici.poser("lieu.yaml", FUTUR)
    ici.poser("espace/salles/cour.yaml", "nom: Cour\nboussole: sud\n")
    ici.poser("astronomie/lunes/io.yaml", "nom: Io\n")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    assert (la.racine / "astronomie/lunes/io.yaml").exists()
    ici.faire("synchroniser")
    assert git(ici.racine, "rev-parse", "HEAD") == git(la.racine, "rev-parse", "HEAD")
    dit = la.faire("verifier", "--reparer", "--oui", code=1).sortie
    assert "Une chose à revoir" in dit
    assert "Mettre l'outil à jour" in dit
    assert (la.racine / "lieu.yaml").read_text("utf-8") == FUTUR
    assert "plus récent que cet outil" in la.faire("journal", "noter", "x", code=1).erreurs
    assert lancer("moyeu", "rejoindre", str(tmp_path / "moyeu"), str(tmp_path / "trois")).code == 0
    # Ce qui protège les gens ne dépend d'aucun format.
    ici.poser("astronomie/lunes/io.yaml", "nom: Un don de 50 €\n")
    assert "montant" in ici.faire("synchroniser", code=1).erreurs


def test_un_dossier_quelconque_n_est_pas_un_lieu(tmp_path: Path) -> None:
    autre = tmp_path / "autre"
    autre.mkdir()
    git(autre, "init", "-q")
    for mots in (("synchroniser",), ("verifier",)):
        reponse = lancer("--lieu", str(autre), *mots)
        assert reponse.code == 2
        assert "Aucun lieu" in reponse.erreurs


def test_sauvegarder_un_lieu_sans_reglages(lieu: Lieu, tmp_path: Path) -> None:
    publique, clef = clef_age(tmp_path)
    oter(lieu)
    lieu.faire("sauvegarder", str(tmp_path / "s.age"), "--pour", publique)
    assert lancer("restaurer", str(tmp_path / "s.age"), str(tmp_path / "r"), "--clef", str(clef)).code == 0

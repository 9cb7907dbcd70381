"""Les réglages du lieu se voient et se changent sans ouvrir un fichier ; les heures n'ont qu'un endroit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from soutien import Lieu, git, lancer


def test_init_remplit_le_dossier_ou_l_on_est(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ici = tmp_path / "le tilleul"
    ici.mkdir()
    monkeypatch.chdir(ici)
    avant = os.stat(".").st_ino
    dit = lancer("init", ".", "--nom", "Le Tilleul").sortie
    assert os.stat(ici).st_ino == avant, "le dossier est toujours celui où l'on est"
    assert f"est ouvert dans {ici}\n" in dit and "cd " not in dit
    assert sorted(p.name for p in ici.iterdir() if p.name.startswith(".")) == [
        *(".git", ".gitattributes", ".gitignore")
    ]
    assert lancer("verifier").code == 0
    assert "est déjà un lieu" in lancer("init", ".", "--nom", "X").erreurs
    autre = lancer("init", "../l'autre", "--nom", "X").sortie
    assert f"""cd "{tmp_path}/l'autre\"""" in autre


def test_une_panne_en_emmenageant_rend_le_dossier_vide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vrai = os.rename

    def capricieux(de: Path, vers: Path) -> None:
        if Path(de).name == "registre" and Path(vers).parent == tmp_path:
            raise OSError(28, "plein")
        vrai(de, vers)

    monkeypatch.setattr(os, "rename", capricieux)
    assert lancer("init", ".", "--nom", "X").code == 2
    assert list(tmp_path.iterdir()) == []


def test_les_reglages_se_voient_et_se_changent(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    dit = lieu.faire(
        *("lieu", "--adresse", "rue du Pont 12, Liège", "--domaine", "https://Passerelle.be/"),
        *("--heures", "lun-ven 9h-12h30 et 14h-18h", "--heures", "sam 10h-13h"),
        *("--public", "adolescents", "--contact", "04 123 45 67", "--qui", "@karim", "--pays", "fr"),
    ).sortie
    assert "domaine : lieu.invalid → passerelle.be" in dit
    assert "heures : lun–ven 09:00–12:30 et 14:00–18:00 · sam 10:00–13:00" in dit
    vu = lieu.faire("lieu").sortie
    for attendu in (str(lieu.racine), "rue du Pont 12", "adolescents", "Karim", "FR", "lun–ven 09:00–12:30"):
        assert attendu in vu
    assert "Haddad" not in (lieu.racine / "lieu.yaml").read_text("utf-8")
    assert "# L'adresse que le programme" in (lieu.racine / "lieu.yaml").read_text("utf-8")
    assert "09:00–12:30" in lieu.faire("espace", "horaires").sortie
    assert "ouvert 09:00–12:30 et 14:00–18:00" in lieu.faire("aujourdhui").sortie
    assert "Réglages du lieu" in git(lieu.racine, "log", "-1", "--format=%s")


def test_les_heures_n_ont_qu_un_endroit(lieu: Lieu) -> None:
    """Ce qu'un ancien lieu.yaml en disait est signalé, puis remplacé."""
    avec = (lieu.racine / "lieu.yaml").read_text("utf-8") + "horaires: ouvert 9h\n"
    lieu.poser("lieu.yaml", avec)
    assert "tl lieu --heures" in lieu.faire("verifier", code=1).sortie
    assert "« ouvert 9h », à redire" in lieu.faire("lieu").sortie
    assert "9h" not in lieu.faire("aujourdhui").sortie
    lieu.faire("lieu", "--heures", "lun-ven 9h-18h")
    assert "horaires" not in (lieu.racine / "lieu.yaml").read_text("utf-8").replace("espace/horaires", "")
    lieu.faire("verifier")


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (["--domaine", "passerelle"], "n'est pas un nom de domaine"),
        (["--fuseau", "Mars/Base"], "fuseau"),
        (["--pays", "ZZ"], "Aucun jour férié"),
        (["--site", "http://x.be"], "n'est pas un site"),
        (["--sans-public", "martiens"], "n'y est pas"),
        (["--nom", " "], "Le nom du lieu"),
        (["--qui", "@personne"], "personne"),
        (["--heures", "parfois"], "n'est pas une plage"),
        (["--logo", "absent.png"], "absent.png"),
        (["--logo", "absent.gif"], "n'est pas une image"),
        (["--couleur", "rouge"], "n'est pas une couleur"),
        (["--langue", "wa"], "n'est pas une langue"),
        (["--adresse", ""], "Rien ne change"),
    ],
)
def test_un_reglage_mal_dit_n_ecrit_rien(lieu: Lieu, mots: list[str], dit: str) -> None:
    avant = lieu.signature()
    refus = lieu.faire("lieu", *mots, code=None)
    assert refus.code in (1, 2) and dit in refus.erreurs
    assert lieu.signature() == avant


def test_un_public_qui_sert_ne_s_ote_pas(lieu: Lieu) -> None:
    lieu.faire("accueil", "passage", "riverains", "3")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", "--public", "riverains")
    refus = lieu.faire("lieu", "--sans-public", "riverains", code=1)
    assert "« riverains » sert encore : 1 fiche, 1 personne." in refus.erreurs
    lieu.faire("lieu", "--sans-public", "partenaires")


def test_changer_de_domaine_se_confirme(lieu: Lieu) -> None:
    lieu.faire("lieu", "--domaine", "un.be")
    assert "À confirmer" in lieu.faire("lieu", "--domaine", "deux.be", code=2).erreurs
    lieu.faire("lieu", "--domaine", "deux.be", "--oui")


@pytest.mark.parametrize("suffixe", ["png", "svg"])
def test_le_logo_est_recopie_et_sert_aux_pages(lieu: Lieu, tmp_path: Path, suffixe: str) -> None:
    image = tmp_path / f"Notre logo.{suffixe}"
    if suffixe == "png":
        Image.new("RGB", (40, 20), "teal").save(image)
    else:
        image.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    lieu.faire("lieu", "--logo", str(image), "--couleur", "#AA0000", "--langue", "fr", "--langue", "nl")
    assert (lieu.racine / f"gabarits/logo.{suffixe}").read_bytes() == image.read_bytes()
    assert "data:image/" in lieu.faire("prog", "semaine", "--format", "html").sortie
    image.write_bytes(image.read_bytes() + b"\n")
    lieu.faire("lieu", "--logo", str(image), "--essai")
    assert "changé" in lieu.faire("lieu", "--logo", str(image)).sortie
    lieu.faire("verifier")
    lieu.faire("lieu", "--logo", "")
    assert "data:image/" not in lieu.faire("prog", "semaine", "--format", "html").sortie

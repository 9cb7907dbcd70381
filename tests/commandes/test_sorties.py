"""Toute commande à sortie, toute cible interdite : rien d'autre n'est touché, et c'est dit."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from pathlib import Path

import msgspec
import pytest
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau import lieu as lieux
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.sorties import Sorties

#: Ce qui écrit un fichier ; la cible vient à la fin.
FICHIERS = (
    ("prog", "ical", "--sortie"),
    ("prog", "semaine", "--format", "html", "--sortie"),
    ("prog", "mois", "--format", "md", "--sortie"),
    ("prog", "jour", "--format", "html", "--sortie"),
    ("prog", "bilan", "--format", "html", "--sortie"),
    ("accueil", "bilan", "--format", "md", "--sortie"),
    ("espace", "planning", "--format", "html", "--sortie"),
    ("espace", "occupation", "--format", "md", "--sortie"),
    ("espace", "exporter", "--sortie"),
    ("espace", "exporter", "--format", "ics", "--sortie"),
    ("espace", "exporter", "--noms", "--sortie"),
    ("faits", "exporter", "--le", "2026-11-22", "--sortie"),
    ("prog", "emarger", "atelier", "--feuille", "html", "--sortie"),
    ("donnees", "effacer", "@karim", "--oui", "--recu"),
    ("sauvegarder",),
)
#: Ce qui écrit tout un dossier.
DOSSIERS = (
    ("prog", "publier", "--sortie"),
    ("prog", "publier", "--interne"),
    ("espace", "flux", "--sortie"),
    ("donnees", "exporter", "@karim", "--vers"),
    ("exporter", "csv"),
    ("exporter", "json", "--avec-noms"),
    ("moyeu", "init"),
    ("init", "--nom", "X"),
    ("demo",),
    ("restaurer", "absente.age"),
    ("adopter", "."),
)
AVEC_DES_NOMS = tuple(mots for mots in FICHIERS if {"--noms", "emarger", "sauvegarder"} & {*mots})


@pytest.fixture
def vivant(lieu: Lieu) -> Lieu:
    """Un lieu où chaque commande a quelque chose à dire."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire(
        "prog", "evenement", "creer", "Atelier", "--quand", "hier 9h-10h", "--passe", "--salle", "cour"
    )
    lieu.faire("journal", "clore", "2026-11-22")
    return lieu


def instantane(dossier: Path) -> dict[str, tuple[object, ...]]:
    """Tout ce qu'un dossier contient, octet pour octet ; ce que l'outil retient pour lui n'y compte pas."""
    vus: dict[str, tuple[object, ...]] = {}
    for fichier in sorted(dossier.rglob("*")):
        etat = fichier.lstat()
        contenu = fichier.read_bytes() if stat.S_ISREG(etat.st_mode) else b""
        if not fichier.name.startswith("tiers-lieu."):
            vus[str(fichier)] = (stat.S_IFMT(etat.st_mode), contenu)
    return vus


def cibles_interdites(racine: Path, dehors: Path) -> dict[str, str]:
    """Chaque endroit où l'on n'écrit pas, par ce qui le rend interdit."""
    (dehors / "a-moi.txt").write_text("précieux", "utf-8")
    (dehors / "plein").mkdir()
    (dehors / "plein/a-moi.txt").write_text("précieux", "utf-8")
    (dehors / "lien").symlink_to(dehors / "a-moi.txt")
    (dehors / "lien-mort").symlink_to(dehors / "nulle-part")
    os.mkfifo(dehors / "tube")
    (racine / "public").symlink_to(dehors)
    git(dehors, "init", "-q", "--bare", "moyeu.git")
    (dehors / "autre").mkdir()
    (dehors / "autre/lieu.yaml").write_text("nom: Autre\n", "utf-8")
    return {
        "les réglages": f"{racine}/lieu.yaml",
        "la tête de l'archive": f"{racine}/.git/HEAD",
        "un neuf dans l'archive": f"{racine}/.git/neuf",
        "un crochet": f"{racine}/.git/hooks/pre-commit",
        "la racine du lieu": f"{racine}/neuf",
        "une fiche": f"{racine}/espace/salles/cour.yaml",
        "un dossier de fiches": f"{racine}/regles/neuf",
        "le registre": f"{racine}/registre/neuf",
        "la tête du registre": f"{racine}/registre/.git/HEAD",
        "un lien": f"{dehors}/lien",
        "un lien vers rien": f"{dehors}/lien-mort",
        "à travers un lien du lieu": f"{racine}/public/neuf",
        "un tube": f"{dehors}/tube",
        "un périphérique": "/dev/null",
        "le fichier d'un autre": f"{dehors}/a-moi.txt",
        "un moyeu": f"{dehors}/moyeu.git/neuf",
        "un autre lieu": f"{dehors}/autre/neuf",
        "des parents à inventer": f"{dehors}/x/y/neuf",
        "un nom vide": "",
        "un nom invisible": f"{dehors}/\u200b\u202e",
        "un saut de ligne": f"{dehors}/a\nb",
    }


@pytest.mark.parametrize("mots", [*FICHIERS, *DOSSIERS], ids=" ".join)
def test_nulle_part_ailleurs(
    vivant: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mots: tuple[str, ...]
) -> None:
    dehors = tmp_path / "dehors"
    dehors.mkdir()
    monkeypatch.chdir(vivant.racine)
    monkeypatch.setenv("TIERS_LIEU_PHRASE", "une phrase assez longue")
    monkeypatch.setenv("EDITOR", "false")
    cibles = cibles_interdites(vivant.racine, dehors)
    cibles |= {"un dossier plein" if mots in DOSSIERS else "un dossier": f"{dehors}/plein"}
    if {"publier", "flux"} & {*mots}:
        # Ceux-là ajoutent leurs fichiers à un dossier, plein ou non.
        del cibles["un dossier plein"]
    avant = instantane(tmp_path)
    for pourquoi, cible in cibles.items():
        reponse = vivant.faire(*mots, cible, code=None)
        assert reponse.code in (1, 2), (pourquoi, reponse)
        assert reponse.erreurs, pourquoi
        assert instantane(tmp_path) == avant, pourquoi


@pytest.mark.parametrize("mots", FICHIERS[:-2], ids=" ".join)
def test_ce_que_l_outil_a_fait_se_refait_et_ce_qu_une_main_a_change_se_demande(
    vivant: Lieu, tmp_path: Path, mots: tuple[str, ...]
) -> None:
    cible = tmp_path / "sortie"
    vivant.faire(*mots, str(cible))
    premiere = cible.read_bytes()
    vivant.faire("prog", "evenement", "creer", "Fête", "--quand", "aujourd'hui 20h-21h", "--salle", "cour")
    vivant.faire(*mots, str(cible))
    cible.write_text("à moi", "utf-8")
    refus = vivant.faire(*mots, str(cible), code=2)
    assert "--ecraser" in refus.erreurs
    assert cible.read_text("utf-8") == "à moi"
    vivant.faire(*mots, str(cible), "--ecraser")
    assert cible.read_bytes()[:20] == premiere[:20]
    assert not list(tmp_path.glob(".tmp-*"))
    assert oct(cible.stat().st_mode & 0o777) == ("0o600" if mots in AVEC_DES_NOMS else "0o644")


def test_dans_le_lieu_seulement_ou_l_archive_ne_va_pas(vivant: Lieu) -> None:
    """`public/`, `interne/`, et un dossier que la personne nomme dans `.gitignore` ; des noms, nulle part."""
    for dossier in ("public", "interne", "affiches", "registre"):
        (vivant.racine / dossier).mkdir(exist_ok=True)
    ou = ("prog", "semaine", "--format", "html", "--sortie")
    vivant.faire(*ou, f"{vivant.racine}/public/semaine.html")
    vivant.faire(*ou, f"{vivant.racine}/interne/semaine.html")
    vivant.faire(*ou, f"{vivant.racine}/affiches/semaine.html", code=2)
    with (vivant.racine / ".gitignore").open("a", encoding="utf-8") as ignore:
        ignore.write("/affiches/\n")
    vivant.faire(*ou, f"{vivant.racine}/affiches/semaine.html")
    assert sorties.permis(vivant.racine) == {"public", "interne", "affiches"}
    vivant.faire("enregistrer", "--oui")
    assert "en ordre" in vivant.faire("verifier").sortie
    for mots in AVEC_DES_NOMS:
        assert "des noms" in vivant.faire(*mots, f"{vivant.racine}/affiches/x", code=2).erreurs


def test_un_agenda_fait_sur_un_autre_poste_est_de_l_outil(vivant: Lieu, tmp_path: Path) -> None:
    """Deux postes publient dans le même dossier : chacun reconnaît ce que l'autre y a fait."""
    site = tmp_path / "site"
    vivant.faire("prog", "publier", "--sortie", str(site))
    (vivant.racine / ".git/tiers-lieu.sorties").unlink()
    vivant.faire("prog", "evenement", "creer", "Fête", "--quand", "demain 20h-21h", "--public", "riverains")
    vivant.faire("prog", "publier", "--sortie", str(site))
    (site / "programme.json").write_text("{}", "utf-8")
    assert "programme.json" in vivant.faire("prog", "publier", "--sortie", str(site), code=2).erreurs


def test_un_recu_impossible_n_efface_personne(vivant: Lieu) -> None:
    recu = str(vivant.racine / "recu.md")
    vivant.faire("donnees", "effacer", "@karim", "--oui", "--recu", recu, code=2)
    assert "Karim" in vivant.faire("accueil", "personne", "liste").sortie


class Bureau(msgspec.Struct):
    """Un lieu, et quelqu'un devant l'écran."""

    lieu: lieux.Lieu
    ecran: Ecran


@pytest.mark.parametrize(("reponse", "ecrit"), [("n", False), ("", False), ("o", True)])
def test_au_terminal_on_demande(
    lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reponse: str, ecrit: bool
) -> None:
    cible = tmp_path / "agenda.ics"
    cible.write_text("à moi", "utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{reponse}\n"))
    ici = Bureau(lieux.ouvrir(lieu.racine), Ecran(io.StringIO(), io.StringIO(), interactif=True))
    with contextlib.suppress(sorties.DejaLa), Sorties(ici) as neuves:
        neuves.ecrire(neuves.reserver(cible), [b"neuf"])
    assert cible.read_text("utf-8") == ("neuf" if ecrit else "à moi")
    assert "L'écraser ?" in ici.ecran.sortie.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("partage", [False, True])
def test_un_moyeu_n_est_ouvert_qu_a_qui_l_on_veut(tmp_path: Path, partage: bool) -> None:
    dit = lancer("moyeu", "init", str(tmp_path / "moyeu"), *(["--partage"] if partage else [])).sortie
    modes = [oct((tmp_path / f"moyeu{d}").stat().st_mode & 0o7777) for d in ("", "/refs", "/registre")]
    assert modes == (["0o2770", "0o2770", "0o2770"] if partage else ["0o2750", "0o2750", "0o700"])
    assert "groupe" in dit

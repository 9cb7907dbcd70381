"""Ce qu'on tape et qui ne se voit pas, ou qui n'est pas ce qu'il semble : refusé d'une phrase."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from ecritures import toutes
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu, lancer

from tiers_lieu_cli.noyau import fichiers, texte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.telechargement import adresse_permise

INVISIBLES = ("\u200b", "\u3164", "\u2800\u115f", "\u2060\ufeff", "\u00ad", "\u202e", "\u200d", "\u0301")
CREER = 'prog evenement creer x --quand "demain 9h-10h"'


@pytest.mark.parametrize("invisible", INVISIBLES)
def test_rien_d_invisible_n_entre_par_aucune_commande(lieu: Lieu, invisible: str) -> None:
    """Tout texte de toute commande qui écrit, rempli de ce qui ne se voit pas : aucune fiche n'en porte."""
    for mots in toutes(invisible, invisible):
        if any(invisible in mot for mot in mots):
            lieu.faire(*mots, code=None)
    lieu.faire("accueil", "personne", "creer", invisible, code=2)
    for fichier in lieu.racine.rglob("*"):
        if fichier.is_file() and ".git" not in fichier.parts:
            assert invisible not in fichier.read_text("utf-8"), fichier


@pytest.mark.parametrize("nom", ["", " ", *INVISIBLES])
def test_un_lieu_a_un_nom(tmp_path: Path, nom: str) -> None:
    assert lancer("init", str(tmp_path / "lieu"), "--nom", nom).code == 2
    assert not (tmp_path / "lieu").exists()


@pytest.mark.parametrize(
    ("ligne", "dit"),
    [
        *(
            (f"{CREER} --capacite {n}", "--capacite")
            for n in ("1_000", "٣", "９", "1e3", "0x10", "9" * 20, "''")
        ),
        *((f"{CREER} --capacite {n}", "--capacite") for n in ("'1 2'", "--1", "½", "4,5", "9" * 5000)),
        *((f"accueil passage riverains {n}", f"« {n} »") for n in ("1_000", "٣", "9" * 20, "9" * 5000)),
        (f"{CREER} --capacite 3 --capacite 4", "dite deux fois"),
        (f"{CREER} --capacite 3 --capacite 3", "dite deux fois"),
        ("--lieu . --lieu . prog semaine", "--lieu est dite deux fois"),
        ("accueil passages --du lundi --du mardi", "--du est dite deux fois"),
        ("prog ical --sortie ''", "--sortie"),
        ("prog publier --interne ''", "--interne"),
        ("importer ics ''", "fichier"),
        ("init '' --nom x", "DOSSIER"),
        ("demo ''", "DOSSIER"),
        ("moyeu init ''", "DOSSIER"),
        ("sauvegarder ''", "FICHIER"),
        ("restaurer x.age ''", "DOSSIER"),
        ("--lieu '' prog semaine", "--lieu"),
        ("prog ical --sortie '\u200b'", "--sortie"),
        *(
            (f"prog reseau creer Ami {shlex.quote(a)}", "Ami" if not a else "")
            for a in (
                "file:///etc/passwd",
                "file:/etc/passwd",
                "FILE:x.ics",
                "file:x.ics",
                "data:text/calendar,x",
            )
        ),
        *(
            (f"prog reseau creer Ami {shlex.quote(a)}", "adresse")
            for a in (
                "https://",
                "https://[x",
                "https://a b/x",
                "https:/a.be/x",
                "https:a.be",
                "https://a:x/",
                "https://.",
            )
        ),
    ],
)
def test_une_saisie_douteuse_est_refusee(lieu: Lieu, ligne: str, dit: str) -> None:
    avant = lieu.signature()
    reponse = lieu.faire(*shlex.split(ligne), code=2)
    assert dit in reponse.erreurs
    assert lieu.signature() == avant


@pytest.mark.parametrize(
    "adresse",
    [
        *(
            "",
            "file:///x",
            "ftp://a.be/x",
            "https://",
            "https:///x",
            "https://[",
            "https://[::1",
            "https://a:99999/",
        ),
        *(
            "https://a:0/",
            "https://a/\n",
            "https://a/ b",
            "https://qui:quoi@a/",
            "https://a\u202e/",
            "//a.be/x",
        ),
        *("https://-a/", "https://a/<x>", 'https://a/"', "http://a.be/x", "https://a\\b/"),
    ],
)
def test_une_adresse_mal_formee_n_est_pas_une_adresse(adresse: str) -> None:
    with pytest.raises(ErreurUsage):
        adresse_permise(adresse)


@pytest.mark.parametrize(
    "adresse", ["https://a.be/x.ics", "https://a.be:8443/x?y=z&t=%20", "https://[::1]/x"]
)
def test_une_adresse_bien_formee_passe(adresse: str) -> None:
    assert adresse_permise(adresse) == adresse


@pytest.mark.parametrize(
    ("dit", "nombre"),
    [
        ("0", 0),
        ("12", 12),
        ("1 234", 1234),
        ("1\u202f234\u00a0567", 1234567),
        ("+3", 3),
        ("-3", -3),
        (" 7 ", 7),
    ],
)
def test_un_nombre_se_dit_en_chiffres(dit: str, nombre: int) -> None:
    assert texte.entier(dit) == nombre


@given(st.text(max_size=30))
def test_un_nombre_entier_est_fait_de_chiffres_ordinaires(dit: str) -> None:
    nombre = texte.entier(dit)
    assert nombre is None or re.sub(r"\s", "", dit).lstrip("+-0").isascii()


@given(st.recursive(st.text(), lambda t: st.lists(t) | st.dictionaries(st.text(), t), max_leaves=8))
def test_le_json_se_relit_et_ne_porte_rien_qui_ne_se_voie(valeur: object) -> None:
    octets = en_json(valeur)
    assert json.loads(octets) == valeur
    dit = octets.decode()
    assert all(c.isprintable() or c in "\n\u200c\u200d\u3000\xa0" or not c.isspace() for c in dit)
    assert not re.search(
        r"[\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]", dit
    )


def test_csv_et_ics_montrent_ce_qui_ne_se_voit_pas(lieu: Lieu) -> None:
    """Une fiche écrite à la main, ou venue d'ailleurs, peut en porter : ce qui sort le montre."""
    for rang, signe in enumerate(("\u202e", "\u200b", "\u2066", "\x9b")):
        lieu.poser(
            f"prog/evenements/2026/11/2026-11-25-piege-abc{rang}.yaml",
            f'titre: "a{signe}b"\ndebut: 2026-11-25T18:00\nfin: 2026-11-25T20:00\ndescription: "c{signe}d"\n',
        )
        octets = fichiers.ecrire_tableau(["x"], [[f"a{signe}b"]]).decode()
        for dit in (
            octets,
            lieu.faire("prog", "ical").sortie,
            lieu.faire("prog", "semaine", "--json").sortie,
        ):
            assert signe not in dit


def test_une_page_ne_charge_rien_d_ailleurs(lieu: Lieu) -> None:
    """Une image devient un lien ; et quoi qu'un gabarit y mette, le navigateur ne va nulle part."""
    prose = gabarit.preparer("{{ dit | prose }}", html=True)
    page = prose.render(dit='![vue](https://mal.be/x.png "t") ![](https://mal.be/y.png)')
    assert "<img" not in page
    assert '<a href="https://mal.be/x.png">vue</a>' in page
    assert '<a href="https://mal.be/y.png">https://mal.be/y.png</a>' in page
    assert "<script" not in prose.render(dit='![<script>](x"onerror="y)')
    for local in ("<html><head><title>x</title></head></html>", "<p>sans tête</p>"):
        lieu.poser("gabarits/semaine.html.j2", local + '<img src="https://mal.be/x.png">')
        sortie = lieu.faire("prog", "semaine", "--format", "html").sortie
        assert "default-src 'none'" in sortie
        assert "mal.be" not in re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', sortie)[0]
    reglages = lieu.racine / "lieu.yaml"
    reglages.write_text(reglages.read_text("utf-8") + "sites_permis:\n  - https://images.be\n", "utf-8")
    assert (
        "img-src 'self' data: https://images.be;" in lieu.faire("prog", "semaine", "--format", "html").sortie
    )
    reglages.write_text(reglages.read_text("utf-8") + '  - "https://x.be; script-src *"\n', "utf-8")
    assert "adresse d'un site" in lieu.faire("prog", "semaine", code=1).erreurs

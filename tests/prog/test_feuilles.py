"""Ce qui s'imprime : une feuille remplie, les mêmes octets, un QR qui se lit, et rien qui s'exécute."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader
from soutien import OR, Lieu

HOSTILE = "<script> [link] {{7*7}} #panic() $x$ javascript:alert(1) *gras* _"
TITRE = "Une très longue fête des voisins et des voisines " * 3


def regler(lieu: Lieu) -> None:
    fichier = lieu.racine / "lieu.yaml"
    texte = fichier.read_text("utf-8").replace("domaine: lieu.invalid", "domaine: passerelle.example")
    fichier.write_text(texte.replace("contacts: []", "contacts: [bonjour@passerelle.example]"), "utf-8")
    lieu.git("commit", "-qam", "réglages")


@pytest.fixture
def anime(lieu: Lieu) -> Lieu:
    regler(lieu)
    dits = {HOSTILE: "mardi 18h30-20h", TITRE: "jeudi 14h-18h", "أمسية شعرية": "samedi 20h-22h"}
    for titre, quand in dits.items():
        lieu.faire("prog", "evenement", "creer", titre, "--quand", quand, "--salle", "cour")
    lieu.faire("prog", "evenement", "creer", "Réunion secrète", "--quand", "mardi 9h-10h", "--interne")
    lieu.faire("espace", "fermer", "--du", "29/11", "--au", "29/11", "--motif", "travaux")
    lieu.faire("espace", "cle", "creer", "cave", "--exemplaires", "3", "--rangee", "crochet 2")
    return lieu


def le_hostile(lieu: Lieu) -> str:
    jours = lieu.faire("prog", "semaine", "--json").json["jours"]
    return str(next(e["id"] for e in jours[0]["evenements"] if "script" in e["titre"]))


def pages(pdf: Path) -> tuple[list[str], tuple[float, float]]:
    lu = PdfReader(pdf)
    taille = lu.pages[0].mediabox
    return [p.extract_text() for p in lu.pages], (round(float(taille.width)), round(float(taille.height)))


A4, A3 = (595, 842), (842, 1191)
#: Moins loin du bord, un mot se perd à l'impression.
MARGE = 18


@pytest.mark.parametrize(
    ("mots", "taille", "dits"),
    [
        (("prog", "semaine"), A4, ("script", "javascript:alert(1)", "travaux", "#panic()")),
        (("prog", "semaine", "--affiche", "--a3"), A3, ("passerelle.example", "travaux")),
        (("prog", "mois"), A4[::-1], ("novembre 2026", "fermé")),
        (("prog", "mois", "--a3"), A3[::-1], ("dimanche",)),
        (("prog", "affiche", "HOSTILE"), A4, ("18:30–20:00", "bonjour@passerelle.example")),
        (("prog", "affiche", "HOSTILE", "--a3"), A3, ("24 novembre",)),
        (("espace", "planning", "--salle", "cour"), A4, ("Cour", "fermée", "libre")),
        (("espace", "planning", "--a3"), A3[::-1], ("Cour",)),
        (("espace", "cle", "etiquettes"), A4, ("cave", "1 / 3", "3 / 3", "crochet 2")),
        (("prog", "emarger", "HOSTILE", "--feuille", "pdf"), A4, ("signature",)),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, tuple) and isinstance(x[0], str) else None,
)
def test_une_feuille_entiere_et_les_memes_octets(
    anime: Lieu, tmp_path: Path, mots: tuple[str, ...], taille: tuple[int, int], dits: tuple[str, ...]
) -> None:
    voulus = [le_hostile(anime) if mot == "HOSTILE" else mot for mot in mots]
    un, deux = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    for fichier in (un, deux):
        anime.faire(*voulus, "--sortie", str(fichier))
    assert un.read_bytes() == deux.read_bytes()
    textes, lue = pages(un)
    assert len(textes) == 1
    assert lue == taille
    texte = " ".join(textes[0].split())
    for dit in dits:
        assert dit in texte
    assert "secrète" not in texte


def test_une_semaine_pleine_tient_encore_sur_sa_feuille(anime: Lieu, tmp_path: Path) -> None:
    for n in range(40):
        anime.poser(
            f"prog/evenements/2026/11/2026-11-{24 + n % 5}-atelier-{n:02}kk.yaml",
            f"titre: Atelier numéro {n}\ndebut: 2026-11-{24 + n % 5}T{8 + n // 5:02}:00\n"
            f"fin: 2026-11-{24 + n % 5}T{9 + n // 5:02}:00\nailleurs: Quartier\n",
            enregistre=n == 39,
        )
    for mots in (("prog", "semaine"), ("prog", "mois")):
        anime.faire(*mots, "--sortie", str(tmp_path / "plein.pdf"), "--ecraser")
        textes, _ = pages(tmp_path / "plein.pdf")
        assert len(textes) == 1
        lu = re.sub(r"[-\s\u00ad]+", "", textes[0])
        assert [n for n in (0, 20, 39) if f"numéro{n}" not in lu] == []


def test_un_tableau_de_la_description_est_sur_l_affiche(anime: Lieu, tmp_path: Path) -> None:
    tableau = "Avant\n\n| Jour | Quoi |\n|---|---|\n| lundi | **vélo** |\n| mardi | couture |\n\nAprès"
    e = anime.id("prog", "evenement", "creer", "Stage", "--quand", "jeudi 9h-10h", "--description", tableau)
    anime.faire("prog", "affiche", e, "--sortie", str(tmp_path / "a.pdf"))
    (texte,), _ = pages(tmp_path / "a.pdf")
    lus = [
        texte.index(mot) for mot in ("Avant", "Jour", "Quoi", "lundi", "vélo", "mardi", "couture", "Après")
    ]
    assert lus == sorted(lus)


#: Des mots ordinaires et longs, un qu'aucune langue ne coupe, un qui ne finit pas, une adresse.
MOTS_LONGS = (
    "Rencontres intergénérationnelles",
    "Désencombrement",
    "Accompagnement professionnel",
    "Xqz" * 8,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
    "un-tiers-lieu_de_quartier@exemple.invalid",
    "https://exemple.invalid/" + "une-page-dont-l-adresse_ne_finit_pas" * 3,
)


@pytest.mark.parametrize("titre", MOTS_LONGS)
def test_aucun_mot_ne_sort_de_sa_feuille(lieu: Lieu, tmp_path: Path, titre: str) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext n'est pas là")
    regler(lieu)
    salle = lieu.id("espace", "salle", "creer", "autre", "--nom", titre[:50])
    ident = lieu.id(
        *("prog", "evenement", "creer", titre, "--quand", "mardi 18h30-20h", "--salle", salle),
        *("--description", f"Venez : {titre}"),
    )
    lieu.faire("espace", "cle", "creer", "cave", "--nom", titre)
    lieu.faire("espace", "reserver", salle, "jeu 14h-16h", "--objet", titre)
    for rang, mots in enumerate(
        (
            ("prog", "affiche", ident),
            ("prog", "affiche", ident, "--a3"),
            ("prog", "semaine"),
            ("prog", "mois"),
            ("espace", "planning", "--salle", salle),
            ("espace", "planning"),
            ("espace", "cle", "etiquettes"),
            ("prog", "emarger", ident, "--feuille", "pdf"),
        )
    ):
        fichier = tmp_path / f"{rang}.pdf"
        lieu.faire(*mots, "--sortie", str(fichier))
        lu = subprocess.run(["pdftotext", "-bbox", fichier, "-"], capture_output=True, text=True, check=True)
        largeur = float(re.findall(r'<page width="([\d.]+)"', lu.stdout)[0])
        dehors = [
            mot
            for gauche, droite, mot in re.findall(
                r'xMin="([-\d.]+)".* xMax="([\d.]+)".*>(.*)</word', lu.stdout
            )
            if float(gauche) < MARGE or float(droite) > largeur - MARGE
        ]
        assert not dehors, (mots, dehors)


@pytest.mark.parametrize("drapeaux", [("--interne",), ("--brouillon",), ("--interne", "--brouillon")])
def test_ce_qui_n_est_pas_public_ne_s_affiche_pas(
    anime: Lieu, tmp_path: Path, drapeaux: tuple[str, ...]
) -> None:
    ident = anime.id("prog", "evenement", "creer", "Peut-être", "--quand", "vendredi 10h-11h", *drapeaux)
    refus = anime.faire("prog", "affiche", ident, "--sortie", str(tmp_path / "x.pdf"), code=2)
    assert "il ne s'affiche pas" in refus.erreurs
    anime.faire(*refus.erreurs.partition(" : tl ")[2].split())
    anime.faire("prog", "affiche", ident, "--sortie", str(tmp_path / "x.pdf"))


@pytest.mark.parametrize("mots", [("prog", "affiche", "HOSTILE", "--a3"), ("prog", "semaine", "--affiche")])
def test_le_qr_se_relit_et_l_image_ne_change_pas(
    anime: Lieu, tmp_path: Path, mots: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm n'est pas là")
    voulus = [le_hostile(anime) if mot == "HOSTILE" else mot for mot in mots]
    anime.faire(*voulus, "--sortie", str(tmp_path / "a.pdf"))
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(tmp_path / "a.pdf"), str(tmp_path / "a")], check=True)
    (image,) = tmp_path.glob("a*.png")
    if shutil.which("zbarimg"):
        lu = subprocess.run(
            ["zbarimg", "-q", "--raw", str(image)], capture_output=True, text=True, check=False
        ).stdout.strip()
        ou = f"/evenements/{voulus[2]}.html" if "HOSTILE" in mots else ""
        assert lu == f"https://passerelle.example{ou}"
    # Le QR de l'affiche porte un nom tiré au sort : on le cache.
    vue = Image.open(image).convert("L").resize((105, 149))
    vue.paste(255, (65, 110, 105, 149))
    nom = OR / f"{'-'.join(m.strip('-') for m in mots if m != 'HOSTILE')}.png"
    if request.config.getoption("--maj-or"):
        vue.save(nom, optimize=True)
    ecart = ImageStat.Stat(ImageChops.difference(vue, Image.open(nom).convert("L"))).mean[0]
    assert ecart < 4, "l'affiche a changé ; si c'est voulu : pytest --maj-or"


def test_sans_le_complement_on_dit_comment_faire(
    anime: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    refus = anime.faire("prog", "semaine", "--sortie", str(tmp_path / "s.pdf"), code=1)
    assert "complément" in refus.erreurs
    assert "d'y ajouter « pdf »" in refus.erreurs
    assert "Une affiche est un PDF" in anime.faire("prog", "semaine", "--affiche", code=2).erreurs

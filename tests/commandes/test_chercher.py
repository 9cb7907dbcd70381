"""Un mot, et tout ce qui en parle : juste avec l'index, sans lui, ou malgré lui."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repertoire import TOUTES
from soutien import MAINTENANT, Lieu

from tiers_lieu_cli.ensemble.chercher import regles
from tiers_lieu_cli.ensemble.genres import GENRES

INDEX = ".git/tiers-lieu.recherche"


@pytest.fixture(scope="module")
def garni(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Lieu:
    """Un lieu où il y a de quoi chercher ; les essais n'y écrivent pas, sauf l'index."""
    racine = tmp_path_factory.mktemp("garni") / "lieu"
    with pytest.MonkeyPatch.context() as m:
        m.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
        subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
        la = Lieu(racine)
        for mots in (
            'accueil personne creer "Karim Haddad" --surnom karim --public riverains',
            'accueil personne creer "Amina Benali"',
            'journal noter "Le robinet de la cave goutte, @karim passe demain #plomberie"',
            'journal noter "Robinets fermés pour l\'hiver"',
            'prog evenement creer "Atelier vélo" --quand "demain 18h-20h" --salle cour --porteur @karim',
            'prog serie creer Chorale --regle "chaque mardi 19h-21h" --salle salle-du-rez',
            'espace reserver salle-du-rez "jeudi 9h-11h" --objet Couture --pour @amina',
            'espace reserver cour "vendredi 9h-11h" --objet Répétition',
            'espace cle creer cave --nom "Clé de la cave"',
            'espace entretien panne "Le four chauffe mal" --salle cour',
            'accueil besoin creer "Garde d\'enfants le mercredi" --de @amina',
            'stock objet creer "Perceuse à percussion"',
            'stock article creer "Café en grains" --unite kg',
            'journal decision creer "Les clés" --decision "Un relais par jour"',
        ):
            la.faire(*shlex.split(mots))
        la.poser("regles/charte.md", "# Charte\n\nOn éteint le compresseur en partant.\n")
    return la


def trouves(lieu: Lieu, *mots: str) -> list[str]:
    """Le genre et le titre de chaque réponse."""
    rendu = lieu.faire("chercher", *mots, "--json").json
    return [f"{t['genre']} {t['titre'] or ''}".strip() for t in rendu["trouves"]]


@pytest.mark.parametrize(
    ("mots", "attendus"),
    [
        ("robinet", ["note Le robinet", "note Robinets"]),
        ("robinnet", ["note Le robinet", "note Robinets"]),
        ("ROBINETS", ["note Le robinet", "note Robinets"]),
        ("hiver robinet", ["note Robinets"]),
        ("l'atelier de vélo", ["événement Atelier vélo"]),
        ("velo", ["événement Atelier vélo"]),
        ("karim", ["personne", "note Le robinet", "événement Atelier vélo"]),
        ("karmi", ["personne", "note Le robinet", "événement Atelier vélo"]),
        ("haddad velo", ["événement Atelier vélo"]),
        ("couture", ["réservation Couture"]),
        ("@karim", ["note Le robinet", "événement Atelier vélo"]),
        ("@amina genre:besoins", ["besoin Garde"]),
        ("#plomberie", ["note Le robinet"]),
        ("etiquette:plomberie", ["note Le robinet"]),
        ("salle:cour", ["événement Atelier vélo", "réservation Répétition", "entretien Le four"]),
        ("salle:Cour four", ["entretien Le four"]),
        ("genre:réservations", ["réservation Couture", "réservation Répétition"]),
        ("genre:reservation du:vendredi", ["réservation Répétition"]),
        ("chorale du:2027-05-01", ["série Chorale"]),
        ("chorale au:2026-01-01", []),
        ("genre:note au:hier", []),
        ("cle", ["clé Clé de la cave", "décision Les clés", "texte Les parcours"]),
        ("perceuse", ["objet Perceuse"]),
        ("café", ["article Café"]),
        ("compresseur", ["texte Charte"]),
        ("four soufflé", ["entretien Le four"]),
        ("zzzz", []),
    ],
)
def test_ce_qu_on_cherche_se_trouve(garni: Lieu, mots: str, attendus: list[str]) -> None:
    la = trouves(garni, *shlex.split(mots.replace("'", "’").replace("#", "\\#")))
    assert sorted(t for t in la if any(t.startswith(a) for a in attendus)) == sorted(la)
    assert all(any(t.startswith(a) for t in la) for a in attendus), la


def test_l_ecran_montre_le_mot_et_une_commande_qui_l_ouvre(garni: Lieu) -> None:
    dit = garni.faire("chercher", "robinnet").sortie
    assert "« robinnet » n'est nulle part ; lu : robinet." in dit
    assert "note, mardi 24 novembre · Le robinet de la cave goutte, karim passe demain" in dit
    assert "    tl journal jour 2026-11-24" in dit
    assert "rien ne dit tous" in garni.faire("chercher", "four", "soufflé").sortie.casefold()
    assert "tl accueil personne fiche @karim" in garni.faire("chercher", "haddad").sortie


def test_toute_commande_montree_ouvre_ce_qu_elle_dit(garni: Lieu) -> None:
    ouvertes = set()
    for dossier in ("genre:" + r.genre.nom for r in GENRES.de_l_archive()):
        for trouve in garni.faire("chercher", dossier, "--json").json["trouves"][:1]:
            garni.faire(*shlex.split(trouve["ouvrir"])[1:])
            ouvertes.add(trouve["genre"])
    assert len(ouvertes) > 8
    for genre, structure in ((r.genre, r.structure) for r in GENRES.de_l_archive()):
        mots = genre.ouvrir.split()
        assert any(tuple(mots[1:n]) in TOUTES for n in range(2, 6)), genre.ouvrir
        for champ in re.findall(r"{fiche\.(\w+)}", genre.ouvrir):
            assert champ in structure.__struct_fields__, genre.ouvrir


def _tronque(fichier: Path) -> None:
    fichier.write_bytes(fichier.read_bytes()[:5000])


def _brouille(fichier: Path) -> None:
    octets = bytearray(fichier.read_bytes())
    octets[len(octets) // 2 :: 97] = b"\0" * len(octets[len(octets) // 2 :: 97])
    fichier.write_bytes(octets)


def _autre_format(fichier: Path) -> None:
    sceau = fichier.with_name(f"{fichier.name}.sceau")
    sceau.write_text(f"0 {sceau.read_text('utf-8').partition(' ')[2]}", "utf-8")


def _d_ailleurs(fichier: Path) -> None:
    fichier.unlink()
    with sqlite3.connect(fichier) as base:
        base.execute("CREATE VIEW fiche AS SELECT 1 AS n")


@pytest.mark.parametrize(
    "mal",
    [Path.unlink, _tronque, _brouille, _autre_format, _d_ailleurs, lambda f: f.write_bytes(b"")],
    ids=["absent", "tronque", "brouille", "autre format", "d'ailleurs", "vide"],
)
def test_l_index_absent_abime_ou_d_un_autre_format_ne_change_aucune_reponse(
    garni: Lieu, mal: Callable[[Path], object]
) -> None:
    avant = garni.faire("chercher", "robinet", "--json").sortie
    mal(garni.racine / INDEX)
    assert garni.faire("chercher", "robinet", "--json").sortie == avant
    assert garni.faire("chercher", "robinet", "--json").sortie == avant


def test_ce_qui_change_se_trouve_aussitot_enregistre_ou_a_la_main(lieu: Lieu) -> None:
    ident = lieu.id("journal", "noter", "Un hérisson dans la cour")
    fiche = lieu.racine / f"journal/notes/2026/11/{ident}.md"
    assert trouves(lieu, "herisson") == ["note Un hérisson dans la cour"]
    lieu.faire("journal", "editer", ident, "--texte", "Une tortue dans la cour")
    assert trouves(lieu, "herisson") == []
    assert trouves(lieu, "tortue") == ["note Une tortue dans la cour"]
    fiche.write_text(fiche.read_text("utf-8").replace("tortue", "grenouille"), "utf-8")
    assert trouves(lieu, "tortue") == []
    assert trouves(lieu, "grenouille") == ["note Une grenouille dans la cour"]
    assert b"grenouille" not in (lieu.racine / INDEX).read_bytes(), "ce qui n'est pas enregistré n'y va pas"
    fiche.unlink()
    assert trouves(lieu, "grenouille") == []
    fiche.write_text("---\nmoment: [\n---\n\nUn lézard\n", "utf-8")
    assert trouves(lieu, "lezard") == [f"fiche à corriger journal/notes/2026/11/{ident}.md"]
    lieu.git("checkout", "--", ".")
    lieu.faire("defaire", "--oui")
    assert trouves(lieu, "herisson") == ["note Un hérisson dans la cour"]
    assert lieu.faire("--au", "2026-11-24", "chercher", "herisson", "--json").json["combien"] == 1


def test_aucun_nom_dans_l_index_et_un_effacement_l_oublie(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Zénobie Quartz", "--courriel", "zen@exemple.be")
    lieu.faire("journal", "noter", "@Zénobie a rangé la cave")
    assert [t.split()[0] for t in trouves(lieu, "quartz")] == ["personne", "note"]
    octets = (lieu.racine / INDEX).read_bytes().lower()
    assert not {m for m in (b"zenobie", b"quartz", b"exemple.be") if m in octets}
    lieu.faire("donnees", "effacer", "@Zénobie", "--oui")
    assert not list((lieu.racine / ".git").glob("tiers-lieu.recherche*"))
    assert trouves(lieu, "quartz") == []


@pytest.mark.parametrize(
    ("mots", "attendus"),
    [
        (("karim@exemple.be",), ["personne", "note"]),
        (("KARIM@Exemple.be",), ["personne", "note"]),
        (("0470 12 34 56",), ["personne", "note"]),
        (("0470", "12", "34", "56"), ["personne", "note"]),
        (("0470/12.34.56",), ["personne", "note"]),
        (("+32 470 12 34 56",), ["personne", "note"]),
        (("inconnu@exemple.be",), []),
        (("01/12/2026",), []),
    ],
)
def test_un_contact_rend_la_personne(lieu: Lieu, mots: tuple[str, ...], attendus: list[str]) -> None:
    contacts = ("--courriel", "karim@exemple.be", "--telephone", "0470 12 34 56")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad", *contacts)
    lieu.faire("journal", "noter", "@karim a rangé la cave")
    assert [t.split()[0] for t in trouves(lieu, *mots)] == attendus


def test_une_demande_vide_ou_fausse_a_sa_phrase(lieu: Lieu) -> None:
    assert "entre guillemets" in lieu.faire("chercher", code=2).erreurs
    assert "réservation" in lieu.faire("chercher", "genre:truc", code=2).erreurs
    assert "salle" in lieu.faire("chercher", "salle:nulle-part", code=2).erreurs
    assert "avant" in lieu.faire("chercher", "du:2026-11-24", "au:2026-11-23", code=2).erreurs


@pytest.mark.parametrize(
    ("mot", "connus", "attendus"),
    [
        ("robinnet", ["robinet", "cabinet", "robin"], ("robinet",)),
        ("foru", ["four", "fort", "forum"], ("fort", "forum", "four")),
        ("velos", ["velo"], ("velo",)),
        ("sol", ["sel", "sal"], ()),
        ("perseuse", ["perceuse", "persienne"], ("perceuse",)),
    ],
)
def test_les_mots_voisins(mot: str, connus: list[str], attendus: tuple[str, ...]) -> None:
    assert regles.proches(mot, connus) == attendus


@given(st.text(alphabet="abé robinet,.'", max_size=300), st.integers(20, 90))
def test_un_extrait_tient_dans_sa_largeur_et_montre_le_mot(autour: str, largeur: int) -> None:
    dit = regles.extrait(f"{autour} zinc {autour}", lambda mot: mot == "zinc", largeur)
    assert "zinc" in dit
    assert len(dit) <= largeur
    assert regles.extrait(autour, lambda mot: mot == "zinc", largeur) == ""

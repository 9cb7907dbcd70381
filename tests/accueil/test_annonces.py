"""Besoins et offres : leurs moments, leurs états, où ils sont rangés ; l'atelier et son tableau."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.accueil.annonce import moments
from tiers_lieu_cli.accueil.annonce.moments import PARTIES, MomentIncompris
from tiers_lieu_cli.accueil.besoin import importation
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.temps import JOURS


@pytest.fixture
def lea(lieu: Lieu) -> str:
    return lieu.id("accueil", "personne", "creer", "Léa D'Hondt", "--public", "riverains")


# -- les moments --------------------------------------------------------------


@pytest.mark.parametrize(
    ("dit", "ecrit"),
    [
        ("Mercredi après-midi", ("mercredi après-midi",)),
        ("le samedi matin, dim. ; soir", None),
        ("les mercredis apres midi et samedi", ("mercredi après-midi", "samedi")),
        ("le soir", ("soir",)),
        ("weekend", ("week-end",)),
        ("en semaine matin", ("en semaine matin",)),
        ("jamais", None),
        ("mercredi nuit", None),
    ],
)
def test_un_moment_dit(dit: str, ecrit: tuple[str, ...] | None) -> None:
    if ecrit is None:
        with pytest.raises(MomentIncompris):
            moments.comprendre([dit])
    else:
        assert moments.comprendre([dit]) == ecrit


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1))
def test_ce_qu_on_dit_des_cases_se_relit(cases: set[tuple[int, int]]) -> None:
    un_par_un = [f"{JOURS[jour]} {PARTIES[partie]}" for jour, partie in cases]
    assert moments.cases(moments.comprendre(un_par_un)) == cases
    assert moments.cases(moments.comprendre([moments.dire(cases)])) == cases


def test_les_cases_se_disent_en_peu_de_mots() -> None:
    def redire(*dits: str) -> str:
        return moments.dire(moments.cases(moments.comprendre(dits)))

    assert redire("soir") == "soir"
    assert redire("semaine", "samedi matin") == "en semaine, samedi matin"
    assert redire("samedi", "dimanche", "mercredi soir") == "week-end, mercredi soir"
    assert redire("semaine", "week-end") == "tous les jours"


# -- les états ----------------------------------------------------------------


def test_un_besoin_d_exprime_a_comble_puis_rouvert_garde_son_nom(lieu: Lieu, lea: str) -> None:
    creer = (
        "accueil",
        "besoin",
        "creer",
        "Garde d'enfants",
        "--personne",
        "@léa",
        "--theme",
        "Garde, enfants",
    )
    ident = lieu.id(*creer, "--urgent", "--quand", "mercredi")
    ouvert = lieu.racine / f"accueil/besoins-en-cours/{ident}.yaml"
    clos = lieu.racine / f"accueil/besoins/2026/11/{ident}.yaml"
    assert f"personne: {lea}" in ouvert.read_text("utf-8")
    ouvert.write_text("# dicté au téléphone\n" + ouvert.read_text("utf-8"), "utf-8")
    lieu.git("commit", "-qam", "à la main")
    lieu.faire("accueil", "besoin", "modifier", "garde", "--etat", "comble", "--motif", "trouvé ailleurs")
    assert not ouvert.exists()
    assert clos.read_text("utf-8").startswith("# dicté au téléphone\n")
    assert 'clos_le: "2026-11-24"' in clos.read_text("utf-8")
    assert lieu.faire("accueil", "besoin", "liste", "--json").json == []
    assert "trouvé ailleurs" in lieu.faire("accueil", "besoin", "fiche", ident).sortie
    lieu.faire("accueil", "besoin", "modifier", ident, "--etat", "exprime")
    assert ouvert.exists() and not clos.exists()
    assert "arde" not in lieu.faire("verifier").sortie
    lieu.faire("defaire", "--oui")
    assert clos.exists() and not ouvert.exists()


def test_les_listes_se_filtrent_par_theme_public_et_personne(lieu: Lieu, lea: str) -> None:
    lieu.faire("accueil", "besoin", "creer", "Un vélo", "--theme", "Vélo", "--public", "membres")
    lieu.faire("accueil", "besoin", "creer", "Parler néerlandais", "--personne", "@léa", "--urgent")
    lieu.faire("accueil", "besoin", "creer", "Un banc", "--territoire")

    def textes(*options: str) -> list[str]:
        return [b["texte"] for b in lieu.faire("accueil", "besoin", "liste", *options, "--json").json]

    assert textes() == ["Parler néerlandais", "Un banc", "Un vélo"]
    assert textes("--theme", "velo") == ["Un vélo"]
    assert textes("--public", "riverains") == ["Parler néerlandais"]
    assert textes("--personne", "@léa") == ["Parler néerlandais"]
    assert "le territoire" in lieu.faire("accueil", "besoin", "liste").sortie


@pytest.mark.parametrize(
    "mots",
    [
        ("besoin", "creer", "  "),
        ("besoin", "creer", "x", "--territoire", "--public", "membres"),
        ("besoin", "creer", "x", "--quand", "jamais"),
        ("besoin", "creer", "x", "--public", "martiens"),
        ("besoin", "creer", "x", "--le", "demain"),
        ("offre", "creer", "x" * 300),
    ],
)
def test_une_annonce_mal_dite_est_refusee(lieu: Lieu, mots: tuple[str, ...]) -> None:
    avant = lieu.signature()
    assert lieu.faire("accueil", *mots, code=2).erreurs.count("→") == 1
    assert lieu.signature() == avant


def test_verifier_range_une_fiche_close_a_la_main(lieu: Lieu) -> None:
    ident = lieu.id("accueil", "besoin", "creer", "Un vélo")
    chemin = f"accueil/besoins-en-cours/{ident}.yaml"
    lieu.poser(chemin, (lieu.racine / chemin).read_text("utf-8") + "etat: comble\n")
    assert "pas dans le dossier de son état" in lieu.faire("verifier", code=1).sortie
    lieu.faire("verifier", "--reparer")
    assert (lieu.racine / f"accueil/besoins/2026/11/{ident}.yaml").is_file()
    lieu.poser(chemin, (lieu.racine / f"accueil/besoins/2026/11/{ident}.yaml").read_bytes())
    assert "à la fois en cours et close" in lieu.faire("verifier", code=1).sortie


# -- l'atelier ----------------------------------------------------------------

TABLEAU = (
    "Besoin;Public;Thème;Urgent;Quand;Date;Couleur\r\n"
    "Apprendre le néerlandais;riverains;langues;oui;le soir;12/11/2026;bleu\r\n"
    '"=HYPERLINK(""http://x"";""clic"")";membres;;;;;\r\n'
    "Un four à pain;Bénévoles;;peut-être;;;\r\n"
    "Voir Léa D'Hondt;;;;;;\r\n"
    ";riverains;;;;;\r\n"
    "Un four;Territoire;;;;;\r\n"
    "Un four;territoire;;;;;\r\n"
)


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_importer_un_tableau_deux_fois_n_ajoute_rien(
    lieu: Lieu, lea: str, tmp_path: Path, codage: str
) -> None:
    fichier = tmp_path / "atelier.csv"
    fichier.write_bytes(TABLEAU.encode(codage))
    refus = lieu.faire("accueil", "besoin", "importer", str(fichier), code=2)
    assert "--oui" in refus.erreurs
    for ou in (
        "ligne 1 : la colonne « Couleur »",
        "ligne 4 : « peut-être »",
        "ligne 5 : « Léa D'Hondt »",
        "ligne 6",
    ):
        assert f"atelier.csv, {ou}" in refus.erreurs
    bilan = lieu.faire("accueil", "besoin", "importer", str(fichier), "--oui", "--json").json
    assert len(bilan["neufs"]) == 4
    besoins = {b["texte"]: b for b in lieu.faire("accueil", "besoin", "liste", "--json").json}
    assert besoins["Apprendre le néerlandais"]["entendu"] == "2026-11-12"
    assert besoins["Apprendre le néerlandais"]["quand"] == ["soir"]
    assert 'HYPERLINK("http://x";"clic")' in besoins
    assert besoins["Un four"]["territoire"]
    avant = lieu.signature()
    encore = lieu.faire("accueil", "besoin", "importer", str(fichier), "--oui", "--json").json
    assert (encore["neufs"], encore["deja"]) == ([], 4)
    assert lieu.signature() == avant
    assert "ondt" not in lieu.git("log", "-p", "--all")


@pytest.mark.parametrize("contenu", ["", "a;b\n1;2\n", "besoin\n" + "x" * (1024 * 1024)])
def test_un_fichier_qui_n_est_pas_un_tableau_de_besoins(contenu: str) -> None:
    with pytest.raises(ErreurUsage):
        importation.lire(contenu.encode(), "t.csv")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20), max_size=6))
def test_les_cles_d_un_tableau_sont_uniques_et_stables(textes: list[str]) -> None:
    octets = ("besoin\n" + "".join(f'"{t.replace(chr(34), "")}"\n' for t in textes)).encode()
    cles = [ligne.cle for ligne in importation.lire(octets, "t.csv").lignes]
    assert len(set(cles)) == len(cles)
    assert cles == [ligne.cle for ligne in importation.lire(octets, "t.csv").lignes]


def test_la_feuille_a_imprimer_et_le_tableau_a_remplir(
    lieu: Lieu, tmp_path: Path, or_: Callable[[str, bytes], None]
) -> None:
    lieu.faire("accueil", "besoin", "creer", "Un vélo", "--theme", "vélo & <transport>")
    feuille = ("accueil", "besoin", "feuille", "--titre", "Atelier du 3 décembre", "--lignes", "3")
    or_("feuille-besoins.html", lieu.faire(*feuille).sortie.encode())
    or_("feuille-besoins.md", lieu.faire(*feuille, "--format", "md").sortie.encode())
    fichier = tmp_path / "a.csv"
    fichier.write_text(lieu.faire(*feuille, "--format", "csv").sortie + "Un banc;riverains;@p;;;;\n", "utf-8")
    assert "@p" in lieu.faire("accueil", "besoin", "importer", str(fichier), "--oui").sortie

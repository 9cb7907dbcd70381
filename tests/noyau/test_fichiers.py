"""Un fichier venu d'ailleurs : son codage, ses lignes, ses cases."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.echecs import ErreurUsage


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
@pytest.mark.parametrize("dit", [False, True])
def test_le_codage_et_le_separateur_se_devinent(codage: str, separateur: str, dit: bool) -> None:
    texte = f"Salle{separateur}Début\nCafé{separateur}été\n"
    texte = f"sep={separateur}\r\n{texte}" if dit else texte
    tableau = fichiers.lire_tableau(texte.encode(codage), "x.csv")
    assert tableau.colonnes == ("Salle", "Début")
    assert tableau.lignes == ((2 + dit, ("Café", "été")),)
    assert bool(tableau.avis) is (codage == "cp1252")


@pytest.mark.parametrize(
    ("contenu", "texte", "avis"),
    [
        ("été".encode(), "été", ""),
        (b"\xef\xbb\xbf" + "été".encode(), "été", ""),
        ("« Été » à l'œuvre".encode("cp1252"), "« Été » à l'œuvre", "fichier Windows"),
        # Deux accents de Windows qui, par malheur, se suivent comme de l'UTF-8.
        ("É° et été".encode("cp1252"), "É° et été", "fichier Windows"),
        ("un été, l'œ\nun ".encode() + b"\xe9" + "té".encode(), "un été, l'œ\nun été", "ligne 2"),
        (b"", "", ""),
    ],
)
def test_un_octet_errant_ne_change_pas_le_codage_du_reste(contenu: bytes, texte: str, avis: str) -> None:
    lu = fichiers.decoder(contenu)
    assert lu.texte == texte
    assert avis in lu.avis
    assert bool(avis) is bool(lu.avis)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=20))
def test_ce_qui_est_en_utf_8_le_reste_quoi_qu_il_y_ait_autour(texte: str, bruit: bytes) -> None:
    assert isinstance(fichiers.decoder(texte.encode() + bruit).texte, str)
    if not texte.startswith("\ufeff") and "\x00" not in texte:
        assert fichiers.decoder(texte.encode()).texte == texte


@pytest.mark.parametrize(
    ("contenu", "lignes"),
    [
        ('a;b\n"deux\nlignes";x\n\n;;\ny;z;trop\nseul\n', [(2, "deux\nlignes|x"), (6, "y|z"), (7, "seul|")]),
        ('sep=,\n\na,"b;c;d;e"\n1,2\n', [(4, "1|2")]),
        ('"a; b; c",d\n"1, 2",3\n', [(2, "1, 2|3")]),
    ],
)
def test_une_ligne_porte_son_numero_dans_le_fichier(contenu: str, lignes: list[tuple[int, str]]) -> None:
    lues = fichiers.lire_tableau(contenu.encode(), "x.csv").lignes
    assert [(rang, "|".join(cases)) for rang, cases in lues] == lignes


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "est vide"),
        (b"\n \n", "est vide"),
        (b"\x89PNG\x00\x00", "pas un fichier CSV"),
        (b'a;b\n"jamais ferm\xc3\xa9;x\n', "ligne 2"),
        (b"a;b\n" + b"x" * 200_000, "ligne 2"),
    ],
)
def test_ce_qui_n_est_pas_un_tableau_est_refuse(contenu: bytes, dit: str) -> None:
    with pytest.raises(ErreurUsage, match=dit):
        fichiers.lire_tableau(contenu, "x.csv")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip), min_size=2, max_size=2
        ),
        min_size=1,
    )
)
def test_ecrire_puis_lire_rend_les_memes_cases_et_aucune_formule(lignes: list[list[str]]) -> None:
    octets = fichiers.ecrire_tableau(("a", "b"), lignes)
    for ligne in csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"):
        assert not any(case.startswith(("=", "+", "-", "@", "\t")) for case in ligne)
    pleines = [tuple(ligne) for ligne in lignes if any(ligne)]
    lues = fichiers.lire_tableau(octets, "x").lignes
    assert [tuple(map(fichiers.degager, cases)) for _, cases in lues] == [
        tuple(fichiers.degager(fichiers.proteger(case)) for case in ligne) for ligne in pleines
    ]


def test_un_fichier_ne_se_lit_pas_au_dela_de_sa_borne(tmp_path: Path) -> None:
    fichier = tmp_path / "x"
    fichier.write_bytes(b"x" * 100)
    assert len(fichiers.octets(fichier, 100)) == 100
    for chemin, dit in (
        (fichier, "dépasse"),
        (tmp_path, "pas de fichier"),
        (tmp_path / "y", "pas de fichier"),
    ):
        with pytest.raises(ErreurUsage, match=dit):
            fichiers.octets(chemin, 99)

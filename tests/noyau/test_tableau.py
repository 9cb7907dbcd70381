"""Les tableaux : alignés quel que soit l'alphabet, repliés, sans blancs au bout."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style, aligner, cellules, replier
from tiers_lieu_cli.noyau.systeme import inoffensif


def test_aligne_compte_les_cases_et_non_les_lettres() -> None:
    lignes = list(aligner([Colonne(), Colonne()], [("日本", "a"), ("été", "b")], 80, couleurs=False))
    assert lignes == ["日本  a", "été   b"]


def test_une_colonne_vide_disparait_et_un_titre_la_garde() -> None:
    assert list(aligner([Colonne(), Colonne()], [("a", "")], 80, couleurs=False)) == ["a"]
    assert list(aligner([Colonne("t"), Colonne("u")], [("a", "")], 80, couleurs=False)) == ["t  u", "a"]


def test_la_colonne_qui_cede_passe_a_la_ligne() -> None:
    lignes = list(
        aligner([Colonne(), Colonne(cede=True)], [("9:00", "un deux trois quatre")], 18, couleurs=False)
    )
    assert lignes == ["9:00  un deux", "      trois quatre"]


mots_et_signes = st.lists(
    st.one_of(
        st.sampled_from(["»", ":", "?", "!", ";"]).map(lambda signe: f"mot {signe}"),
        st.sampled_from(["« 2026-11-24-chorale-ksjf »", "« un deux »", "« x » :", "19:00", "a/b/c"]),
        st.integers(1, 45).map(lambda n: f"« {'m' * n} »"),
    ),
    min_size=1,
    max_size=6,
)


@given(mots_et_signes, st.integers(8, 60))
def test_un_signe_ne_reste_jamais_seul_de_son_cote(mots: list[str], largeur: int) -> None:
    texte = " ".join(mots)
    lignes = replier(texte, largeur)
    assert all(cellules(ligne) <= largeur for ligne in lignes)
    assert "".join("".join(lignes).split()) == "".join(texte.split())
    for ligne in lignes:
        assert ligne.split()[0] not in ("»", ":", "?", "!", ";"), lignes
        assert ligne.split()[-1] != "«", lignes


def test_la_couleur_ne_peint_que_le_texte() -> None:
    (ligne,) = aligner([Colonne(style=Style.GRAS), Colonne()], [("a", "b")], 80, couleurs=True)
    assert ligne == "\x1b[1ma\x1b[0m  b"


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=5), st.integers(25, 200))
def test_rien_ne_se_perd_et_rien_ne_deborde(lignes: list[tuple[str, str]], largeur: int) -> None:
    propres = [
        tuple(inoffensif(case).replace("\n", " ").replace("\t", " ") for case in ligne) for ligne in lignes
    ]
    rendues = list(aligner([Colonne(cede=True), Colonne(cede=True)], propres, largeur, couleurs=False))
    avant = "".join("".join(c) for c in propres)
    apres = "".join(rendues)
    # « · » sépare les cases quand l'écran est trop étroit pour des colonnes.
    muets = {"·"}
    assert sorted(c for c in avant if not c.isspace() and c not in muets) == sorted(
        c for c in apres if not c.isspace() and c not in muets
    )
    if all(cellules(case) == len(case) for ligne in propres for case in ligne):
        assert all(len(ligne) <= largeur for ligne in rendues)

"""Une fiche faite de mots ordinaires s'écrit comme ruamel l'écrirait, au signe près."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tiers_lieu_cli.noyau.fiches import fiche, ordinaire

MOTS = [
    *("Atelier", "vélo", "d'été", "l’hiver", "p-7k2m9x", "2026-12-01T20:00", "2026-12-01", "ça,", "..."),
    *("true", "Null", "yes", "NO", "y", "12", "1e5", "0x1F", "a:b", "c:", "#x", "x#", "(fin)", "et/ou"),
    *("-", "?", "!", "&", "*", "«", "»", "…", "–", "ß", "İ", "ª", "²", "٣", "٣٣", "中文", "œuf", "Éric"),
    *("e3", "Inf", "~", "=", "<", "%", "@", "`", "10:30", "10:00–11:30", "12:", "a.", "b-", "_x", "1er"),
    *("2026-12-01T20:00:09", "2026-12-01T20:00:09.5"),
]
TEXTES = st.one_of(
    st.lists(st.sampled_from(MOTS), min_size=1, max_size=5).map(" ".join),
    st.lists(st.sampled_from(MOTS), min_size=1, max_size=4).map(", ".join),
    st.text(alphabet="aé' ,.-/()0T:#_’\t\n", max_size=9),
    st.text(max_size=6),
)
VALEURS = st.one_of(TEXTES, st.integers(-9, 10**9), st.booleans(), st.none(), st.just({"a": "b"}))


def de_ruamel(champs: dict[str, object]) -> str:
    yaml, flux = YAML(), io.StringIO()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(champs, flux)
    return flux.getvalue()


@given(
    st.dictionaries(
        st.sampled_from(["titre", "debut", "montage"]), st.one_of(VALEURS, st.lists(VALEURS, max_size=3))
    )
)
def test_comme_ruamel_ou_rien(champs: dict[str, object]) -> None:
    if ecrit := ordinaire.ecrire(champs):
        assert ecrit == de_ruamel(champs)
        lu = fiche._donnees(ecrit.encode(), "x.yaml")
        assert lu == champs


@pytest.mark.parametrize(
    "mot", ["true", "No", "~", "12", "", "a: b", "a #b", "- a", "2026-12-01", "a ", " a", "a\nb"]
)
def test_ce_qui_demande_des_guillemets_revient_a_ruamel(mot: str) -> None:
    assert ordinaire.ecrire({"titre": mot}) == ""
    assert ordinaire.ecrire({"titres": ["a", mot]}) == ""


def test_une_fiche_de_tous_les_jours_se_passe_de_lui() -> None:
    champs = {
        "titre": "Chorale",
        "debut": "2026-12-01T10:00",
        "salles": ["cour"],
        "montage": 15,
        "interne": True,
    }
    attendu = "titre: Chorale\ndebut: 2026-12-01T10:00\nsalles:\n  - cour\nmontage: 15\ninterne: true\n"
    assert ordinaire.ecrire(champs) == attendu

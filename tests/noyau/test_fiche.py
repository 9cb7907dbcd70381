"""Une fiche se lit, s'écrit et se modifie sans rien perdre ni deviner."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche


class Essai(Fiche, frozen=True):
    titre: str
    nombre: int = 0
    mots: tuple[str, ...] = ()
    details: dict[str, str] = {}
    prose: str = ""


class Page(Fiche, frozen=True):
    titre: str
    texte: str = ""


def lire(texte: str | bytes, chemin: str = "essai.yaml") -> Essai:
    octets = texte if isinstance(texte, bytes) else texte.encode()
    return fiche.lire(octets, Essai, "x", chemin)


PIEGES = """no|012|1_000|0o17|0x1F|2026-11-24|2026-11-24T18:30|18:30|- a|a: b|# x|...|---|~|null|true|.inf
|1e400|*a|&b|!c|%d|@e|`f`|{g}|[h]|'|"|\ta|a\tb| a|a ||a:|:a|>|=|<<|<<<<<<< x|d'Hondt|\u202eabc|a\u2028b|\x85
|\xa0|y"""
SUR_PLUSIEURS = ["|", "a\n", "\na", "a\n\nb", "a\n b\n", " a\nb", "a \nb", "é\n---\nà"]
pieges = st.sampled_from([*PIEGES.split("|"), *SUR_PLUSIEURS])
textes = st.text(max_size=40) | pieges | st.lists(pieges, max_size=4).map("\n".join)


@given(textes, st.lists(textes, max_size=3), st.dictionaries(textes, textes, max_size=2), textes)
@example("a", ["1_000"], {"012": "0o17"}, "- a\n- b")
def test_ce_qui_est_ecrit_se_relit_ou_est_refuse(
    titre: str, mots: list[str], details: dict[str, str], prose: str
) -> None:
    voulue = Essai(id="x", titre=titre, mots=tuple(mots), details=details, prose=prose)
    try:
        octets = fiche.ecrire(voulue, "essai.yaml")
    except FicheFautive:
        return
    assert lire(octets) == voulue


@given(textes, st.lists(textes, max_size=3), textes)
def test_les_deux_lecteurs_de_yaml_lisent_la_meme_chose(titre: str, mots: list[str], prose: str) -> None:
    """yaml-rs lit, ruamel écrit et modifie : ils doivent s'entendre sur tout ce que l'outil écrit."""
    try:
        octets = fiche.ecrire(Essai(id="x", titre=titre, mots=tuple(mots), prose=prose), "essai.yaml")
    except FicheFautive:
        return
    vu = YAML().load(octets.decode())
    assert {cle: [str(v) for v in val] if isinstance(val, list) else str(val) for cle, val in vu.items()} == {
        cle: val
        for cle, val in {"titre": titre, "mots": mots, "prose": prose}.items()
        if val or cle == "titre"
    }


@given(textes, textes)
def test_le_corps_d_une_page_se_relit_ou_est_refuse(titre: str, texte: str) -> None:
    voulue = Page(id="x", titre=titre, texte=texte)
    try:
        octets = fiche.ecrire(voulue, "page.md")
    except FicheFautive:
        return
    assert fiche.lire(octets, Page, "x", "page.md") == voulue


COMMENTEE = """\
# en tête
titre: 'Entre apostrophes'   # pourquoi
nombre: 3

mots:
  - un
  # au milieu
  - deux
prose: |
  ligne
  autre
"""


def test_modifier_ne_change_que_la_ligne_du_champ() -> None:
    avant = lire(COMMENTEE)
    apres = fiche.modifier(
        COMMENTEE.encode(), Essai(**{**_champs(avant), "nombre": 4}), "essai.yaml"
    ).decode()
    assert apres == COMMENTEE.replace("nombre: 3", "nombre: 4")


def test_un_defaut_ecrit_a_la_main_reste_ecrit() -> None:
    texte = "titre: a\nnombre: 0\n"
    nouvelle = Essai(id="x", titre="b")
    assert fiche.modifier(texte.encode(), nouvelle, "essai.yaml") == b"titre: b\nnombre: 0\n"


def test_ne_rien_modifier_rend_les_memes_octets() -> None:
    assert fiche.modifier(COMMENTEE.encode(), lire(COMMENTEE), "essai.yaml") == COMMENTEE.encode()


def _champs(essai: Essai) -> dict[str, object]:
    return {nom: getattr(essai, nom) for nom in essai.__struct_fields__}


@given(textes, st.integers(-9, 9), st.lists(textes, max_size=2))
def test_une_modification_se_relit_et_garde_les_commentaires(
    titre: str, nombre: int, mots: list[str]
) -> None:
    voulue = Essai(id="x", titre=titre, nombre=nombre, mots=tuple(mots), prose="ligne\nautre\n")
    try:
        octets = fiche.modifier(COMMENTEE.encode(), voulue, "essai.yaml")
    except FicheFautive:
        return
    assert lire(octets) == voulue
    assert octets.startswith(b"# en t\xc3\xaate\n")


@pytest.mark.parametrize(
    ("texte", "ligne", "dit"),
    [
        ("titre: a\nnombre: deux\n", 2, "« nombre » attend un nombre entier, et a reçu un texte"),
        ("titre: a\nmots: b\n", 2, "une liste"),
        ("titre: a\nmots:\n  - 1\n", 2, "mots"),
        ("titre: 2026\n", 1, "un texte"),
        ("nombre: 2\n", 1, "« titre » manque"),
        ("titre: a\nnombre: 1\ntitree: b\n", 3, "« titree » n'existe pas"),
        ("titre: a\nid: b\n", 2, "nom du fichier"),
        ("titre: a\n  b: c\n", 2, "écriture"),
        ("titre: [a\n", 1, "fermé"),
        ("1: a\n", 1, "n'est pas une fiche"),
        ("titre: a\n---\ntitre: b\n", 0, "deux fiches"),
        ("# seulement un commentaire\n", 1, "n'est pas une fiche"),
    ],
)
def test_une_faute_est_dite_avec_sa_ligne(texte: str, ligne: int, dit: str) -> None:
    with pytest.raises(FicheFautive) as faute:
        lire(texte)
    assert (faute.value.defaut.fichier, faute.value.defaut.ligne) == ("essai.yaml", ligne)
    assert dit in faute.value.defaut.fait


def test_une_page_sans_en_tete_est_refusee() -> None:
    with pytest.raises(FicheFautive, match="en-tête"):
        fiche.lire(b"Bonjour\n", Page, "x", "page.md")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_n_importe_quels_octets_sont_lus_ou_refuses(octets: bytes) -> None:
    for chemin, genre in (("essai.yaml", Essai), ("page.md", Page)):
        try:
            fiche.lire(octets, genre, "x", chemin)
        except FicheFautive as faute:
            assert str(faute).startswith(chemin)  # noqa: PT017

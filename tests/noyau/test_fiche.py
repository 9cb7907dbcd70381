"""Une fiche se lit, s'écrit et se modifie sans rien perdre ni deviner."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs
from ruamel.yaml import YAML

from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.lieu import Reglages


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


SUIVIE = """\
titre: a  # le titre
# au-dessus de la liste
mots:  # la liste
  # au-dessus d'un
  - un  # à côté d'un
  - 'deux'

  # au-dessus de trois
  - trois  # à côté de trois

# à propos du nombre
nombre: 3
prose: |
  ligne
  # du texte, non un commentaire
# tout à la fin
"""


@pytest.mark.parametrize(
    ("champs", "change"),
    [
        ({"mots": ("un", "deux")}, ("\n  # au-dessus de trois\n  - trois  # à côté de trois\n", "")),
        ({"mots": ("un", "deux", "trois", "quatre")}, ("de trois\n", "de trois\n  - quatre\n", 2)),
        ({"mots": ("deux", "trois")}, ("  # au-dessus d'un\n  - un  # à côté d'un\n", "")),
        ({"mots": ("un", "2", "trois")}, ("  - 'deux'\n", '  - "2"\n')),
        ({"titre": "b"}, ("titre: a", "titre: b")),
        ({"titre": "un titre plus long"}, ("titre: a", "titre: un titre plus long")),
        ({"nombre": 0}, ("nombre: 3\n", "")),
        ({"prose": "autre\n"}, ("  ligne\n  # du texte, non un commentaire\n", "  autre\n")),
        ({"prose": ""}, ("prose: |\n  ligne\n  # du texte, non un commentaire\n", "")),
    ],
)
def test_un_commentaire_reste_ou_la_main_l_a_mis(
    champs: dict[str, object], change: tuple[str, str, int] | tuple[str, str]
) -> None:
    avant = lire(SUIVIE)
    voulue = Essai(**{**_champs(avant), **champs})
    apres = fiche.modifier(SUIVIE.encode(), voulue, "essai.yaml").decode()
    vieux, neuf, fois = (*change, 1)[:3]
    attendu = (
        SUIVIE[::-1].replace(vieux[::-1], neuf[::-1], 1)[::-1] if fois == 2 else SUIVIE.replace(vieux, neuf)
    )
    assert apres == attendu
    assert lire(apres) == voulue


def test_une_liste_sur_une_ligne_y_reste_avec_son_commentaire() -> None:
    texte = "titre: a\nmots: [un, 'deux']  # pourquoi\n\n# la suite\nnombre: 2\n"
    voulue = Essai(id="x", titre="a", mots=("un", "3"), nombre=2)
    assert fiche.modifier(texte.encode(), voulue, "essai.yaml").decode() == texte.replace(
        "'deux']", '"3"]   '
    )


def test_une_table_ne_change_que_ses_lignes() -> None:
    texte = (
        "titre: a\ndetails:  # dits\n  # a\n  un: x  # ici\n  deux: y\n  # b\n  trois: z\n# fin\nnombre: 2\n"
    )
    voulue = Essai(id="x", titre="a", details={"un": "w", "trois": "z", "quatre": "q"}, nombre=2)
    apres = fiche.modifier(texte.encode(), voulue, "essai.yaml").decode()
    attendu = texte.replace("un: x", "un: w").replace("  deux: y\n", "")
    assert apres == attendu.replace("trois: z\n", "trois: z\n  quatre: q\n")


def test_ce_qui_n_est_pas_ecrit_en_blocs_se_change_quand_meme() -> None:
    for texte in ('{"titre": "a", "mots": ["un"]}', "titre: &t a\nmots: [un]\nprose: *t\n", "? titre\n: a\n"):
        voulue = Essai(**{**_champs(lire(texte)), "titre": "b", "mots": ("deux",)})
        assert lire(fiche.modifier(texte.encode(), voulue, "essai.yaml")) == voulue


MORCEAUX = st.sampled_from(["# un mot\n", "\n", "  # en retrait\n", ""])
LISTES = st.lists(st.sampled_from(["un", "deux", "2", "à trois", "# quatre"]), max_size=4)


@given(
    st.lists(MORCEAUX, min_size=5, max_size=5),
    LISTES,
    LISTES,
    st.booleans(),
    st.sampled_from(["a", "b\nc\n"]),
)
def test_ce_qui_n_est_pas_change_garde_ses_lignes(
    entre: list[str], avant: list[str], apres: list[str], en_ligne: bool, prose: str
) -> None:
    """Quels que soient les commentaires : ceux qui sont hors de la liste restent, et tout se relit."""
    if en_ligne:
        liste = f"mots: [{', '.join(map(repr, avant))}]\n" if avant else ""
    else:
        liste = "".join(["mots:\n", *(f"{entre[4]}  - '{mot}'\n" for mot in avant)]) if avant else ""
    texte = f"{entre[0]}titre: a\n{entre[1]}{liste}{entre[2]}nombre: 3\n{entre[3]}"
    ancienne = lire(texte)
    voulue = Essai(**{**_champs(ancienne), "mots": tuple(apres), "prose": prose})
    octets = fiche.modifier(texte.encode(), voulue, "essai.yaml")
    assert lire(octets) == voulue
    dit = octets.decode()
    assert dit.startswith(f"{entre[0]}titre: a\n{entre[1]}")
    assert f"{entre[2]}nombre: 3\n{entre[3]}" in dit or (not avant and apres)


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


def test_un_mot_par_defaut_ecrit_a_la_main_le_reste_aussi() -> None:
    modele = (Path(__file__).parents[2] / "data_template" / "lieu.yaml").read_bytes()
    neuf = fiche.modifier(modele, Reglages(id="lieu", format=1, nom="La Passerelle"), "lieu.yaml")
    ecrit, garde = modele.decode(), neuf.decode()
    for ligne in ("domaine: lieu.invalid", 'couleur: "#1c6e5a"', "langues: [fr]"):
        assert ligne in ecrit and ligne in garde


@pytest.mark.parametrize("signe", ["\u2028", "\u2029", "\x85"])
def test_une_fin_de_ligne_qui_ne_se_voit_pas_est_refusee_hors_de_la_prose(signe: str) -> None:
    """Ruamel y coupe la ligne, yaml-rs non : la fiche se lirait, et ne se changerait plus."""
    with pytest.raises(FicheFautive) as faute:
        lire(f"nombre: 1\ntitre: Bal{signe} d'hiver\n")
    assert (faute.value.defaut.ligne, "ne se voit pas" in faute.value.defaut.fait) == (2, True)
    page = f"---\ntitre: Bal\n---\n\nUne ligne,{signe}la suite.\n".encode()
    lue = fiche.lire(page, Page, "x", "page.md")
    assert signe in lue.texte
    changee = fiche.modifier(page, Page(id="x", titre="Bal d'hiver", texte=lue.texte), "page.md")
    assert fiche.lire(changee, Page, "x", "page.md").texte == lue.texte


def test_ce_que_l_outil_ne_sait_pas_recrire_est_dit_et_reste_tel() -> None:
    ecrite = b'nombre: 1\ntitre: !!binary "Bal d\'hiver"\n'
    lue = lire(ecrite)
    with pytest.raises(FicheFautive) as faute:
        fiche.modifier(ecrite, Essai(id="x", titre=lue.titre, nombre=2), "essai.yaml")
    assert (faute.value.defaut.ligne, "récrire" in faute.value.defaut.fait) == (2, True)


@given(textes, textes, st.integers(-9, 9))
@example("Bal", "deux\n\nlignes\n", 3)
def test_les_fins_de_ligne_de_windows_ne_changent_rien(titre: str, texte: str, nombre: int) -> None:
    """Une fiche enregistrée par le Bloc-notes dit la même chose, se modifie, et se relit."""
    for voulue, chemin in (
        (Page(id="x", titre=titre, texte=texte), "a.md"),
        (Essai(id="x", titre=titre, nombre=nombre), "a.yaml"),
    ):
        try:
            octets = fiche.ecrire(voulue, chemin)
        except FicheFautive:
            continue
        if b"\r" in octets:
            continue
        la = octets.replace(b"\n", b"\r\n")
        assert fiche.lire(la, type(voulue), "x", chemin) == voulue
        neuve = type(voulue)(**{**structs.asdict(voulue), "titre": "Autre"})
        assert fiche.lire(fiche.modifier(la, neuve, chemin), type(voulue), "x", chemin) == neuve

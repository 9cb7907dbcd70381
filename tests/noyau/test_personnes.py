"""Le registre : les noms à part, les identifiants dans l'archive, les noms à l'écran."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiers_lieu_cli.noyau.echecs import ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.gens.personnes import verifier_nom
from tiers_lieu_cli.noyau.gens.refus import NomDansLArchive
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.texte import clef


@pytest.fixture
def registre(tmp_path: Path) -> Registre:
    dossier = tmp_path / "registre/personnes"
    dossier.mkdir(parents=True)
    for ident, champs in {
        "p-aaaaaa": "nom: Karim Haddad\nsurnom: Karim\ncourriel: karim@exemple.be\n"
        "telephone: '0470 12 34 56'\n",
        "p-bbbbbb": "nom: Léa D'Hondt\nsurnom: Lou\n",
        "p-cccccc": "nom: Léa van de Velde\n",
        "p-dddddd": "nom: Rose\n",
        "p-eeeeee": "nom: 田中 花子\nsurnom: Hanako\n",
    }.items():
        (dossier / f"{ident}.yaml").write_text(champs, "utf-8")
    return Registre(tmp_path)


@pytest.mark.parametrize(
    ("mot", "ident"),
    [
        ("@karim", "p-aaaaaa"),
        ("KARIM", "p-aaaaaa"),
        ("Karim Haddad", "p-aaaaaa"),
        ("haddad", "p-aaaaaa"),
        ("@lou", "p-bbbbbb"),
        ("@lea-d’hondt", "p-bbbbbb"),
        ("lea d'hondt", "p-bbbbbb"),
        ("Léa D’Hondt", "p-bbbbbb"),
        ("velde", "p-cccccc"),
        ("p-dddddd", "p-dddddd"),
        ("@Hanako", "p-eeeeee"),
        ("花子", "p-eeeeee"),
    ],
)
def test_on_designe_quelqu_un_comme_on_le_dit(registre: Registre, mot: str, ident: str) -> None:
    assert registre.designer(mot) == ident


def test_un_homonyme_fait_choisir(registre: Registre, tmp_path: Path) -> None:
    (tmp_path / "registre/personnes/p-ffffff.yaml").write_text("nom: Samir Haddad\n", "utf-8")
    with pytest.raises(SaisieAmbigue) as ambigu:
        Registre(tmp_path).designer("haddad")
    assert {lecture.texte for lecture in ambigu.value.lectures} == {"@Karim", "@Samir-Haddad"}


@pytest.mark.parametrize("dit", ["@léa", "LEA", "Léa"])
def test_un_prenom_que_deux_portent_ne_designe_personne(registre: Registre, dit: str) -> None:
    """Fût-il le surnom de l'une : on demande, et ce qu'on propose désigne chacun, seul."""
    with pytest.raises(SaisieAmbigue) as ambigu:
        registre.designer(dit)
    assert ambigu.value.texte == dit
    proposes = [lecture.texte for lecture in ambigu.value.lectures]
    assert [registre.designer(p) for p in proposes] == ["p-bbbbbb", "p-cccccc"]
    assert registre.a_l_ecran("tl espace reserver rez jeudi --pour p-cccccc").endswith("@Léa-van-de-Velde")


def test_un_texte_devient_opaque_puis_se_remontre(registre: Registre) -> None:
    opaque = registre.opaque("Vu @karim et @Lou, écrire à x@y.be")
    assert opaque == "Vu @p-aaaaaa et @p-bbbbbb, écrire à x@y.be"
    assert registre.montrer(opaque) == "Vu Karim et Lou, écrire à x@y.be"


@pytest.mark.parametrize(
    "texte",
    [
        "vu karim haddad hier",
        "Vu KARIM  HADDAD.",
        "Lea D’Hondt est passée",
        "LÉA VAN DE VELDE",
        "Haddad Karim a téléphoné",
        "HADDAD, Karim",
        "avec Léa Velde",
        "Lea Vandevelde",
        "Van de Velde, Léa",
        "vu Léa Dhondt",
        "demander à Mme D'Hondt",
        "M. Haddad rappelle",
        "monsieur Haddad",
        "signé K. Haddad",
        "karim_haddad.pdf",
        "écrire à Karim@Exemple.be",
        "tél. 0470/12.34.56",
        "+32 470 12 34 56",
        "田中 花子 est là",
    ],
)
def test_un_nom_un_courriel_un_telephone_sont_reconnus(registre: Registre, texte: str) -> None:
    with pytest.raises(NomDansLArchive):
        registre.refuser_le_prive(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "une rose rouge",
        "Karim seul",
        "le 12/11 à 18h30",
        "la velde du coin",
        "chez Haddad. Karim arrive",
        "d'Haddad",
        "plan k haddad",
        "Karima Haddada",
        "Léa et Karim",
        "de Velde",
        "Rose M.",
    ],
)
def test_un_mot_ordinaire_n_est_pas_un_nom(registre: Registre, texte: str) -> None:
    registre.refuser_le_prive(texte)


def test_sans_registre_on_montre_les_identifiants(tmp_path: Path) -> None:
    vide = Registre(tmp_path)
    assert vide.montrer("Vu @p-aaaaaa") == "Vu p-aaaaaa"
    assert vide.designer("@p-aaaaaa") == "p-aaaaaa"
    vide.refuser_le_prive("Karim Haddad")
    with pytest.raises(ErreurUsage):
        vide.designer("@karim")


def test_une_cle_de_nom_ignore_accents_casse_et_ponctuation() -> None:
    assert clef("D'Hondt, Zoë") == clef("d’hondt zoe") == "d-hondt-zoe"


@pytest.mark.parametrize("nom", ["", "  ", "a\x1bb", "x" * 121])
def test_un_nom_illisible_est_refuse(nom: str) -> None:
    with pytest.raises(ErreurUsage):
        verifier_nom(nom)


@pytest.mark.parametrize("nom", ["Zoë", "d'Hondt", "👩‍👩‍👧 Dupont", "محمد", "x" * 120])
def test_tout_nom_de_personne_est_admis(nom: str) -> None:
    assert verifier_nom(f"  {nom} ") == nom

"""Chercher, règle par règle : ce qu'on a tapé, les fautes permises, l'extrait montré."""

from __future__ import annotations

import pytest

from tiers_lieu_cli.ensemble.chercher.regles import (
    Demande,
    Sens,
    coupe,
    extrait,
    lire,
    nommes,
    proches,
    radical,
)


@pytest.mark.parametrize(
    ("dits", "demande"),
    [
        (["vélo"], Demande(("velo",))),
        (["Vélo", "vélo", "de", "la", "cour"], Demande(("velo", "cour"))),
        (["de", "la"], Demande(("de", "la"))),
        (["porte-vélo"], Demande(("porte", "velo"))),
        (["#atelier", "@karim", "#", "@"], Demande((), ("atelier",), ("karim",))),
        (["salle:cour", "du:", "lundi"], Demande(salle="cour", mots=("lundi",))),
        (["salle : grande salle"], Demande(salle="grande salle")),
        (["vélo salle:cour du: lundi au:mardi"], Demande(("velo",), salle="cour", du="lundi", au="mardi")),
        (["étiquette:#fête qui:@léa genre:note"], Demande((), ("fête",), ("léa",), genre="note")),
        (["ETIQUETTE: x"], Demande((), ("x",))),
        (["14h30!"], Demande(("14h30",))),
        ([], Demande()),
    ],
)
def test_ce_qu_on_a_tape(dits: list[str], demande: Demande) -> None:
    assert lire(dits) == demande


def test_vide_ou_bornee() -> None:
    assert Demande().est_vide
    assert not Demande(("velo",)).est_vide
    bornees = (
        Demande(etiquettes=("x",)),
        Demande(gens=("x",)),
        Demande(salle="x"),
        Demande(du="x"),
        Demande(au="x"),
    )
    assert all(d.est_bornee for d in bornees)
    assert not Demande(("velo",), genre="note").est_bornee


def test_un_mot_et_ses_pluriels() -> None:
    assert Sens("velos", ("velo",)).justes == {"velos", "velo", "velox"}
    assert Sens("robinnet", ("robinnet",), lu=("robinet",)).justes == {"robinet"}
    assert [radical(m) for m in ("velos", "bureaux", "bus", "vélo", "jeux")] == [
        "velo",
        "bureau",
        "bus",
        "vélo",
        "jeu",
    ]


@pytest.mark.parametrize(
    ("mot", "trouves"),
    [
        ("robinnet", ("robinet",)),
        ("robniet", ("robinet",)),
        ("rboniet", ("robinet",)),
        ("rboniett", ()),
        ("coru", ("cour",)),
        ("cuor", ("cour",)),
        ("croux", ()),
        ("cor", ()),
        ("coup", ("cour",)),
    ],
)
def test_une_faute_de_frappe(mot: str, trouves: tuple[str, ...]) -> None:
    assert proches(mot, ["robinet", "cour", "chaise"]) == trouves


def test_les_plus_proches_seulement() -> None:
    assert proches("chaises", ["chaise", "chais", "fraises"]) == ("chaise",)
    assert proches("chaisee", ["chaisez", "chaisea"]) == ("chaisea", "chaisez")


def test_qui_un_mot_nomme() -> None:
    noms = {"a": ["karim", "haddad"], "b": ["karima"], "c": ["lea"]}
    assert nommes("kari", noms) == ("a", "b")
    assert nommes("had", noms) == ("a",)
    assert nommes("le", noms) == ("c",)
    assert nommes("l", noms) == ()


TEXTE = "Le robinet de la cuisine fuit depuis lundi matin, prévenir le plombier avant vendredi soir"


@pytest.mark.parametrize(
    ("mot", "largeur", "montre"),
    [
        ("robinet", 200, TEXTE),
        ("robinet", 30, "Le robinet de la cuisine…"),
        ("plombier", 30, "…le plombier avant vendredi…"),
        ("soir", 30, "…plombier avant vendredi soir"),
        ("absent", 30, ""),
    ],
)
def test_l_extrait_montre_le_mot_entier(mot: str, largeur: int, montre: str) -> None:
    assert extrait(f"  {TEXTE}\n", lambda m: m.lower() == mot, largeur) == montre


def test_couper_ne_coupe_pas_un_mot() -> None:
    assert coupe("Un  texte\ncourt", 20) == "Un texte court"
    assert coupe("Livraison de bois, à neuf heures", 20) == "Livraison de bois…"
    assert coupe("anticonstitutionnellement", 10) == "antic…"

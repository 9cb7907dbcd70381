"""L'identifiant donne le chemin, et le chemin l'identifiant ; rien d'autre ne passe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiers_lieu_cli
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Genre, IdentifiantInvalide
from tiers_lieu_cli.noyau.texte import en_tirets

DATE = Genre("événement", "prog/evenements", par_mois=True)
DURABLE = Genre("salle", "espace/salles")


@given(st.dates(date(1000, 1, 1)), st.text(max_size=80), st.integers())
def test_le_chemin_d_un_fait_date_et_retour(jour: date, titre: str, graine: int) -> None:
    ident = identifiants.date_de(jour, titre, "evenement", Random(graine))
    chemin = DATE.chemin(ident)
    assert chemin.startswith(f"prog/evenements/{jour:%Y/%m}/")
    assert DATE.ident(chemin) == ident
    assert len(chemin) < 200
    assert chemin.isascii()
    assert chemin == chemin.lower()


@pytest.mark.parametrize(
    "chemin",
    [
        "prog/evenements/2026/12/2026-11-24-velo-7k2m.yaml",
        "prog/evenements/2026/11/2026-11-24-velo-7k2m.md",
        "prog/evenements/2026-11-24-velo-7k2m.yaml",
        "prog/evenements/2026/13/2026-13-24-velo-7k2m.yaml",
    ],
)
def test_un_fichier_au_mauvais_endroit_n_est_pas_une_fiche(chemin: str) -> None:
    assert DATE.ident(chemin) is None


@given(st.text())
def test_aucun_texte_ne_fait_sortir_du_dossier(texte: str) -> None:
    for genre in (DATE, DURABLE):
        try:
            chemin = genre.chemin(texte)
        except IdentifiantInvalide:
            continue
        assert chemin.startswith(f"{genre.dossier}/")
        assert ".." not in chemin


SALLES = [
    "devidoirs",
    "chaise",
    "cle-de-la-cave",
    "salle-a",
    "2026-11-28-perceuse-7k2m",
    "2026-11-30-ag-7k3n",
]


@pytest.mark.parametrize(
    ("mot", "nommes"),
    [
        ("dev", ["devidoirs"]),
        ("chaise", ["chaise"]),
        ("cave", ["cle-de-la-cave"]),
        ("cav", ["cle-de-la-cave"]),
        ("perceuse", ["2026-11-28-perceuse-7k2m"]),
        ("7k2m", ["2026-11-28-perceuse-7k2m"]),
        ("2026-11-28", ["2026-11-28-perceuse-7k2m"]),
        ("a", ["salle-a"]),
        ("ag", ["2026-11-30-ag-7k3n"]),
        # Ni le milieu d'un mot, ni un mot trop court, ni un morceau de date.
        *(
            (mot, [])
            for mot in ("", "id", "e", "ch", "la", "haise", "voirs", "2", "28", "11", "2026", "2026-11")
        ),
    ],
)
def test_un_mot_ne_nomme_que_ce_qu_il_commence(mot: str, nommes: list[str]) -> None:
    assert identifiants.nommes(mot, SALLES) == nommes


@pytest.mark.parametrize(
    ("dit", "mot"),
    [
        ("salle-du-rez", "salle-du-rez"),
        ("Salle du rez", "salle-du-rez"),
        ("Clé de la cave n° 2", "cle-de-la-cave-n-2"),
        ("Le bureau de @p-7k2m9x", "le-bureau-de"),
    ],
)
def test_un_nom_donne_le_mot_qui_le_designera(dit: str, mot: str) -> None:
    assert identifiants.du_nom(dit) == mot


@given(st.text())
def test_tout_nom_donne_un_mot_ou_se_refuse(dit: str) -> None:
    try:
        mot = identifiants.du_nom(dit)
    except IdentifiantInvalide:
        return
    assert identifiants.du_nom(mot) == mot == identifiants.verifier(mot)


@pytest.mark.parametrize("dit", ["", "!!!", "日本", "../x", "a/b", "C:\\x"])
def test_un_chemin_ou_des_signes_ne_sont_pas_un_nom(dit: str) -> None:
    with pytest.raises(IdentifiantInvalide):
        identifiants.du_nom(dit)


def test_un_nom_dit_a_part_laisse_le_mot_tel_quel() -> None:
    assert identifiants.du_nom("rez", "Salle du rez") == "rez"
    with pytest.raises(IdentifiantInvalide):
        identifiants.du_nom("Le rez", "Salle du rez")


@pytest.mark.parametrize(
    "texte", ["", ".", "..", "A", "é", "a b", "a\n", "a/b", "-a", "a--b", "a" * 101, "٣"]
)
def test_un_identifiant_est_court_ascii_et_sans_malice(texte: str) -> None:
    with pytest.raises(IdentifiantInvalide):
        identifiants.verifier(texte)


@pytest.mark.parametrize(
    ("titre", "mot"),
    [
        ("Atelier vélo d'hiver", "atelier-velo-d-hiver"),
        ("ÉTÉ !!!", "ete"),
        ("日本", "defaut"),
        ("a" * 60, "a" * 40),
        ("un deux trois quatre cinq six sept huit neuf dix", "un-deux-trois-quatre-cinq-six-sept-huit"),
    ],
)
def test_un_titre_devient_un_mot(titre: str, mot: str) -> None:
    assert en_tirets(titre, "defaut") == mot


def _dites(fichier: Path) -> Iterator[str]:
    """Les textes d'un module, sans ses docstrings : ce qu'il peut montrer."""
    arbre = ast.parse(fichier.read_text("utf-8"))
    docs = {id(n.value) for n in ast.walk(arbre) if isinstance(n, ast.Expr)}
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in docs:
            yield noeud.value


def test_aucune_commande_montree_ne_porte_un_mot_a_remplacer() -> None:
    """« tl … fait ID » se colle telle quelle : ce qu'elle désignerait alors, personne ne l'a voulu."""
    modules = Path(tiers_lieu_cli.__file__).parent.rglob("*.py")
    a_coller = re.compile(r"\btl [a-z]+[a-z .-]* (?:--[a-z-]+ )?(?:ID|NOM|MOT|PRET|OBJET|SALLE)\b")
    assert [(m.name, dit) for m in modules for dit in _dites(m) if a_coller.search(dit)] == []

"""Les douze écrans les plus employés, à 40, 60, 80 et 120 colonnes : rien ne déborde, rien n'est coupé."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu, lancer

from tiers_lieu_cli.application import executer
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, aligner, cellules, replier

LARGEURS = (40, 60, 80, 120)
#: Ce qu'on regarde dix fois par jour.
ECRANS = {
    "aujourdhui": ("aujourdhui",),
    "semaine": ("prog", "semaine"),
    "jour": ("prog", "jour", "26/11/2026"),
    "espace-jour": ("espace", "jour"),
    "demandes": ("espace", "demandes"),
    "salles": ("espace", "salle", "liste"),
    "libre": ("espace", "libre", "--quand", "vendredi 14h-16h"),
    "journal": ("journal", "jour", "hier"),
    "presents": ("accueil", "presents"),
    "personnes": ("accueil", "personne", "liste"),
    "besoins": ("accueil", "besoin", "liste"),
    "prets": ("stock", "prets"),
}
_COMMANDE = re.compile(r"(?<!\w)tl [a-z]")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def au_terminal(racine: Path, largeur: int, *mots: str) -> str:
    """Ce qu'un terminal de cette largeur montrerait, sans couleurs."""
    sortie, dedans = _Terminal(io.BytesIO(), "utf-8", write_through=True), sys.stdin
    sys.stdin = io.StringIO()
    with pytest.MonkeyPatch.context() as poste, contextlib.redirect_stdout(sortie):
        poste.setenv("COLUMNS", str(largeur))
        poste.setenv("NO_COLOR", "1")
        executer(["--lieu", str(racine), *mots])
    sys.stdin = dedans
    return sortie.buffer.getvalue().decode()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def passerelle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un lieu habité, aux noms longs, accentués, d'ailleurs."""
    racine = tmp_path_factory.mktemp("largeurs") / "lieu"
    with pytest.MonkeyPatch.context() as poste:
        poste.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T08:52+01:00")
        poste.setenv("TIERS_LIEU_GRAINE", "largeurs")
        mots = ("init", str(racine), "--nom", "La Passerelle", "--salle", "Salle du rez", "--salle", "Cour")
        assert lancer(*mots).code == 0
        lieu = Lieu(racine)
        for rang, dit in enumerate(_HABITER):
            poste.setenv("TIERS_LIEU_GRAINE", f"largeurs-{rang}")
            lieu.faire(*dit)
        poste.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T08:52+01:00")
        lieu.faire("accueil", "passage", "@karim", "riverains", "3")
    return racine


_HABITER: tuple[tuple[str, ...], ...] = (
    ("accueil", "personne", "creer", "Karim Haddad", "--public", "riverains", "--telephone", "0470 12 34 56"),
    ("accueil", "personne", "creer", "王小明", "--public", "membres"),
    ("accueil", "personne", "creer", "Marie-Ange Vanden Eynde-Delacroix", "--courriel", "ma@exemple.be"),
    (
        "accueil",
        "besoin",
        "creer",
        "Garde d'enfants le mercredi après-midi",
        "--personne",
        "@karim",
        "--urgent",
    ),
    ("accueil", "besoin", "creer", "Réparer mon vélo 🚲 avant l'hiver", "--public", "riverains"),
    (
        "journal",
        "noter",
        "Le four chauffe mal, on l'a mis au minimum ; @marie-ange appelle « Fours & Cie » #panne",
    ),
    ("journal", "noter", "Livraison de bois à 9h, @karim l'a reçue #atelier"),
    ("espace", "salle", "modifier", "salle-du-rez", "--capacite", "20", "--equipement", "vidéoprojecteur"),
    ("espace", "reserver", "cour", "demain 14h-16h", "--objet", "Réunion du CPAS", "--pour", "@karim"),
    ("espace", "reserver", "salle-du-rez", "jeudi 9h-12h", "--objet", "Permanence", "--option", "jeudi 8h"),
    (
        "prog",
        "evenement",
        "creer",
        "Atelier vélo 🚲 et café",
        "--quand",
        "demain 18h30-20h",
        "--salle",
        "cour",
    ),
    ("prog", "evenement", "creer", "日本語の会", "--quand", "jeudi 19h-21h", "--salle", "salle-du-rez"),
    ("stock", "objet", "creer", "Perceuse à percussion"),
    ("stock", "preter", "perceuse-a-percussion", "@karim", "--jusqua", "demain"),
)


@pytest.mark.parametrize("largeur", LARGEURS)
@pytest.mark.parametrize("ecran", ECRANS)
def test_un_ecran_ne_deborde_pas(
    passerelle: Path,
    ecran: str,
    largeur: int,
    or_: Callable[[str, bytes], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T08:52+01:00")
    vu = au_terminal(passerelle, largeur, *ECRANS[ecran])
    for ligne in vu.splitlines():
        assert cellules(ligne) <= largeur or _COMMANDE.search(ligne), (largeur, ligne)
        assert not ligne.strip().startswith(("»", ":", ";"))
        assert not ligne.endswith("«")
    or_(f"ecrans/{ecran}-{largeur}.txt", vu.encode())


MOTS = st.sampled_from(
    [
        "Atelier",
        "vélo",
        "« café »",
        "18:30–20:00",
        "24 novembre",
        "日本",
        "🚲",
        "anticonstitutionnellement",
        "à",
    ]
)


@given(
    st.lists(st.tuples(*[st.lists(MOTS, max_size=5).map(" ".join)] * 3), min_size=1, max_size=4),
    st.sampled_from(LARGEURS),
)
def test_aucun_mot_n_est_coupe(lignes: list[tuple[str, ...]], largeur: int) -> None:
    colonnes = [Colonne(), Colonne(cede=True), Colonne()]
    rendues = list(aligner(colonnes, lignes, largeur, couleurs=False))
    ensemble = " ".join(rendues)
    for mot in {mot for ligne in lignes for case in ligne for mot in case.split()}:
        assert mot in ensemble
    for ligne in rendues:
        assert cellules(ligne) <= largeur
        assert not ligne.strip().startswith("»")
        assert not ligne.endswith("«")
        assert "24" not in ligne or "24 novembre" in ligne


@given(st.text("ab 日-«»:", max_size=80), st.integers(5, 40))
def test_replier_ne_perd_rien(texte: str, largeur: int) -> None:
    lignes = replier(texte, largeur)
    assert "".join("".join(lignes).split()) == "".join(texte.split())
    assert all(cellules(ligne) <= largeur for ligne in lignes)

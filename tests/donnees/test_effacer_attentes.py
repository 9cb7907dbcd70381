"""D'une personne effacée, on n'attend plus rien et rien de neuf ne la cite ; sa clé se cherche."""

from __future__ import annotations

import json
from typing import get_type_hints

import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble.genres import GENRES

#: Ce qui parle de quelqu'un et ne tient pas qu'à lui : une clé, un objet, une idée restent à la maison.
QUAND_MEME = {
    *(
        "accueil/heures",
        "accueil/passages",
        "espace/cles-pretees",
        "stock/prets",
        "courriers",
        "courriers-lus",
    ),
    *("prog/propositions", "prog/soutiens", "prog/equipes", "prog/inscriptions"),
}
EFFACEE = "personne effacée"


@pytest.fixture
def oublie(lieu: Lieu) -> tuple[Lieu, str]:
    """Karim avait une affaire de chaque sorte, toutes dues, et une clé ; il s'efface."""
    qui = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("accueil", "personne", "creer", "Léa Dupont")
    offre = lieu.id("accueil", "offre", "creer", "Réparer des vélos", "--theme", "vélo", "--de", "@karim")
    besoin = lieu.id("accueil", "besoin", "creer", "Un vélo à réparer", "--theme", "vélo", "--de", "@léa")
    lieu.faire("accueil", "besoin", "creer", "Un vélo à prêter", "--theme", "vélo", "--de", "@karim")
    lieu.faire("accueil", "relier", besoin, offre, "--accord", "@léa")
    lieu.faire("accueil", "besoin", "creer", "Réparer aussi mon vélo", "--theme", "vélo", "--de", "@léa")
    lieu.faire("accueil", "bienvenue", "creer", "@karim", "--le", "1/10")
    lieu.faire(
        "accueil", "suivi", "noter", "@karim", "Vu", "--prochain", "Rappeler", "--prochain-le", "aujourd'hui"
    )
    lieu.faire("accueil", "habilitation", "creer", "@karim", "fraiseuse", "--le", "1/10", "--expire", "30/11")
    idee = lieu.id("prog", "proposer", "Un bal", "--de", "@karim")
    lieu.faire("prog", "decliner", idee, "--reponse", "Trop bruyant")
    lieu.faire("espace", "cle", "creer", "cave", "--ouvre", "salle-du-rez")
    lieu.faire("espace", "cle", "remettre", "cave", "@karim", "--rendre-le", "aujourd'hui")
    muettes = [lecture for lecture in LECTURES if "Karim" not in lieu.faire(*lecture).sortie]
    assert not muettes
    lieu.faire("donnees", "effacer", "@karim", "--oui")
    return lieu, qui


LECTURES = (
    ("accueil", "relier"),
    ("accueil", "offre", "liste"),
    ("accueil", "besoin", "liste"),
    ("accueil", "lien", "liste"),
    ("accueil", "bienvenue", "liste"),
    ("accueil", "suivi", "liste"),
    ("accueil", "habilitation", "liste"),
    ("aujourdhui", "--tout"),
)


def test_rien_n_est_plus_attendu_que_ce_qu_elle_a_dehors(oublie: tuple[Lieu, str]) -> None:
    lieu, qui = oublie
    restent = [
        ligne.strip(" ·!")
        for lecture in LECTURES
        for ligne in lieu.faire(*lecture).sortie.splitlines()
        if EFFACEE in ligne
    ]
    assert len(restent) == 1 and "cave" in restent[0]
    lieu.faire("journal", "passation", "--note", "Rien")
    choses = lieu.faire("journal", "releve", "--json").json
    assert [
        ligne for ligne in json.dumps(choses, indent=0).splitlines() if qui in ligne and "cave" not in ligne
    ] == []
    # Ce qu'elle a fait compte toujours.
    assert EFFACEE in lieu.faire("accueil", "offre", "liste", "--tout").sortie


@pytest.mark.parametrize(
    "mots",
    [
        ("accueil", "besoin", "creer", "Un four", "--de", "{qui}"),
        ("accueil", "offre", "creer", "Un four", "--de", "{qui}"),
        ("accueil", "suivi", "noter", "{qui}", "Vu"),
        ("accueil", "bienvenue", "creer", "{qui}"),
        ("accueil", "bienvenue", "faite", "{qui}"),
        ("accueil", "habilitation", "creer", "{qui}", "four"),
        ("accueil", "heures", "noter", "{qui}", "2h", "--activite", "bar"),
        ("accueil", "passage", "{qui}"),
        ("accueil", "lien", "accord", "velo-a-reparer", "{qui}"),
        ("accueil", "relier", "reparer-aussi", "reparer-des"),
        ("prog", "proposer", "Un bal", "--de", "{qui}"),
        ("prog", "soutenir", "un-bal", "{qui}"),
        ("espace", "reserver", "salle-du-rez", "demain 9h-10h", "--objet", "Vu", "--pour", "{qui}"),
        ("espace", "cle", "remettre", "cave", "{qui}"),
    ],
)
def test_rien_de_neuf_ne_l_engage(oublie: tuple[Lieu, str], mots: tuple[str, ...]) -> None:
    lieu, qui = oublie
    avant = lieu.signature()
    assert "a été effacée" in lieu.faire(*(m.format(qui=f"@{qui}") for m in mots), code=2).erreurs
    assert lieu.signature() == avant


def test_ce_qui_parle_d_elle_se_relit_et_se_clot(oublie: tuple[Lieu, str]) -> None:
    lieu, qui = oublie
    assert "Vu" in lieu.faire("accueil", "suivi", "liste", f"@{qui}").sortie
    assert lieu.faire("historique", f"@{qui}").code == 0
    lieu.faire("accueil", "habilitation", "retirer", f"@{qui}", "fraiseuse")
    lieu.faire("accueil", "lien", "suite", "velo-a-reparer", "sans-suite")
    lieu.faire("espace", "cle", "rendre", "cave")


def test_tout_genre_qui_parle_de_quelqu_un_dit_ce_qu_il_en_reste() -> None:
    for declare in GENRES:
        structure = getattr(declare, "structure", None) or declare.en_cours.structure  # type: ignore[union-attr]
        parle = "sujet=True" in repr([*get_type_hints(structure, include_extras=True).values()])
        assert (declare.genre.de_quelqu_un or declare.genre.dossier in QUAND_MEME) == parle, declare.genre


def test_ce_qui_est_en_cours_et_ce_qui_est_clos_ne_font_qu_un_compte(lieu: Lieu) -> None:
    qui = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    for public in ("riverains", "membres"):
        lieu.faire("accueil", "bienvenue", "creer", qui, "--public", public)
        if public == "riverains":
            lieu.faire("accueil", "bienvenue", "finir", qui)
    traitements = lieu.faire("donnees", "registre-traitements").sortie
    titres = [ligne for ligne in traitements.splitlines() if ligne.startswith("## ")]
    assert len(titres) == len(set(titres)) and "## Accueil : bienvenue" in titres
    assert lieu.faire("accueil", "personne", "fiche", qui, "--json").json["archive"] == {
        "accueil/bienvenues": 2
    }
    assert "2 bienvenues" in lieu.faire("donnees", "effacer", qui, "--oui").sortie

"""Ce qui est montré d'une personne se retape ; ce qu'on en note tient : adresse, numéro, jour, tuteur."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.accueil.personne.regles import Dit, nouvelle_personne
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.identifiants import HasardDuSysteme
from tiers_lieu_cli.noyau.gens.personnes import a_citer
from tiers_lieu_cli.noyau.temps.temps import date
from tiers_lieu_cli.noyau.texte import clef, est_visible

PERSONNE = ("accueil", "personne")
JOUR = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("nom", "mention"),
    [
        ("🎉 Zoë", "@Zoë"),
        ("J.-P. Dubois", "@J-P"),
        ("(Léa) Dupont", "@Léa"),
        ("D'Hondt", "@D’Hondt"),
        ("~ Tom ~", "@Tom"),
        ("« Mimi »", "@Mimi"),
        ("🎉", "@p-"),
        ("★ ★", "@p-"),
    ],
)
def test_la_suite_imprimee_la_designe(lieu: Lieu, nom: str, mention: str) -> None:
    # Un autre nom en signes ne fait pas d'elle une homonyme.
    lieu.faire(*PERSONNE, "creer", "🌵 🌵")
    dit = lieu.faire(*PERSONNE, "creer", nom).sortie
    suite = dit.partition("Ensuite : tl ")[2].strip()
    assert mention in suite and "Même prénom" not in dit
    assert nom.replace("'", "’") in lieu.faire(*shlex.split(suite)).sortie.replace("'", "’")


@given(st.text(min_size=1, max_size=30).filter(est_visible))
def test_le_surnom_tire_d_un_nom_le_designe_toujours(nom: str) -> None:
    try:
        neuve = nouvelle_personne(nom, Dit(), JOUR, [], HasardDuSysteme())
    except ErreurUsage:
        assume(False)
    assert not neuve.surnom or (a_citer(neuve.surnom) == neuve.surnom and clef(neuve.surnom))


@pytest.mark.parametrize("surnom", ["Le Grand", "zo.é", "🎉", "-zo", "zo!"])
def test_un_surnom_qui_ne_designerait_pas_est_refuse(lieu: Lieu, surnom: str) -> None:
    assert (
        "ne désignerait personne" in lieu.faire(*PERSONNE, "creer", "Zoé", "--surnom", surnom, code=2).erreurs
    )


@pytest.mark.parametrize(
    "faux",
    [
        ("--courriel", "pasunmail"),
        ("--courriel", "a@b"),
        ("--courriel", "deux mots@ex.be"),
        ("--telephone", "abc"),
        ("--telephone", "12"),
        ("--depuis", "2030-01-01"),
        ("--depuis", "demain"),
    ],
)
def test_ce_qui_ne_se_tient_pas_est_refuse(lieu: Lieu, faux: tuple[str, str]) -> None:
    tom = lieu.id(*PERSONNE, "creer", "Tom", "--courriel", "tom@ex.be", "--telephone", "+32 (0)470 12 34 56")
    avant = lieu.signature()
    lieu.faire(*PERSONNE, "creer", "Tim", *faux, code=2)
    lieu.faire(*PERSONNE, "modifier", tom, *faux, code=2)
    assert lieu.signature() == avant


def test_un_mineur_ne_repond_pas_d_un_mineur(lieu: Lieu) -> None:
    parent = lieu.id(*PERSONNE, "creer", "Karim Haddad")
    zoe = lieu.id(*PERSONNE, "creer", "Zoé", "--mineur", "--tuteur", parent)
    for mots in (
        ("creer", "Tom", "--mineur", "--tuteur", zoe),
        ("modifier", parent, "--mineur", "--tuteur", zoe),
    ):
        assert "est majeur" in lieu.faire(*PERSONNE, *mots, code=2).erreurs
    autre = lieu.id(*PERSONNE, "creer", "Ana")
    lieu.faire(*PERSONNE, "modifier", parent, "--mineur", "--tuteur", autre, code=2)
    tom = lieu.id(*PERSONNE, "creer", "Tom", "--mineur", "--tuteur", autre)
    # Écrit à la main, ou venu d'un poste d'avant : on le dit.
    fiche = lieu.racine / f"registre/personnes/{tom}.yaml"
    fiche.write_text(fiche.read_text("utf-8").replace(autre, zoe), "utf-8")
    lieu.faire("enregistrer", "--oui")
    dit = lieu.faire("verifier", code=1).sortie
    assert "Zoé est mineur·e et répond de Tom" in " ".join(dit.split())

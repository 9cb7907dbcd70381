"""Qui note, quand, de quoi l'on parle, et ce qu'on se rappelle."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest
from soutien import Lieu

from tiers_lieu_cli.journal import regles
from tiers_lieu_cli.journal.modele import Note


@pytest.fixture
def karim(lieu: Lieu) -> str:
    return lieu.id("accueil", "personne", "creer", "Karim Haddad", "--surnom", "karim")


def test_l_ordre_est_tenu_dans_la_minute(lieu: Lieu) -> None:
    dits = ["Zèbre", "Abeille", "Mulot"]
    for dit in dits:
        lieu.faire("journal", "noter", dit)
    assert [n["texte"] for n in lieu.faire("journal", "jour", "--json").json["notes"]] == dits
    assert lieu.faire("journal", "jour").sortie.count("08:52") == len(dits)
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_meme_soixante_notes_en_une_minute_se_suivent() -> None:
    notes: list[Note] = []
    for n in range(70):
        notes.append(regles.nouvelle(f"n {n}", datetime(2026, 11, 24, 8, 52, 30), (), Random(n), deja=notes))
    assert regles.du_jour(reversed(notes), date(2026, 11, 24)) == notes
    assert {n.moment[:16] for n in notes} == {"2026-11-24T08:52"}


def test_une_note_d_hier_se_range_a_son_jour(lieu: Lieu) -> None:
    lieu.faire("journal", "noter", "Ce matin")
    dit = lieu.faire("journal", "noter", "Le concert a fini tard", "--quand", "hier 21h").sortie
    assert "Noté, lundi 23 novembre, 21:00." in dit
    assert "tl journal jour 2026-11-23" in dit
    (note,) = lieu.faire("journal", "jour", "hier", "--json").json["notes"]
    assert note["moment"] == "2026-11-23T21:00:00+01:00"
    assert "pas encore" in lieu.faire("journal", "noter", "x", "--quand", "demain 9h", code=2).erreurs.lower()


def test_un_relais_a_un_nom_que_l_archive_ne_garde_pas(
    lieu: Lieu, karim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina = lieu.id("accueil", "personne", "creer", "Amina Benali", "--surnom", "amina")
    lieu.faire("journal", "noter", "Sans nom")
    reglages = lieu.racine / "lieu.yaml"
    lieu.poser("lieu.yaml", reglages.read_text("utf-8") + f"qui: {amina}\n")
    lieu.faire("journal", "noter", "Du lieu")
    monkeypatch.setenv("TIERS_LIEU_QUI", "@karim")
    lieu.faire("journal", "noter", "Du poste")
    lieu.faire("journal", "noter", "Dit", "--auteur", "@amina")
    notes = {n["texte"]: n["auteur"] for n in lieu.faire("journal", "jour", "--json").json["notes"]}
    assert notes == {"Sans nom": None, "Du lieu": amina, "Du poste": karim, "Dit": amina}
    assert "Du poste (noté par karim)" in lieu.faire("journal", "jour").sortie
    assert "Du poste" in lieu.faire("chercher", "@karim").sortie
    assert "karim" not in lieu.git("log", "-p").lower()
    monkeypatch.setenv("TIERS_LIEU_QUI", "zoé")
    assert "TIERS_LIEU_QUI nomme « zoé »" in lieu.faire("journal", "noter", "x", code=2).erreurs


def test_une_note_montre_ce_dont_elle_parle(lieu: Lieu) -> None:
    velo = lieu.id("prog", "evenement", "creer", "Atelier vélo", "--quand", "demain 18h-20h")
    lieu.faire("journal", "noter", "Préparer les outils", "--lien", velo, "--lien", "cour")
    dit = lieu.faire("journal", "jour").sortie
    assert f"→ Atelier vélo ({velo})" in dit
    assert "→ Cour (cour)" in dit


def test_un_rappel_se_voit_le_jour_dit_et_se_regle(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Rien à se rappeler" in lieu.faire("journal", "rappel").sortie
    ident = lieu.id("journal", "rappel", "rappeler le plombier", "--pour", "jeudi")
    assert "rappeler le plombier" in lieu.faire("journal", "rappel").sortie
    assert "plombier" not in lieu.faire("aujourdhui").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T09:00+01:00")
    assert "rappeler le plombier" in lieu.faire("aujourdhui").sortie
    lieu.faire("journal", "regler", ident)
    assert "plombier" not in lieu.faire("aujourdhui").sortie
    assert lieu.faire("journal", "rappel", "--json").json == []
    assert [t["titre"] for t in lieu.faire("chercher", "plombier", "--json").json["trouves"]] == [
        "rappeler le plombier"
    ]

"""Deux relais se succèdent ; soixante jours d'absence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.ecran.ecran import Ecran


def a(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", moment)


def test_deux_relais_se_succedent(lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for nom in ("Amina Benali", "Karim Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    # Le matin d'Amina : une clé sort, le four tombe en panne, un voisin attend.
    lieu.faire("espace", "cle", "creer", "cave", "--aussi", "la cave")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@karim", "--rendre-le", "demain")
    lieu.faire("espace", "entretien", "panne", "Le four", "--salle", "cour", "--hors-service")
    lieu.faire("accueil", "besoin", "creer", "Garder les enfants", "--personne", "@karim", "--urgent")
    lieu.faire("accueil", "offre", "creer", "Un établi", "--territoire")
    lieu.faire("prog", "proposer", "Une fête des voisins")
    lieu.faire(
        "accueil", "suivi", "noter", "@karim", "Vu ensemble", "--prochain", "Rappeler", "--pour", "lundi"
    )
    fait = lieu.faire(
        *("journal", "passation", "--de", "@amina", "--a", "@karim"),
        *("--mot", "Tout est dit, @karim", "--si", "le four refume : couper le courant"),
    )
    assert "4 choses ouvertes" in fait.sortie
    # Rien d'ouvert n'y manque : tout ce que le lieu range parmi ce qui est en cours.
    ouvertes = {f.stem for f in lieu.racine.glob("*/*-en-cours/*.yaml")}
    gardees = {x["cle"] for x in lieu.faire("journal", "releve", "--json").json["ouvertes"]}
    assert len(ouvertes) == 5 and ouvertes <= gardees
    lu = lieu.faire("journal", "releve").sortie
    for dit in ("Urgent", "Garder les enfants", "clé cave chez Karim", "Cour hors service", "Si…", "Karim"):
        assert dit in lu
    # Karim arrive : la maison le lui rappelle, il la redit avec ses mots.
    assert "lire la passation d'Amina" in lieu.faire("aujourdhui").sortie
    lieu.faire("journal", "accuser", "--compris", "La clé, puis le four")
    assert "lire la passation" not in lieu.faire("aujourdhui").sortie
    assert "déjà reçue" in lieu.faire("journal", "accuser", "--compris", "x", code=2).erreurs
    # Le soir, la clé est rendue : elle n'a pas disparu, elle est réglée par son nom.
    a(monkeypatch, "2026-11-24T18:00+01:00")
    lieu.faire("espace", "cle", "rendre", "cave")
    lieu.faire("journal", "passation", "--de", "@karim", "--a", "@amina", "--mot", "")
    lu = lieu.faire("journal", "releve").sortie
    assert "clé cave chez Karim, à rendre mercredi 25 novembre → Clé rendue" in lu
    assert "Cour hors service" in lu.partition("Réglé")[0]
    dit = lieu.faire("journal", "releve", "--json").json
    assert dit["gravite"] == "urgent" and dit["reglees"][0]["comment"].startswith("Clé rendue")
    # Une page, qui nomme des gens : elle ne s'écrit pas dans le lieu.
    page = tmp_path / "passation.html"
    lieu.faire("journal", "releve", "--sortie", str(page))
    assert "Garder les enfants" in page.read_text("utf-8")
    lieu.faire("journal", "releve", "--sortie", str(lieu.racine / "public" / "p.md"), code=2)
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_soixante_jours_d_absence(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in ("Amina Benali", "Karim Haddad", "Zoé D'Hondt"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("accueil", "besoin", "creer", "Un vélo pour aller travailler", "--urgent")
    lieu.faire("journal", "passation", "--de", "@amina", "--a", "@karim", "--mot", "À bientôt")
    # Pendant qu'Amina est loin, le besoin est comblé, une autre passation passe, dix riverains entrent.
    a(monkeypatch, "2026-12-10T09:00+01:00")
    lieu.faire("accueil", "besoin", "modifier", "un-velo", "--etat", "comble")
    lieu.faire("journal", "passation", "--de", "@karim", "--a", "@zoé", "--mot", "")
    for _ in range(5):
        lieu.faire("accueil", "passage", "riverains", "2")
    lieu.faire("espace", "entretien", "panne", "La chaudière")
    # Amina revient : ce qu'elle savait ouvert est réglé par son nom, ce qui a changé se dit en entier.
    a(monkeypatch, "2027-01-23T09:00+01:00")
    lieu.faire("journal", "passation", "--de", "@zoé", "--a", "@amina", "--mot", "")
    lu = lieu.faire("journal", "releve").sortie
    assert "depuis mardi 24 novembre 2026" in lu
    assert "Un vélo pour aller travailler" in lu.partition("Réglé")[2]
    assert "Passage (5 fois)" in lu and "La chaudière" in lu.partition("Réglé")[0]


def test_la_passation_se_relit_dans_l_editeur_et_une_ligne_otee_reste_ouverte(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("espace", "cle", "creer", "cave", "--aussi", "la cave")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@karim")
    lieu.faire("espace", "entretien", "panne", "Le four")
    editeur = tmp_path / "editeur.sh"
    # Un mot libre, la panne ôtée, un mot sous la clé qui mentionne quelqu'un.
    script = '#!/bin/sh\nsed -i -e "/Le four/d" -e "/clé cave/a\\    voir @Haddad" "$1"\n'
    editeur.write_text(script + 'printf "\\nBonne journée\\n" >> "$1"\n', "utf-8")
    editeur.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editeur))
    monkeypatch.delenv("VISUAL", raising=False)
    terminal = classmethod(lambda cls, _: cls(sys.stdout, sys.stderr, interactif=True))
    monkeypatch.setattr(Ecran, "du_terminal", terminal)
    fait = lieu.faire("journal", "passation")
    assert "1 ligne ôtée reste ouverte" in fait.sortie
    lu = lieu.faire("journal", "releve").sortie
    assert "Le four" in lu and "      voir Karim" in lu and "Bonne journée" in lu
    # Le mot suit la clé, tant qu'elle est dehors.
    lieu.faire("journal", "passation", "--mot", "")
    assert "voir Karim" in lieu.faire("journal", "releve").sortie

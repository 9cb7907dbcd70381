"""Les règles, les pages pratiques, l'histoire d'un sujet : la maison se souvient, et dit d'où cela vient."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import Lieu
from terminal import terminal

from tiers_lieu_cli.ensemble import recit
from tiers_lieu_cli.ensemble.genres import GENRES


def test_une_regle_dit_sa_decision_ce_qui_l_applique_et_revient(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    decidee = lieu.id("journal", "decision", "creer", "Le calme", "--decision", "Pas de bruit le soir")
    lieu.faire("espace", "regle", "creer", "cour", "--salle", "cour", "--delai-min", "2 jours")
    origine = ("--decision", decidee, "--applique", "cour", "--revoir", "dans 6 mois")
    lieu.faire("regles", "creer", "Le bruit", "--texte", "Plus de **musique** après 22 h.", *origine)
    lu = lieu.faire("regles", "lire").sortie
    assert "Règles qu'elle a faites : Le bruit" in lieu.faire("journal", "decision", "fiche", decidee).sortie
    assert "Charte du lieu" in lu and "« Le calme »" in lu and "l'outil l'applique : " in lu
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-06-01T09:00+02:00")
    assert "tl regles revoir le-bruit" in lieu.faire("aujourdhui").sortie
    lieu.faire("regles", "modifier", "le-bruit", "--texte", "Plus de musique après 21 h.")
    lieu.faire("regles", "revoir", "le-bruit", "--revoir", "dans 1 an")
    assert "tl regles revoir" not in lieu.faire("aujourdhui").sortie
    # Telles qu'elles étaient, et ce qui a changé depuis.
    alors = lieu.faire("regles", "au", "1/12/2026").sortie
    assert "22 h" in alors and "changée : Le bruit" in alors and "21 h" not in alors
    # Une décision remplacée : la règle qu'elle a faite le dit.
    lieu.faire("journal", "decision", "creer", "Fête", "--decision", "Jusque minuit", "--remplace", decidee)
    assert "d'une décision remplacée par « Fête »" in lieu.faire("aujourdhui").sortie
    lieu.faire("regles", "retirer", "le-bruit")
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_une_page_pratique_se_relit_s_imprime_et_ne_garde_pas_de_code(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    creer = ("journal", "fiche", "creer", "Ouvrir la maison", "--texte")
    refus = lieu.faire(*creer, "Couper l'alarme, le code est 4821.", code=1).erreurs
    assert "ressemble à un secret" in refus and "4821" not in refus
    lieu.faire(*creer, "1. Couper l'alarme : le code est chez un relais.\n2. Allumer.")
    page = tmp_path / "ouvrir.html"
    lieu.faire("journal", "fiche", "lire", "ouvrir", "--sortie", str(page))
    assert "<li>Allumer.</li>" in page.read_text("utf-8") and "<svg" in page.read_text("utf-8")
    lieu.faire("journal", "fiche", "lire", "ouvrir", "--sortie", str(tmp_path / "ouvrir.pdf"))
    assert "relire la page" not in lieu.faire("aujourdhui").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-05-25T09:00+02:00")
    assert "tl journal fiche relue ouvrir-la-maison" in lieu.faire("aujourdhui").sortie
    lieu.faire("journal", "fiche", "relue", "ouvrir")
    assert "relire la page" not in lieu.faire("aujourdhui").sortie
    # Écrite à la main, elle passe par la même règle.
    lieu.poser(
        "journal/pratiques/fermer.md", "---\ntitre: Fermer\nrelue_le: 2027-05-01\n---\n\nCode alarme : 4821\n"
    )
    constat = lieu.faire("verifier", code=1).sortie
    assert "journal/pratiques/fermer.md, ligne 6" in constat and "4821" not in constat


def test_l_histoire_d_un_sujet_traverse_les_metiers(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("espace", "cle", "creer", "cave", "--ouvre", "cour")
    lieu.faire("espace", "cle", "remettre", "cave", "--a", "@karim")
    lieu.faire("journal", "noter", "@karim a réparé le banc de la cour #atelier")
    lieu.faire("accueil", "besoin", "creer", "Un vélo", "--personne", "@karim")
    lieu.faire("espace", "reserver", "cour", "demain 9h-10h", "--objet", "Tri", "--pour", "@karim")
    dit = lieu.faire("journal", "remonter", "@karim").sortie
    for phrase in ("clé cave remise à Karim", "réparé le banc", "besoin : Un vélo", "cour réservée, « Tri »"):
        assert phrase in dit
    assert dit.index("Un vélo") < dit.index("Tri"), "du plus ancien au plus récent"
    de_la_cour = lieu.faire("journal", "remonter", "Cour", "--json").json
    assert [m["phrase"] for m in de_la_cour["moments"] if "Tri" in m["phrase"]]
    de_la_cle = lieu.faire("journal", "remonter", "cave", "--json").json
    assert [lien["ouvrir"] for lien in de_la_cle["liens"]] == ["tl espace salle fiche cour"]
    assert "réparé le banc" in lieu.faire("journal", "remonter", "#atelier").sortie
    page = tmp_path / "karim.md"
    lieu.faire("journal", "remonter", "@karim", "--sortie", str(page))
    assert "`tl espace cle fiche cave`" in page.read_text("utf-8") and "Karim" in page.read_text("utf-8")
    assert "Rien n'est noté" in lieu.faire("journal", "remonter", "zzz", code=2).erreurs


def test_tout_genre_se_raconte() -> None:
    """Un genre neuf se raconte par un champ que `recit` connaît, ou y a sa phrase."""
    for genre, structure in ((r.genre, r.structure) for r in GENRES.de_l_archive()):
        connu = structure in recit.RECITS or set(recit.TITRES) & set(structure.__struct_fields__)
        assert connu or not genre.par_mois, genre.nom


def test_la_charte_s_ecrit_dans_l_editeur_et_se_relit_telle_qu_un_jour(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    ecrire = ("regles", "charte", "--texte", "On entre sans raison.")
    assert "est enregistrée" in lieu.faire(*ecrire).sortie
    assert (lieu.racine / "regles/charte.md").read_text() == "On entre sans raison.\n"
    assert (
        "Rien ne change" in lieu.faire("regles", "charte", "--texte", "On entre sans raison.", code=2).erreurs
    )
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T09:00+01:00")
    editeur = tmp_path / "editeur"
    editeur.write_text('#!/bin/sh\necho "Voir @karim." >> "$1"\n')
    editeur.chmod(0o755)
    with terminal("regles", "charte", dans=lieu.racine, EDITOR=str(editeur), VISUAL="") as t:
        t.attendre("est enregistrée")
        assert t.finir() == 0
    assert "Voir Karim" in lieu.faire("regles", "lire").sortie
    assert "karim" not in (lieu.racine / "regles/charte.md").read_text().lower()
    alors = lieu.faire("regles", "au", "24/11/2026").sortie
    assert "On entre sans raison." in alors and "changée : la charte" in alors
    assert "Voir" not in alors.partition("Depuis")[0]

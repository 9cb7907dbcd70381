"""Le journal complet : un genre, une suite, une pièce jointe, une correction qui se voit, une semaine."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import Lieu


def test_une_alerte_reste_en_vue_jusqu_a_ce_qu_elle_soit_reglee(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu.faire("journal", "noter", "Le four fume", "--genre", "alerte")
    lieu.faire("journal", "noter", "Le voisin repasse pour la clé", "--suite", "vendredi")
    assert "alerte : Le four fume" in lieu.faire("aujourdhui").sortie
    assert "Le voisin repasse" not in lieu.faire("aujourdhui").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-23T09:00+01:00")
    dit = lieu.faire("aujourdhui").sortie
    assert "alerte : Le four fume" in dit and "Le voisin repasse" in dit, "soixante jours n'effacent rien"
    lieu.faire("journal", "regler", "le-four", "--mot", "le réparateur est passé")
    assert "Le four fume" not in lieu.faire("aujourdhui").sortie
    assert "déjà réglé" in lieu.faire("journal", "regler", "le-four", code=2).erreurs
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_une_note_corrigee_le_dit_et_garde_l_originale(lieu: Lieu, tmp_path: Path) -> None:
    note = lieu.id("journal", "noter", "Merci pour la soupe", "--genre", "merci")
    lieu.faire("journal", "editer", note, "--texte", "Merci pour la soupe et le pain")
    assert (
        "Rien ne change"
        in lieu.faire("journal", "editer", note, "--texte", "Merci pour la soupe et le pain", code=2).erreurs
    )
    papier = tmp_path / "recette.txt"
    papier.write_text("Une soupe", "utf-8")
    lieu.faire("journal", "joindre", note, str(papier), "--titre", "La recette")
    dit = lieu.faire("journal", "semaine").sortie
    assert "merci · Merci pour la soupe et le pain (corrigé le mardi 24 novembre 2026)" in dit
    assert "→ La recette" in dit and "Mardi 24 novembre 2026" in dit
    assert "Merci pour la soupe\n" in lieu.git(
        "log", "-p", "--reverse", "--", f"journal/notes/2026/11/{note}.md"
    )
    assert lieu.faire("journal", "semaine", "--genre", "alerte").sortie.endswith("Rien de noté.\n")
    (jour,) = [j for j in lieu.faire("journal", "semaine", "--json").json["jours"] if j["notes"]]
    assert (jour["jour"], jour["clos"], jour["notes"][0]["sorte"]) == ("2026-11-24", False, "merci")
    assert "Tout est en ordre" in lieu.faire("verifier").sortie

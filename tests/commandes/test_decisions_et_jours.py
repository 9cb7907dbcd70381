"""Une décision revient le jour dit ; un jour clos l'est une fois, et le rouvrir se voit."""

from __future__ import annotations

import pytest
from soutien import Lieu

DECISION = ("journal", "decision")


def test_une_decision_revient_tant_qu_on_ne_l_a_pas_relue(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    ident = lieu.id(
        *DECISION, "creer", "Clés du samedi", "--decision", "Un relais les garde", "--revoir", "dans 6 mois"
    )
    assert "relire" not in lieu.faire("aujourdhui").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-08-01T09:00+02:00")
    assert f"tl journal decision revoir {ident}" in lieu.faire("aujourdhui").sortie
    lieu.faire(*DECISION, "revoir", ident, "--revoir", "dans 1 an")
    assert "relire la décision" not in lieu.faire("aujourdhui").sortie
    lieu.faire(*DECISION, "creer", "Clés", "--decision", "Un coffre", "--remplace", ident)
    assert "Clés du samedi" not in lieu.faire(*DECISION, "liste").sortie
    assert "Clés du samedi" in lieu.faire(*DECISION, "liste", "--tout").sortie
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_une_decision_remplacee_le_dit_partout_et_ne_se_relit_plus(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    une = lieu.id(*DECISION, "creer", "Une", "--decision", "x", "--revoir", "5/12")
    deux = lieu.id(*DECISION, "creer", "Deux", "--decision", "y", "--remplace", une)
    trois = lieu.id(*DECISION, "creer", "Trois", "--decision", "z", "--remplace", deux)
    for ident, par in ((une, deux), (deux, trois)):
        assert f"Ne vaut plus : remplacée par « {'Deux' if par == deux else 'Trois'} » ({par})" in (
            lieu.faire(*DECISION, "fiche", ident).sortie
        )
        avant = lieu.signature()
        # Qui veut la relire ou la remplacer encore apprend laquelle vaut.
        for mots in (("revoir", ident), ("creer", "Quatre", "--decision", "w", "--remplace", ident)):
            assert trois in lieu.faire(*DECISION, *mots, code=1).erreurs
        assert lieu.signature() == avant
    assert lieu.faire(*DECISION, "liste", "--tout").sortie.count("remplacée (") == 2
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-06T09:00+01:00")
    for mots in (("--a-revoir",), ("--a-revoir", "--tout")):
        assert lieu.faire(*DECISION, "liste", *mots, "--json").json == []
    assert "Ne vaut plus" not in lieu.faire(*DECISION, "fiche", trois).sortie


def test_relire_une_decision_dit_quand_on_y_revient(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Celle qui est prévue plus tard le reste ; due, elle est faite, et qu'il n'en reste pas se dit."""
    ident = lieu.id(*DECISION, "creer", "Une", "--decision", "x", "--revoir", "5/12")
    assert "à relire samedi 5 décembre" in lieu.faire(*DECISION, "revoir", ident).sortie
    assert lieu.faire(*DECISION, "fiche", ident, "--json").json["revoir"] == "2026-12-05"
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-06T09:00+01:00")
    dit = lieu.faire(*DECISION, "revoir", ident).sortie
    assert "plus rien ne la rappelle" in dit and f"tl journal decision revoir {ident} --revoir" in dit
    assert "relire" not in lieu.faire("aujourdhui", "--tout").sortie
    assert "6 décembre 2027" in lieu.faire(*DECISION, "revoir", ident, "--revoir", "dans 1 an").sortie


def test_clore_montre_ce_qui_reste_et_rouvrir_laisse_sa_trace(lieu: Lieu) -> None:
    lieu.faire("espace", "entretien", "panne", "Le four")
    refus = lieu.faire("journal", "clore", code=2).erreurs
    assert "Le four" in refus and "journal clore 2026-11-24 --oui" in refus
    lieu.faire("journal", "clore", "--oui")
    assert "déjà clos" in lieu.faire("journal", "clore", code=2).erreurs
    lieu.faire("journal", "clore", "hier")
    assert '"contrat"' in lieu.faire("faits", "exporter", "--le", "2026-11-23").sortie
    lieu.faire("journal", "rouvrir", "2026-11-24", "--motif", "une présence oubliée")
    assert "une présence oubliée" in lieu.faire("journal", "jour").sortie
    assert "n'est pas clos" in lieu.faire("journal", "rouvrir", "2026-11-24", "--motif", "x", code=2).erreurs
    lieu.faire("journal", "clore", "demain", code=2)

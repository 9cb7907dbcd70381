"""Un trimestre d'une maison : commande, inventaire, prêts, assurance, bilan d'un partenaire."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from soutien import Lieu


def test_un_trimestre_d_une_maison(lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faire = lieu.faire

    def le(jour: str) -> None:
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{jour}T09:00+01:00")

    # Novembre : on ouvre les placards, on signe, on promet.
    for nom in ("Karim Haddad", "Léa Dupont"):
        faire("accueil", "personne", "creer", nom)
    faire("stock", "article", "creer", "Café", "--unite", "kg", "--seuil", "2", "--cible", "6")
    faire("stock", "entrer", "café", "1 kg")
    faire("stock", "objet", "creer", "Perceuse", "--place", "casier 4", "--caution")
    faire("convention", "partenaire", "creer", "Assurances Meuse", "--sorte", "prive")
    faire("convention", "partenaire", "creer", "Comité du Pont", "--sorte", "citoyen", "--contact", "@léa")
    police = lieu.id(
        *(
            "convention",
            "creer",
            "--modele",
            "assurance",
            "--avec",
            "assurances-meuse",
            "--risque",
            "incendie",
        ),
        *("--du", "1/3/2026", "--au", "28/2/2027", "--preavis", "2 mois", "--reconduction", "1 an"),
    )
    accord = lieu.id(
        *("convention", "creer", "--modele", "partenariat", "--avec", "comite-du-pont"),
        *("--du", "1/12/2026", "--au", "30/11/2027", "--objet", "le quartier"),
    )
    engager = ("convention", "engagement", "creer", accord)
    faire(*engager, "Prêter la perceuse au comité", "--pour", "2026-12-20")
    faire(*engager, "Tenir un atelier", "--de", "partenaire", "--pour", "2027-01-15")
    for ident in (police, accord):
        faire("convention", "signer", ident, "--par", "@léa")

    # Décembre : une commande, un inventaire dont l'écart s'explique, un prêt en retard et abîmé.
    assert "Café" in faire("stock", "courses").sortie
    faire("stock", "entrer", "café", "5 kg")
    le("2026-12-07")
    faire("stock", "compter", "--article", "café=5,5", "--oui")
    assert "5,5 kg" in faire("stock", "niveau", "café").sortie
    faire("stock", "preter", "perceuse", "@léa", "--jusqua", "vendredi", "--pour", "le comité")
    le("2026-12-14")
    assert "faire rendre « Perceuse »" in faire("aujourdhui", "--tout").sortie
    assert "chez" in faire("stock", "preter", "perceuse", "@karim", "--jusqua", "demain", code=1).erreurs
    faire("stock", "rendre", "perceuse", "--degat", "mandrin cassé")
    assert (
        "ne sert plus" in faire("stock", "preter", "perceuse", "@karim", "--jusqua", "demain", code=1).erreurs
    )
    preuve = next(iter((lieu.racine / "stock/prets").rglob("*.yaml"))).stem
    faire("convention", "engagement", "tenir", "Prêter la perceuse", "--preuve", preuve)

    # Le préavis de l'assurance tombe le 31 décembre : vu à trois jours près, décidé, et daté.
    le("2026-12-28")
    dues = faire("convention", "echeances", "--json").json["a_decider"]
    assert [a["convention"] for a in dues if a["rouge"]] == [police]
    assert "dans 1 jour" not in dues[0]["phrase"] and "31 décembre" in dues[0]["phrase"]
    faire("convention", "decider", police, "renouveler", "--note", "même police")

    # Janvier : l'atelier tarde, on se voit, la page dit tout.
    le("2027-01-20")
    assert not [a for a in faire("convention", "echeances", "--json").json["a_decider"] if a["rouge"]]
    page = tmp_path / "bilan.pdf"
    faire("convention", "bilan", "comite-du-pont", "--sortie", str(page))
    dit = " ".join(" ".join(p.extract_text() for p in PdfReader(page).pages).split())
    for attendu in ("1 sur 1 tenu", "prêt : Perceuse", "en retard de 5 jours", "Pour Comité du Pont"):
        assert attendu in dit, attendu
    vu = faire("verifier")
    assert vu.code == 0
    archive = lieu.git("log", "-p", "--all")
    assert not any(nom in archive for nom in ("Haddad", "Dupont"))

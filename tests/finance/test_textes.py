"""Ce que la caisse dit se lit : accords, accents, élisions, nombres à virgule."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from caisses import Caisse, fait

from tiers_lieu_cli.finance.faits.modele import FACTURABLES
from tiers_lieu_cli.finance.piece.vues import accorder
from tiers_lieu_cli.noyau import texte

_FINANCE = Path(__file__).parents[2] / "tiers_lieu_cli/finance"


@pytest.mark.parametrize(
    ("unite", "combien", "dit"),
    [
        ("heure", "1", "heure"),
        ("heure", "1.5", "heure"),
        ("heure", "2", "heures"),
        ("journee", "1", "journée"),
        ("journee", "3", "journées"),
        ("piece", "-3", "pièces"),
        ("demi-journee", "2", "demi-journées"),
        ("mois", "3", "mois"),
        ("m2", "12", "m²"),
        ("kg", "2", "kg"),
        ("bidule", "2", "bidules"),
    ],
)
def test_une_unite_se_lit_et_s_accorde(unite: str, combien: str, dit: str) -> None:
    assert accorder(unite, Decimal(combien)) == dit


@pytest.mark.parametrize(("n", "dit"), [(0, "0 fait"), (1, "1 fait"), (2, "2 faits")])
def test_ce_qu_on_compte_s_accorde(n: int, dit: str) -> None:
    assert texte.accorder(n, "fait") == dit


def test_aucun_compte_ne_s_accorde_en_dur() -> None:
    """« {len(x)} écritures » dirait « 1 écritures » ; « {n} fait(s) » ne choisit pas."""
    en_dur = re.compile(r"\{len\([^}]*\)\} [a-zéèà]+s\b|\{[^}]+\} [a-zéè]+\(s\)")
    # Là où il y en a plus d'un, ou un mot qui ne s'accorde pas.
    choisi = re.compile(r"> 1|== 1|len\(\w+\)\} (?:tiers|fois|faits facturés)")
    fautes = [
        (fichier.name, ligne.strip())
        for fichier in _FINANCE.rglob("*.py")
        for ligne in fichier.read_text("utf-8").splitlines()
        if en_dur.search(ligne) and not choisi.search(ligne)
    ]
    assert fautes == []


@pytest.mark.long
def test_un_code_n_est_pas_pour_le_client(caisse: Caisse) -> None:
    for genre in sorted(FACTURABLES):
        if genre != "poste.journee":
            caisse.tarif(genre, "9", "piece")
    caisse.f("tarif", "finir", "poste-journee-journee-2026-01-01", "--au", "2/1/2026")
    caisse.tarif("poste.journee", "9", "journee", du="2/1/2026")
    for tarif in caisse.j("tarif", "liste"):
        assert "." not in tarif["libelle"] and "journee" not in tarif["libelle"], tarif
    assert "9,00 € / journée" in caisse.f("tarif", "liste").sortie.replace("\xa0", " ")
    brouillon = caisse.brouillon("amina", "poste.journee:3")
    assert "3 journées" in caisse.f("facture", "apercu", brouillon).sortie


@pytest.mark.long
def test_une_relance_dit_toujours_ou_repondre(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    caisse.facture("amina")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    for mots, ou in (
        ((), "Rue de la Station 12, 4000 Liège"),
        (("--telephone", "04 222 33 44"), "04 222 33 44"),
        (("--courriel", "caisse@passerelle.example"), "caisse@passerelle.example"),
    ):
        if mots:
            caisse.f("vendeur", "modifier", *mots)
        assert f"dites-le : {ou}" in caisse.f("relancer", "1").sortie


@pytest.mark.long
def test_les_petits_mots_s_accordent(caisse: Caisse, tmp_path: Path) -> None:
    adresse = ("--rue", "Quai 5", "--code-postal", "4020", "--ville", "Liège")
    caisse.f("tiers", "creer", "Odile Noël", *adresse)
    caisse.importer(fait())
    caisse.f("retour", "exporter", str(tmp_path / "retour.json"))
    brouillon = caisse.brouillon("odile")
    assert "d'Odile Noël" in caisse.f("facture", "ligne", brouillon, "salle-rez", "1").sortie
    assert "d'Odile Noël" in caisse.f("facture", "retirer", brouillon).sortie
    caisse.facture("odile")
    assert "à payer pour le" in caisse.f("facture", "fiche", "1").sortie
    caisse.f("note-credit", "creer", "1")
    assert "à payer" not in caisse.f("facture", "fiche", "NC-2026-0001").sortie
    assert "à payer" not in caisse.f("facture", "fiche", "2026-0001").sortie
    caisse.f("caution", "attendre", "c-012", "--tiers", "odile", "--montant", "50")
    caisse.f("caution", "recevoir", "c-012", "--moyen", "caisse")
    assert "reçue" in caisse.f("caution", "liste").sortie
    engagement = ("engagement", "creer", "c-012", "--montant", "620", "--compte", "loyer", "--du", "1/1/2027")
    assert "chaque mois" in caisse.f(*engagement).sortie
    assert "tous les 3 mois" in caisse.f(*engagement[:-1], "2/1/2027", "--chaque", "3 mois").sortie


@pytest.mark.long
def test_fin_30_un_essai_de_cloture_ne_promet_pas_une_clef_qu_on_ne_garde_pas(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    essai = caisse.f("cloturer", "2026", "--essai", "--oui").sortie
    assert "une clef neuve" in essai and "par la clef" not in essai
    vraie = caisse.j("cloturer", "2026", "--oui")["clef"]
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2028-01-05T09:00+01:00")
    assert f"par la clef {vraie}" in caisse.f("cloturer", "2027", "--essai", "--oui").sortie
    assert caisse.j("cloturer", "2027", "--oui")["clef"] == vraie

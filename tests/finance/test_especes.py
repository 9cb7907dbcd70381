"""La boîte : jamais négative, aucun soir ; ce qu'on y porte, et ce qui se tient de soi-même (FIN-25)."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from caisses import Caisse
from releves import Ligne, coda

from tiers_lieu_cli.finance.plan import Nature, plan

pytestmark = pytest.mark.long


def test_fin_25_la_boite_n_est_jamais_negative_et_l_ecart_est_une_ecriture(caisse: Caisse) -> None:
    assert (
        "ne contient que 0,00"
        in caisse.f("caisse", "noter", "5", "--depense", "--compte", "fournitures", code=1).erreurs
    )
    caisse.f("caisse", "noter", "20", "--compte", "don")
    assert "écart de −0,50" in caisse.f("caisse", "compter", "19,50").sortie
    assert "comme attendu" in caisse.f("caisse", "compter", "19,50").sortie
    assert caisse.j("caisse", "journal")["solde"] == "19.50"
    assert caisse.soldes()["643000"] == Decimal("0.50")


def test_fin_25_la_boite_n_est_negative_aucun_soir(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ce qui sort un jour passé se compare à ce que la boîte contenait ce soir-là, et tous ceux d'après."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:00+01:00")
    noter = ("caisse", "noter")
    caisse.f(*noter, "50", "--compte", "don", "--le", "10/11/2026")
    caisse.f(*noter, "45", "--depense", "--compte", "fournitures", "--le", "15/11/2026")
    caisse.f(*noter, "30", "--compte", "don", "--le", "20/11/2026")
    sortir = (*noter, "--depense", "--compte", "fournitures")
    for montant, le, contenait in (
        ("5", "1/11/2025", "0,00\u00a0€ le 01/11/2025"),
        ("5", "9/11/2026", "0,00\u00a0€ le 09/11/2026"),
        ("6", "10/11/2026", "5,00\u00a0€ le 15/11/2026"),
        ("6", "16/11/2026", "5,00\u00a0€ le 16/11/2026"),
        ("36", "24/11/2026", "35,00\u00a0€."),
    ):
        refus = caisse.f(*sortir, montant, "--le", le, code=1).erreurs
        assert f"que {contenait}" in refus and "La boîte ne cont" in refus
    caisse.f(*sortir, "5", "--le", "12/11/2026")
    assert caisse.j("caisse", "journal")["solde"] == "30.00"


def test_fin_25_des_especes_paient_ce_qui_est_du_et_rendent_ce_qui_fut_recu(caisse: Caisse) -> None:
    caisse.f("caisse", "noter", "100", "--compte", "don")
    caisse.facture()
    noter, rendre = ("caisse", "noter"), ("--depense", "--facture", "2026-0001")
    assert "n'a reçu que 0,00" in caisse.f(*noter, "10", *rendre, code=2).erreurs
    assert "ne doit plus que 30,25" in caisse.f(*noter, "31", "--facture", "1", code=2).erreurs
    caisse.f(*noter, "20", "--facture", "2026-0001")
    assert "n'a reçu que 20,00" in caisse.f(*noter, "21", *rendre, code=2).erreurs
    caisse.f(*noter, "5", *rendre)
    caisse.f("note-credit", "creer", "2026-0001", "--ligne", "1:1")
    for sens in ((), ("--depense",)):
        refus = caisse.f(*noter, "5", *sens, "--facture", "NC-2026-0001", code=2).erreurs
        assert "est une note de crédit" in refus and "--facture 2026-0001" in refus
    assert caisse.j("tableau")["avoir"] == "115.00"
    assert caisse.soldes()["400000"] == Decimal("30.25") - 15 - Decimal("15.13")


TENUS = ("banque", "caisse", "cautions", "credits")
DES_AUTRES = ("clients", "fournisseurs", "tva-due", "tva-deductible")


@pytest.mark.parametrize("compte", [c.numero for c in plan("BE").comptes])
def test_fin_25_un_compte_qui_se_tient_ne_recoit_rien_a_la_main(caisse: Caisse, compte: str) -> None:
    """Chaque compte du plan : refusé, ou la boîte, le relevé et les cautions disent les mêmes sommes."""
    un = plan("BE")
    tenu = compte in [un.role(r) for r in TENUS]
    aux_autres = compte in [un.role(r) for r in DES_AUTRES]
    vu = caisse.f("caisse", "noter", "8", "--compte", compte, code=None)
    assert vu.code == (2 if tenu or aux_autres else 0), vu
    assert "se tient de soi-même" in vu.erreurs or not vu.code
    creer = ("achat", "creer", "F-1", "--tiers", "lambert", "--ht", "10", "--compte", compte)
    achat = caisse.f(*creer, code=None)
    assert achat.code == (0 if un.compte(compte).nature is Nature.CHARGE else 2), achat
    caisse.releve(coda((Ligne("7.00"),)))
    (mouvement,) = caisse.j("banque", "liste")["mouvements"]
    affecte = caisse.f("banque", "affecter", mouvement["code"], "--compte", compte, code=None)
    assert affecte.code == (2 if tenu else 0), affecte
    assert "tout se tient" in caisse.f("verifier").sortie


@pytest.mark.parametrize(
    ("numero", "dit"), [("570000", "la boîte contient 8,00"), ("550000", "finit à 0,00")]
)
def test_verifier_compare_l_argent_des_comptes_a_la_boite_et_aux_releves(
    caisse: Caisse, numero: str, dit: str
) -> None:
    """Ce qu'une version d'avant laissait écrire se dit."""
    caisse.f("caisse", "noter", "8", "--compte", "don")
    (fiche,) = caisse.dossier.glob("especes/*/*/*.yaml")
    fiche.write_text(fiche.read_text("utf-8").replace("732000", numero), "utf-8")
    assert dit in caisse.f("verifier", code=1).sortie.replace("\u00a0", " ")


@pytest.mark.parametrize("graine", range(4))
def test_fin_25_le_journal_suit_ce_qui_fut_note(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch, graine: int
) -> None:
    """Dans l'ordre du jour, quel que soit le sort ; un compte s'y dit par son nom."""
    monkeypatch.setenv("TIERS_LIEU_GRAINE", str(graine))
    noter = ("caisse", "noter")
    for montant in ("10", "20", "30"):
        caisse.f(*noter, montant, "--compte", "don")
    caisse.f("caisse", "compter", "60")
    caisse.f(*noter, "5", "--compte", "don", "--motif", "tirelire")
    caisse.f(*noter, "1", "--compte", "don", "--le", "20/11/2026")
    mouvements = caisse.j("caisse", "journal")["mouvements"]
    assert [m["montant"] for m in mouvements] == ["1.00", "10.00", "20.00", "30.00", "0.00", "5.00"]
    dit = caisse.f("caisse", "journal").sortie
    assert "compté 60,00 €" in dit and not re.search(r"\b\d{6}\b", dit)
    assert re.search(r"5,00\s€ .*\S · tirelire", dit)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    # Cinq euros sont entrés après le comptage, le même jour.
    assert "n'est pas comptée" in caisse.f("cloturer", "2026", "--oui", code=1).erreurs
    caisse.f("caisse", "compter", "66")
    caisse.f("cloturer", "2026", "--oui")

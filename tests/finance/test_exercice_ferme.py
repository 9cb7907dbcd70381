"""Un exercice fermé ne change plus, quoi qu'on fasse ensuite (FIN-30)."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from caisses import Caisse
from releves import Ligne, camt, coda

pytestmark = pytest.mark.long
EPARGNE, AUTRE, TROISIEME = "BE62510007547061", "BE43068999999501", "BE51063100000062"
ACHETER = ("achat", "creer", "--tiers", "lambert", "--compte", "fournitures", "--ht")
LOYER = ("voter", "loyer", "--montant", "5")


@pytest.fixture(scope="module")
def modele_ferme(modele_de_caisse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2026 : un petit achat, un gros approuvé, deux comptes en banque, un budget ; fermé le 5 janvier."""
    racine = tmp_path_factory.mktemp("ferme") / "lieu"
    subprocess.run(["cp", "-a", str(modele_de_caisse), str(racine)], check=True)
    caisse = Caisse(racine)
    with pytest.MonkeyPatch.context() as change:
        change.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:00+01:00")
        caisse.f("banque", "compte", EPARGNE, "--nom", "épargne")
        caisse.f(*ACHETER, "100", "F-1")
        gros = caisse.j(*ACHETER, "900", "F-2", "--demande", "concierge")["id"]
        caisse.f(*LOYER)
        caisse.releve(coda((Ligne("7.00"),), initial="50.00"))
        caisse.releve(camt((Ligne("3.00"),), initial="20.00", iban=EPARGNE))
        for mouvement in caisse.j("banque", "liste")["mouvements"]:
            caisse.f("banque", "affecter", mouvement["code"], "--compte", "don")
        change.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
        refus = caisse.f("cloturer", "2026", "--oui", code=1).erreurs
        assert "1 achat à approuver" in refus and f"tl finance achat approuver {gros}" in refus
        caisse.f("achat", "approuver", gros, "--par", "president")
        caisse.f("cloturer", "2026", "--oui")
    return racine


@pytest.fixture
def fermee(modele_ferme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Caisse:
    racine = tmp_path / "lieu"
    subprocess.run(["cp", "-a", str(modele_ferme), str(racine)], check=True)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-06T09:00+01:00")
    return Caisse(racine)


@pytest.mark.parametrize(
    ("geste", "code"),
    [
        ((*LOYER, "--annee", "2026"), 2),
        (("voter", "don", "--montant", "5", "--annee", "2026"), 2),
        ((*LOYER, "--annee", "2027"), 0),
        ((*LOYER, "--annee", "2025"), 0),
        ((*ACHETER, "30", "F-3", "--le", "30/12/2026"), 2),
        ((*ACHETER, "30", "F-3", "--le", "2/1/2027"), 0),
        (("caisse", "noter", "5", "--compte", "don", "--le", "31/12/2026"), 2),
        (("vendeur", "modifier", "--seuil-achats", "10"), 0),
        (("vendeur", "modifier", "--seuil-achats", "5000"), 0),
        (("banque", "compte", AUTRE, "--nom", "projet"), 0),
        (("vendeur", "modifier", "--iban", TROISIEME), 0),
        (("vendeur", "modifier", "--iban", EPARGNE), 0),
        (("vendeur", "modifier", "--denomination", "Le Passage", "--comptabilite", "double"), 0),
        (("lieu", "--nom", "Le Passage"), 0),
    ],
)
def test_fin_30_rien_ne_change_un_exercice_ferme(fermee: Caisse, geste: tuple[str, ...], code: int) -> None:
    avant = {lu: fermee.j(lu, "2026") for lu in ("livre", "bilan", "compte-resultat")}
    budget = fermee.j("budget", "--annee", "2026")
    dit = fermee.faire(*geste, code=code) if geste[0] == "lieu" else fermee.f(*geste, code=code)
    assert "fermé" in dit.erreurs or not code
    assert avant == {lu: fermee.j(lu, "2026") for lu in avant}
    assert budget == fermee.j("budget", "--annee", "2026")
    assert "tout se tient" in fermee.f("verifier").sortie


def test_fin_30_un_compte_en_banque_garde_sa_place_et_ses_releves(fermee: Caisse) -> None:
    """Celui des factures change, d'autres s'ajoutent : l'ancien se lit encore, et chacun a son numéro."""
    fermee.f("banque", "compte", AUTRE, "--nom", "projet")
    fermee.f("vendeur", "modifier", "--iban", TROISIEME)
    ancien = coda((Ligne("1.00"),), initial="57.00", numero=2, jour=date(2027, 1, 5))
    neufs = [coda((Ligne("2.00"),), iban=iban, jour=date(2027, 1, 5)) for iban in (AUTRE, TROISIEME)]
    for octets in (ancien, *neufs):
        fermee.releve(octets)
    actif = {p["compte"]: p["somme"] for p in fermee.j("bilan", "2027")["actif"]}
    assert {c: s for c, s in actif.items() if c.startswith("55")} == {
        "550000": "58.00",
        "550001": "23.00",
        "550002": "2.00",
        "550003": "2.00",
    }
    assert "tout se tient" in fermee.f("verifier").sortie


def test_fin_30_un_gros_achat_ne_s_approuve_pas_apres_la_cloture(fermee: Caisse) -> None:
    """Un achat qu'un autre poste a noté trop tard n'entre pas dans l'exercice fermé en l'approuvant."""
    gros = fermee.j(*ACHETER, "900", "F-9", "--demande", "concierge")["id"]
    fiche = fermee.dossier / f"achats/{gros}.yaml"
    fiche.write_text(re.sub(r"datee: .*", "datee: 2026-12-30", fiche.read_text("utf-8")), "utf-8")
    livre = fermee.j("livre", "2026")
    assert "fermé" in fermee.f("achat", "approuver", gros, "--par", "president", code=2).erreurs
    assert fermee.j("livre", "2026") == livre


@pytest.mark.parametrize("annee", ["-3", "0", "1", "1899", "3000", "9999", "10000"])
@pytest.mark.parametrize(
    "mots",
    [
        *(("livre",), ("bilan",), ("compte-resultat",), ("dossier",), ("cloturer", "--oui")),
        *((*LOYER, "--annee"), ("budget", "--annee"), ("facture", "liste", "--annee")),
        ("exporter", "hledger", "comptes", "--annee"),
    ],
)
def test_un_exercice_est_une_annee_de_ce_millenaire_ou_du_siecle_d_avant(
    caisse: Caisse, mots: tuple[str, ...], annee: str
) -> None:
    dit = caisse.f(*mots, *(() if mots[-1] == "--annee" else ("--",)), annee, code=2).erreurs
    assert "de 1900 à 2999" in dit

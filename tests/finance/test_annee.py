"""Relances, budget, trésorerie, clôture, conservation (FIN-28 à FIN-32)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from caisses import Caisse, lot_de
from hypothesis import given
from hypothesis import strategies as st
from releves import Ligne, coda

from tiers_lieu_cli.finance.cloture import jours_a_recevoir
from tiers_lieu_cli.finance.engagements import Engagement
from tiers_lieu_cli.finance.faits.modele import Lot
from tiers_lieu_cli.finance.faits.regles import memoire
from tiers_lieu_cli.finance.regimes import droit
from tiers_lieu_cli.finance.relances import Canal, delai, plafond
from tiers_lieu_cli.finance.signature import marque
from tiers_lieu_cli.noyau.fiches import fiche

BELGE = droit("BE")
BAREME = BELGE.parametre("plafonds-de-relance", date(2026, 11, 24))


def le(monkeypatch: pytest.MonkeyPatch, jour: str) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{jour}T09:00+01:00")


# -- FIN-29 : les relances --------------------------------------------------------------


@pytest.mark.parametrize(
    ("du", "permis"),
    [
        ("10", "20.00"),
        ("150", "20.00"),
        ("215", "36.50"),
        ("500", "65.00"),
        ("1000", "90.00"),
        ("100000", "2000"),
    ],
)
def test_fin_29_l_indemnite_d_un_consommateur_est_plafonnee(du: str, permis: str) -> None:
    assert plafond(Decimal(du), BAREME) == Decimal(permis)


@given(st.integers(1, 10_000_000), st.integers(1, 1000))
def test_fin_29_devoir_plus_ne_coute_jamais_moins(centimes: int, plus: int) -> None:
    assert plafond(Decimal(centimes) / 100, BAREME) <= plafond(Decimal(centimes + plus) / 100, BAREME)


@pytest.mark.parametrize(
    ("rappel", "canal", "dernier"),
    [
        ("2026-11-24", Canal.COURRIEL, "2026-12-08"),
        # Mardi posté : troisième jour ouvrable vendredi, puis quatorze jours.
        ("2026-11-24", Canal.POSTE, "2026-12-10"),
        # Posté le mercredi 23 décembre : le 24, le 26 (le 25 est férié), le lundi 28.
        ("2026-12-23", Canal.POSTE, "2027-01-10"),
    ],
)
def test_fin_29_le_delai_court_du_lendemain_ou_du_troisieme_jour_ouvrable(
    rappel: str, canal: Canal, dernier: str
) -> None:
    assert delai(date.fromisoformat(rappel), canal, BELGE) == date.fromisoformat(dernier)


@pytest.mark.long
def test_fin_29_premier_rappel_gratuit_le_suivant_attend_la_loi(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caisse.facture("amina", "salle-rez:14")
    assert caisse.j("relance") == []
    le(monkeypatch, "2026-12-28")
    (due,) = caisse.j("relance", "--vers", str(tmp_path / "rappels"))
    assert (due["rang"], due["frais"], due["reste"]) == (1, "0.00", "211.75")
    brouillon = (tmp_path / "rappels/2026-0001-rappel-1.txt").read_text("utf-8")
    for mention in (
        "211,75",
        "gratuit",
        "36,18",
        "n° d'entreprise 0202.239.951",
        "+++202/6000/00192+++",
        "11/01/2027",
    ):
        assert mention in brouillon
    avant = caisse.histoire("rev-parse", "HEAD")
    assert "Brouillon" in caisse.f("relancer", "1").sortie
    assert caisse.histoire("rev-parse", "HEAD") == avant
    caisse.f("relancer", "1", "--confirmer")
    assert "qu'à partir du 12/01/2027" in caisse.f("relancer", "1", "--confirmer", code=2).erreurs
    le(monkeypatch, "2027-01-12")
    (due,) = caisse.j("relance")
    assert (due["rang"], due["frais"]) == (2, "36.18")
    assert any("à relancer" in t["phrase"] for t in caisse.j("aujourdhui")["a_faire"])
    caisse.f("litige", "1", "--motif", "plan de paiement")
    assert "suspendue" in caisse.f("relancer", "1", code=2).erreurs
    caisse.f("litige", "1", "--fini")
    caisse.f("relancer", "1", "--confirmer", "--canal", "poste")
    caisse.f("facture", "annuler", "1")
    assert caisse.j("relance") == []


# -- FIN-28 : le budget -------------------------------------------------------------------


@pytest.mark.long
def test_fin_28_vote_engage_realise_reste(caisse: Caisse, tmp_path: Path) -> None:
    caisse.f("voter", "loyer", "--montant", "7200", "--pv", "AG du 12 décembre")
    caisse.f("voter", "loyer", "--montant", "-200", "--pv", "CA de juin")
    caisse.f("voter", "prestations", "--montant", "500")
    assert "ni un produit" in caisse.f("voter", "banque", "--montant", "5", code=2).erreurs
    caisse.facture("lambert", "salle-rez:10")
    caisse.f("tiers", "creer", "Bailleur Moreau")
    achat = caisse.j("achat", "creer", "L-1", "--tiers", "moreau", "--ht", "400", "--compte", "loyer")["id"]
    lus = {x["nom"]: x for x in caisse.j("budget")}
    assert (lus["Loyer et charges"]["vote"], lus["Loyer et charges"]["engage"]) == ("7000.00", "400.00")
    assert (lus["Loyer et charges"]["realise"], lus["Loyer et charges"]["reste"]) == ("0.00", "6600.00")
    assert lus["Prestations et mises à disposition"]["realise"] == "125.00"
    importer(caisse, coda((Ligne("-400.00"),)))
    caisse.f("achat", "payer", achat, caisse.j("banque", "liste")["mouvements"][0]["code"])
    lus = {x["nom"]: x for x in caisse.j("budget")}
    assert (lus["Loyer et charges"]["engage"], lus["Loyer et charges"]["realise"]) == ("0.00", "400.00")
    dit = caisse.f("budget").sortie
    assert "25 %" in dit and "Total" in dit and "Produits moins charges" in dit
    for format_ in ("html", "pdf"):
        caisse.f("budget", "--format", format_, "--sortie", str(tmp_path / f"budget.{format_}"))
    assert "<svg" in (tmp_path / "budget.html").read_text("utf-8")
    assert (tmp_path / "budget.pdf").read_bytes().startswith(b"%PDF")


def importer(caisse: Caisse, octets: bytes, code: int | None = 0) -> Any:
    fichier = caisse.racine.parent / "releve"
    fichier.write_bytes(octets)
    return caisse.f("banque", "importer", str(fichier), code=code)


@pytest.mark.long
def test_la_tresorerie_se_prevoit_des_echeances(caisse: Caisse) -> None:
    caisse.facture("amina", "salle-rez:10")
    importer(caisse, coda((), initial="100.00"))
    caisse.f("caisse", "noter", "20", "--compte", "don")
    dit = caisse.j("tableau")
    assert dit["avoir"] == "120.00"
    entre = {s["lundi"]: s["entre"] for s in dit["semaines"] if s["entre"] != "0.00"}
    assert entre == {"2026-12-21": "151.25"} and dit["semaines"][-1]["reste"] == "271.25"
    assert "trésorerie" in caisse.f("tableau").sortie


@pytest.mark.long
def test_conv_2_le_loyer_d_une_convention_est_prevu_et_engage(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    loyer = ("--montant", "620", "--compte", "loyer", "--du", "5/9/2026")
    ident = caisse.j("engagement", "creer", "c-012", *loyer)["id"]
    caisse.f(
        "engagement",
        "creer",
        "c-013",
        "--montant",
        "900",
        "--compte",
        "subside",
        "--chaque",
        "an",
        "--du",
        "20/12/2025",
    )
    assert (
        "produit ou une charge"
        in caisse.f(
            "engagement", "creer", "c-9", "--montant", "5", "--compte", "banque", "--du", "1/1/2027", code=2
        ).erreurs
    )
    lus = {x["nom"]: x for x in caisse.j("budget")}
    # Le 24 novembre : reste le loyer du 5 décembre, et le subside du 20.
    assert (lus["Loyer et charges"]["engage"], lus["Loyer et charges"]["realise"]) == ("620.00", "0.00")
    assert lus["Subsides"]["engage"] == "900.00"
    semaines = {s["lundi"]: (s["entre"], s["sort"]) for s in caisse.j("tableau")["semaines"]}
    assert semaines["2026-11-30"] == ("0.00", "620.00") and semaines["2026-12-14"] == ("900.00", "0.00")
    # La facture du mois en tient lieu.
    caisse.f("tiers", "creer", "Bailleur Moreau")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-01T09:00+01:00")
    caisse.f("achat", "creer", "L-12", "--tiers", "moreau", "--ht", "400", "--compte", "loyer")
    assert {x["nom"]: x["engage"] for x in caisse.j("budget")}["Loyer et charges"] == "400.00"
    caisse.f("engagement", "finir", ident, "--au", "30/11/2026")
    assert "finie" in caisse.f("engagement", "liste").sortie


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 24), st.integers(0, 900))
def test_conv_2_les_echeances_se_suivent_sans_trou_ni_doublon(du: date, mois: int, jours: int) -> None:
    x = Engagement(id="x", convention="c-1", compte="610000", montant="1.00", chaque=f"{mois} mois", du=du)
    fin, milieu = du + timedelta(days=2000), du + timedelta(days=jours)
    toutes = list(x.jours(du - timedelta(days=1), fin))
    assert toutes[0] == du and toutes == sorted(set(toutes))
    assert [*x.jours(du - timedelta(days=1), milieu), *x.jours(milieu, fin)] == toutes


# -- FIN-30, FIN-32 : clore, garder --------------------------------------------------------


@pytest.mark.parametrize(
    ("lots", "annee", "dit"),
    [
        ((), 2026, None),  # ce lieu ne reçoit pas de faits
        ((("2026-11-23", "2026-12-31"),), 2026, None),
        ((("2027-01-02", "2027-01-03"),), 2026, None),  # les premiers reçus sont d'après
        ((("2026-12-01", "2026-12-29"),), 2026, "2 jours de faits à recevoir : du 30/12 au 31/12 (tl"),
        ((("2026-12-30", "2026-12-30"), ("2027-01-01", "2027-01-02")), 2026, "1 jour de faits à recevoir"),
        ((("2025-06-01", "2026-12-30"), ("2027-01-01", "2027-02-01")), 2026, ": le 31/12 (tl"),
        ((("2025-06-01", "2026-12-30"),), 2025, None),
        (
            tuple((f"2026-12-{n:02}", f"2026-12-{n:02}") for n in range(1, 32, 2)),
            2026,
            "15 jours de faits à recevoir : le 02/12, le 04/12, le 06/12, le 08/12… (tl",
        ),
    ],
)
def test_fin_30_un_exercice_attend_tous_ses_jours_de_faits(
    lots: tuple[tuple[str, str], ...], annee: int, dit: str | None
) -> None:
    recus = [msgspec.json.decode(lot_de(du=du, au=au, lot=f"F-{du}_{au}"), type=Lot) for du, au in lots]
    refus = jours_a_recevoir(memoire(recus), annee)
    assert refus is None if dit is None else refus is not None and dit in refus


@pytest.mark.long
def test_fin_30_la_cloture_dit_ce_qui_manque_puis_ferme(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    numero = caisse.facture("amina", "salle-rez:2")
    brouillon = caisse.brouillon()
    importer(
        caisse,
        coda((Ligne("30.25", caisse.piece(numero)["communication"]), Ligne("-12.00")), initial="50.00"),
    )
    caisse.f("caisse", "noter", "20", "--compte", "don")
    assert "n'est pas finie" in caisse.f("cloturer", "2026", "--oui", code=1).erreurs
    assert "tl finance cloturer" not in caisse.f("aujourdhui").sortie
    le(monkeypatch, "2027-01-05")
    assert "tl finance cloturer 2026" in caisse.f("aujourdhui").sortie
    refus = caisse.f("cloturer", "2026", "--oui", code=1).erreurs
    for attendu in (brouillon, "à rapprocher", "n'est pas comptée"):
        assert attendu in refus
    caisse.f("facture", "retirer", brouillon)
    code = next(m["code"] for m in caisse.j("banque", "liste")["mouvements"] if m["montant"] == "-12.00")
    caisse.f("banque", "affecter", code, "--compte", "frais")
    caisse.f("caisse", "compter", "20")
    bilan = caisse.j("bilan", "2026")
    caisse.f("cloturer", "2026", code=2)
    caisse.f("cloturer", "2026", "--oui")
    assert "déjà fermé" in caisse.f("cloturer", "2026", "--oui").sortie
    assert "tl finance cloturer" not in caisse.f("aujourdhui").sortie
    assert "tout se tient" in caisse.f("verifier").sortie
    # Les soldes passent au suivant, le résultat au report.
    ouverture = caisse.j("livre", "2027")[0]
    assert ouverture["journal"] == "AN"
    repris = {x["compte"]: Decimal(x["debit"]) - Decimal(x["credit"]) for x in ouverture["lignes"]}
    assert repris["550000"] == Decimal("68.25") and repris["140000"] == -Decimal(bilan["resultat"])
    # Le manifeste est signé : le retoucher, même juste, se voit.
    manifeste = caisse.dossier / "clotures/2026.yaml"
    signe = manifeste.read_text("utf-8")
    (ferme,) = caisse.j("verifier")["fermes"]
    assert ferme == {"annee": 2026, "clef": marque(str(fiche.valeur(signe.encode(), "clef", "")))}
    manifeste.write_text(signe.replace(bilan["resultat"], "0.01"), "utf-8")
    assert "n'est plus celui qui fut signé" in caisse.f("verifier", code=1).sortie
    manifeste.write_text(signe, "utf-8")
    assert (caisse.dossier / "coffre/signature.txt").stat().st_mode & 0o077 == 0
    # Plus rien n'y entre.
    tard = coda((Ligne("1.00", reference="TARD"),), initial="68.25", numero=2, jour=date(2026, 12, 30))
    assert "fermé" in importer(caisse, tard, code=2).erreurs
    assert "fermé" in caisse.f("banque", "defaire", code, code=2).erreurs
    assert (
        "fermé" in caisse.f("caisse", "noter", "5", "--compte", "don", "--le", "30/12/2026", code=2).erreurs
    )
    le(monkeypatch, "2026-12-31")
    assert "fermé" in caisse.f("facture", "emettre", caisse.brouillon(), code=2).erreurs
    # Une retouche à la main se voit.
    reglement = next(caisse.dossier.glob("reglements/*/*/*.yaml"))
    reglement.write_text(reglement.read_text("utf-8").replace("650000", "610000"), "utf-8")
    autre = next(f for f in caisse.dossier.glob("reglements/*/*/*.yaml") if "compte" in f.read_text("utf-8"))
    autre.write_text(autre.read_text("utf-8").replace("650000", "610000"), "utf-8")
    assert "ses écritures ont changé" in caisse.f("verifier", code=1).sortie


@pytest.mark.long
def test_fin_32_rien_ne_s_efface_avant_son_terme(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    caisse.facture("amina")
    assert caisse.j("conservation") == [{"terme": "2037-01-01", "pieces": 1, "echu": False}]
    assert "Rien n'est arrivé" in caisse.f("purger", "--oui").sortie
    le(monkeypatch, "2036-12-31")
    assert "Rien n'est arrivé" in caisse.f("purger", "--oui").sortie
    le(monkeypatch, "2037-01-01")
    assert "échu" in caisse.f("conservation").sortie
    caisse.f("purger", code=2)
    caisse.f("purger", "--oui")
    verifie = caisse.f("verifier").sortie
    assert "2 contenus purgés" in verifie and "tout se tient" in verifie
    assert caisse.f(
        "facture", "document", "1", "--sortie", str(caisse.racine.parent / "f.pdf"), code=1
    ).erreurs

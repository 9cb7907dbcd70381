"""Les écritures se déduisent, s'équilibrent ; d'autres programmes disent les mêmes sommes."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from caisses import Caisse
from factures import CORPUS
from pypdf import PdfReader
from releves import Ligne, coda

from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.exports import COLONNES_DU_FEC
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.plan import Nature, plan
from tiers_lieu_cli.finance.vendeur import Comptabilite, Vendeur

pytestmark = pytest.mark.long


@pytest.fixture
def vecue(caisse: Caisse) -> Caisse:
    """Un mois : factures, paiements, espèces, un achat, une caution, une note de crédit."""
    for tiers, ligne in (
        ("lambert", "salle-rez:6"),
        ("amina", "poste.journee:1"),
        ("lambert", "salle-rez:2"),
    ):
        caisse.facture(tiers, ligne)
    pieces = {n: caisse.piece(f"2026-000{n}") for n in (1, 2, 3)}
    caisse.releve(
        coda(
            (
                Ligne(pieces[1]["du"], pieces[1]["communication"]),
                Ligne("-620.00", libelle="loyer novembre"),
                Ligne("1000.00", libelle="subside commune"),
                Ligne("-58.08", libelle="papeterie"),
                Ligne("3.33", libelle="?"),
            ),
            initial="500.00",
        ),
    )
    codes = {m["montant"]: m["code"] for m in caisse.j("banque", "liste")["mouvements"]}
    caisse.f("banque", "affecter", codes["-620.00"], "--compte", "loyer")
    caisse.f("banque", "affecter", codes["1000.00"], "--compte", "subside")
    caisse.f("caisse", "noter", pieces[2]["du"].replace(".", ","), "--facture", "2026-0002")
    caisse.f("caisse", "noter", "20", "--compte", "don")
    caisse.f("caisse", "compter", "34,50")
    adresse = ("--rue", "Rue 1", "--code-postal", "4000", "--ville", "Liège")
    caisse.f("tiers", "creer", "Papeterie Dumont", "--tva", "BE0404476835", *adresse)
    achat = caisse.j(
        "achat",
        "creer",
        "F-88",
        "--tiers",
        "dumont",
        "--ht",
        "48",
        "--tva",
        "10,08",
        "--compte",
        "fournitures",
    )
    caisse.f("achat", "payer", achat["id"], codes["-58.08"])
    caisse.f("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "200")
    caisse.f("caution", "recevoir", "c-012", "--par", "caisse")
    caisse.f("caution", "retenir", "c-012", "--montant", "50", "--motif", "vitre cassée")
    caisse.f("note-credit", "creer", "2026-0003", "--ligne", "1:1")
    return caisse


def test_chaque_piece_du_corpus_s_equilibre() -> None:
    for piece, vendeur, _ in CORPUS.values():
        ecriture = regles.de_la_piece(piece, plan(vendeur.pays))
        assert sum((x.somme for x in ecriture.lignes), ZERO) == 0


@pytest.mark.parametrize("pays", ["BE", "FR"])
def test_le_plan_de_chaque_pays_a_tous_ses_roles(pays: str) -> None:
    un, autre = plan(pays), plan("BE")
    assert set(un.roles) == set(autre.roles) and un.source
    assert un.designer("loyer").nature is Nature.CHARGE


def test_un_mois_de_caisse_donne_des_comptes_justes(vecue: Caisse) -> None:
    sommes = vecue.soldes()
    assert sommes["550000"] == Decimal("500") + Decimal("90.75") - 620 + 1000 - Decimal("58.08") + Decimal(
        "3.33"
    )
    assert sommes["570000"] == Decimal("34.50") + 200
    assert sommes["488000"] == Decimal("-150.00")
    assert sommes["499000"] == Decimal("-3.33")
    assert sommes["400000"] == Decimal("30.25") - Decimal("15.13")
    assert "440000" not in sommes
    assert sommes["737000"] == Decimal("-1000.00") and sommes["610000"] == Decimal("620.00")
    resultat = Decimal(vecue.j("compte-resultat")["resultat"])
    bilan = vecue.j("bilan")
    actif = sum(Decimal(p["somme"]) for p in bilan["actif"])
    assert actif == sum(Decimal(p["somme"]) for p in bilan["passif"]) + resultat
    for mots in (("livre",), ("bilan",), ("compte-resultat",)):
        assert "€" in vecue.f(*mots).sortie


def test_une_petite_asbl_tient_recettes_et_depenses(vecue: Caisse) -> None:
    """Ce qui entre et sort, moins ce qui ne fait que passer, est exactement ce que l'argent a bougé."""
    vecue.f("vendeur", "modifier", "--comptabilite", "simplifiee")
    lus = vecue.j("compte-resultat")
    recettes = {r["compte"]: r["somme"] for r in lus["recettes"]}
    assert recettes == {
        "cotisations": "0.00",
        "dons": "20.00",
        "subsides": "1000.00",
        "autres-recettes": "155.75",
    }
    depenses = {r["compte"]: r["somme"] for r in lus["depenses"]}
    assert depenses == {
        "marchandises": "0.00",
        "remunerations": "0.00",
        "services": "678.08",
        "autres-depenses": "0.50",
    }
    assert lus["resultat"] == "497.17"
    livre = vecue.j("livre")
    assert livre[-1]["solde"] == "1150.50"
    ouverture = Decimal("500")
    sommes = [Decimal(f["recette"]) - Decimal(f["depense"]) for f in livre]
    assert ouverture + sum(sommes) == Decimal(livre[-1]["solde"])
    assert [f["rubrique"] for f in vecue.j("livre", "--compte", "Subsides")] == ["subsides"]
    patrimoine = vecue.j("bilan")
    avoirs = {r["compte"]: r["somme"] for r in patrimoine["avoirs"]}
    dettes = {r["compte"]: r["somme"] for r in patrimoine["dettes"]}
    assert avoirs["liquidites"] == "1150.50" and dettes["cautions"] == "150.00"
    double = Decimal(avoirs["creances"]) - Decimal("30.25") + Decimal("15.13")
    assert double == Decimal("10.08")  # la TVA à récupérer
    for mots in (("livre",), ("bilan",), ("compte-resultat",)):
        assert "€" in vecue.f(*mots).sortie


def _dit(somme: Decimal) -> str:
    return " ".join(euros(somme).split())


@pytest.mark.parametrize("initial", ["0.00", "1000.00"])
def test_les_liquidites_du_debut_et_le_solde_font_celles_de_la_fin(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch, initial: str
) -> None:
    """La première année, ce qu'un compte portait à son premier relevé était là au début."""
    caisse.f("vendeur", "modifier", "--comptabilite", "simplifiee")
    caisse.releve(coda((Ligne("-300.00"),), initial=initial))
    caisse.f("caisse", "noter", "40", "--compte", "ouverture")
    (mouvement,) = caisse.j("banque", "liste")["mouvements"]
    caisse.f("banque", "affecter", mouvement["code"], "--compte", "loyer")
    debut = Decimal(initial) + 40

    def dit(annee: str) -> str:
        return " ".join(caisse.f("compte-resultat", annee).sortie.split())

    assert caisse.j("compte-resultat", "2026")["resultat"] == "-300.00"
    assert f"Liquidités : {_dit(debut)} au début de l'exercice (dont {_dit(debut)} à" in dit("2026")
    assert f"{_dit(debut - 300)} à la fin" in dit("2026")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    assert f"Liquidités : {_dit(debut - 300)} au début de l'exercice, {_dit(debut - 300)} à la" in dit("2027")


def test_la_comptabilite_simplifiee_n_existe_qu_ou_la_loi_la_permet() -> None:
    with pytest.raises(ValueError, match="simplifiée"):
        Vendeur(id="caisse", pays="FR", comptabilite=Comptabilite.SIMPLIFIEE)


def test_les_etats_et_le_dossier_de_l_assemblee_s_impriment(vecue: Caisse, tmp_path: Path) -> None:
    vecue.f("voter", "loyer", "--montant", "7200", "--pv", "AG du 12 décembre")
    for mots in (("bilan",), ("compte-resultat",), ("dossier", "2026")):
        for suffixe in ("html", "pdf", "md"):
            vecue.f(*mots, "--sortie", str(tmp_path / f"{mots[0]}.{suffixe}"))
    html = (tmp_path / "compte-resultat.html").read_text("utf-8")
    assert "Subsides" in html and "1\u202f000,00" in html
    dit = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "dossier.pdf").pages)
    for attendu in (
        "Compte de résultat 2026",
        "État du patrimoine 2026",
        "Budget 2026",
        "provisoire",
        "signature",
    ):
        assert attendu in dit
    assert vecue.j("dossier", "2026")["titre"] == "Comptes 2026"


def test_fin_26_une_caution_est_une_dette_jusqu_a_sa_retenue(caisse: Caisse) -> None:
    caisse.f("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "200")
    assert "n'est pas détenue" in caisse.f("caution", "rendre", "c-012", code=2).erreurs
    caisse.f("caution", "recevoir", "c-012", "--par", "caisse")
    assert caisse.soldes() == {"488000": Decimal("-200.00"), "570000": Decimal("200.00")}
    assert caisse.j("compte-resultat")["resultat"] == "0.00"
    assert caisse.j("caisse", "journal")["solde"] == caisse.j("tableau")["avoir"] == "200.00"
    assert "comme attendu" in caisse.f("caisse", "compter", "200").sortie
    caisse.f("caution", "retenir", "c-012", "--montant", "50", "--motif", "vitre")
    assert "Au plus 150,00" in caisse.f("caution", "rendre", "c-012", "--montant", "151", code=2).erreurs
    caisse.f("caution", "rendre", "c-012", "--par", "caisse")
    assert caisse.j("caution", "liste")[0]["etat"] == "rendue"
    assert caisse.soldes() == {"570000": Decimal("50.00"), "746000": Decimal("-50.00")}


# -- FIN-31 : les autres programmes --------------------------------------------------


def exporter(caisse: Caisse, dossier: Path, format_: str) -> Path:
    return Path(caisse.j("exporter", format_, str(dossier))["fichier"])


def test_fin_31_hledger_ne_trouve_rien_et_dit_les_memes_soldes(vecue: Caisse, tmp_path: Path) -> None:
    if not shutil.which("hledger"):
        pytest.skip("hledger manque ici")
    journal = exporter(vecue, tmp_path / "c", "hledger")
    fini = subprocess.run(
        ["hledger", "-f", journal, "check", "-s"], capture_output=True, text=True, check=False
    )
    assert (fini.returncode, fini.stdout) == (0, ""), fini.stderr
    dit = subprocess.run(
        ["hledger", "-f", journal, "balance", "--flat", "-O", "csv", "-N"],
        capture_output=True,
        text=True,
        check=True,
    )
    lus = {
        compte.split(":")[1][:6]: Decimal(somme.split()[0])
        for compte, somme in csv.reader(io.StringIO(dit.stdout))
        if ":" in compte
    }
    assert lus == vecue.soldes()
    resultat = subprocess.run(
        ["hledger", "-f", journal, "is", "-O", "csv"], capture_output=True, text=True, check=True
    )
    assert "Net:" in resultat.stdout and "Revenues" in resultat.stdout


def test_fin_31_beancount_strict_ne_trouve_rien(vecue: Caisse, tmp_path: Path) -> None:
    oracle = shutil.which("bean-check", path=os.path.dirname(sys.executable)) or shutil.which("bean-check")
    journal = exporter(vecue, tmp_path / "c", "beancount")
    assert journal.read_text("utf-8").count(" balance ") >= len(vecue.soldes())
    if oracle is None:
        pytest.skip("bean-check manque ici")
    assert subprocess.run([oracle, journal], capture_output=True, check=False).returncode == 0
    faux = journal.with_name("faux.beancount")
    faux.write_text(journal.read_text("utf-8").replace("620.00 EUR", "620.01 EUR", 1), "utf-8")
    assert subprocess.run([oracle, faux], capture_output=True, check=False).returncode == 1


def test_fin_31_le_fec_a_ses_dix_huit_colonnes(vecue: Caisse, tmp_path: Path) -> None:
    fichier = exporter(vecue, tmp_path / "c", "fec")
    assert fichier.name == "020223995FEC20261231.txt"
    octets = fichier.read_bytes()
    assert octets.count(b"\r\n") == octets.count(b"\n")
    lignes = [ligne.split("\t") for ligne in octets.decode("utf-8").split("\r\n")[:-1]]
    assert tuple(lignes[0]) == COLONNES_DU_FEC and {len(ligne) for ligne in lignes} == {18}
    numeros = [int(ligne[2]) for ligne in lignes[1:]]
    assert sorted(set(numeros)) == list(range(1, max(numeros) + 1)) and numeros == sorted(numeros)
    debit, credit = (sum(Decimal(ligne[n].replace(",", ".")) for ligne in lignes[1:]) for n in (11, 12))
    assert debit == credit > 0
    assert all(len(ligne[3]) == len(ligne[9]) == 8 for ligne in lignes[1:])


def test_fin_31_csv_et_ods_s_ouvrent(vecue: Caisse, tmp_path: Path) -> None:
    rangs = list(
        csv.reader(io.StringIO(exporter(vecue, tmp_path / "c", "csv").read_text("utf-8-sig")), delimiter=";")
    )
    assert rangs[0][0] == "Jour" and len({len(r) for r in rangs}) == 1
    with zipfile.ZipFile(exporter(vecue, tmp_path / "c", "ods")) as classeur:
        assert classeur.testzip() is None
        contenu = classeur.read("content.xml").decode("utf-8")
    assert 'table:name="Balance"' in contenu and "Résultat" in contenu


def test_les_comptes_ne_nomment_personne(vecue: Caisse, tmp_path: Path) -> None:
    for format_ in ("hledger", "beancount", "fec", "csv"):
        texte: Any = exporter(vecue, tmp_path / "c", format_).read_text("utf-8")
        assert not {"Lambert", "Benali", "Dumont"} & set(texte.replace('"', " ").split())

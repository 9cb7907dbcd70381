"""Les écritures se déduisent, s'équilibrent ; d'autres programmes disent les mêmes sommes."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from caisses import Caisse
from factures import CORPUS
from pypdf import PdfReader
from releves import Ligne, coda

from tiers_lieu_cli.finance import recue
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.exports import COLONNES_DU_FEC
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece.modele import Piece
from tiers_lieu_cli.finance.plan import Nature, plan
from tiers_lieu_cli.finance.vendeur import Comptabilite, Vendeur
from tiers_lieu_cli.noyau.echecs import ErreurUsage

pytestmark = pytest.mark.long


def importer(caisse: Caisse, octets: bytes) -> None:
    fichier = caisse.racine.parent / "releve"
    fichier.write_bytes(octets)
    caisse.f("banque", "importer", str(fichier))


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
    importer(
        caisse,
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


def soldes(caisse: Caisse) -> dict[str, Decimal]:
    sommes: dict[str, Decimal] = {}
    for ecriture in caisse.j("livre"):
        debit = sum(Decimal(x["debit"]) for x in ecriture["lignes"])
        assert debit == sum(Decimal(x["credit"]) for x in ecriture["lignes"])
        for x in ecriture["lignes"]:
            sommes[x["compte"]] = sommes.get(x["compte"], ZERO) + Decimal(x["debit"]) - Decimal(x["credit"])
    return {c: s for c, s in sommes.items() if s}


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
    sommes = soldes(vecue)
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


def test_fin_25_la_boite_n_est_jamais_negative_et_l_ecart_est_une_ecriture(caisse: Caisse) -> None:
    assert (
        "ne contient que 0,00"
        in caisse.f("caisse", "noter", "5", "--depense", "--compte", "fournitures", code=1).erreurs
    )
    caisse.f("caisse", "noter", "20", "--compte", "don")
    assert "écart de −0,50" in caisse.f("caisse", "compter", "19,50").sortie
    assert "comme attendu" in caisse.f("caisse", "compter", "19,50").sortie
    assert caisse.j("caisse", "journal")["solde"] == "19.50"
    assert soldes(caisse)["643000"] == Decimal("0.50")


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
    assert soldes(caisse)["400000"] == Decimal("30.25") - 15 - Decimal("15.13")


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
    importer(caisse, coda((Ligne("7.00"),)))
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


def test_fin_25_un_achat_en_double_est_refuse_un_gros_s_approuve_a_deux(caisse: Caisse) -> None:
    caisse.f("tiers", "creer", "Papeterie Dumont")
    creer = ("achat", "creer", "F-1", "--tiers", "dumont", "--compte", "fournitures", "--ht")
    gros = caisse.j(*creer, "900", "--demande", "concierge")["id"]
    assert "déjà notée" in caisse.f(*creer, "900", code=1).erreurs
    assert caisse.j("achat", "liste")[0]["etat"] == "à approuver"
    assert not soldes(caisse)
    assert "n'approuve pas" in caisse.f("achat", "approuver", gros, "--par", "concierge", code=2).erreurs
    importer(caisse, coda((Ligne("-900.00"),)))
    (mouvement,) = caisse.j("banque", "liste")["mouvements"]
    assert "l'approuve" in caisse.f("achat", "payer", gros, mouvement["code"], code=1).erreurs
    caisse.f("achat", "approuver", gros, "--par", "president")
    caisse.f("achat", "payer", gros, mouvement["code"])
    assert caisse.j("achat", "liste")[0]["etat"] == "payé"


def test_fin_25_une_facture_electronique_recue_se_note_seule(caisse: Caisse, tmp_path: Path) -> None:
    from tiers_lieu_cli.finance.document import champs, xml

    (tmp_path / "f.xml").write_bytes(xml.ubl(champs.champs(*CORPUS["21 %"])))
    refus = caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer", code=2)
    assert "tiers creer" in refus.erreurs
    caisse.f("tiers", "creer", "La Passerelle", "--tva", "BE0202239951")
    caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer")
    (achat,) = caisse.j("achat", "liste")
    assert tuple(achat["fiche"][nom] for nom in ("ht", "tva", "numero")) == (
        "42.00",
        "8.82",
        "2026-0001",
    )
    assert (
        "déjà notée"
        in caisse.f("achat", "recevoir", str(tmp_path / "f.xml"), "--compte", "loyer", code=1).erreurs
    )


def test_fin_25_un_pdf_factur_x_dit_la_meme_chose_que_l_ubl() -> None:
    from tiers_lieu_cli.finance.document import champs, page, xml

    for cas in ("21 %", "mixte", "client étranger", "293 B"):
        dits = champs.champs(*CORPUS[cas])
        vue = page.de_la_piece(*CORPUS[cas])
        pdf = page.facturx(page.pdf(vue, CORPUS[cas][0].emise), xml.cii(dits), "x", "y")
        lus = [recue.lire(octets) for octets in (xml.ubl(dits), pdf)]
        assert all((x.numero, x.datee, x.ht, x.tva) == (lus[0].numero, *_dits(CORPUS[cas][0])) for x in lus)
        assert set(lus[0].vendeurs) & set(lus[1].vendeurs)


def _dits(piece: Piece) -> tuple[date, Decimal, Decimal]:
    return piece.emise, Decimal(piece.total_ht), Decimal(piece.total_tva)


_SANS_MONTANT = (
    b"<Invoice><ID>1</ID><IssueDate>2026-11-24</IssueDate><LegalMonetaryTotal><TaxExclusiveAmount>douze"
    b"</TaxExclusiveAmount></LegalMonetaryTotal></Invoice>"
)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<!DOCTYPE x><Invoice/>",
        b"<Invoice/>",
        b"<Facture/>",
        b"%PDF-1.7 rien",
        b"<Invoice><ID>1</ID><IssueDate>hier</IssueDate></Invoice>",
        _SANS_MONTANT,
        _SANS_MONTANT.replace(b"douze", b"NaN"),
        _SANS_MONTANT.replace(b"douze", b"Infinity"),
        _SANS_MONTANT.replace(b"douze", b"1E+99"),
    ],
)
def test_fin_25_ce_qui_n_est_pas_une_facture_est_refuse_en_francais(octets: bytes) -> None:
    with pytest.raises(ErreurUsage) as refus:
        recue.lire(octets)
    assert "facture électronique" in str(refus.value)


def test_fin_26_une_caution_est_une_dette_jusqu_a_sa_retenue(caisse: Caisse) -> None:
    caisse.f("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "200")
    assert "n'est pas détenue" in caisse.f("caution", "rendre", "c-012", code=2).erreurs
    caisse.f("caution", "recevoir", "c-012", "--par", "caisse")
    assert soldes(caisse) == {"488000": Decimal("-200.00"), "570000": Decimal("200.00")}
    assert caisse.j("compte-resultat")["resultat"] == "0.00"
    assert caisse.j("caisse", "journal")["solde"] == caisse.j("tableau")["avoir"] == "200.00"
    assert "comme attendu" in caisse.f("caisse", "compter", "200").sortie
    caisse.f("caution", "retenir", "c-012", "--montant", "50", "--motif", "vitre")
    assert "Au plus 150,00" in caisse.f("caution", "rendre", "c-012", "--montant", "151", code=2).erreurs
    caisse.f("caution", "rendre", "c-012", "--par", "caisse")
    assert caisse.j("caution", "liste")[0]["etat"] == "rendue"
    assert soldes(caisse) == {"570000": Decimal("50.00"), "746000": Decimal("-50.00")}


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
    assert lus == soldes(vecue)
    resultat = subprocess.run(
        ["hledger", "-f", journal, "is", "-O", "csv"], capture_output=True, text=True, check=True
    )
    assert "Net:" in resultat.stdout and "Revenues" in resultat.stdout


def test_fin_31_beancount_strict_ne_trouve_rien(vecue: Caisse, tmp_path: Path) -> None:
    oracle = shutil.which("bean-check", path=os.path.dirname(sys.executable)) or shutil.which("bean-check")
    journal = exporter(vecue, tmp_path / "c", "beancount")
    assert journal.read_text("utf-8").count(" balance ") >= len(soldes(vecue))
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

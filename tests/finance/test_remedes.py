"""Ce que la caisse répond à une faute : vrai, en français, et tel qu'il suffit de le coller."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from caisses import Caisse
from releves import Ligne, coda
from soutien import Reponse

from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.noyau import sorties

pytestmark = pytest.mark.long
_ADRESSE = ("--rue", "Quai 5", "--code-postal", "4020", "--ville", "Liège")

_RACINE = Path(__file__).parents[2]
#: Un fichier ou un dossier à écrire, dans une commande de la caisse qu'on imprime ou qu'on documente.
_A_ECRIRE = re.compile(
    r"tl (?:finance|faits) (?:[^\n`]*(?:--sortie|--vers) |exporter [a-z]+ |retour exporter )([\w./{}~-]+)"
)


def proposee(reponse: Reponse) -> list[str]:
    """La commande proposée, en mots, sans « tl finance »."""
    trouvees = re.findall(r"tl finance (.*)", reponse.sortie + reponse.erreurs)
    assert len(trouvees) == 1, reponse
    return shlex.split(trouvees[0])


@pytest.mark.parametrize(
    "plus",
    [
        (),
        ("--ttc",),
        ("--libelle", "Journée d'atelier, à l'unité"),
        ("--genre", "poste.journee"),
        ("--ttc", "--libelle", "Bureau", "--genre", "poste.journee"),
    ],
)
@pytest.mark.parametrize("prix", ["0", "15", "1250,50"])
def test_fin_05_un_tarif_fini_se_redit_en_entier(caisse: Caisse, prix: str, plus: tuple[str, ...]) -> None:
    """La commande que `finir` imprime, collée, refait le même tarif, à sa période près."""
    caisse.tarif("atelier", prix, "journee", *plus)
    avant = next(t for t in caisse.j("tarif", "liste") if t["code"] == "atelier")
    caisse.f(*proposee(caisse.f("tarif", "finir", avant["id"], "--au", "2026-11-24")))
    tous = [t for t in caisse.j("tarif", "liste", "--tout") if t["code"] == "atelier"]
    assert len(tous) == 2
    assert tous[1] == {**avant, "du": "2026-11-24", "au": None, "id": tous[1]["id"]}


@pytest.mark.parametrize(
    ("pays", "numero", "tva", "attendu"),
    [
        ("BE", "0403170701", "", ("0208", "0403170701")),
        ("BE", "", "BE0403170701", ("0208", "0403170701")),
        ("FR", "73282932000074", "", ("0002", "732829320")),
        ("FR", "", "FR44732829320", ("0002", "732829320")),
        ("BE", "", "", ("EM", "a@b.example")),
        ("CH", "CHE123", "", ("EM", "a@b.example")),
        ("BE", "", "LU12345678", ("EM", "a@b.example")),
    ],
)
def test_fin_17_l_adresse_electronique_vient_du_numero_ou_de_celui_de_tva(
    pays: str, numero: str, tva: str, attendu: tuple[str, str]
) -> None:
    qui = Identite(nom="A", pays=pays, numero=numero, tva=tva, courriel="a@b.example")
    assert qui.adresse_electronique == attendu


def test_fin_17_un_client_cree_comme_l_aide_le_dit_se_facture(caisse: Caisse) -> None:
    caisse.f("tiers", "creer", "Scierie", "--qualite", "assujetti", "--tva", "BE0417497106", *_ADRESSE)
    assert caisse.piece(caisse.facture("scierie"))["a_transmettre"]
    # Sans aucun numéro, l'aperçu le dit avant qu'on émette.
    caisse.f("tiers", "creer", "Forge", "--qualite", "assujetti", *_ADRESSE)
    brouillon = caisse.brouillon("forge")
    assert "adresse Peppol" in caisse.f("facture", "apercu", brouillon).sortie
    refus = caisse.f("facture", "emettre", brouillon, code=1).erreurs
    assert "--numero" in refus and "R010" not in refus


def test_fin_15_ce_qui_manque_a_un_lot_dit_a_qui(caisse: Caisse) -> None:
    for nom in ("Forge", "Scierie"):
        caisse.f("tiers", "creer", nom)
        caisse.brouillon(nom)
    refus = caisse.f("facture", "emettre", "--tout", code=1).erreurs
    assert len(re.findall(r"client (?:Forge|Scierie) \(t-\w+\) : la rue", refus)) == 2


@pytest.mark.parametrize("commande", [("facture", "brouillon"), ("devis", "creer")])
def test_une_option_proposee_existe(caisse: Caisse, commande: tuple[str, ...]) -> None:
    refus = caisse.f(*commande, "--tiers", "amina", "--ligne", "salle-rez:0", code=2)
    *verbe, option = proposee(refus)
    assert option in caisse.f(*verbe, "--help").sortie


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("--bic", "xx"), "n'est pas un BIC"),
        (("--seuil-achats", "-5"), "n'est pas négatif"),
        (("--denomination", ""), "Il manque le nom"),
        (("--denomination", "  "), "Il manque le nom"),
    ],
)
def test_le_lieu_ne_prend_que_ce_qui_est_vrai(caisse: Caisse, mots: tuple[str, ...], dit: str) -> None:
    avant = caisse.j("vendeur", "fiche")
    assert dit in caisse.f("vendeur", "modifier", *mots, code=2).erreurs
    assert caisse.j("vendeur", "fiche") == avant


def test_le_lieu_se_montre_en_entier(caisse: Caisse) -> None:
    caisse.f("vendeur", "modifier", "--delai", "0", "--bic", "gkccbebb", "--assujettissement", "exempte")
    dit = caisse.f("vendeur", "fiche").sortie
    assert re.search("Délai +payable tout de suite", dit) and re.search("BIC +GKCCBEBB", dit)
    assert "exempté" in dit and "BE71 0961 2345 6769" in dit


@pytest.mark.parametrize("est", ["assujetti", "exempte", "non-assujetti"])
def test_fin_12_une_franchise_se_demande(caisse: Caisse, est: str) -> None:
    caisse.f("vendeur", "modifier", "--assujettissement", est)
    caisse.tarif("bureau", "10", "jour", regime="BE-56BIS")
    refus = caisse.f("facture", "emettre", caisse.brouillon("amina", "bureau:1"), code=1).erreurs
    assert "« BE-56BIS » est une franchise" in refus


def test_ce_qui_est_deja_la_se_dit_sans_un_nom_de_fichier(caisse: Caisse) -> None:
    tarif = ("tarif", "creer", "--prix", "9", "--unite", "heure", "--regime", "BE-21", "--du", "1/1/2026")
    caution = ("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "200")
    caisse.f(*caution)
    for mots in ((*tarif, "salle-rez"), (*tarif, "salle.rez"), caution):
        refus = caisse.f(*mots, code=2).erreurs
        assert "déjà" in refus and ".yaml" not in refus


def test_deux_tiers_du_meme_nom_se_disent_et_se_departagent(caisse: Caisse) -> None:
    dit = caisse.f("tiers", "creer", "amina  BENALI", *_ADRESSE).sortie
    assert len(re.findall(r"tl finance tiers fiche (t-\S+)", dit)) == 1
    refus = caisse.f("tiers", "fiche", "amina", code=2).erreurs
    propose = re.findall(r"identifiant : (t-\w+)", refus)
    assert caisse.j("tiers", "fiche", propose[0])["identite"]["nom"]


@pytest.mark.parametrize("combien", [["99999999999"], ["6000000", "6000000"]])
def test_une_facture_demesuree_se_dit_avant_son_qr(caisse: Caisse, combien: list[str]) -> None:
    lignes = [mot for q in combien for mot in ("--ligne", f"salle-rez:{q}")]
    reponse = caisse.f("facture", "brouillon", "--tiers", "amina", *lignes, code=None)
    if reponse.code == 0:
        reponse = caisse.f("facture", "emettre", "--tout", code=1)
    assert "100\u202f000\u202f000,00" in reponse.erreurs and "QR" not in reponse.erreurs


def test_un_debit_ne_paie_pas_une_facture(caisse: Caisse) -> None:
    caisse.facture("amina")
    releve = caisse.racine.parent / "releve.coda"
    releve.write_bytes(coda((Ligne("-12.10"),)))
    caisse.f("banque", "importer", str(releve))
    code = caisse.j("banque", "liste")["mouvements"][0]["code"]
    refus = caisse.f("banque", "payer", code, "1", code=2).erreurs
    assert "sort du compte" in refus and "déjà réglé" not in refus


def test_ce_qui_se_dit_d_ecrire_s_ecrit_depuis_le_lieu(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un papier de la caisse nomme des gens ou compte de l'argent : jamais dans le lieu, où l'on colle."""
    monkeypatch.chdir(caisse.racine)
    monkeypatch.setenv("HOME", str(caisse.racine.parent))
    fichiers = [
        *_RACINE.glob("tiers_lieu_cli/finance/**/*.py"),
        *_RACINE.glob("tiers_lieu_cli/ensemble/faits/*"),
    ]
    vus = 0
    for fichier in (*(f for f in fichiers if f.suffix == ".py"), _RACINE / "docs/finance.md"):
        for chemin in _A_ECRIRE.findall(fichier.read_text("utf-8")):
            sorties.verifier(Path(chemin), noms=True)
            vus += 1
    assert vus > 25


def test_les_commandes_proposees_se_collent_depuis_le_lieu(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(caisse.racine)
    monkeypatch.setenv("HOME", str(caisse.racine.parent))
    for tiers in ("lambert", "amina"):
        caisse.f(*proposee(caisse.f("facture", "emettre", caisse.brouillon(tiers))))
    caisse.f(*proposee(caisse.f("devis", "creer", "--tiers", "amina", "--ligne", "salle-rez:4")))
    caisse.f(*proposee(caisse.f("facture", "rejetee", "2026-0002", "--motif", "x", code=2)))
    a_faire = [t["commande"] for t in caisse.j("aujourdhui")["a_faire"] if "--sortie" in t["commande"]]
    assert a_faire
    for commande in a_faire:
        caisse.f(*shlex.split(commande)[2:])
    assert "--sortie ~/" in caisse.f("budget", "--format", "pdf", code=2).erreurs
    assert not caisse.git("status", "--porcelain")
    ecrits = {f.name for f in caisse.racine.parent.iterdir()}
    assert {"2026-0001.xml", "2026-0002.pdf"} <= ecrits


def test_un_identifiant_tire_au_sort_se_designe_par_sa_lettre_s_il_est_seul(caisse: Caisse) -> None:
    brouillon = caisse.brouillon("amina")
    assert caisse.j("facture", "apercu", "b-")["fiche"]["id"] == brouillon
    assert "Aucune fiche" in caisse.f("devis", "fiche", "d-", code=2).erreurs
    caisse.brouillon("amina")
    assert "plusieurs fiches" in caisse.f("facture", "retirer", "b-", code=2).erreurs

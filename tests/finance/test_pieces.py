"""Du brouillon à la pièce émise : numéros sans trou, octets figés, chaîne (FIN-7 à FIN-19)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from caisses import Caisse
from factures import BELGE, CORPUS, EN_FRANCHISE, EXEMPTE, FRANCAIS
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.finance import vendeur as vendeurs
from tiers_lieu_cli.finance.coffre import nommer
from tiers_lieu_cli.finance.document import controle
from tiers_lieu_cli.finance.piece import livre
from tiers_lieu_cli.finance.piece.modele import AUCUNE, Piece, Serie, numero_de
from tiers_lieu_cli.finance.regimes import droit

pytestmark = pytest.mark.long


def pieces(caisse: Caisse) -> list[Path]:
    return sorted(caisse.dossier.glob("pieces/*/*.json"))


def test_fin_07_du_devis_au_brouillon_a_la_facture(caisse: Caisse, tmp_path: Path) -> None:
    devis = caisse.j("devis", "creer", "--tiers", "lambert", "--ligne", "salle-rez:4")["id"]
    caisse.tarif("cours", "8", "heure", regime="BE-44")
    brouillon = caisse.j("devis", "accepter", devis)["id"]
    assert caisse.j("devis", "fiche", devis)["fiche"]["brouillon"] == brouillon
    assert "déjà accepté" in caisse.f("devis", "accepter", devis, code=2).erreurs
    caisse.f("facture", "ligne", brouillon, "cours", "2", "--designation", "Initiation")
    caisse.f("facture", "apercu", brouillon, "--sortie", str(tmp_path / "apercu.pdf"))
    assert (tmp_path / "apercu.pdf").read_bytes().startswith(b"%PDF")
    numero = caisse.j("facture", "emettre", brouillon)["id"]
    assert numero == "2026-0001"
    piece = caisse.piece(numero)
    assert [b["taux"] for b in piece["bases"]] == ["21", "0"]
    assert piece["du"] == "76.50"
    assert not list(caisse.dossier.glob("brouillons/*"))
    assert caisse.f("facture", "retirer", numero, code=None).code == 2


def test_fin_08_les_numeros_se_suivent_et_un_echec_n_en_prend_pas(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert caisse.facture() == "2026-0001"
    brouillon = caisse.brouillon()
    avant = caisse.histoire("rev-parse", "HEAD")
    coffre = sorted(caisse.dossier.glob("coffre/*/*"))
    monkeypatch.setattr(controle, "controler", lambda *_: [controle.Faute("BR-99", "une règle")])
    refus = caisse.f("facture", "emettre", brouillon, code=1)
    assert "BR-99" in refus.erreurs
    assert caisse.histoire("rev-parse", "HEAD") == avant
    assert sorted(caisse.dossier.glob("coffre/*/*")) == coffre
    monkeypatch.undo()
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:00+01:00")
    assert caisse.j("facture", "emettre", brouillon)["id"] == "2026-0002"
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-02T09:00+01:00")
    assert caisse.facture() == "2027-0001"
    assert caisse.j("facture", "annuler", "2027-0001")["id"] == "NC-2027-0001"


@pytest.mark.parametrize("jour", ["2027-01-23", "2027-01-01", "2026-12-31", "2026-11-24"])
@pytest.mark.parametrize(
    "geste", [("facture", "emettre", "--tout"), ("note-credit", "creer", "1"), ("facture", "annuler", "1")]
)
def test_fin_08_les_dates_de_la_chaine_ne_reculent_pas(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch, geste: tuple[str, ...], jour: str
) -> None:
    """Ni dans l'année, ni d'une année à l'autre, ni d'une série à l'autre : une horloge en avance se voit."""
    caisse.brouillon(), caisse.brouillon()
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-24T09:00+01:00")
    caisse.facture()
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", f"{jour}T09:00+01:00")
    assert "Régler l'horloge" in caisse.f(*geste, "--oui", code=1).erreurs
    assert len(pieces(caisse)) == 1 and "tout se tient" in caisse.f("verifier").sortie


def test_fin_08_un_lot_de_brouillons_part_en_entier_ou_pas_du_tout(caisse: Caisse) -> None:
    for _ in range(3):
        caisse.brouillon()
    caisse.f("tiers", "creer", "Sans Adresse")
    mauvais = caisse.brouillon("Sans Adresse")
    refus = caisse.f("facture", "emettre", "--tout", code=1)
    assert "la rue" in refus.erreurs and not pieces(caisse)
    caisse.f("facture", "retirer", mauvais)
    assert caisse.j("facture", "emettre", "--tout")["numeros"] == ["2026-0001", "2026-0002", "2026-0003"]


def test_fin_08_un_lot_prend_ses_numeros_dans_l_ordre_des_jours_puis_des_noms(caisse: Caisse) -> None:
    clients = ("Menuiserie Lambert", "Amina Benali", "Menuiserie Lambert", "Amina Benali")
    for client in clients:
        caisse.brouillon(client)
    caisse.f("facture", "emettre", "--tout")
    amina = caisse.j("tiers", "fiche", "amina")["fiche"]["id"]
    assert [caisse.piece(f"2026-{n:04}")["tiers"] == amina for n in range(1, 5)] == [True, True, False, False]


def test_fin_08_vingt_emissions_a_la_fois_font_un_a_vingt(caisse: Caisse) -> None:
    """Vingt processus, chacun son brouillon ; la composition, éprouvée ailleurs, y est sautée."""
    brouillons = [caisse.brouillon() for _ in range(20)]
    programme = Path(__file__).parents[1] / "emettre_ensemble.py"
    fini = subprocess.run(
        [sys.executable, str(programme), str(caisse.racine), *brouillons],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(programme.parents[1])},
    )
    assert fini.returncode == 0, fini
    numeros = sorted(json.loads(p.read_bytes())["numero"] for p in pieces(caisse))
    assert numeros == [f"2026-{n:04}" for n in range(1, 21)]
    assert caisse.j("verifier")["pieces"] == 20


def test_fin_09_les_octets_conserves_sont_ceux_qu_on_relit(caisse: Caisse, tmp_path: Path) -> None:
    numero = caisse.facture()
    piece = caisse.piece(numero)
    for sortie, plus, champ in (("f.pdf", (), "pdf"), ("f.xml", ("--xml",), "ubl")):
        caisse.f("facture", "document", numero, "--sortie", str(tmp_path / sortie), *plus)
        octets = (tmp_path / sortie).read_bytes()
        assert f"sha256:{hashlib.sha256(octets).hexdigest()}" == piece["documents"][champ]
    assert not {"nom", "adresse"} & set(json.dumps(piece))
    assert piece["tiers"].startswith("t-")
    assert not controle.controler((tmp_path / "f.xml").read_bytes(), "ubl")


def test_fin_10_la_premiere_rupture_est_nommee(caisse: Caisse) -> None:
    for _ in range(3):
        caisse.brouillon()
    caisse.f("facture", "emettre", "--tout")
    tete = caisse.j("verifier")["tete"]
    assert tete == nommer(pieces(caisse)[-1].read_bytes())
    assert tete in caisse.f("verifier").sortie
    ancien = pieces(caisse)[1].read_bytes()
    pieces(caisse)[1].write_bytes(ancien.replace(b'"BE-21"', b'"BE-06"'))
    assert "000003-2026-0003.json" in caisse.f("verifier", code=1).sortie
    pieces(caisse)[1].write_bytes(ancien.replace(b'"du": "30.25"', b'"du": "30.26"'))
    assert "000002-2026-0002.json" in caisse.f("verifier", code=1).sortie
    pieces(caisse)[1].unlink()
    assert "000003-2026-0003.json" in caisse.f("verifier", code=1).sortie


class ArbreMemoire:
    """Un arbre en mémoire."""

    def __init__(self, fichiers: dict[str, bytes]) -> None:
        self.fichiers = fichiers

    def noms(self, dossier: str) -> list[str]:
        dedans = (f[len(dossier) + 1 :] for f in self.fichiers if f.startswith(f"{dossier}/"))
        return sorted({reste.split("/")[0] for reste in dedans})

    def lire(self, chemin: str) -> bytes | None:
        return self.fichiers.get(chemin)


def chaine(combien: int) -> dict[str, bytes]:
    fichiers: dict[str, bytes] = {}
    tete, modele = AUCUNE, CORPUS["mixte"][0]
    for rang in range(1, combien + 1):
        numero = numero_de(Serie.FACTURE, 2026, rang)
        piece = structs.replace(modele, rang=rang, precedente=tete, numero=numero)
        octets = livre.ecrire(piece)
        fichiers[livre.chemin(piece)] = octets
        tete = nommer(octets)
    return fichiers


_CHAINE = chaine(12)


def test_fin_10_une_chaine_intacte_n_a_pas_de_rupture() -> None:
    assert not list(livre.ruptures(ArbreMemoire(_CHAINE)))


@given(st.data())
def test_fin_10_un_octet_change_n_importe_ou_se_voit(data: Any) -> None:
    rang = data.draw(st.integers(0, 10))
    chemin = sorted(_CHAINE)[rang]
    octets = bytearray(_CHAINE[chemin])
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    (rupture,) = livre.ruptures(ArbreMemoire({**_CHAINE, chemin: bytes(octets)}))
    assert rupture.fichier in sorted(_CHAINE)[rang : rang + 2]


@given(st.integers(0, 10))
def test_fin_10_une_piece_otee_se_voit(rang: int) -> None:
    reste = {c: o for n, (c, o) in enumerate(sorted(_CHAINE.items())) if n != rang}
    assert list(livre.ruptures(ArbreMemoire(reste)))


def test_fin_11_une_note_de_credit_ne_depasse_jamais_ce_qui_est_facture(caisse: Caisse) -> None:
    numero = caisse.facture("lambert", "salle-rez:3,5", "poste.journee:1")
    note = caisse.j("note-credit", "creer", numero, "--ligne", "1:1,5", "--motif", "trop")
    assert note["id"] == "NC-2026-0001"
    assert "n'a plus que 2" in caisse.f("note-credit", "creer", numero, "--ligne", "1:2,5", code=2).erreurs
    assert "n'a pas cette ligne" in caisse.f("note-credit", "creer", numero, "--ligne", "9", code=2).erreurs
    caisse.f("facture", "annuler", numero)
    assert "déjà créditée en entier" in caisse.f("facture", "annuler", numero, code=2).erreurs
    assert "déjà une note" in caisse.f("facture", "annuler", "NC-2026-0001", code=2).erreurs
    notes = [caisse.piece(f"NC-2026-000{n}") for n in (1, 2)]
    for champ in ("total_ht", "total_tva", "total_ttc", "du"):
        total = sum(round(float(n[champ]) * 100) for n in notes)
        assert total == round(float(caisse.piece(numero)[champ]) * 100)
    assert {n["origine"]["numero"] for n in notes} == {numero}
    assert caisse.j("facture", "fiche", numero)["etat"] == "créditée"


@pytest.mark.parametrize(
    ("dites", "rendu"),
    [
        (("1:1", "1:0,5"), "1.5"),
        (("1:0,5", "1:0,5", "1:0,25"), "1.25"),
        (("1:2",), "2"),
        (("1:1,5", "1:1"), ""),
        (("1", "1:1"), ""),
        (("1:1", "1:-1"), ""),
    ],
)
def test_fin_11_une_ligne_dite_deux_fois_s_additionne(
    caisse: Caisse, dites: tuple[str, ...], rendu: str
) -> None:
    """Deux parts de la même ligne, ou plus qu'elle n'a : jamais la dernière dite, en silence."""
    caisse.facture("amina", "salle-rez:2")
    mots = [mot for dite in dites for mot in ("--ligne", dite)]
    dit = caisse.f("note-credit", "creer", "1", *mots, "--oui", code=0 if rendu else 2)
    if rendu:
        assert caisse.piece("NC-2026-0001")["lignes"][0]["ligne"]["quantite"] == rendu
    else:
        assert "à créditer" in dit.erreurs


def test_fin_15_une_facture_ne_s_emet_pas_deja_echue(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    preparer = ("facture", "brouillon", "--tiers", "amina", "--ligne", "salle-rez:2", "--echeance")
    assert "déjà passée" in caisse.f(*preparer, "1/11/2026", code=2).erreurs
    brouillon = caisse.j(*preparer, "30/11/2026")["id"]
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-01T09:00+01:00")
    assert any("échéance" in m for m in caisse.j("facture", "apercu", brouillon)["manques"])
    assert "ne soit pas passée (30/11/2026)" in caisse.f("facture", "emettre", "--tout", code=1).erreurs
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-30T09:00+01:00")
    caisse.f("facture", "emettre", brouillon)


def test_fin_12_le_regime_vient_du_tarif_et_ne_se_saisit_pas(caisse: Caisse) -> None:
    for mots in (("facture", "brouillon"), ("facture", "ligne"), ("facture", "emettre"), ("devis", "creer")):
        assert "--regime" not in caisse.f(*mots, "--help").sortie


def test_fin_12_chaque_regime_est_date_et_source() -> None:
    for pays, attendus in (("BE", {"BE-21", "BE-44", "BE-56BIS"}), ("FR", {"FR-293B", "FR-261-7", "FR-20"})):
        regles = droit(pays)
        assert attendus <= {r.code for r in regles.regimes}
        assert all(r.source and r.relu and r.du for r in (*regles.regimes, *regles.parametres))


def test_fin_14_le_seuil_de_franchise_previent_puis_se_confirme(caisse: Caisse) -> None:
    caisse.f("vendeur", "modifier", "--assujettissement", "franchise")
    caisse.tarif("residence", "1000", "jour", regime="BE-56BIS")
    assert "Franchise" not in caisse.f("facture", "emettre", caisse.brouillon("amina", "residence:19")).sortie
    assert "Franchise" in caisse.f("facture", "emettre", caisse.brouillon("amina", "residence:1")).sortie
    assert any("franchise" in t["phrase"] for t in caisse.j("aujourdhui")["a_faire"])
    trop = caisse.brouillon("amina", "residence:6")
    assert "au-delà du seuil" in caisse.f("facture", "emettre", trop, code=2).erreurs
    caisse.f("facture", "emettre", trop, "--oui")
    caisse.f("facture", "annuler", "3")
    assert caisse.piece("2026-0003")["total_tva"] == "0.00"


@pytest.mark.parametrize(("vendeur", "combien"), [(BELGE, 8), (FRANCAIS, 7)])
def test_fin_15_fin_16_tout_ce_qui_manque_est_dit_d_un_coup(vendeur: vendeurs.Vendeur, combien: int) -> None:
    assert not list(vendeurs.manques_du_vendeur(vendeur))
    nu = vendeurs.Vendeur(id="caisse", pays=vendeur.pays)
    assert len(list(vendeurs.manques_du_vendeur(nu))) == combien
    for champ in vendeurs._EXIGES[vendeur.pays]:
        assert len(list(vendeurs.manques_du_vendeur(structs.replace(vendeur, **{champ: ""})))) == 1
    assert not list(vendeurs.manques_du_vendeur(EN_FRANCHISE))
    assert not list(vendeurs.manques_du_vendeur(EXEMPTE))


def test_fin_15_a_la_commande_la_liste_est_complete_et_rien_n_est_emis(caisse: Caisse) -> None:
    caisse.f("vendeur", "modifier", "--tribunal", "", "--rue", "", "--forme", "")
    caisse.f("tiers", "creer", "Sans Rue", "--qualite", "assujetti")
    refus = caisse.f("facture", "emettre", caisse.brouillon("Sans Rue"), code=1).erreurs
    for attendu in ("tribunal", "la rue du siège", "forme", ") : la rue (--rue)", ") : son numéro de TVA"):
        assert attendu in refus
    assert not pieces(caisse)


def test_fin_16_une_association_francaise_emet(lieu: Any) -> None:
    caisse = Caisse(lieu.racine)
    siege = ("--rue", "3 rue des Ateliers", "--code-postal", "59000", "--ville", "Lille")
    numeros = ("--numero", "732 829 320 00074", "--iban", "FR14 2004 1010 0505 0001 3M02 606")
    caisse.f("init", "--pays", "FR", "--forme", "association loi 1901", *siege, *numeros)
    caisse.tarif("salle", "20", "heure", regime="FR-293B")
    adresse = ("--rue", "8 place du Marché", "--code-postal", "59800", "--ville", "Lille")
    caisse.f("tiers", "creer", "Les Fanfares", "--numero", "732829320", *adresse)
    piece = caisse.piece(caisse.facture("fanfares", "salle:2"))
    assert piece["communication"].startswith("RF") and not piece["a_transmettre"]
    assert piece["bases"][0]["mention"] == "TVA non applicable, art. 293 B du CGI"


def test_fin_17_entre_assujettis_belges_peppol_est_obligatoire(caisse: Caisse, tmp_path: Path) -> None:
    def emise(tiers: str, ligne: str = "salle-rez:1") -> dict[str, Any]:
        return caisse.piece(caisse.facture(tiers, ligne))

    caisse.tarif("cours", "8", "heure", regime="BE-44")
    adresse = ("--rue", "Seestrasse 1", "--code-postal", "8001", "--ville", "Zürich", "--pays", "CH")
    caisse.f("tiers", "creer", "Atelier Zürich", *adresse)
    assert emise("lambert")["a_transmettre"]
    for tiers, ligne in (("amina", "salle-rez:1"), ("lambert", "cours:1"), ("zürich", "salle-rez:1")):
        piece = emise(tiers, ligne)
        assert not piece["a_transmettre"] and not piece["documents"]["ubl"]
    caisse.f("vendeur", "modifier", "--assujettissement", "franchise")
    caisse.tarif("bureau", "10", "jour", regime="BE-56BIS")
    assert emise("lambert", "bureau:1")["a_transmettre"]


def test_fin_18_l_envoi_a_ses_etats_sa_preuve_et_son_rappel(
    caisse: Caisse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numero = caisse.facture()
    assert caisse.j("facture", "fiche", numero)["etat"] == "à transmettre"
    caisse.f("facture", "rejetee", numero, "--motif", "destinataire inconnu")
    assert caisse.j("facture", "fiche", numero)["etat"] == "rejetée"
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T09:00+01:00")
    assert any("depuis 2 jours" in t["phrase"] for t in caisse.j("aujourdhui")["a_faire"])
    (tmp_path / "accuse.xml").write_bytes(b"<ok/>")
    preuve = ("--preuve", str(tmp_path / "accuse.xml"))
    caisse.f("facture", "transmise", numero, *preuve)
    assert caisse.j("facture", "fiche", numero)["etat"] == "transmise"
    assert not any("2026-0001" in t["phrase"] for t in caisse.j("aujourdhui")["a_faire"])
    assert "déjà" in caisse.f("facture", "transmise", numero, *preuve, code=2).erreurs
    particulier = caisse.facture("amina")
    assert "Peppol" in caisse.f("facture", "rejetee", particulier, "--motif", "x", code=2).erreurs


def test_fin_19_des_taux_dont_les_arrondis_ne_s_accordent_pas_se_confirment(caisse: Caisse) -> None:
    caisse.tarif("the", "0,05", "tasse", regime="BE-12")
    caisse.tarif("livre", "0,09", "piece", regime="BE-06")
    brouillon = caisse.brouillon("lambert", "the:1", "livre:1")
    assert "plusieurs taux" in caisse.f("facture", "emettre", brouillon, code=2).erreurs
    caisse.f("facture", "emettre", brouillon, "--oui")
    caisse.f("facture", "annuler", "1")


def test_une_facture_negative_est_une_note_de_credit(caisse: Caisse) -> None:
    refus = caisse.f("facture", "emettre", caisse.brouillon("lambert", "salle-rez:-1"), code=1)
    assert "note de crédit" in refus.erreurs


def test_une_mort_entre_le_coffre_et_l_histoire_ne_perd_ni_ne_numerote_rien(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

    brouillon = caisse.brouillon()
    avant = caisse.histoire("rev-parse", "HEAD")

    class Mort(BaseException):
        pass

    def mourir(*_: object) -> None:
        raise Mort

    monkeypatch.setattr(Ecriture, "_basculer", mourir)
    with pytest.raises(Mort):
        caisse.f("facture", "emettre", brouillon)
    monkeypatch.undo()
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T08:52+01:00")
    assert caisse.histoire("rev-parse", "HEAD") == avant and not pieces(caisse)
    assert caisse.j("facture", "emettre", brouillon)["id"] == "2026-0001"
    assert caisse.f("verifier").code == 0


def test_la_piece_est_decrite_par_son_contrat() -> None:
    piece = CORPUS["21 %"][0]
    assert json.loads(livre.ecrire(piece))["contrat"] == "piece/1"
    assert isinstance(piece, Piece) and piece.emise == date(2026, 11, 24)

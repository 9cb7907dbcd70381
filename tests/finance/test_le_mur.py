"""Le mur, prouvé : aucun montant du côté des opérations, aucun nom dans l'histoire de la caisse.

RGPD-1 à RGPD-3 ; les commandes de la concierge ne savent même pas que la caisse est là.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import ecritures
import pytest
from caisses import Caisse, chez_elle, fait, peut_fermer
from ecritures import caisse as ecritures_de_la_caisse
from releves import Ligne, coda
from soutien import Lieu, clef_age, lancer

from tiers_lieu_cli.noyau.gens.montants import montants

pytestmark = pytest.mark.long
#: Ce que git de la caisse ne doit jamais contenir, sous aucune forme.
SECRETS = (b"Lambert", b"Amina", b"Benali", b"Quai 5", b"0403170701", b"BE68539007547034", b"BE68 5390")


_LIT = [
    ("aujourdhui",),
    ("prog", "semaine"),
    ("espace", "jour"),
    ("historique", "--tout"),
    ("verifier",),
    ("accueil", "bilan"),
    ("--help",),
]
_TARIF = ("tarif", "creer", "x", "--prix", "1", "--unite", "heure", "--regime", "BE-21", "--du", "1/1/2026")


def objets(racine: Path) -> bytes:
    """Chaque objet, atteignable ou non, et chaque message."""
    mots = ["git", "-C", str(racine), "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(mots, capture_output=True, check=True).stdout


def textes(racine: Path) -> Iterator[str]:
    """Ce que chacun dit : un contenu, un message ; ni dossier ni empreinte, où l'on lirait n'importe quoi."""
    reste = objets(racine)
    while reste:
        tete, _, suite = reste.partition(b"\n")
        _, sorte, taille = tete.split()
        if sorte != b"tree":
            dit = suite[: int(taille)].decode("utf-8", "replace")
            yield dit.partition("\n\n")[2] if sorte == b"commit" else dit
        reste = suite[int(taille) + 1 :]


def test_rgpd_02_aucun_nom_ni_compte_dans_l_histoire_de_la_caisse(caisse: Caisse, tmp_path: Path) -> None:
    (tmp_path / "accuse.xml").write_bytes(b"<ok/>")
    caisse.importer(fait())
    caisse.facture("amina")
    caisse.f("facture", "brouillon", "--depuis-faits")
    caisse.f("facture", "emettre", "--tout")
    caisse.f("facture", "transmise", caisse.facture(), "--preuve", str(tmp_path / "accuse.xml"))
    caisse.f("note-credit", "creer", "1", "--motif", "trop facturé")
    caisse.f("tiers", "modifier", "amina", "--nom", "Amina Benali-Dupont")
    caisse.f("retour", "exporter", str(tmp_path / "retour.json"))
    vus = objets(caisse.dossier) + caisse.histoire("log", "-p", "--all").encode()
    for secret in SECRETS:
        assert secret not in vus
    for fichier in (f for f in caisse.dossier.glob("coffre/**/*") if f.is_file()):
        assert fichier.stat().st_mode & 0o077 == 0
        assert not any(secret in fichier.read_bytes() for secret in SECRETS)
    assert "coffre" not in caisse.histoire("ls-files")


@pytest.mark.parametrize(
    "mots",
    [
        ("facture", "ligne", "b-", "salle-rez", "1", "--designation", "Chez Amina Benali"),
        ("facture", "ligne", "b-", "salle-rez", "1", "--designation", "sur BE68 5390 0754 7034"),
        ("facture", "brouillon", "--tiers", "amina", "--ligne", "salle-rez:1", "--reference", "Mme BENALI"),
        ("note-credit", "creer", "1", "--motif", "demandé par Amina Benali"),
        ("facture", "rejetee", "1", "--motif", "Menuiserie Lambert inconnue"),
        (
            "tarif",
            "creer",
            "x",
            *("--prix", "1", "--unite", "heure", "--regime", "BE-21"),
            *("--du", "1/1/2026"),
            "--libelle",
            "Amina Benali",
        ),
    ],
)
def test_rgpd_02_un_texte_qui_nomme_un_tiers_est_refuse(caisse: Caisse, mots: tuple[str, ...]) -> None:
    caisse.facture()
    caisse.brouillon("amina")
    avant = objets(caisse.dossier)
    refus = caisse.f(*mots, code=1)
    assert "désigne un tiers" in refus.erreurs
    assert objets(caisse.dossier) == avant


def test_rgpd_02_une_piece_absente_du_coffre_se_voit(caisse: Caisse) -> None:
    caisse.facture()
    (caisse.dossier / "coffre" / caisse.piece("1")["documents"]["pdf"][7:9]).rename(
        caisse.racine.parent / "parti"
    )
    assert "le coffre n'a plus" in caisse.f("verifier", code=1).sortie


def test_rgpd_02_sans_la_clef_le_coffre_reste_ferme(
    caisse: Caisse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clef = caisse.dossier / "coffre/clef.txt"
    clef.rename(tmp_path / "clef.txt")
    assert "coffre ne s'ouvre pas" in caisse.f("tiers", "fiche", "o-4x1", code=1).erreurs
    monkeypatch.setenv("TIERS_LIEU_CLEF_DU_COFFRE", str(tmp_path / "clef.txt"))
    assert "Menuiserie Lambert" in caisse.f("tiers", "fiche", "o-4x1").sortie


def test_rgpd_01_l_effacement_garde_la_piece_restreinte_et_rend_un_recu(caisse: Caisse) -> None:
    caisse.importer(fait())
    caisse.f("facture", "brouillon", "--tiers", "amina", "--depuis-faits")
    assert "brouillon" in caisse.f("rgpd", "effacer", "amina", "--oui", code=1).erreurs
    caisse.f("facture", "emettre", "--tout")
    caisse.payer()
    identite = caisse.j("tiers", "liste")
    assert caisse.f("rgpd", "effacer", "amina", code=2).erreurs
    recu = caisse.f("rgpd", "effacer", "Amina Benali", "--oui").sortie
    assert "Effacé : 1 lien" in recu and "iban" in recu and "Retenu jusqu'au 01/01/2037" in recu
    assert len(caisse.j("tiers", "liste")) == len(identite) - 1
    assert "Aucune fiche" in caisse.f("tiers", "fiche", "amina", code=2).erreurs
    assert "tout se tient" in caisse.f("verifier").sortie
    assert "Amina" not in caisse.f("facture", "liste").sortie
    caisse.f("facture", "document", "1", "--sortie", str(caisse.racine.parent / "f.pdf"))
    octets = b"".join(f.read_bytes() for f in caisse.dossier.glob("tiers/*"))
    assert b"p-7k2m9x" not in octets
    ident = caisse.piece("1")["tiers"]
    assert (
        "restreint"
        in caisse.f("facture", "brouillon", "--tiers", ident, "--ligne", "salle-rez:1", code=2).erreurs
    )


def test_rgpd_01_sans_piece_tout_disparait_meme_les_identites_d_hier(caisse: Caisse) -> None:
    caisse.f("tiers", "modifier", "amina", "--rue", "Rue Neuve 1")
    avant = len(list(caisse.dossier.glob("coffre/*/*.age")))
    caisse.f("rgpd", "effacer", "amina", "--oui")
    assert len(list(caisse.dossier.glob("coffre/*/*.age"))) == avant - 2
    verifie = caisse.j("verifier")
    assert verifie["purgees"] == 2 and not verifie["defauts"]


def test_rgpd_01_ce_qu_une_mort_a_laisse_s_ote_a_l_ecriture_suivante(caisse: Caisse, tmp_path: Path) -> None:
    shutil.copytree(caisse.dossier / "coffre", tmp_path / "coffre")
    caisse.f("rgpd", "effacer", "amina", "--oui")
    apres = len(list(caisse.dossier.glob("coffre/*/*.age")))
    shutil.copytree(tmp_path / "coffre", caisse.dossier / "coffre", dirs_exist_ok=True)
    assert "une mort l'en a empêché" in caisse.f("verifier", code=1).sortie
    caisse.importer(fait())
    assert len(list(caisse.dossier.glob("coffre/*/*.age"))) == apres
    assert not caisse.j("verifier")["defauts"]


#: Le seul mouvement du relevé.
_SORTIE = "MOUVEMENT"
#: Ce qui peut n'être pas réglé avec Amina, ce qui le dit, ce qui le règle, et combien de pièces en restent.
_PAS_REGLE = {
    "facture": ([("facture", "emettre", "b-")], "43,75", [("caisse", "noter", "43,75", "--facture", "1")]),
    "achat": (
        [("achat", "creer", "F-1", "--tiers", "amina", "--ht", "10", "--tva", "2,10", "--compte", "loyer")],
        "12,10 € à payer",
        [("achat", "payer", "a-", _SORTIE)],
    ),
    "caution": (
        [
            ("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "50"),
            ("caution", "recevoir", "c-012", "--moyen", "caisse"),
        ],
        "50,00 € à rendre",
        [("caution", "rendre", "c-012", "--moyen", "caisse")],
    ),
}


def test_rgpd_01_ce_qui_reste_a_facturer_se_facture_d_abord(caisse: Caisse) -> None:
    caisse.importer(fait())
    refus = caisse.f("rgpd", "effacer", "amina", "--oui", code=1).erreurs
    assert "1 fait à facturer" in refus and "--depuis-faits" in refus
    # On peut aussi y renoncer : plus rien ne dit alors que c'est lui.
    caisse.f("tiers", "delier", "p-7k2m9x")
    caisse.f("rgpd", "effacer", "amina", "--oui")


@pytest.mark.parametrize("quoi", _PAS_REGLE)
def test_rgpd_01_qui_doit_ou_a_qui_l_on_doit_ne_s_efface_pas(caisse: Caisse, quoi: str) -> None:
    """Réglé, il s'efface ; la pièce reste, et avec elle qui elle nomme, jusqu'à son terme."""
    caisse.tarif("local", "43,75", "mois", regime="BE-44")
    faits, dit, regler = _PAS_REGLE[quoi]
    if quoi == "facture":
        caisse.brouillon("amina", "local:1")
    for mots in faits:
        caisse.f(*mots)
    ident = next(t["fiche"]["id"] for t in caisse.j("tiers", "liste") if t["nom"] == "Amina Benali")
    refus = caisse.f("rgpd", "effacer", "amina", "--oui", code=1).erreurs
    assert dit in refus.replace("\xa0", " ") and "rien n'est effacé" in refus
    assert caisse.j("tiers", "fiche", "amina")["identite"]["nom"] == "Amina Benali"
    (caisse.racine.parent / "releve.coda").write_bytes(coda((Ligne("-12.10"),)))
    caisse.f("banque", "importer", str(caisse.racine.parent / "releve.coda"))
    sortie = caisse.j("banque", "liste")["mouvements"][0]["code"]
    for mots in regler:
        caisse.f(*(sortie if mot == _SORTIE else mot for mot in mots))
    efface = caisse.j("rgpd", "effacer", "amina", "--oui")
    assert efface["jusqu_au"] == "2037-01-01" and len(efface["retenues"]) == 1
    assert "restreint" in caisse.f("tiers", "fiche", ident, code=2).erreurs
    assert "tout se tient" in caisse.f("verifier").sortie
    caisse.f("rgpd", "exporter", ident, "--vers", str(caisse.racine.parent / "rendu"))
    garde = json.loads((caisse.racine.parent / "rendu/donnees.json").read_bytes())["identite"]
    assert garde["nom"] == "Amina Benali" and "iban" not in garde


def test_rgpd_01_ce_qui_reste_d_un_tiers_part_avec_sa_derniere_piece(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    caisse.facture("amina")
    caisse.payer()
    caisse.f("rgpd", "effacer", "amina", "--oui")
    avant = len(list(caisse.dossier.glob("coffre/*/*.age")))
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2036-12-31T09:00+01:00")
    assert "Rien n'est arrivé" in caisse.f("purger", "--oui").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2037-01-01T09:00+01:00")
    assert "3 contenus" in caisse.f("purger", "--oui").sortie
    assert len(list(caisse.dossier.glob("coffre/*/*.age"))) == avant - 3
    assert "tout se tient" in caisse.f("verifier").sortie


def test_rgpd_03_tout_rendre_a_un_tiers(caisse: Caisse, tmp_path: Path) -> None:
    """Le dossier rendu cite tout fichier de la caisse qui cite ce tiers, ou ce qui le cite."""
    caisse.importer(fait(), fait("f-0002"))
    caisse.facture("amina")
    caisse.f("caisse", "noter", "5", "--facture", "1")
    caisse.f("litige", "1")
    caisse.brouillon("amina")
    caisse.f("devis", "creer", "--tiers", "amina", "--ligne", "salle-rez:4")
    caisse.f("caution", "attendre", "c-012", "--tiers", "amina", "--montant", "50")
    caisse.f("caution", "recevoir", "c-012", "--moyen", "caisse")
    caisse.f("credit", "vendre", "salle-rez", "9", "--tiers", "amina", "--prix", "90")
    caisse.f("achat", "creer", "F-1", "--tiers", "amina", "--ht", "10", "--compte", "loyer")
    caisse.f("tiers", "modifier", "amina", "--rue", "Rue Neuve 1")
    caisse.f("rgpd", "exporter", "amina", "--vers", str(tmp_path / "rendu"))
    rendu = json.loads((tmp_path / "rendu/donnees.json").read_bytes())
    assert rendu["identite"]["nom"] == "Amina Benali"
    assert [i["rue"] for i in rendu["anciennes_identites"]] == ["Quai 5"]
    combien = {sorte: len(rendu[sorte]) for sorte in rendu if isinstance(rendu[sorte], list)}
    assert combien == {
        **dict.fromkeys(("transmissions", "relances", "carnets_servis"), 0),
        **dict.fromkeys(("anciennes_identites", "devis", "pieces", "litiges", "achats"), 1),
        **dict.fromkeys(("cautions", "cautions_etapes", "paiements", "carnets"), 1),
        **dict.fromkeys(("faits", "brouillons"), 2),
    }
    assert (tmp_path / "rendu/2026-0001.pdf").read_bytes().startswith(b"%PDF")
    ident = rendu["tiers"]["id"]
    texte = (tmp_path / "rendu/donnees.json").read_text("utf-8")
    for fichier in (f for f in caisse.dossier.glob("*/**/*.*") if f.suffix in (".yaml", ".json")):
        if ident in fichier.read_text("utf-8"):
            assert re.sub(r"^[0-9]{6}-", "", fichier.stem) in texte, fichier


# -- du côté de la concierge -----------------------------------------------------------


def test_toutes_ses_commandes_a_cote_d_une_caisse_pleine_ne_voient_aucun_montant(
    caisse: Caisse,
) -> None:
    caisse.facture("amina", "salle-rez:3,5")
    dites = []
    for mots in ecritures.toutes("Une fête", "Un texte"):
        reponse = caisse.faire(*mots, code=None)
        dites.append(reponse.sortie + reponse.erreurs)
    dites += [caisse.faire(*mots, code=None).sortie for mots in _LIT]
    for dite in dites:
        # « 547f4cfa » est le code d'une action : quatre francs CFA, à qui ne le sait pas.
        assert not list(montants(re.sub(r"\b[0-9a-f]{8}\b", "", dite))), dite
        assert "43,75" not in dite and "52,94" not in dite
    assert not [montant for texte in textes(caisse.racine) for montant in montants(texte)]
    assert "finance/" not in caisse.git("ls-files")


def test_un_retour_exporte_ne_dit_aucun_montant(caisse: Caisse, tmp_path: Path) -> None:
    caisse.importer(fait(), fait("f-0002", unite="jour"), fait("f-0003", personne="p-zzzzzz"))
    caisse.facture("amina")
    caisse.f("tiers", "voir", "amina")
    caisse.f("retour", "exporter", str(tmp_path / "retour.json"))
    texte = (tmp_path / "retour.json").read_text("utf-8")
    assert not list(montants(texte)) and "12.5" not in texte and "Amina" not in texte
    etats = {f["id"]: (f["etat"], f["motif"]) for f in json.loads(texte)["faits"]}
    assert etats == {
        "f-0001": ("accepte", None),
        "f-0002": ("rejete", "unite-inattendue"),
        "f-0003": ("en-attente", None),
    }
    assert "voir-tresorier" in texte
    assert "1 fait accepté" in caisse.faire("retour", "importer", str(tmp_path / "retour.json")).sortie


def test_ses_commandes_rendent_les_memes_octets_sans_la_caisse_ni_l_extra(
    modele_de_caisse: Path, modele: Path, tmp_path: Path
) -> None:
    """Sans `finance/`, puis avec un `finance/` qu'on ne peut pas lire ; toutes, dans `make fiabilite`."""
    if not peut_fermer():
        pytest.skip("setpriv manque ici")
    gestes = [*_LIT, *ecritures.toutes("Une fête", "Un texte")[::6], *_LIT]
    sans, ferme = (
        chez_elle(modele, tmp_path / nom, gestes, caisse)
        for nom, caisse in (("sans", None), ("ferme", modele_de_caisse / "finance"))
    )
    assert sans == ferme
    assert b"finance" not in sans and b"montant" not in sans


def test_la_caisse_jouee_avec_des_noms_du_registre_n_en_garde_aucun(lieu: Lieu, tmp_path: Path) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    os.chdir(tmp_path)
    (tmp_path / "accuse.xml").write_bytes(b"<ok/>")
    for mots in ecritures_de_la_caisse.commandes("Karim Haddad", "vu avec Karim HADDAD et @Karim"):
        reponse = lancer("--lieu", str(lieu.racine), *mots)
        assert "Traceback" not in reponse.erreurs
    # La dernière efface quelqu'un : refusée, plus rien ici ne l'éprouverait.
    assert mots[1:3] == ("rgpd", "effacer") and reponse.code == 0, reponse
    vus = objets(lieu.racine / "finance").decode("utf-8", "replace").casefold()
    assert "haddad" not in vus and "benali" not in vus and "lambert" not in vus


def test_rgpd_02_la_sauvegarde_garde_le_coffre_et_sa_clef(caisse: Caisse, tmp_path: Path) -> None:
    publique, clef = clef_age(tmp_path)
    caisse.facture()
    caisse.faire("sauvegarder", str(tmp_path / "tout.age"), "--pour", publique)
    vers = (str(tmp_path / "tout.age"), str(tmp_path / "lieu-retrouve"))
    assert lancer("restaurer", *vers, "--clef", str(clef)).code == 0
    retrouvee = Caisse(tmp_path / "lieu-retrouve")
    assert "tout se tient" in retrouvee.f("verifier").sortie
    assert "Menuiserie Lambert" in retrouvee.f("facture", "liste").sortie
    assert (retrouvee.dossier / "coffre/clef.txt").stat().st_mode & 0o077 == 0

"""Le coffre : rangé sous son empreinte, retrouvé, porté malgré les coupures, détruit pour de bon."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest
import typst
from msgspec import structs
from pannes import Issue, Panne, eprouver
from soutien import Lieu, clef_age, lancer

from tiers_lieu_cli.convention.convention.modele import Convention, Modele
from tiers_lieu_cli.convention.document import coffre, regles
from tiers_lieu_cli.convention.document.coffre import Coffre, DocumentAbime
from tiers_lieu_cli.convention.document.modele import Classe, Document, Durees
from tiers_lieu_cli.ensemble.documents import ParSftp
from tiers_lieu_cli.noyau.depot.intention import Intention

AJOUTER = ("convention", "document", "creer")


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un vrai PDF, qui parle d'incendie et de franchise."""
    fichier = tmp_path_factory.mktemp("pdf") / "police.pdf"
    fichier.write_bytes(
        typst.compile("Police incendie : la franchise est décrite à l'article neuf.".encode())
    )
    return fichier


def empreinte(fichier: Path) -> str:
    return hashlib.sha256(fichier.read_bytes()).hexdigest()


def range_(lieu: Lieu, fichier: Path) -> Path:
    nom = empreinte(fichier)
    return lieu.racine / "documents" / nom[:2] / nom


def test_un_vrai_pdf_se_range_se_retrouve_par_son_texte_et_se_rend_tel_quel(
    lieu: Lieu, pdf: Path, tmp_path: Path
) -> None:
    ident = lieu.id(*AJOUTER, str(pdf), "--titre", "Police du local", "--etiquette", "assurance")
    assert range_(lieu, pdf).read_bytes() == pdf.read_bytes()
    assert not lieu.git("ls-files", "documents") and not lieu.git("status", "--porcelain")
    for mots in (("franchise",), ("police", "local"), ("assurance",), ("decrite", "article")):
        trouves = lieu.faire("convention", "document", "chercher", *mots, "--json").json
        assert [t["document"]["id"] for t in trouves] == [ident], mots
    assert "…" in lieu.faire("convention", "document", "chercher", "franchise").sortie
    assert "Aucun document" in lieu.faire("convention", "document", "chercher", "inondation").sortie
    copie = tmp_path / "copie.pdf"
    lieu.faire("convention", "document", "ouvrir", "police", "--sortie", str(copie))
    assert copie.read_bytes() == pdf.read_bytes()


def test_le_meme_contenu_n_est_garde_qu_une_fois(lieu: Lieu, pdf: Path) -> None:
    premier = lieu.id(*AJOUTER, str(pdf), "--titre", "Un")
    assert "y était déjà" in lieu.faire(*AJOUTER, str(pdf), "--titre", "Deux").sortie
    lieu.faire("convention", "document", "detruire", premier, "--motif", "double", "--oui")
    assert range_(lieu, pdf).exists(), "l'autre fiche le cite encore"
    lieu.faire("convention", "document", "detruire", "deux", "--motif", "fini", "--oui")
    assert not range_(lieu, pdf).exists()
    assert lieu.faire("verifier").code == 0


def test_un_contenu_detruit_qui_est_encore_la_se_dit(lieu: Lieu, pdf: Path) -> None:
    """Une mort entre la fiche et le contenu ; la fiche, elle, ne le dit pas."""
    ident = lieu.id(*AJOUTER, str(pdf), "--titre", "Police du local")
    octets = range_(lieu, pdf).read_bytes()
    lieu.faire("convention", "document", "detruire", ident, "--motif", "fini", "--oui")
    range_(lieu, pdf).write_bytes(octets)
    assert "détruit, est encore dans le coffre" in lieu.faire("verifier", "--tout", code=1).sortie
    range_(lieu, pdf).unlink()
    assert lieu.faire("verifier", "--tout").code == 0


def test_ce_qui_n_entre_pas_au_coffre(lieu: Lieu, pdf: Path, tmp_path: Path) -> None:
    """Deux Gio refusés sans être lus, un type qui ment, un lien, un vide, un nom, un montant."""
    geant, ment, lien, vide, autre = (
        tmp_path / nom for nom in ("geant.pdf", "ment.pdf", "lien.pdf", "vide.pdf", "x.exe")
    )
    with geant.open("wb") as flux:
        flux.truncate(2 * 1024**3)
    ment.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    lien.symlink_to(pdf)
    vide.touch()
    autre.write_bytes(b"MZ")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    avant = lieu.signature()
    for fichier, titre, dit in (
        (geant, "x", "2048 Mio"),
        (ment, "x", "ment sur son type : ce n'est pas un PDF, c'est un PNG"),
        (lien, "x", "c'est un lien"),
        (vide, "x", "est vide"),
        (autre, "x", "pas d'une sorte"),
        (tmp_path / "absent.pdf", "x", "pas de fichier"),
        (tmp_path, "x", "ne se lit pas"),
        (pdf, "Loyer de 850 €", "montant"),
        (pdf, "Bail de Karim Haddad", "personne du registre"),
    ):
        reponse = lieu.faire(*AJOUTER, str(fichier), "--titre", titre, code=None)
        assert reponse.code in (1, 2) and dit in reponse.erreurs, (titre, reponse)
    assert lieu.signature() == avant


@pytest.mark.parametrize("mot", ["../../etc/passwd", "0" * 63, "G" * 64, ""])
def test_une_empreinte_ne_mene_pas_dehors(tmp_path: Path, mot: str) -> None:
    with pytest.raises(coffre.ErreurUsage):
        Coffre(tmp_path).fichier(mot)


def test_un_lieu_d_avant_le_coffre_apprend_a_l_ignorer(lieu: Lieu, pdf: Path) -> None:
    lieu.poser(".gitignore", "/registre/\n/public/")
    lieu.faire(*AJOUTER, str(pdf))
    assert (lieu.racine / ".gitignore").read_text() == "/registre/\n/public/\n/documents/\n"
    assert not lieu.git("status", "--porcelain")


def test_verifier_dit_ce_qui_manque_et_ce_qui_est_abime(lieu: Lieu, pdf: Path) -> None:
    lieu.faire(*AJOUTER, str(pdf), "--titre", "Police")
    contenu = range_(lieu, pdf)
    contenu.write_bytes(b"%PDF-autre chose")
    assert "n'est plus celui qui fut rangé" in lieu.faire("verifier", code=1).sortie
    assert "abîmé" in lieu.faire("convention", "document", "ouvrir", "police", code=1).erreurs
    contenu.unlink()
    assert "n'est pas dans le coffre" in lieu.faire("verifier", code=1).sortie


def test_trois_postes_hors_ligne_puis_reunis(lieu: Lieu, pdf: Path, tmp_path: Path) -> None:
    """Chacun range le sien ; le moyeu les porte à tous ; détruit d'un côté, détruit partout."""
    hub = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(hub)).code == 0
    lieu.faire("convention", "partenaire", "creer", "Meuse")
    lieu.faire("moyeu", "relier", str(hub))
    lieu.faire("synchroniser")
    postes = [lieu]
    for nom in ("deux", "trois"):
        assert lancer("moyeu", "rejoindre", str(hub), str(tmp_path / nom)).code == 0
        postes.append(Lieu(tmp_path / nom))
    fichiers = []
    for rang, poste in enumerate(postes):
        fichier = tmp_path / f"note-{rang}.txt"
        fichier.write_text(f"Note {rang}")
        fichiers.append(fichier)
        poste.faire(*AJOUTER, str(fichier), "--titre", f"Note {rang}")
    for poste in (*postes, *postes):
        poste.faire("synchroniser")
    for poste in postes:
        assert all(range_(poste, fichier).read_bytes() == fichier.read_bytes() for fichier in fichiers)
        assert poste.faire("verifier").code == 0
    postes[1].faire("convention", "document", "detruire", "Note 0", "--motif", "essai", "--oui")
    for poste in (postes[1], postes[0], postes[2]):
        poste.faire("synchroniser")
    for poste in postes:
        assert not range_(poste, fichiers[0]).exists() and range_(poste, fichiers[1]).exists()
    assert not list((hub / "documents").rglob(f"{empreinte(fichiers[0])}*"))


def couper(monkeypatch: pytest.MonkeyPatch, apres: int) -> None:
    """La prochaine copie s'arrête après tant d'octets, comme un câble qu'on débranche ; la suivante non."""
    vrai, coupe = coffre._morceaux, [True]

    def morceaux(flux: BinaryIO, fichier: Path) -> Iterator[bytes]:
        lus = 0
        for morceau in vrai(flux, fichier):
            yield morceau
            lus += len(morceau)
            if coupe[0] and lus >= apres:
                coupe[0] = False
                raise OSError(5, "connexion coupée")

    monkeypatch.setattr(coffre, "_morceaux", morceaux)


def copies(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Combien d'octets chaque copie avait déjà quand elle a commencé."""
    deja: list[int] = []
    vrai = coffre.systeme.ouvrir_pour_ajouter

    def ouvrir(chemin: Path, mode: int) -> int:
        deja.append(chemin.stat().st_size if chemin.exists() else 0)
        return vrai(chemin, mode)

    monkeypatch.setattr(coffre.systeme, "ouvrir_pour_ajouter", ouvrir)
    return deja


@pytest.mark.parametrize(
    "taille", [3 * coffre.MORCEAU + 7, pytest.param(200 * 1024**2, marks=pytest.mark.long)]
)
def test_une_connexion_coupee_reprend_ou_elle_en_etait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taille: int
) -> None:
    source = tmp_path / "plan.pdf"
    with source.open("wb") as flux:
        flux.write(b"%PDF-1.7\n")
        flux.truncate(taille)  # creux : rien n'est écrit
    contenu, au_moyeu = coffre.examiner(source), Coffre(tmp_path / "moyeu")
    deja = copies(monkeypatch)
    couper(monkeypatch, coffre.MORCEAU)
    with pytest.raises(OSError, match="coupée"):
        au_moyeu.ranger(source, contenu.empreinte)
    assert au_moyeu.taille(contenu.empreinte) is None, "à moitié, il n'y est pas"
    au_moyeu.ranger(source, contenu.empreinte)
    assert deja == [0, coffre.MORCEAU] and au_moyeu.est_intact(contenu.empreinte)


def test_une_copie_abimee_ne_prend_jamais_sa_place(tmp_path: Path, pdf: Path) -> None:
    au_moyeu, nom = Coffre(tmp_path / "moyeu"), empreinte(pdf)
    au_moyeu.en_cours(nom).write_bytes(b"n'importe quoi")
    with pytest.raises(DocumentAbime):
        au_moyeu.ranger(pdf, nom)
    au_moyeu.ranger(pdf, nom)
    assert au_moyeu.est_intact(nom)


def test_synchroniser_dit_la_coupure_et_finit_au_tour_suivant(
    lieu: Lieu, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tmp_path / "moyeu"
    lancer("moyeu", "init", str(hub))
    lieu.faire("moyeu", "relier", str(hub))
    lieu.faire(*AJOUTER, str(pdf), "--titre", "Police")
    couper(monkeypatch, 1)
    coupee = lieu.faire("synchroniser", code=1)
    assert "1 chose" not in coupee.erreurs and "Reprendre où l'on en était" in coupee.erreurs
    assert "Documents : 1 porté" in lieu.faire("synchroniser").sortie
    assert lieu.faire("synchroniser", "--json").json["documents"]["portes"] == 0


@pytest.mark.skipif(not shutil.which("sftp"), reason="sftp n'est pas sur cette machine")
@pytest.mark.skipif(
    not os.environ.get("SFTP_SERVER") and not Path("/usr/lib/openssh/sftp-server").exists(),
    reason="le serveur sftp d'OpenSSH n'est pas sur cette machine",
)
def test_un_moyeu_par_ssh_reprend_aussi(tmp_path: Path, pdf: Path) -> None:
    serveur = os.environ.get("SFTP_SERVER", "/usr/lib/openssh/sftp-server")
    environ = {"TIERS_LIEU_SFTP": f"sftp -q -b - -D {serveur}"}
    hub, ici, ailleurs = tmp_path / "moyeu", Coffre(tmp_path / "ici"), Coffre(tmp_path / "ailleurs")
    hub.mkdir()
    nom = empreinte(pdf)
    ici.ranger(pdf, nom)

    def la_bas() -> ParSftp:
        return ParSftp(f"ssh://hote{hub}", environ)

    assert la_bas().presents() == set()
    partie = hub / "documents" / nom[:2] / f"{nom}.partie"
    partie.parent.mkdir(parents=True)
    partie.write_bytes(pdf.read_bytes()[:100])
    la_bas().porter(ici, nom)
    assert la_bas().presents() == {nom} and not partie.exists()
    ailleurs.en_cours(nom).write_bytes(pdf.read_bytes()[:50])
    la_bas().prendre(ailleurs, nom)
    assert ailleurs.est_intact(nom)
    la_bas().oter(nom)
    assert la_bas().presents() == set()


def test_une_sauvegarde_emporte_le_coffre(lieu: Lieu, pdf: Path, tmp_path: Path) -> None:
    publique, clef = clef_age(tmp_path)
    lieu.faire(*AJOUTER, str(pdf), "--titre", "Police")
    lieu.faire("sauvegarder", str(tmp_path / "sauve.age"), "--pour", publique)
    reponse = lancer("restaurer", str(tmp_path / "sauve.age"), str(tmp_path / "revenu"), "--clef", str(clef))
    assert reponse.code == 0 and "tout est en ordre" in reponse.sortie
    assert range_(Lieu(tmp_path / "revenu"), pdf).read_bytes() == pdf.read_bytes()


def test_effacer_quelqu_un_detruit_ce_qui_ne_nomme_que_lui_et_le_dit(
    lieu: Lieu, pdf: Path, tmp_path: Path
) -> None:
    for nom in ("Karim Haddad", "Léa Dupont"):
        lieu.faire("accueil", "personne", "creer", nom)
    cv, bail = tmp_path / "cv.txt", tmp_path / "deux.txt"
    cv.write_text("Parcours")
    bail.write_text("Deux noms")
    lieu.faire(*AJOUTER, str(cv), "--titre", "Parcours", "--nomme", "@karim", "--classe", "personnel")
    lieu.faire(*AJOUTER, str(bail), "--titre", "À deux", "--nomme", "@karim", "--nomme", "@léa")
    lieu.faire(*AJOUTER, str(pdf), "--titre", "Contrat signé", "--nomme", "@karim", "--classe", "contrat")
    rendu = tmp_path / "rendu"
    lieu.faire("donnees", "exporter", "@karim", "--vers", str(rendu))
    assert sorted(f.suffix for f in (rendu / "documents").iterdir()) == [".pdf", ".txt"]
    recu = lieu.faire("donnees", "effacer", "@karim", "--oui", "--json").json["recu"]
    fins = {d["titre"]: (d["detruit"], d["pourquoi"]) for d in recu["documents"]}
    assert fins["Parcours"] == (True, None)
    assert fins["À deux"] == (False, "il nomme aussi d'autres gens")
    assert fins["Contrat signé"] == (False, "il prouve ce que la maison a convenu")
    assert not range_(lieu, cv).exists() and range_(lieu, bail).exists() and range_(lieu, pdf).exists()


def document(**dits: object) -> Document:
    champs: dict[str, object] = {"titre": "x", "empreinte": "0" * 64, "taille": 1, "suffixe": ".pdf"}
    return Document(id="d", **{**champs, "le": date(2026, 5, 3), **dits})  # type: ignore[arg-type]


BAIL = Convention(id="c-1", modele=Modele.BAIL, avec="x", du=date(2025, 1, 1), au=date(2027, 6, 30))


@pytest.mark.parametrize(
    ("dits", "convention", "jour", "terme"),
    [
        ({"classe": Classe.TOUJOURS}, None, date(2026, 11, 24), None),
        ({}, None, date(2026, 11, 24), date(2030, 1, 1)),
        ({"echeance": date(2028, 2, 1)}, None, date(2026, 11, 24), date(2032, 1, 1)),
        ({"classe": Classe.CONTRAT}, BAIL, date(2026, 11, 24), None),
        ({"classe": Classe.CONTRAT}, BAIL, date(2027, 7, 1), date(2038, 1, 1)),
    ],
)
def test_jusqu_a_quand_on_le_garde(
    dits: dict[str, object], convention: Convention | None, jour: date, terme: date | None
) -> None:
    assert regles.terme(document(**dits), Durees(), convention, jour) == terme


def test_ce_qui_expire_et_ce_qui_tombe_a_detruire_se_dit() -> None:
    expire = document(echeance=date(2026, 12, 1))
    vieux = document(le=date(2020, 1, 1))
    dits = [e.phrase for e in regles.a_faire([expire, vieux], Durees(), {}, date(2026, 11, 24))]
    assert ["expire le" in dits[0], "détruire" in dits[1]] == [True, True]
    neuf = structs.replace(document(remplace="d"), id="neuf")
    assert not list(regles.a_faire([expire, neuf], Durees(), {}, date(2026, 11, 24)))


def test_un_pdf_hostile_n_a_pas_de_texte_mais_garde_sa_fiche(lieu: Lieu, tmp_path: Path) -> None:
    casse = tmp_path / "casse.pdf"
    casse.write_bytes(b"%PDF-1.7\n" + b"<<" * 4000)
    lieu.faire(*AJOUTER, str(casse), "--titre", "Cassé")
    assert "Cassé" in lieu.faire("convention", "document", "chercher", "cassé").sortie
    assert "Aucun" in lieu.faire("convention", "document", "chercher", "introuvable").sortie


@pytest.mark.parametrize("sorte", ["mort", "EIO"])
def test_ce_qui_est_dit_detruit_l_est_quoi_qu_il_arrive(
    lieu: Lieu, pdf: Path, tmp_path: Path, sorte: str
) -> None:
    """Tuée ou en panne à chaque pas, la suite finit : ni fiche détruite et contenu gardé, ni l'inverse."""
    ident = lieu.id(*AJOUTER, str(pdf), "--titre", "Police")
    detruire = ("convention", "document", "detruire", ident, "--motif", "numérisé deux fois", "--oui")
    (entiere,) = eprouver(lieu, detruire, [Panne()], tmp_path, lambda copie, _: ([], False))

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        suite = copie.faire("journal", "noter", "La suite", code=None)
        detruit = "détruit le" in copie.faire("convention", "document", "fiche", ident).sortie
        fautes = (
            [] if detruit != range_(copie, pdf).exists() else [f"détruit : {detruit}, et l'inverse au coffre"]
        )
        fautes += ["dit fait, et ce ne l'est pas"] if issue.acquittee and not detruit else []
        fautes += [] if suite.code == 0 else [suite.erreurs]
        return [
            *fautes,
            *(str(k) for k in copie.faire("verifier", "--json", code=None).json["constats"]),
        ], False

    pas = range(max(1, entiere.issue.pas - 45), entiere.issue.pas + 1)
    vues = list(eprouver(lieu, detruire, [Panne(sorte, n) for n in pas], tmp_path, juger))
    assert not [vue for vue in vues if vue.fautes]


@pytest.mark.parametrize(
    "chemin",
    [
        "lieu.yaml",
        "../autre",
        "documents/../lieu.yaml",
        "documents",
        "/etc/x",
        "documents//x",
        "registre/x",
        "finance/x",
    ],
)
def test_une_intention_venue_d_ailleurs_n_ote_que_de_son_dossier(chemin: str) -> None:
    assert not list(Intention("Forgée", "", "", {}, oter=(chemin,)).a_oter(Path("/lieu")))


@pytest.mark.parametrize("lien", ["documents", "documents/ab"])
def test_une_intention_venue_d_ailleurs_n_ote_rien_par_un_lien(lien: str, tmp_path: Path) -> None:
    ailleurs, racine = tmp_path / "ailleurs", tmp_path / "lieu"
    ailleurs.mkdir()
    (racine / lien).parent.mkdir(parents=True)
    (racine / lien).symlink_to(ailleurs, target_is_directory=True)
    forgee = Intention("Forgée", "", "", {}, oter=(f"{lien}/x",))
    assert not list(forgee.a_oter(racine))
    (racine / lien).unlink()
    assert list(forgee.a_oter(racine)) == [racine / lien / "x"]


@pytest.mark.parametrize("champ", ["attestation", "paiement"])
def test_un_document_detruit_ne_prouve_plus_rien(lieu: Lieu, pdf: Path, tmp_path: Path, champ: str) -> None:
    """Ni pour les échéances, ni pour la fiche, ni pour un engagement, ni contre celui qu'il remplaçait."""
    lieu.faire("convention", "partenaire", "creer", "Axa")
    mots = ("convention", "creer", "--modele", "assurance", "--avec", "axa", "--risque", "incendie")
    police = lieu.id(*mots, "--du", "1/1/2026", "--au", "31/12/2026")

    def manque() -> bool:
        dues = lieu.faire("convention", "echeances", "--json").json["a_decider"]
        ici = any(f"--comme {champ}" in a["commande"] for a in dues)
        assert ici is (f"--comme {champ}" in lieu.faire("aujourdhui", "--tout").sortie)
        return ici

    def detruire(ident: str) -> None:
        lieu.faire("convention", "document", "detruire", ident, "--motif", "mauvais fichier", "--oui")

    autre = tmp_path / "autre.txt"
    autre.write_text("Une autre pièce.", "utf-8")
    assert manque()
    une = lieu.id(*AJOUTER, str(pdf), "--titre", "Une", "--convention", police, "--comme", champ)
    assert not manque()
    # Celle qui la remplace prouve à sa place : détruire l'ancienne ne change rien.
    deux = lieu.id(*AJOUTER, str(autre), "--titre", "Deux", "--remplace", une)
    detruire(une)
    assert not manque() and deux in lieu.faire("convention", "fiche", police).sortie
    detruire(deux)
    assert manque()
    assert f"« {deux} » est détruit" in lieu.faire("convention", "fiche", police).sortie
    promis = lieu.id("convention", "engagement", "creer", police, "Montrer la pièce", "--de", "partenaire")
    tenir = ("convention", "engagement", "tenir", promis, "--preuve", deux)
    assert "ne prouve plus rien" in lieu.faire(*tenir, code=1).erreurs


def test_un_document_detruit_ne_cache_plus_celui_qu_il_remplacait(lieu: Lieu, pdf: Path) -> None:
    une = lieu.id(*AJOUTER, str(pdf), "--titre", "Une")
    deux = lieu.id(*AJOUTER, str(pdf), "--titre", "Deux", "--remplace", une)
    assert [d["id"] for d in lieu.faire("convention", "document", "liste", "--json").json] == [deux]
    lieu.faire("convention", "document", "detruire", deux, "--motif", "mauvais fichier", "--oui")
    assert [d["id"] for d in lieu.faire("convention", "document", "liste", "--json").json] == [une]

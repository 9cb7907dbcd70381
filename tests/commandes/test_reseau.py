"""Les lieux amis : leurs agendas d'un fichier, d'un dossier ou d'un serveur, et ce qui nous heurte."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.client import BadStatusLine, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError

import pytest
from soutien import Lieu
from terminal import terminal

from tiers_lieu_cli.noyau import telechargeur
from tiers_lieu_cli.noyau.agenda.agenda_lu import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.telechargement import Bornes, Demande, Reponse, adresse_permise, telecharger

#: En secondes, ce qu'un serveur lent met à répondre.
ATTENTE_LENTE = 0.3


def agenda(*titres: str, uid: str = "u") -> bytes:
    evenements = "".join(
        f"BEGIN:VEVENT\r\nUID:{uid}{n}\r\nSUMMARY:{titre}\r\nDTSTART:20261126T190000Z\r\nDTEND:20261126T220000Z\r\n"
        "END:VEVENT\r\n"
        for n, titre in enumerate(titres)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{evenements}END:VCALENDAR\r\n".encode()


class Serveur(ThreadingHTTPServer):
    """Un serveur sur cette machine, qui compte ce qu'on lui demande."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reponses)
        self.contenu = agenda("Bal")
        self.etag = '"1"'
        self.demandes: list[str | None] = []
        self.plus_a_la_fois = self.a_la_fois = 0
        self.verrou = threading.Lock()
        self.attente = ATTENTE_LENTE

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Reponses(BaseHTTPRequestHandler):
    server: Serveur

    def do_GET(self) -> None:
        with self.server.verrou:
            self.server.a_la_fois += 1
            self.server.plus_a_la_fois = max(self.server.plus_a_la_fois, self.server.a_la_fois)
        try:
            with suppress(OSError):
                self.repondre()
        finally:
            with self.server.verrou:
                self.server.a_la_fois -= 1

    def repondre(self) -> None:
        connu = self.headers.get("If-None-Match")
        self.server.demandes.append(connu)
        if self.path == "/ailleurs":
            self.send_response(302)
            self.send_header("Location", "http://exemple.be/agenda.ics")
            self.end_headers()
        elif self.path == "/boucle":
            self.send_response(302)
            self.send_header("Location", "/boucle")
            self.end_headers()
        elif self.path == "/egrene":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"B")
                time.sleep(0.05)
        elif self.path == "/entetes":
            for _ in range(100):
                self.wfile.write(b"H")
                time.sleep(0.05)
        elif self.path in ("/coupe", "/trop"):
            self.send_response(200)
            dites = 100 if self.path == "/coupe" else TAILLE_MAXIMALE + 1
            self.send_header("Content-Length", str(dites))
            self.end_headers()
            self.wfile.write(b"x" * (10 if self.path == "/coupe" else dites))
        elif self.path == "/rien":
            self.send_error(404)
        elif connu == self.server.etag:
            self.send_response(304)
            self.end_headers()
        else:
            if self.path.startswith("/lent"):
                time.sleep(self.server.attente)
            self.send_response(200)
            self.send_header("ETag", self.server.etag)
            self.end_headers()
            self.wfile.write(self.server.contenu)

    def log_message(self, format: str, *args: object) -> None:
        """Se taire."""


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    ouvert = Serveur()
    fil = threading.Thread(target=ouvert.serve_forever, daemon=True)
    fil.start()
    yield ouvert
    ouvert.shutdown()
    ouvert.server_close()
    fil.join()


def test_un_fichier_se_suit_et_se_relit_sans_rien_doubler(lieu: Lieu, tmp_path: Path) -> None:
    fichier = tmp_path / "fablab.ics"
    fichier.write_bytes(agenda("Bal"))
    ident = lieu.id("prog", "reseau", "creer", "Fablab", str(fichier), "--public", "riverains")
    assert "jamais lu" in lieu.faire("prog", "reseau", "liste").sortie
    assert "1 neuf, 0 mis à jour" in lieu.faire("prog", "reseau", "lire").sortie
    avant = lieu.git("rev-parse", "HEAD")
    assert lieu.faire("prog", "reseau", "lire", "--json").json["lectures"][0]["neufs"] == 0
    assert lieu.git("rev-parse", "HEAD") == avant
    assert "Chez nos voisins" in lieu.faire("prog", "semaine").sortie
    fichier.write_bytes(agenda("Grand bal"))
    assert "1 mis à jour" in lieu.faire("prog", "reseau", "lire", ident).sortie
    assert "1 à venir" in lieu.faire("prog", "reseau", "liste").sortie
    assert lieu.faire("verifier").code == 0


def test_un_dossier_rempli_par_un_autre_programme(lieu: Lieu, tmp_path: Path) -> None:
    (tmp_path / "agendas").mkdir()
    for n in range(3):
        (tmp_path / f"agendas/{n}.ics").write_bytes(agenda(f"Bal {n}", uid=f"{n}-"))
    lieu.faire("prog", "reseau", "creer", "Quartier", str(tmp_path / "agendas"))
    assert lieu.faire("prog", "reseau", "lire", "--json").json["lectures"][0]["neufs"] == 3


def test_l_outil_ne_va_sur_le_reseau_que_si_on_le_dit(lieu: Lieu, serveur: Serveur) -> None:
    lieu.faire("prog", "reseau", "creer", "Fablab", f"{serveur.adresse}/a.ics")
    refus = lieu.faire("prog", "reseau", "lire", code=1)
    assert "--telecharger" in refus.erreurs
    assert serveur.demandes == []
    lire = ("prog", "reseau", "lire", "--telecharger")
    assert "1 neuf, 0 mis à jour" in lieu.faire(*lire).sortie
    assert "rien de neuf" in lieu.faire(*lire).sortie
    assert serveur.demandes == [None, '"1"']
    serveur.contenu, serveur.etag = agenda("Bal", "Concert"), '"2"'
    assert "1 neuf, 0 mis à jour" in lieu.faire(*lire).sortie


BORNES = Bornes(taille=TAILLE_MAXIMALE, delai=2.0)


def tout_prendre(adresses: list[str], bornes: Bornes = BORNES) -> list[Reponse]:
    """Les réponses, dans l'ordre des adresses ; chacune rendue une fois et une seule."""
    rendues = list(telecharger([Demande(a) for a in adresses], bornes))
    assert sorted(rang for rang, _ in rendues) == list(range(len(adresses)))
    return [reponse for _, reponse in sorted(rendues, key=lambda r: r[0])]


def test_ce_qu_un_serveur_peut_faire_de_pire_est_dit_et_n_empeche_pas_les_autres(serveur: Serveur) -> None:
    pires = ["rien", "ailleurs", "egrene", "entetes", "boucle", "coupe", "trop", "a.ics"]
    debut = time.monotonic()
    adresses = [f"{serveur.adresse}/{nom}" for nom in pires]
    dits = tout_prendre([*adresses, "http://127.0.0.1:9/a.ics", "http://exemple.be/a.ics"])
    assert time.monotonic() - debut < 20
    attendus = [
        *("répond 404", "n'est pas en https", "pas tout envoyé", "pas tout envoyé", "répond 302"),
        *("coupé avant la fin", "4 Mio", "", "ne répond pas", "n'est pas en https"),
    ]
    for nom, reponse, attendu in zip([*pires, "9", "http"], dits, attendus, strict=True):
        assert attendu in reponse.refus and bool(reponse.refus) == bool(attendu), (nom, reponse.refus)
    assert dits[7].octets == serveur.contenu


def test_le_temps_et_la_taille_de_tout_sont_bornes(serveur: Serveur) -> None:
    """Ce qui n'a pas eu son tour est dit ; rien n'est perdu de ce qui était arrivé."""
    lents = [f"{serveur.adresse}/lent"] * 8
    dits = tout_prendre(lents, Bornes(taille=TAILLE_MAXIMALE, total=1, connexions=2))
    assert [r.octets is None for r in dits].count(False) == 2
    assert serveur.plus_a_la_fois == 2
    serveur.attente = 0.5
    dits = tout_prendre(lents, Bornes(taille=TAILLE_MAXIMALE, ensemble=1.5, connexions=2))
    arrives = [r for r in dits if r.octets is not None]
    assert 1 <= len(arrives) < 8
    assert all("secondes" in r.refus for r in dits if r.octets is None)


def test_trente_agendas_lents_se_relisent_ensemble(lieu: Lieu, serveur: Serveur) -> None:
    """Un vrai serveur qui met 0,3 s à répondre : trente tiennent dans le temps de quelques-uns."""
    suivre(lieu, serveur, 30)
    lire = ("prog", "reseau", "lire", "--telecharger")
    rendu = lieu.faire(*lire)
    assert "30 agendas : 28 neufs, 2 qu'on n'a pas pu lire" in rendu.sortie
    assert "ont changé : agenda-0 (1)" in rendu.sortie and "et 16 autres (--json les dit)" in rendu.sortie
    assert "répond 404" in rendu.sortie and "agenda-29 : 127.0.0.1" in rendu.sortie
    assert 8 <= serveur.plus_a_la_fois <= BORNES.connexions
    assert lieu.git("log", "-1", "--format=%s").strip().endswith("et 16 autres")
    assert lieu.faire("verifier").code == 0
    avant = lieu.git("rev-parse", "HEAD")
    assert "28 sans rien de neuf, 2 qu'on n'a pas pu lire" in lieu.faire(*lire).sortie
    assert lieu.git("rev-parse", "HEAD") == avant
    assert serveur.demandes.count('"1"') == 28


def suivre(lieu: Lieu, serveur: Serveur, combien: int) -> None:
    """Autant d'agendas suivis ; les deux derniers n'existent pas."""
    for n in range(combien):
        chemin = f"lent/{n}" if n < combien - 2 else "rien"
        lieu.poser(f"prog/reseau/agenda-{n}.yaml", f"nom: Agenda {n}\nsource: {serveur.adresse}/{chemin}\n")
    lieu.faire("enregistrer", "--oui")


def test_une_barre_dit_ou_l_on_en_est(lieu: Lieu, serveur: Serveur) -> None:
    """Passé une seconde, au terminal ; dans un tube, rien."""
    suivre(lieu, serveur, 18)
    serveur.attente = 1.5
    with terminal("prog", "reseau", "lire", "--telecharger", dans=lieu.racine, colonnes=60) as ecran:
        ecran.attendre("Prendre", secondes=60)
        vu = ecran.attendre("18 agendas : 16 neufs, 2 qu'on n'a pas pu lire", secondes=60)
        assert "%" in vu
        assert ecran.finir() == 0


def test_interrompu_on_rend_la_main_aussitot(lieu: Lieu, serveur: Serveur) -> None:
    suivre(lieu, serveur, 40)
    serveur.attente = 3.0
    avant = lieu.git("rev-parse", "HEAD")
    with terminal("prog", "reseau", "lire", "--telecharger", dans=lieu.racine) as ecran:
        ecran.attendre("Prendre", secondes=60)
        ecran.interrompre()
        ecran.attendre("Interrompu ; rien n'a été enregistré", secondes=6)
        assert ecran.finir() == 1
    assert lieu.git("rev-parse", "HEAD") == avant
    assert len(serveur.demandes) < 40


def test_un_agenda_relu_sans_rien_de_neuf_n_est_plus_a_relire(
    lieu: Lieu, serveur: Serveur, monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu.faire("prog", "reseau", "creer", "Fablab", f"{serveur.adresse}/a.ics")
    lire = ("prog", "reseau", "lire", "--telecharger")
    lieu.faire(*lire)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-20T09:00+01:00")
    assert "à relire" in lieu.faire("prog", "reseau", "liste").sortie
    lieu.faire(*lire)
    assert serveur.demandes[-1] == '"1"'
    assert "à relire" not in lieu.faire("prog", "reseau", "liste").sortie


def certifier(dossier: Path) -> Path:
    """Un certificat de localhost, que personne n'a signé, et sa clef, dans un fichier."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    clef = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificat = (
        x509.CertificateBuilder(nom, nom, clef.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(clef, hashes.SHA256())
    )
    sans = serialization.NoEncryption()
    forme = serialization.PrivateFormat.PKCS8
    fichier = dossier / "localhost.pem"
    pem = serialization.Encoding.PEM
    fichier.write_bytes(certificat.public_bytes(pem) + clef.private_bytes(pem, forme, sans))
    return fichier


def test_en_https_un_certificat_inconnu_est_refuse(
    serveur: Serveur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Le même serveur, reconnu ou non par cette machine ; et ce qui égrène s'y coupe aussi."""
    fichier = certifier(tmp_path)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(fichier)
    serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
    adresse = f"https://localhost:{serveur.server_port}"
    (inconnu,) = tout_prendre([f"{adresse}/a.ics"])
    assert "son certificat n'est pas valable" in inconnu.refus and serveur.demandes == []
    monkeypatch.setenv("SSL_CERT_FILE", str(fichier))
    connu, egrene, ailleurs = tout_prendre([f"{adresse}/{nom}" for nom in ("a.ics", "entetes", "ailleurs")])
    assert (connu.octets, connu.etag) == (serveur.contenu, '"1"')
    assert "pas tout envoyé" in egrene.refus
    assert "n'est pas en https" in ailleurs.refus


@pytest.mark.parametrize(
    ("erreur", "dit"),
    [
        (URLError(ConnectionRefusedError(111, "Connection refused")), "rien n'écoute"),
        (URLError(socket.gaierror(-2, "Name or service not known")), "ce nom n'existe pas"),
        (URLError(ssl.SSLCertVerificationError(1, "certificate has expired")), "certificat"),
        (ssl.SSLError(1, "record layer failure"), "pas sûre"),
        (TimeoutError("timed out"), "trop de temps"),
        (ConnectionResetError(104, "reset"), "coupée"),
        (RemoteDisconnected("closed"), "coupée"),
        (BadStatusLine("x"), "ne se lit pas"),
        (OSError(113, "No route to host"), "joindre"),
        (URLError("no host given"), "ne se lit pas"),
        (ValueError("x"), "ne se lit pas"),
    ],
)
def test_ce_que_le_reseau_refuse_se_dit_en_francais(erreur: Exception, dit: str) -> None:
    assert dit in telechargeur.raison(erreur)


@pytest.mark.parametrize(
    "adresse",
    ["http://exemple.be/a.ics", "ftp://exemple.be/a", "https://", "https://moi:secret@exemple.be/a"],
)
def test_une_adresse_qui_n_est_pas_sure_est_refusee(lieu: Lieu, adresse: str) -> None:
    avant = lieu.signature()
    lieu.faire("prog", "reseau", "creer", "Fablab", adresse, code=2)
    assert lieu.signature() == avant
    assert adresse_permise("webcal://exemple.be/a.ics") == "https://exemple.be/a.ics"


def test_un_agenda_qui_ne_se_lit_pas_n_empeche_pas_les_autres(lieu: Lieu, tmp_path: Path) -> None:
    (tmp_path / "faux.ics").write_text("<html>", "utf-8")
    (tmp_path / "bon.ics").write_bytes(agenda("Bal"))
    for nom in ("faux", "bon"):
        lieu.faire("prog", "reseau", "creer", nom, str(tmp_path / f"{nom}.ics"))
    sortie = lieu.faire("prog", "reseau", "lire").sortie
    assert "page web" in sortie
    assert "1 neuf, 0 mis à jour" in sortie


def test_le_meme_public_le_meme_soir_se_voit(lieu: Lieu, tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(agenda("Bal"))
    lieu.faire("prog", "reseau", "creer", "Fablab", str(tmp_path / "a.ics"), "--public", "riverains")
    lieu.faire("prog", "reseau", "lire")
    creer = ("prog", "evenement", "creer")
    lieu.faire(*creer, "Vélo", "--quand", "jeudi 18h-20h", "--public", "riverains")
    lieu.faire(*creer, "Conseil", "--quand", "jeudi 18h-20h", "--public", "membres")
    lieu.faire(*creer, "Café", "--quand", "jeudi 9h-10h", "--public", "riverains")
    sortie = lieu.faire("prog", "reseau", "liste").sortie
    assert "riverains : « Vélo » (18:00–20:00) et « Bal » chez Fablab (20:00–23:00)" in sortie
    assert "Conseil" not in sortie
    assert "Café" not in sortie
    assert "Même public, même soir" in lieu.faire("prog", "semaine").sortie
    assert "Même public" not in lieu.faire("prog", "semaine", "--format", "md").sortie


def test_retirer_ote_ce_qui_est_a_venir_et_garde_hier(lieu: Lieu, tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(
        agenda("Bal") + agenda("Hier", uid="h").replace(b"20261126", b"20261120")
    )
    ident = lieu.id("prog", "reseau", "creer", "Fablab", str(tmp_path / "a.ics"))
    lieu.faire("prog", "reseau", "lire")
    lieu.faire("prog", "reseau", "retirer", ident, "--oui")
    assert "Bal" not in lieu.faire("prog", "semaine").sortie
    assert "Hier" in lieu.faire("prog", "semaine", "--du", "20/11/2026").sortie
    assert lieu.faire("verifier").code == 0
    assert "Aucun" in lieu.faire("prog", "reseau", "liste").sortie
    lieu.faire("defaire", "--oui")
    assert "Bal" in lieu.faire("prog", "semaine").sortie

"""Une boîte à distance, lue sur un vrai serveur (dovecot) lancé sur la boucle : rien n'y change."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from courriels import courriel
from keyring.backend import KeyringBackend
from soutien import Lieu

COMPTE, SECRET = "bonjour@passerelle.be", "pas-un-vrai"
#: Le compte « nobody » de Debian.
PERSONNE = 65534
_CONFIG = """
base_dir = {ici}/run
log_path = {ici}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{ici}/boite
mail_uid = {uid}
mail_gid = {uid}
passdb {{
  driver = static
  args = password={secret}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={ici}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Trousseau(KeyringBackend):
    """Le trousseau d'un poste, en mémoire."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return SECRET if (service, username) == ("tiers-lieu", COMPTE) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def serveur() -> Iterator[tuple[int, Path]]:
    """Un dovecot qui tient trois courriels, et où ils sont."""
    dovecot = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if dovecot is None or os.getuid():
        pytest.skip("dovecot n'est pas installé, ou l'on n'est pas root")
    # Ni celui qui reçoit les connexions, ni celui qui lit la boîte, n'est root.
    ici = Path(tempfile.mkdtemp(prefix="dovecot-"))
    ici.chmod(0o755)
    boite = ici / "boite"
    for sous in ("cur", "new", "tmp"):
        (boite / sous).mkdir(parents=True)
    recus = [
        courriel("une échelle", objet="J'ai besoin d'une échelle", ident="<1@x>"),
        courriel("absente", objet="Automatic reply: x", ident="<2@x>"),
        courriel("gros", objet="Je propose un gros fichier", ident="<3@x>") + b"x" * 5_000_000,
    ]
    for rang, octets in enumerate(recus):
        (boite / "new" / f"{rang}.hote").write_bytes(octets)
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    for fichier in (boite, *boite.rglob("*")):
        os.chown(fichier, PERSONNE, PERSONNE)
    config = ici / "dovecot.conf"
    config.write_text(_CONFIG.format(ici=ici, uid=PERSONNE, secret=SECRET, port=port), "utf-8")
    processus = subprocess.Popen([dovecot, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with socket.socket() as prise:
                if prise.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        else:
            pytest.skip(f"dovecot ne démarre pas ici : {(ici / 'dovecot.log').read_text('utf-8')[-300:]}")
        yield port, boite
    finally:
        processus.terminate()
        processus.wait(10)
        assert processus.stderr
        processus.stderr.close()
        shutil.rmtree(ici, ignore_errors=True)


def test_une_boite_a_distance_n_est_que_lue(
    lieu: Lieu, serveur: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_password", Trousseau().get_password)
    port, boite = serveur
    lire = ("courrier", "lire", "--imap", f"localhost:{port}", "--depuis", "2020-01-01")
    rendu = lieu.faire(*lire, "--compte", COMPTE, "--json").json
    assert len(rendu["courriers"]) == 2
    assert rendu["passes"] == [{"raison": "réponse d'absence", "combien": 1}]
    relu = lieu.faire(*lire, "--compte", COMPTE, "--json").json["passes"]
    assert {p["raison"]: p["combien"] for p in relu} == {"réponse d'absence": 1, "déjà lu": 2}
    # Ni lu (S), ni déplacé, ni effacé : le serveur a pu les ranger, aucun drapeau n'y est posé.
    restes = [f for sous in ("cur", "new") for f in (boite / sous).iterdir()]
    assert len(restes) == 3
    assert not any("S" in f.name.partition(":2,")[2] or "T" in f.name.partition(":2,")[2] for f in restes)
    assert (
        "n'a pas de dossier « Absent »"
        in lieu.faire(*lire, "--compte", COMPTE, "--dossier", "Absent", code=2).erreurs
    )
    monkeypatch.setattr(keyring, "get_password", lambda *_: "faux")
    assert f"refuse le compte {COMPTE}" in lieu.faire(*lire, "--compte", COMPTE, code=1).erreurs
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    assert "keyring set tiers-lieu" in lieu.faire(*lire, "--compte", COMPTE, code=2).erreurs


def test_un_serveur_qui_ne_repond_pas_se_dit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", lambda *_: SECRET)
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
        mots = ("courrier", "lire", "--imap", f"localhost:{port}", "--compte", COMPTE)
        assert "localhost ne répond pas" in lieu.faire(*mots, code=1).erreurs


def test_un_serveur_que_rien_ne_garantit_ne_recoit_pas_le_mot_de_passe(
    lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl n'est pas installé")
    monkeypatch.setattr(keyring, "get_password", lambda *_: SECRET)
    cle, certificat = tmp_path / "cle.pem", tmp_path / "certificat.pem"
    mots = (
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "1",
    )
    subprocess.run(
        ["openssl", *mots, "-subj", "/CN=localhost", "-keyout", str(cle), "-out", str(certificat)],
        check=True,
        capture_output=True,
    )
    recus = bytearray()
    with socket.create_server(("127.0.0.2", 0)) as prise:
        prise.settimeout(10)

        def repondre() -> None:
            contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexte.load_cert_chain(certificat, cle)
            client, _ = prise.accept()
            with (
                client,
                contextlib.suppress(OSError),
                contexte.wrap_socket(client, server_side=True) as chiffre,
            ):
                chiffre.sendall(b"* OK\r\n")
                recus.extend(chiffre.recv(1000))

        fil = threading.Thread(target=repondre)
        fil.start()
        serveur = f"127.0.0.2:{prise.getsockname()[1]}"
        refus = lieu.faire("courrier", "lire", "--imap", serveur, "--compte", COMPTE, code=1).erreurs
        fil.join(10)
    assert "127.0.0.2 n'est pas sûr" in refus and "le mot de passe ne lui est pas envoyé" in refus
    assert not recus

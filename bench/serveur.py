"""Un vrai sshd, le temps d'un banc : un port libre de la boucle, des clefs jetées après."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SSHD = """Port {port}
ListenAddress 127.0.0.1
HostKey {ici}/hote
AuthorizedKeysFile {ici}/permises
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 1000
SetEnv TIERS_LIEU_MAINTENANT={maintenant}
AcceptEnv POSTE
"""
_SSH = """Host *
Port {port}
User {qui}
IdentityFile {ici}/clef
IdentitiesOnly yes
UserKnownHostsFile {ici}/connus
GlobalKnownHostsFile /dev/null
StrictHostKeyChecking yes
"""


@contextmanager
def serveur(ici: Path) -> Iterator[Path]:
    """Un sshd à nous, le temps du banc ; rend les réglages d'un ssh qui l'atteint."""
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if sshd is None:
        sys.exit("Le programme « sshd » manque : installer openssh-server.")
    for nom in ("hote", "clef"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(ici / nom)], check=True)
    shutil.copy(ici / "clef.pub", ici / "permises")
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    valeurs = {"port": port, "ici": ici, "qui": getpass.getuser()}
    publique = (ici / "hote.pub").read_text("ascii")
    (ici / "connus").write_text(f"[127.0.0.1]:{port} {publique}", "ascii")
    (ici / "ssh.conf").write_text(_SSH.format(**valeurs), "utf-8")
    reglages = _SSHD.format(**valeurs, maintenant=os.environ["TIERS_LIEU_MAINTENANT"])
    (ici / "sshd.conf").write_text(reglages, "utf-8")
    if os.geteuid() == 0:
        # Ce que sshd exige de root pour séparer ses droits.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    mots = [sshd, "-D", "-f", str(ici / "sshd.conf"), "-E", str(ici / "sshd.log")]
    with subprocess.Popen(mots) as processus:
        try:
            _attendre(port, processus, ici / "sshd.log")
            yield ici / "ssh.conf"
        finally:
            processus.terminate()


def _attendre(port: int, processus: subprocess.Popen[bytes], journal: Path) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if processus.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"sshd ne répond pas : {journal.read_text('utf-8') if journal.exists() else ''}")

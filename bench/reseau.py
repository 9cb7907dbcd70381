"""Relire beaucoup d'agendas suivis, servis par un vrai serveur lent : bench/reseau.py [COMBIEN] [ATTENTE]."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from une_commande import ENV, TL, mesurer

COMBIEN = int(sys.argv[1]) if len(sys.argv) > 1 else 300
ATTENTE = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
EVENEMENTS = 20


class Reponses(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(ATTENTE)
        if self.headers.get("If-None-Match"):
            self.send_response(304)
            self.end_headers()
            return
        contenu = agenda(self.path)
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(contenu)))
        self.end_headers()
        self.wfile.write(contenu)

    def log_message(self, format: str, *args: object) -> None:
        """Se taire."""


def agenda(nom: str) -> bytes:
    dits = "".join(
        f"BEGIN:VEVENT\r\nUID:{nom}-{n}\r\nSUMMARY:Bal {n} {nom[1:]}\r\n"
        f"DTSTART:202612{n + 1:02}T190000Z\r\nDTEND:202612{n + 1:02}T220000Z\r\nEND:VEVENT\r\n"
        for n in range(EVENEMENTS)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{dits}END:VCALENDAR\r\n".encode()


def principal() -> None:
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Reponses)
    serveur.daemon_threads = True
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as ou:
        lieu = Path(ou) / "lieu"
        subprocess.run([*TL, "init", str(lieu), "--nom", "X"], env=ENV, check=True, capture_output=True)
        (lieu / "prog/reseau").mkdir(parents=True)
        for n in range(COMBIEN):
            source = f"nom: Agenda {n}\nsource: http://127.0.0.1:{serveur.server_port}/{n}\n"
            (lieu / f"prog/reseau/agenda-{n}.yaml").write_text(source, "utf-8")
        subprocess.run([*TL, "enregistrer", "--oui"], cwd=lieu, env=ENV, check=True, capture_output=True)
        lire = ("prog", "reseau", "lire", "--telecharger")
        mesurer(f"{COMBIEN} agendas, {ATTENTE} s chacun, la première fois", *lire, dossier=lieu)
        mesurer("encore, rien n'a changé", *lire, dossier=lieu)
    serveur.shutdown()


if __name__ == "__main__":
    principal()

"""`tl site servir` : le site vu d'ici, sur la boucle locale seulement."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.site.commandes import Dossier, faire
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application

app = Application()
#: Cette machine, et elle seule.
ICI = "127.0.0.1"
_PORT = 8000


@app.lit("servir")
def servir(
    c: Contexte,
    sortie: Dossier = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Le port ; 0 : un libre, au hasard.")
    ] = _PORT,
    json: Json = False,
) -> None:
    """Bâtir le site, et le montrer dans le navigateur de cette machine. Ctrl-C pour finir.

    Exemple :
        tl site servir
    """
    bati = faire(c, sortie)
    with ouvrir(bati.dossier, port) as serveur:
        adresse = f"http://{ICI}:{serveur.server_port}/"
        if json:
            c.ecran.json({"adresse": adresse})
        else:
            c.ecran.dire(f"Le site se regarde à {adresse} ; Ctrl-C pour finir.")
        c.ecran.finir()
        with suppress(KeyboardInterrupt):
            serveur.serve_forever()


def ouvrir(dossier: Path, port: int) -> ThreadingHTTPServer:
    """Un serveur de ce dossier, pour cette machine seule ; `ErreurUsage` si le port est pris."""
    try:
        return ThreadingHTTPServer((ICI, port), partial(_Pages, directory=os.fspath(dossier)))
    except OSError as prise:
        raise ErreurUsage(
            f"Le port {port} est déjà pris ({prise.strerror}).", "En prendre un autre : --port 8001"
        ) from None


class _Pages(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".ics": "text/calendar; charset=utf-8",
        ".atom": "application/atom+xml; charset=utf-8",
        ".woff2": "font/woff2",
    }

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Un dossier sans page d'accueil ne montre pas ce qu'il contient."""
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Rien à dire : on regarde, c'est tout."""

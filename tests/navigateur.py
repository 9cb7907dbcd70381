"""Un vrai navigateur (Chromium), piloté par ses tubes : ni serveur, ni bibliothèque de plus."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Posé par `.ci/run` ; jamais livré.
AXE = Path(__file__).parents[1] / ".cache/node/node_modules/axe-core/axe.min.js"
#: En secondes ; une machine chargée prend son temps, un navigateur mort n'en finit pas.
ATTENTE = 60
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ),
    *("--disable-dev-shm-usage", "--mute-audio", "--remote-debugging-pipe", "about:blank"),
)


class Navigateur:
    """Une page, et ce qu'elle a demandé au réseau."""

    def __init__(self, ecrire: int, lire: int) -> None:
        self._ecrire, self._lire = ecrire, lire
        self._reste = b""
        self._rang = 0
        self._session = ""
        self._chargee = False
        self.demandes: list[str] = []
        self.plaintes: list[str] = []
        cible = self._dire("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._dire("Target.attachToTarget", targetId=cible, flatten=True)["sessionId"]
        for domaine in ("Page", "Network", "Log", "Runtime"):
            self._dire(f"{domaine}.enable")

    def taille(self, largeur: int, *, sombre: bool = False, hauteur: int = 800) -> None:
        """La fenêtre, de jour ou de nuit."""
        self._dire(
            "Emulation.setDeviceMetricsOverride",
            width=largeur,
            height=hauteur,
            deviceScaleFactor=1,
            mobile=largeur < 600,
        )
        couleur = {"name": "prefers-color-scheme", "value": "dark" if sombre else "light"}
        self._dire("Emulation.setEmulatedMedia", features=[couleur])

    def aller(self, adresse: str) -> None:
        """Charger cette page, entière."""
        self.demandes.clear()
        self.plaintes.clear()
        self._chargee = False
        self._dire("Page.navigate", url=adresse)
        while not self._chargee:
            self._recevoir()

    def valeur(self, expression: str) -> Any:
        """Ce que vaut une expression dans la page."""
        rendu = self._dire("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in rendu, rendu
        return rendu["result"].get("value")

    def touche(self, nom: str, code: int) -> None:
        """Frapper une touche."""
        for sorte in ("rawKeyDown", "keyUp"):
            texte = {"text": "\r"} if nom == "Enter" and sorte == "rawKeyDown" else {}
            self._dire(
                "Input.dispatchKeyEvent",
                type="keyDown" if texte else sorte,
                key=nom,
                code=nom,
                **{"windowsVirtualKeyCode": code, **texte},
            )

    def photo(self) -> bytes:
        """Ce qu'on voit."""
        return base64.b64decode(self._dire("Page.captureScreenshot", format="png")["data"])

    def _dire(self, methode: str, **parametres: Any) -> Any:
        self._rang += 1
        message = {"id": self._rang, "method": methode, "params": parametres}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._ecrire, json.dumps(message).encode() + b"\0")
        while True:
            recu = self._recevoir()
            if recu.get("id") == self._rang:
                assert "error" not in recu, (methode, recu["error"])
                return recu["result"]

    def _recevoir(self) -> dict[str, Any]:
        while b"\0" not in self._reste:
            assert select.select([self._lire], [], [], ATTENTE)[0], "le navigateur ne répond plus"
            lu = os.read(self._lire, 1 << 20)
            assert lu, "le navigateur s'est fermé"
            self._reste += lu
        un, _, self._reste = self._reste.partition(b"\0")
        recu: dict[str, Any] = json.loads(un)
        self._chargee |= recu.get("method") == "Page.loadEventFired"
        if recu.get("method") == "Network.requestWillBeSent":
            self.demandes.append(recu["params"]["request"]["url"])
        if recu.get("method") == "Log.entryAdded":
            self.plaintes.append(recu["params"]["entry"]["text"])
        return recu


@contextmanager
def ouvrir() -> Iterator[Navigateur]:
    """Un navigateur neuf, fermé à la fin."""
    assert CHROMIUM
    vers, de_lui = os.pipe(), os.pipe()
    profil = tempfile.mkdtemp(prefix="navigateur-")

    def brancher() -> None:
        # Le navigateur lit sur 3 et écrit sur 4.
        os.dup2(vers[0], 10)
        os.dup2(de_lui[1], 11)
        os.dup2(10, 3)
        os.dup2(11, 4)

    processus = subprocess.Popen(
        [CHROMIUM, f"--user-data-dir={profil}", *_OPTIONS],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=brancher,
        close_fds=False,
    )
    os.close(vers[0])
    os.close(de_lui[1])
    try:
        yield Navigateur(vers[1], de_lui[0])
    finally:
        processus.terminate()
        processus.wait()
        os.close(vers[1])
        os.close(de_lui[0])
        shutil.rmtree(profil, ignore_errors=True)

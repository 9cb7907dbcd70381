"""Des maisons inventées qui publient : de quoi éprouver qu'on les réunit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import msgspec

from tiers_lieu_cli.ensemble.federation.modele import Donnees, ParPublic, ParSalle, ParTheme, Publiee

COMMUNES = ("Liège", "Saint-Gilles", "Namur", *(f"Commune {n}" for n in range(97)))
THEMES = ("Vélo", "vélo", "garde d'enfants", "cuisine", "numérique", "jardin", "traduction", "Démarches")
PUBLICS = ("riverains", "membres", "bénévoles", "tous")


def maison(rang: int, graine: int = 22) -> Publiee:
    """Ce que publie la maison de ce rang ; toujours la même."""
    hasard = Random(f"{graine}-{rang}")

    def themes(annee: int) -> tuple[ParTheme, ...]:
        dits = hasard.sample(THEMES, hasard.randint(0, 4))
        return tuple(ParTheme(annee, theme, 5 * hasard.randint(1, 8)) for theme in dits)

    def heures(annee: int) -> Donnees:
        tu = hasard.random() < 0.2
        return Donnees(annee, None if tu else 300 * hasard.randint(1, 80), 5 * hasard.randint(1, 6))

    def salles(annee: int) -> tuple[ParSalle, ...]:
        return tuple(
            ParSalle(
                annee, f"salle-{n}", f"Salle {n}", hasard.choice((0, 12, 20, 59, 60, 200)), prises, 120_000
            )
            for n, prises in enumerate(hasard.randrange(60_000) for _ in range(hasard.randint(1, 5)))
        )

    annees = (2025, 2026)
    return Publiee(
        nom=f"Maison {rang}",
        pays="BE",
        commune=hasard.choice(COMMUNES),
        jusqu_au=date(2026, 10, 31) if hasard.random() > 0.05 else date(2026, 4, 30),
        besoins=tuple(x for an in annees for x in themes(an)),
        offres=tuple(x for an in annees for x in themes(an)),
        heures=tuple(heures(an) for an in annees),
        salles=tuple(x for an in annees for x in salles(an)),
        activites=tuple(ParPublic(an, p, hasard.randint(1, 90)) for an in annees for p in PUBLICS[:3]),
    )


def agenda(rang: int) -> bytes:
    """L'agenda de cette maison : un bal, un concert annulé ; d'une sur quatre, un atelier chaque semaine."""
    jour = 1 + rang % 7
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for uid, titre, debut, reste in (
        (
            "atelier",
            f"Atelier {rang}",
            f"202601{4 + jour:02}T180000",
            "RRULE:FREQ=WEEKLY;UNTIL=20261231T220000Z",
        ),
        ("bal", f"Bal, de {rang}", f"202611{21 + jour:02}T200000", "LOCATION:La cour"),
        ("concert", f"Concert {rang}", "20261128T200000", "STATUS:CANCELLED"),
    )[rang % 4 != 1 :]:
        lignes += ["BEGIN:VEVENT", f"UID:{uid}-{rang}@x", "DTSTAMP:20260101T000000Z", f"DTSTART:{debut}"]
        lignes += ["DURATION:PT2H", f"SUMMARY:{titre.replace(',', chr(92) + ',')}", reste, "END:VEVENT"]
    return "\r\n".join([*lignes, "END:VCALENDAR", ""]).encode()


class Serveur(ThreadingHTTPServer):
    """Des maisons en ligne : « /3/federation.json » est celle de rang 3."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Reponses)
        #: Ce qu'une maison répond, si ce n'est pas ce qu'elle publie.
        self.autres: dict[str, bytes | int] = {}
        #: Ce qu'il sert d'autre, par chemin.
        self.fichiers: dict[str, bytes] = {}
        self.attente = 0.0
        #: Ce qu'on lui a demandé : le chemin, et l'étiquette qu'on avait.
        self.demandes: list[tuple[str, str | None]] = []

    @property
    def adresse(self) -> str:
        """Là où il répond."""
        return f"http://127.0.0.1:{self.server_port}"


class _Reponses(BaseHTTPRequestHandler):
    server: Serveur

    def do_GET(self) -> None:
        """Répondre, en silence si l'autre est parti."""
        self.server.demandes.append((self.path, self.headers.get("If-None-Match")))
        time.sleep(self.server.attente)
        rang = self.path.split("/")[1]
        dit = self.server.autres.get(rang, b"")
        if self.path in self.server.fichiers:
            dit = self.server.fichiers[self.path]
        octets = dit if isinstance(dit, bytes) and dit else b""
        if not octets and self.path.endswith("/programme.ics"):
            octets = agenda(int(rang))
        elif not octets and not isinstance(dit, int):
            octets = msgspec.json.encode(maison(int(rang)))
        etag = f'"{hash(octets):x}"'
        with suppress(OSError):
            if isinstance(dit, int):
                self.send_error(dit)
            elif self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
            else:
                self.send_response(200)
                self.send_header("ETag", etag)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

    def log_message(self, format: str, *args: object) -> None:
        """Se taire."""


@contextmanager
def serveur() -> Iterator[Serveur]:
    """Un serveur, le temps d'un essai."""
    ouvert = Serveur()
    fil = threading.Thread(target=ouvert.serve_forever, daemon=True)
    fil.start()
    try:
        yield ouvert
    finally:
        ouvert.shutdown()
        ouvert.server_close()
        fil.join()

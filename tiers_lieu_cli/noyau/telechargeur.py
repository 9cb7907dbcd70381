"""Le processus à part qui télécharge un lot, quelques connexions à la fois, et rend chaque réponse aussitôt.

Ce qui n'a pas changé ne se reprend pas (RFC 9110 § 13). Qui se tait, égrène ou déborde n'arrête que lui.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

import msgspec

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.telechargement import MIO, Demande, Lot, Reponse, adresse_permise

_INCHANGE = 304
#: Une course n'a besoin que de peu de pile : la mémoire du processus est bornée (`borne.GRANDE`).
_PILE = 512 * 1024
_MORCEAU = 64 * 1024


class _Course:
    """Une demande en cours, qu'on peut couper d'un autre fil."""

    def __init__(self, demande: Demande, lot: Lot, fin: float) -> None:
        self._demande, self._lot = demande, lot
        self.fin = fin
        self._coupee = False
        self._prises: list[socket.socket] = []

    def courir(self, rendre: Callable[[Reponse], None]) -> None:
        """Rendre la réponse du serveur, ou ce qui l'empêche."""
        try:
            rendre(self._prendre())
        except HTTPError as erreur:
            if erreur.code == _INCHANGE:
                rendre(Reponse(None, self._demande.etag, self._demande.modifie))
            else:
                rendre(Reponse(refus=f"répond {erreur.code}"))
        except ErreurUsage as erreur:
            rendre(Reponse(refus=f"renvoie ailleurs ({erreur.fait})".removesuffix(".")))
        except (URLError, HTTPException, OSError, ValueError) as erreur:
            rendre(Reponse(refus=f"ne répond pas ({raison(erreur)})"))
        except MemoryError:
            rendre(Reponse(refus="envoie plus que ce qui se lit à la fois"))

    def couper(self) -> None:
        """Rendre la connexion, quoi que fasse le serveur."""
        self._coupee = True
        for prise in self._prises:
            with suppress(OSError):
                prise.shutdown(socket.SHUT_RDWR)

    def retenir(self, prise: socket.socket) -> None:
        """La prise qu'il faudra couper."""
        self._prises.append(prise)
        if self._coupee:
            self.couper()

    def _prendre(self) -> Reponse:
        bornes = self._lot.bornes
        requete = Request(adresse_permise(self._demande.adresse), headers=self._entetes())  # noqa: S310
        with self._ouvreur().open(requete, timeout=bornes.attente) as reponse:
            octets = bytearray()
            while morceau := reponse.read1(_MORCEAU):
                octets += morceau
                if len(octets) > bornes.taille:
                    return Reponse(refus=f"dépasse {bornes.taille // MIO} Mio")
            annonce = reponse.headers.get("Content-Length", "")
            if annonce.isdecimal() and int(annonce) != len(octets):
                return Reponse(refus="a coupé avant la fin")
            entetes = reponse.headers
            return Reponse(bytes(octets), _court(entetes.get("ETag")), _court(entetes.get("Last-Modified")))

    def _ouvreur(self) -> OpenerDirector:
        return build_opener(_Suivre, _EnClair(self), _Chiffre(self))

    def _entetes(self) -> dict[str, str]:
        entetes = {
            "User-Agent": "tiers-lieu-cli",
            "Accept": self._lot.accepte,
            "Accept-Encoding": "identity",
        }
        if self._demande.etag:
            entetes["If-None-Match"] = self._demande.etag
        if self._demande.modifie:
            entetes["If-Modified-Since"] = self._demande.modifie
        return entetes


#: Ce qui empêche une réponse, en français ; le plus précis d'abord.
_RAISONS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "son certificat n'est pas valable"),
    (ssl.SSLError, "sa liaison n'est pas sûre"),
    (socket.gaierror, "ce nom n'existe pas, ou le réseau manque"),
    (TimeoutError, "il met trop de temps"),
    (ConnectionRefusedError, "rien n'écoute à cette adresse"),
    (ConnectionError, "la liaison s'est coupée"),
    (HTTPException, "sa réponse ne se lit pas"),
    (OSError, "on ne peut pas le joindre"),
)


def raison(erreur: Exception) -> str:
    """Pourquoi un serveur n'a pas répondu, en français."""
    cause = erreur.reason if isinstance(erreur, URLError) else erreur
    return next((dit for sorte, dit in _RAISONS if isinstance(cause, sorte)), "sa réponse ne se lit pas")


def _court(valeur: str | None) -> str:
    """Une valeur d'en-tête qu'une fiche peut garder et qu'on peut renvoyer."""
    return valeur if valeur and len(valeur) <= 200 and valeur.isascii() and valeur.isprintable() else ""


class _PriseSue(HTTPConnection):
    """Une connexion dont la course connaît la prise."""

    course: _Course

    def connect(self) -> None:
        super().connect()
        self.course.retenir(self.sock)


class _PriseChiffreeSue(HTTPSConnection):
    course: _Course

    def connect(self) -> None:
        super().connect()
        self.course.retenir(self.sock)


class _EnClair(HTTPHandler):
    def __init__(self, course: _Course) -> None:
        super().__init__()
        self._course = course

    def http_open(self, req: Request) -> HTTPResponse:
        """Voir `HTTPHandler`."""
        return self.do_open(_pour(self._course, _PriseSue), req)


class _Chiffre(HTTPSHandler):
    def __init__(self, course: _Course) -> None:
        super().__init__()
        self._course = course

    def https_open(self, req: Request) -> HTTPResponse:
        """Voir `HTTPSHandler`."""
        return self.do_open(_pour(self._course, _PriseChiffreeSue), req)


def _pour(
    course: _Course, sorte: type[_PriseSue | _PriseChiffreeSue]
) -> Callable[..., _PriseSue | _PriseChiffreeSue]:
    def ouvrir(hote: str, /, **options: Any) -> _PriseSue | _PriseChiffreeSue:
        connexion = sorte(hote, **options)
        connexion.course = course
        return connexion

    return ouvrir


class _Suivre(HTTPRedirectHandler):
    """Suivre une adresse qui a changé, peu de fois, et jamais de https vers autre chose."""

    max_redirections = 3

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Voir `HTTPRedirectHandler` ; la nouvelle adresse doit être aussi sûre que la première."""
        if urlsplit(req.full_url).scheme != urlsplit(adresse_permise(newurl)).scheme:
            raise ErreurUsage(f"{newurl} n'est pas en https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _mener(lot: Lot, rendre: Callable[[int, Reponse], None]) -> None:
    """Mener tout le lot, `connexions` à la fois ; `rendre` reçoit chaque réponse dès qu'elle est là."""
    bornes = lot.bornes
    attendent = deque(enumerate(lot.demandes))
    courses: dict[int, _Course] = {}
    arrivees: SimpleQueue[tuple[int, Reponse]] = SimpleQueue()
    fin, reste = monotonic() + bornes.ensemble, bornes.total
    while attendent or courses:
        while attendent and len(courses) < bornes.connexions and monotonic() < fin and reste > 0:
            rang, demande = attendent.popleft()
            course = courses[rang] = _Course(demande, lot, min(monotonic() + bornes.delai, fin))
            porter = partial(_porter, arrivees, rang)
            threading.Thread(target=course.courir, args=(porter,), daemon=True).start()
        if not courses:
            epuise = f"{bornes.total // MIO} Mio" if reste <= 0 else f"{bornes.ensemble:.0f} secondes"
            for rang, _ in attendent:
                rendre(rang, Reponse(refus=f"attend son tour : {epuise} de lecture ont suffi aux autres"))
            return
        attente = min(course.fin for course in courses.values()) - monotonic()
        try:
            rang, reponse = arrivees.get(timeout=max(0.0, attente))
        except Empty:
            for rang in [r for r, course in courses.items() if course.fin <= monotonic()]:
                courses.pop(rang).couper()
                rendre(rang, Reponse(refus=f"n'a pas tout envoyé en {bornes.delai:.0f} secondes"))
            continue
        if courses.pop(rang, None):
            reste -= len(reponse.octets or b"")
            rendre(rang, reponse)


def _porter(arrivees: SimpleQueue[tuple[int, Reponse]], rang: int, reponse: Reponse) -> None:
    arrivees.put((rang, reponse))


if __name__ == "__main__":
    threading.stack_size(_PILE)
    recu = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Lot)
    _mener(recu, lambda rang, reponse: borne.rendre(msgspec.msgpack.encode((rang, reponse))))

"""Prendre un agenda sur le réseau, seulement quand on le demande : https, borné en taille et en temps."""

from __future__ import annotations

import time
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import msgspec

from tiers_lieu_cli.noyau.agenda_lu import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

#: En secondes : pour répondre, et pour tout envoyer.
ATTENTE, DELAI = 10.0, 30.0
_MORCEAU = 64 * 1024
_INCHANGE = 304
#: Cette machine même : pour un essai, ou un agenda qu'un autre programme y sert.
_ICI = frozenset({"127.0.0.1", "::1", "localhost"})


class TelechargementImpossible(Echec):
    """Le serveur n'a pas donné l'agenda."""

    def __init__(self, adresse: str, fait: str) -> None:
        super().__init__(
            f"{urlsplit(adresse).hostname} : {fait}.",
            "Réessayer plus tard, ou télécharger l'agenda soi-même et donner le fichier.",
        )


class Reponse(msgspec.Struct, frozen=True):
    """Ce que le serveur a répondu ; `octets` vaut `None` s'il n'a rien de neuf."""

    octets: bytes | None
    etag: str = ""
    modifie: str = ""


def adresse_permise(dite: str) -> str:
    """L'adresse, en https ; webcal:// est la même chose."""
    adresse = f"https://{dite.removeprefix('webcal://')}" if dite.startswith("webcal://") else dite
    parties = urlsplit(adresse)
    if not parties.hostname or parties.username or parties.password:
        raise ErreurUsage(
            f"« {dite} » n'est pas une adresse d'agenda.", "Exemple : https://fablab.be/agenda.ics"
        )
    if parties.scheme != "https" and not (parties.scheme == "http" and parties.hostname in _ICI):
        raise ErreurUsage(
            f"« {dite} » n'est pas en https : n'importe qui pourrait en changer le contenu.",
            "Demander au lieu ami son adresse en https.",
        )
    return adresse


def telecharger(adresse: str, etag: str = "", modifie: str = "") -> Reponse:
    """L'agenda, s'il a changé depuis la version connue ; `TelechargementImpossible` sinon."""
    demande = Request(adresse_permise(adresse), headers=_entetes(etag, modifie))  # noqa: S310  (https, vérifié)
    limite = time.monotonic() + DELAI
    try:
        with _ouvreur().open(demande, timeout=ATTENTE) as reponse:
            octets = bytearray()
            while morceau := reponse.read1(_MORCEAU):
                octets += morceau
                if len(octets) > TAILLE_MAXIMALE:
                    raise TelechargementImpossible(adresse, f"dépasse {TAILLE_MAXIMALE // 1024 // 1024} Mio")
                if time.monotonic() > limite:
                    raise TelechargementImpossible(adresse, "envoie trop lentement")
            entetes = reponse.headers
            return Reponse(bytes(octets), _court(entetes.get("ETag")), _court(entetes.get("Last-Modified")))
    except HTTPError as erreur:
        if erreur.code == _INCHANGE:
            return Reponse(None, etag, modifie)
        raise TelechargementImpossible(adresse, f"répond {erreur.code}") from None
    except (URLError, HTTPException, OSError, ValueError) as erreur:
        raison = erreur.reason if isinstance(erreur, URLError) else erreur
        raise TelechargementImpossible(adresse, f"ne répond pas ({raison})") from None


def _entetes(etag: str, modifie: str) -> dict[str, str]:
    entetes = {"User-Agent": "tiers-lieu-cli", "Accept": "text/calendar", "Accept-Encoding": "identity"}
    if etag:
        entetes["If-None-Match"] = etag
    if modifie:
        entetes["If-Modified-Since"] = modifie
    return entetes


def _court(valeur: str | None) -> str:
    """Une valeur d'en-tête qu'une fiche peut garder et qu'on peut renvoyer."""
    return valeur if valeur and len(valeur) <= 200 and valeur.isascii() and valeur.isprintable() else ""


class _Suivre(HTTPRedirectHandler):
    """Suivre une adresse qui a changé, peu de fois, et jamais hors de https."""

    max_redirections = 3

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Voir `HTTPRedirectHandler` ; la nouvelle adresse doit être permise comme la première."""
        return super().redirect_request(req, fp, code, msg, headers, adresse_permise(newurl))


def _ouvreur() -> OpenerDirector:
    return build_opener(_Suivre)

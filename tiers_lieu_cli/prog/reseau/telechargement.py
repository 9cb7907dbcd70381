"""Prendre un agenda sur le réseau, seulement quand on le demande : https, borné en taille et en temps."""

from __future__ import annotations

import re
import sys
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.agenda.agenda_lu import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

#: En secondes : pour répondre, et pour tout envoyer.
ATTENTE, DELAI = 10.0, 30.0
_MODULE = "tiers_lieu_cli.prog.reseau.telechargement"
_INCHANGE = 304
_HOTE = re.compile(r"[\w](?:[\w.-]{0,250}\w)?|[0-9a-f:.]{2,45}")
#: Ni espace, ni caractère qui ne se voit pas, ni guillemet.
_TRACEE = re.compile(
    r"[^\s\x00-\x20\x7f-\x9f\"<>\\^`{|}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,2000}"
)
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
    """Ce que le serveur a répondu ; `octets` vaut `None` s'il n'a rien de neuf, ou s'il y a `refus`."""

    octets: bytes | None = None
    etag: str = ""
    modifie: str = ""
    refus: str = ""


class _Demande(msgspec.Struct, frozen=True):
    adresse: str
    etag: str
    modifie: str


def adresse_permise(dite: str) -> str:
    """L'adresse, en https ; webcal:// est la même chose."""
    adresse = f"https://{dite.removeprefix('webcal://')}" if dite.startswith("webcal://") else dite
    try:
        parties = urlsplit(adresse)
        bien_formee = _HOTE.fullmatch(parties.hostname or "") and parties.port != 0
    except ValueError:
        bien_formee = False
    if not bien_formee or parties.username or parties.password or not _TRACEE.fullmatch(adresse):
        raise ErreurUsage(
            f"« {dite} » n'est pas une adresse d'agenda.", "Exemple : https://fablab.be/agenda.ics"
        )
    if parties.scheme != "https" and not (parties.scheme == "http" and parties.hostname in _ICI):
        raise ErreurUsage(
            f"« {dite} » n'est pas en https : n'importe qui pourrait en changer le contenu.",
            "Demander au lieu ami son adresse en https.",
        )
    return adresse


def telecharger(adresse: str, etag: str = "", modifie: str = "", *, delai: float = DELAI) -> Reponse:
    """L'agenda, s'il a changé depuis la version connue ; `TelechargementImpossible` sinon.

    Un autre processus s'en charge : lui seul peut être arrêté net si le serveur égrène ses octets.
    """
    demande = _Demande(adresse_permise(adresse), etag, modifie)
    try:
        sortie = borne.executer(_MODULE, msgspec.json.encode(demande), delai=delai)
        reponse = msgspec.json.decode(sortie, type=Reponse)
    except (borne.Depassement, msgspec.DecodeError):
        raise TelechargementImpossible(adresse, f"n'a pas tout envoyé en {delai:.0f} secondes") from None
    if reponse.refus:
        raise TelechargementImpossible(adresse, reponse.refus)
    return reponse


def _prendre(demande: _Demande) -> Reponse:
    """La réponse du serveur, ou ce qui l'empêche."""
    requete = Request(demande.adresse, headers=_entetes(demande.etag, demande.modifie))  # noqa: S310
    try:
        with build_opener(_Suivre).open(requete, timeout=ATTENTE) as reponse:
            octets = reponse.read(TAILLE_MAXIMALE + 1)
            if len(octets) > TAILLE_MAXIMALE:
                return Reponse(refus=f"dépasse {TAILLE_MAXIMALE // 1024 // 1024} Mio")
            entetes = reponse.headers
            return Reponse(octets, _court(entetes.get("ETag")), _court(entetes.get("Last-Modified")))
    except HTTPError as erreur:
        if erreur.code == _INCHANGE:
            return Reponse(None, demande.etag, demande.modifie)
        return Reponse(refus=f"répond {erreur.code}")
    except ErreurUsage as erreur:
        return Reponse(refus=f"renvoie ailleurs ({erreur.fait})".removesuffix("."))
    except (URLError, HTTPException, OSError, ValueError) as erreur:
        raison = erreur.reason if isinstance(erreur, URLError) else erreur
        return Reponse(refus=f"ne répond pas ({raison})")


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
    """Suivre une adresse qui a changé, peu de fois, et jamais de https vers autre chose."""

    max_redirections = 3

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Voir `HTTPRedirectHandler` ; la nouvelle adresse doit être aussi sûre que la première."""
        if urlsplit(req.full_url).scheme != urlsplit(adresse_permise(newurl)).scheme:
            raise ErreurUsage(f"{newurl} n'est pas en https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


if __name__ == "__main__":
    recue = msgspec.json.decode(sys.stdin.buffer.read(), type=_Demande)
    sys.stdout.buffer.write(msgspec.json.encode(_prendre(recue)))

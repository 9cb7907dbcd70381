"""Prendre des fichiers sur le réseau, seulement quand on le demande : https, en parallèle, et borné en tout.

Un autre processus s'en charge (`telechargeur`) : lui seul peut être arrêté net.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

#: « https://… », « webcal: », « file: » : une adresse, non un fichier (une lettre seule est un disque).
_ADRESSE = motif(r"[A-Za-z][A-Za-z0-9+.-]+:")
_TELECHARGEUR = "tiers_lieu_cli.noyau.telechargeur"
MIO = 1024 * 1024
_HOTE = motif(r"[\w](?:[\w.-]{0,250}\w)?|[0-9a-f:.]{2,45}")
#: Ni espace, ni caractère qui ne se voit pas, ni guillemet.
_TRACEE = motif(r"[^\s\x00-\x20\x7f-\x9f\"<>\\^`{|}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,2000}")
#: Cette machine même : pour un essai, ou ce qu'un autre programme y sert.
_ICI = frozenset({"127.0.0.1", "::1", "localhost"})


class Bornes(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'un lot ne dépasse pas. En octets : `taille` par réponse, `total` pour toutes.

    En secondes : `attente` d'un octet, `delai` d'une réponse entière, `ensemble` du lot.
    """

    taille: int
    total: int = 256 * MIO
    attente: float = 10.0
    delai: float = 30.0
    ensemble: float = 180.0
    connexions: int = 16


class Demande(msgspec.Struct, frozen=True):
    """Une adresse, et ce que son serveur avait dit de la version qu'on a."""

    adresse: str
    etag: str = ""
    modifie: str = ""


class Reponse(msgspec.Struct, frozen=True):
    """Ce que le serveur a répondu ; `octets` vaut `None` s'il n'a rien de neuf, ou s'il y a `refus`."""

    octets: bytes | None = None
    etag: str = ""
    modifie: str = ""
    refus: str = ""


class Lot(msgspec.Struct, frozen=True):
    """Ce que l'autre processus a à faire."""

    demandes: tuple[Demande, ...]
    bornes: Bornes
    accepte: str


class TelechargementImpossible(Echec):
    """Le serveur n'a pas donné ce qu'on lui demandait."""

    def __init__(self, adresse: str, fait: str) -> None:
        super().__init__(
            f"{_hote(adresse)} : {fait}.",
            "Réessayer plus tard, ou télécharger le fichier soi-même et donner son chemin.",
        )


def _hote(adresse: str) -> str:
    try:
        return urlsplit(adresse).hostname or adresse
    except ValueError:
        return adresse


def adresse_permise(dite: str) -> str:
    """L'adresse, en https ; webcal:// est la même chose. `ErreurUsage` si elle n'est pas sûre."""
    adresse = f"https://{dite.removeprefix('webcal://')}" if dite.startswith("webcal://") else dite
    try:
        parties = urlsplit(adresse)
        bien_formee = _HOTE.fullmatch(parties.hostname or "") and parties.port != 0
    except ValueError:
        bien_formee = False
    if not bien_formee or parties.username or parties.password or not _TRACEE.fullmatch(adresse):
        raise ErreurUsage(
            f"« {dite} » n'est pas une adresse du réseau.", "Exemple : https://fablab.be/agenda.ics"
        )
    if parties.scheme != "https" and not (parties.scheme == "http" and parties.hostname in _ICI):
        raise ErreurUsage(
            f"« {dite} » n'est pas en https : n'importe qui pourrait en changer le contenu.",
            "Demander à l'autre lieu son adresse en https.",
        )
    return adresse


def source(dite: str, racine: Path, *, tables: str = "") -> str:
    """Une source à suivre, telle qu'une fiche la garde : une adresse permise, ou un chemin qui existe.

    `racine` : celle du lieu ; ni elle, ni le dossier personnel n'y sont nommés. `tables` : le fichier par où
    un dossier se lit, s'il l'a. `ErreurUsage` si l'adresse n'est pas sûre, ou s'il n'y a rien là.
    """
    if _ADRESSE.match(dite):
        return adresse_permise(dite)
    chemin = Path(dite).expanduser().resolve()
    if not chemin.exists():
        raise ErreurUsage(f"Il n'y a ni fichier ni dossier {chemin}.", "Vérifier son nom et son dossier.")
    if tables and (chemin / tables).is_file():
        chemin /= tables
    for base, debut in ((racine, ""), (Path.home().resolve(), "~/")):
        if chemin.is_relative_to(base):
            return f"{debut}{chemin.relative_to(base)}"
    return str(chemin)


def telecharger(
    demandes: Sequence[Demande], bornes: Bornes, accepte: str = "*/*"
) -> Iterator[tuple[int, Reponse]]:
    """Chaque réponse, avec le rang de sa demande, à mesure qu'elle arrive ; toutes sont rendues.

    Arrêter d'y puiser coupe le reste. Ce qui manque quand le temps ou la taille de tout est épuisé est un
    refus : redemander ne reprend que cela, le reste répondant « rien de neuf ».
    """
    restent = set(range(len(demandes)))
    if not demandes:
        return
    lot = msgspec.msgpack.encode(Lot(tuple(demandes), bornes, accepte))
    with suppress(borne.Depassement, msgspec.DecodeError):
        for message in borne.suivre(_TELECHARGEUR, lot, delai=bornes.ensemble + bornes.attente):
            rang, reponse = msgspec.msgpack.decode(message, type=tuple[int, Reponse])
            if rang in restent:
                restent.remove(rang)
                yield rang, reponse
    for rang in sorted(restent):
        yield rang, Reponse(refus="n'a pas pu être lu, la lecture s'est arrêtée avant")

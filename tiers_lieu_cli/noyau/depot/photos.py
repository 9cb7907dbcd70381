"""Les photos de l'archive : des images sans métadonnées, bornées, nommées par leur contenu.

Ce sont les seuls fichiers qui ne sont pas du texte ; leur forme est vérifiée partout où une fiche
le serait (`chemin`, taille, empreinte, segments), et le poste les refait avant de les garder :
plus petites, droites, sans le lieu ni l'appareil qu'un téléphone y inscrit.
"""

from __future__ import annotations

import re

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import sha256

DOSSIER = "espace/photos"
TAILLE_MAXIMALE = 1024 * 1024
_CHEMIN = motif(rf"{DOSSIER}/([0-9a-f]{{2}})/([0-9a-f]{{62}})\.jpg", re.ASCII)
#: ITU-T T.81, annexe B : tables, trame et intervalles ; JFIF (APP0) sans vignette. Ni Exif, ni texte.
_SEGMENTS = frozenset({0xC0, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0})
_JFIF = 16
#: Dans les points, ce qui n'est ni un octet échappé (FF 00) ni une reprise (RST) ouvre un segment ou finit.
_MARQUE = motif(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def est_photo(chemin: str) -> bool:
    """Ce chemin est-il celui d'une photo ?"""
    return chemin.startswith(DOSSIER) and _CHEMIN.fullmatch(chemin) is not None


def empreinte(octets: bytes) -> str:
    """Le nom que son contenu donne à une photo."""
    return sha256(octets)


def chemin(nom: str) -> str:
    """Où se range la photo de cette empreinte."""
    return f"{DOSSIER}/{nom[:2]}/{nom[2:]}.jpg"


def faute(ou: str, octets: bytes) -> str:
    """Ce qui interdit de garder cette photo ; vide si elle est bonne."""
    if len(octets) > TAILLE_MAXIMALE:
        return f"dépasse {TAILLE_MAXIMALE // 1024} Kio"
    if chemin(empreinte(octets)) != ou:
        return "n'est pas rangée sous l'empreinte de son contenu"
    if not octets.startswith(b"\xff\xd8\xff") or not _est_nue(octets):
        return "n'est pas une image JPEG sans métadonnées"
    return ""


def _est_nue(octets: bytes) -> bool:
    """Rien d'autre que l'image : des segments permis, des points (SOS), une fin (EOI), et plus rien."""
    rang = 2
    while rang + 4 <= len(octets) and octets[rang] == 0xFF:
        marque, longueur = octets[rang + 1], int.from_bytes(octets[rang + 2 : rang + 4])
        if marque == 0xDA:
            fin = _MARQUE.search(octets, rang + 2 + longueur)
            if fin is None:
                return False
            rang = fin.start()
            if octets[rang + 1] == 0xD9:
                return rang + 2 == len(octets)
            continue
        if marque not in _SEGMENTS or (marque == 0xE0 and longueur != _JFIF):
            return False
        rang += 2 + longueur
    return False

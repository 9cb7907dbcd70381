"""Une photo reçue d'un appareil, refaite à part avant d'entrer dans l'archive."""

from __future__ import annotations

from pathlib import Path

from tiers_lieu_cli.noyau import borne, fichiers
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.echecs import Echec

#: Ce qu'un appareil produit ; au-delà, ce n'est pas une photo de téléphone.
TAILLE_MAXIMALE = 40 * 1024 * 1024
DELAI = 20.0
_REDUCTEUR = "tiers_lieu_cli.noyau.pages.reducteur"
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1")


class PhotoRefusee(Echec):
    """Ce fichier ne peut pas devenir une photo de l'archive."""

    def __init__(self, nom: str, fait: str, remede: str = "Donner une photo JPEG ou PNG.") -> None:
        super().__init__(f"{nom} {fait}.", remede)


def lire(fichier: Path) -> bytes:
    """La photo de ce fichier, telle que l'archive la gardera."""
    octets = fichiers.octets(fichier, TAILLE_MAXIMALE, "Donner une photo plus légère.")
    return preparer(octets, fichier.name)


def preparer(octets: bytes, nom: str) -> bytes:
    """L'image telle que l'archive la gardera ; refaite à part, car un fichier reçu peut être hostile."""
    if octets[4:12] in _HEIC:
        remede = "Sur le téléphone, choisir « le plus compatible » (JPEG), ou la convertir."
        raise PhotoRefusee(nom, "est au format HEIC", remede)
    if not (octets[8:12] == b"WEBP" or octets.startswith((_JPEG, _PNG))):
        raise PhotoRefusee(nom, "n'est pas une photo")
    if len(octets) > TAILLE_MAXIMALE:
        raise PhotoRefusee(nom, f"dépasse {TAILLE_MAXIMALE // 1024 // 1024} Mio")
    _exiger_pillow()
    try:
        refaite = borne.executer(_REDUCTEUR, octets, delai=DELAI, calcul=DELAI, memoire=borne.GRANDE)
    except borne.Depassement:
        raise PhotoRefusee(nom, "ne se lit pas comme une image") from None
    if mal := photos.faute(photos.chemin(photos.empreinte(refaite)), refaite):
        raise PhotoRefusee(nom, mal)
    return refaite


def _exiger_pillow() -> None:
    from importlib.util import find_spec

    if find_spec("PIL") is None:
        raise Echec(
            "Il manque de quoi réduire les photos.",
            "Demander à qui a installé l'outil d'y ajouter « photos ».",
        )

"""Refaire une photo : droite, d'au plus 1 600 points de côté, sans métadonnées. Lancé à part (`borne`)."""

from __future__ import annotations

import io
import sys

#: De quoi lire une étiquette sur une photo de toute une pièce.
COTE = 1600
QUALITE = 80


def refaire(octets: bytes) -> bytes:
    """L'image en JPEG ; les mêmes octets donnent les mêmes octets."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(octets), formats=("JPEG", "PNG", "WEBP")) as image:
        droite = ImageOps.exif_transpose(image).convert("RGB")
    droite.thumbnail((COTE, COTE))
    nue = Image.frombytes("RGB", droite.size, droite.tobytes())
    sortie = io.BytesIO()
    nue.save(sortie, "JPEG", quality=QUALITE)
    return sortie.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(refaire(sys.stdin.buffer.read()))

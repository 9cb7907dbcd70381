"""Le texte d'un document : lu par un autre processus, borné ; gardé à côté du coffre, jetable."""

from __future__ import annotations

import io
import re
import sys
from contextlib import suppress

from tiers_lieu_cli.convention.document.coffre import Coffre
from tiers_lieu_cli.convention.document.modele import Document
from tiers_lieu_cli.noyau import borne, fichiers, systeme
from tiers_lieu_cli.noyau.echecs import Echec

#: Ce qu'on lit d'un document pour le retrouver ; au-delà, son titre suffit.
LUS_AU_PLUS = 32 * 1024 * 1024
DELAI = 20.0
_GARDES = 1_000_000
_TEXTES = frozenset({".txt", ".md", ".csv", ".eml"})
#: Où est le texte d'un document de bureau, qui est une archive zip.
_DEDANS = {
    ".docx": "word/document.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".xlsx": "xl/sharedStrings.xml",
}


def texte(coffre: Coffre, d: Document) -> str:
    """Ce qu'il dit ; vide s'il ne se lit pas, ou n'est pas là. Tiré une fois, puis gardé."""
    garde = coffre.texte(d.empreinte)
    with suppress(OSError):
        return systeme.lire_ordinaire(garde, 4 * _GARDES).decode("utf-8", "replace")
    try:
        octets = systeme.lire_ordinaire(coffre.fichier(d.empreinte), LUS_AU_PLUS)
    except OSError:
        return ""
    lu = _lire(octets, d.suffixe)
    with suppress(Echec, OSError):
        systeme.remplacer(garde, [lu.encode()])
        garde.chmod(0o600)
    return lu


def _lire(octets: bytes, suffixe: str) -> str:
    if suffixe in _TEXTES:
        return fichiers.decoder(octets).texte[:_GARDES]
    if suffixe != ".pdf" and suffixe not in _DEDANS:
        return ""
    try:
        entree = suffixe.encode() + b"\n" + octets
        lu = borne.executer(__name__, entree, delai=DELAI, calcul=DELAI, memoire=borne.GRANDE)
    except borne.Depassement:
        return ""
    return lu.decode("utf-8", "replace")[:_GARDES]


def _d_un_pdf(octets: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(octets)).pages)


def _d_une_archive(octets: bytes, dedans: str) -> str:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(octets)) as archive, archive.open(dedans) as flux:
        xml = flux.read(LUS_AU_PLUS).decode("utf-8", "replace")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]{0,2000}>", " ", xml))


if __name__ == "__main__":
    dit, _, contenu = sys.stdin.buffer.read().partition(b"\n")
    sorte = dit.decode()
    # Un document abîmé n'a pas de texte ; sa fiche, elle, se retrouve.
    with suppress(Exception):
        lu = _d_un_pdf(contenu) if sorte == ".pdf" else _d_une_archive(contenu, _DEDANS[sorte])
        sys.stdout.buffer.write(lu.encode("utf-8", "replace"))

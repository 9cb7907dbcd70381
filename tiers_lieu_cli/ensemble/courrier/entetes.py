"""Un courriel ouvert et ses en-têtes, bornés : `email` en lit les paramètres au carré de leur nombre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32

#: Ce qu'on lit d'un en-tête, et de ceux qui ont des paramètres (RFC 2045, 2231) ; en signes.
EN_TETE, PARAMETRES = 100_000, 4_000


class _Bornee(Compat32):
    """Les règles d'origine (les nouvelles lèvent sur des en-têtes fautifs), où un en-tête a une fin."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        nom, valeur = super().header_source_parse(sourcelines)
        return nom, valeur[: PARAMETRES if nom.lower().startswith("content-") else EN_TETE]


_REGLES = _Bornee()


def ouvrir(octets: bytes) -> Message:
    """Le courriel que disent ces octets ; il peut lever, s'il est écrit pour faire tomber."""
    return message_from_bytes(octets, policy=_REGLES)


def parametre(lire: Callable[[], str | None]) -> str:
    """Ce qu'un paramètre dit ; vide si `email` n'en sait trier les morceaux (RFC 2231)."""
    try:
        return lire() or ""
    except (TypeError, ValueError, LookupError):
        return ""


def bruts(courriel: Message, nom: str) -> Iterator[str]:
    """Les valeurs d'un en-tête telles qu'écrites ; des octets nus (contre la RFC) y sont lus en UTF-8."""
    for dit, valeur in courriel.raw_items():
        if dit.lower() == nom.lower():
            brut = str(valeur)
            yield brut if brut.isascii() else en_texte(brut.encode("utf-8", "surrogateescape"), "utf-8")


def decoder(brut: str) -> str:
    """Les mots codés (RFC 2047) d'un en-tête, dits ; tels quels s'ils ne se comprennent pas."""
    morceaux = []
    try:
        for octets, codage in decode_header(brut):
            if isinstance(octets, str):
                morceaux.append(octets)
            else:
                morceaux.append(en_texte(octets, codage or "utf-8"))
    except (HeaderParseError, ValueError, LookupError):
        return brut
    return "".join(morceaux)


def en_texte(octets: bytes, codage: str) -> str:
    """Ces octets dans ce codage ; sinon en UTF-8, sinon comme Windows les écrirait."""
    try:
        return octets.decode(codage)
    except (LookupError, ValueError):
        try:
            return octets.decode("utf-8")
        except ValueError:
            return octets.decode("cp1252", "replace")

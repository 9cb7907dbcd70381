"""Des courriels écrits à la manière des clients qu'on rencontre, et d'autres pour nuire."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Sequence

MAISON = "bonjour@passerelle.be"
INES = "Inès Diallo <ines@exemple.org>"
QUAND = "Tue, 24 Nov 2026 08:10:00 +0100"


def courriel(
    corps: str | bytes = "",
    *,
    de: str = INES,
    a: str = MAISON,
    objet: str = "",
    ident: str = "<un@exemple.org>",
    le: str = QUAND,
    sorte: str = "text/plain; charset=utf-8",
    codage: str = "8bit",
    **en_tetes: str,
) -> bytes:
    """Un courriel d'une seule partie ; `en_tetes` s'ajoutent (In_Reply_To → In-Reply-To)."""
    octets = corps.encode() if isinstance(corps, str) else corps
    if codage == "quoted-printable":
        octets = quopri.encodestring(octets)
    elif codage == "base64":
        octets = base64.encodebytes(octets)
    tetes = {
        "From": de,
        "To": a,
        "Subject": objet,
        "Date": le,
        "Message-ID": ident,
        "MIME-Version": "1.0",
        "Content-Type": sorte,
        "Content-Transfer-Encoding": codage,
        **{nom.replace("_", "-"): valeur for nom, valeur in en_tetes.items()},
    }
    lignes = [f"{nom}: {valeur}" for nom, valeur in tetes.items() if valeur]
    return "\r\n".join(lignes).encode() + b"\r\n\r\n" + octets.replace(b"\n", b"\r\n")


def parties(sorte: str, dedans: Sequence[bytes], **options: str) -> bytes:
    """Un courriel de plusieurs parties, chacune avec ses en-têtes."""
    corps = b"".join(b"--zz\n" + partie + b"\n" for partie in dedans) + b"--zz--\n"
    return courriel(corps, sorte=f'{sorte}; boundary="zz"', codage="7bit", **options)


def partie(sorte: str, corps: str, *tetes: str) -> bytes:
    """Une partie, en base64."""
    dites = "\n".join([f"Content-Type: {sorte}", "Content-Transfer-Encoding: base64", *tetes])
    return f"{dites}\n\n".encode() + base64.encodebytes(corps.encode())


REPLIQUE = """METHOD:REPLY
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261126T173000Z
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={etat};CN=Inès Di
 allo:mailto:ines@exemple.org
END:VEVENT
END:VCALENDAR
""".partition("\n")[2]


def replique(uid: str, etat: str, **options: str) -> bytes:
    """La réponse d'un agenda à une invitation (iTIP)."""
    return parties(
        "multipart/alternative",
        [
            partie("text/plain; charset=utf-8", "Inès Diallo a répondu à cette invitation."),
            partie("text/calendar; charset=utf-8; method=REPLY", REPLIQUE.format(uid=uid, etat=etat)),
        ],
        **options,
    )

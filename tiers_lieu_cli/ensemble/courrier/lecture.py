"""Un courriel, d'octets en données : rien de ce qu'il contient n'est cru, tout y est borné.

On ne lit que le début d'un très gros courriel (le texte vient avant les pièces jointes), on ne
descend pas au-delà de dix boîtes emboîtées, et le HTML perd tout par nh3 sauf ses sauts de ligne.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.errors import HeaderParseError
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from enum import StrEnum
from itertools import islice

import msgspec

from tiers_lieu_cli.ensemble.courrier import entetes
from tiers_lieu_cli.ensemble.courrier.html_en_mots import en_mots
from tiers_lieu_cli.ensemble.courrier.mots_neufs import mots_neufs
from tiers_lieu_cli.noyau.fiches.identifiants import ALPHABET
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import est_lisible, sans_accent

#: Ce qu'on lit d'un courriel ; le reste n'est que des pièces jointes.
TAILLE_LUE = 2 * 1024 * 1024
#: Ce qu'on garde de son texte.
LONGUEUR_DU_TEXTE = 8_000
_PARTIES, _PROFONDEUR, _REFERENCES = 100, 10, 50
_LIGNE = 300
_MESSAGE_ID = motif(r"<[^<>\s]{1,250}>")
_REPONSE = motif(r"^\s*(?:(?:re|sv|aw|antw|rép|rep|ré)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_TRANSFERE = motif(r"^\s*(?:fwd?|tr|trans|wg|doorst|rv|i)\s*:", re.IGNORECASE)
#: Les sujets d'une réponse d'absence, sans accents, en cinq langues.
_ABSENCE = motif(
    r"(?:\[?auto(?:matique|matic|matisch|matische)?(?:[ -](?:reply|reponse|antwort|antwoord))?\]?\s*:"
    r"|reponse automatique|automatic reply|automatische antwort|automatisch antwoord|respuesta automatica"
    r"|out of (?:the )?office|absence du bureau|absent du bureau|je suis absent|en conges?\b"
    r"|afwezig(?:heid)?\b|buiten kantoor|abwesenheit|nicht im buro|fuera de la oficina|ausencia)",
)


class Automate(StrEnum):
    """Ce qu'une machine a écrit, et que personne n'attend qu'on lise."""

    ABSENCE = "réponse d'absence"
    REBOND = "courriel non remis"
    LETTRE = "lettre d'information"


class Presence(StrEnum):
    """Ce qu'une réponse à une invitation dit (iTIP, RFC 5546 : METHOD:REPLY)."""

    OUI = "oui"
    NON = "non"
    PEUT_ETRE = "peut-être"


class Invitation(msgspec.Struct, frozen=True):
    """La réponse à une invitation d'agenda : pour quel UID, et quoi."""

    uid: str
    presence: Presence


class Piece(msgspec.Struct, frozen=True):
    """Une pièce jointe : son nom, et son contenu si on l'a demandé."""

    nom: str
    contenu: bytes = b""


class Lu(msgspec.Struct, frozen=True, kw_only=True):
    """Un courriel lu : qui, quand, dans quel fil, ce qu'il dit de neuf.

    `fil` : les Message-ID qu'il dit suivre, le plus proche d'abord ; `a` : à qui il fut adressé.
    """

    message: str
    fil: tuple[str, ...] = ()
    nom: str = ""
    adresse: str = ""
    a: tuple[str, ...] = ()
    objet: str = ""
    le: datetime | None = None
    texte: str = ""
    repond: bool = False
    transfere: bool = False
    automate: Automate | None = None
    invitation: Invitation | None = None
    pieces: tuple[Piece, ...] = ()
    #: D'un courriel non remis, à qui il ne l'est pas.
    non_remis: str = ""

    @property
    def ident(self) -> str:
        """Le nom de sa fiche : une empreinte de son Message-ID, qui ne dit aucune adresse."""
        return empreinte(self.message)


def empreinte(message: str) -> str:
    """« c-7k2m9xq4bd » : le même courriel a partout le même nom, et le nom ne redit rien."""
    nombre = int.from_bytes(hashlib.sha256(message.encode("utf-8", "replace")).digest()[:8])
    lettres = []
    for _ in range(10):
        nombre, reste = divmod(nombre, len(ALPHABET))
        lettres.append(ALPHABET[reste])
    return f"c-{''.join(lettres)}"


def lire(octets: bytes, *, pieces: bool = False) -> Lu:
    """Le courriel que disent ces octets, quels qu'ils soient ; `pieces` : avec le contenu des pièces."""
    entete = octets[:TAILLE_LUE] if not pieces else octets
    try:
        courriel = entetes.ouvrir(entete)
        parties = list(_parties(courriel))
    except (RecursionError, ValueError, LookupError, HeaderParseError, IndexError, TypeError):
        # Trop emboîté, ou écrit pour faire tomber : l'en-tête suffit à dire qu'il est là.
        courriel = entetes.ouvrir(re.split(rb"\r?\n\r?\n", entete, maxsplit=1)[0] + b"\n\n")
        parties = []
    nom, adresse = _expediteur(courriel)
    objet = _champ(courriel, "Subject")
    transfere = bool(_TRANSFERE.match(objet))
    texte = mots_neufs(_texte(parties), signe=nom, transfere=transfere)[:LONGUEUR_DU_TEXTE].rstrip()
    invitation = next(filter(None, map(_invitation, parties)), None)
    message = (
        _message_id(courriel)
        or hashlib.sha256(
            "\0".join((adresse, _champ(courriel, "Date"), objet, texte)).encode("utf-8", "replace")
        ).hexdigest()
    )
    return Lu(
        message=message,
        fil=_fil(courriel, message),
        nom=nom,
        adresse=adresse,
        a=tuple(dict.fromkeys(a.lower() for _, a in _adresses(courriel, "To", "Cc") if a)),
        objet=objet,
        le=_moment(courriel),
        texte=texte,
        repond=bool(_REPONSE.match(objet)),
        transfere=transfere,
        # Un agenda répond tout seul, mais parce que quelqu'un a cliqué.
        automate=None if invitation else _automate(courriel, objet),
        invitation=invitation,
        pieces=tuple(_pieces(parties, contenu=pieces)),
        non_remis=_non_remis(courriel, entete),
    )


# -- les en-têtes ---------------------------------------------------------------


def _champ(courriel: Message, nom: str) -> str:
    """La valeur d'un en-tête, décodée, sur une ligne courte, sans rien d'invisible."""
    return _ligne(entetes.decoder(next(entetes.bruts(courriel, nom), "")[: 10 * _LIGNE]))


def _ligne(texte: str) -> str:
    return " ".join("".join(c if est_lisible(c) else " " for c in texte).split())[:_LIGNE]


def _adresses(courriel: Message, *noms: str) -> list[tuple[str, str]]:
    bruts = [v[: 20 * _LIGNE] for nom in noms for v in islice(entetes.bruts(courriel, nom), 5)]
    try:
        return [(_ligne(entetes.decoder(n)), a) for n, a in getaddresses(bruts)[:100]]
    except (ValueError, IndexError, TypeError, RecursionError):
        # Mille commentaires emboîtés (« ((( ») : la bibliothèque y descend un par un.
        return []


def _expediteur(courriel: Message) -> tuple[str, str]:
    """Le nom et l'adresse de qui écrit (From) ; une adresse douteuse est vide."""
    for nom, adresse in _adresses(courriel, "From"):
        if re.fullmatch(r"[^\s@<>\"(),:;]{1,64}@[^\s@<>\"(),:;]{1,190}", adresse):
            return ("" if "@" in nom else nom.strip("'\" ")), adresse.lower()
    return "", ""


def _message_id(courriel: Message) -> str:
    trouve = _MESSAGE_ID.search(str(courriel.get("Message-ID") or "")[:1000])
    return trouve[0] if trouve else ""


def _fil(courriel: Message, soi: str) -> tuple[str, ...]:
    """In-Reply-To, puis References du plus proche au plus lointain."""
    proches = _MESSAGE_ID.findall(str(courriel.get("In-Reply-To") or "")[:2000])
    lointains = _MESSAGE_ID.findall(str(courriel.get("References") or "")[-20_000:])
    return tuple(m for m in dict.fromkeys([*proches, *reversed(lointains)]) if m != soi)[:_REFERENCES]


def _moment(courriel: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(courriel.get("Date") or "")[:100])
        return moment if moment.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _automate(courriel: Message, objet: str) -> Automate | None:
    """Qui a écrit n'est-il personne ? (RFC 3834, RFC 3464, et ce que font ceux qui ne les suivent pas.)"""
    dit = {nom: str(courriel.get(nom) or "").strip().lower()[:200] for nom in _EN_TETES}
    auto = dit["Auto-Submitted"].partition(";")[0].strip()
    rapport = courriel.get_content_type() == "multipart/report"
    robot = re.match(r"(?:mailer-daemon|postmaster)@", _expediteur(courriel)[1])
    if rapport and "disposition-notification" not in str(courriel.get("Content-Type")).lower():
        return Automate.REBOND
    if robot or (dit["Return-Path"] == "<>" and auto != "auto-replied" and dit["X-Failed-Recipients"]):
        return Automate.REBOND
    if auto not in ("", "no") or dit["X-Autoreply"] or dit["X-Autorespond"] or rapport:
        return Automate.ABSENCE
    if dit["Precedence"] == "auto_reply" or _ABSENCE.match(sans_accent(_REPONSE.sub("", objet))):
        return Automate.ABSENCE
    if dit["List-Unsubscribe"] and dit["Precedence"] in ("bulk", "junk", "list"):
        return Automate.LETTRE
    return None


_EN_TETES = (
    *("Auto-Submitted", "Return-Path", "X-Failed-Recipients", "X-Autoreply", "X-Autorespond", "Precedence"),
    "List-Unsubscribe",
)


# -- le corps -------------------------------------------------------------------


def _parties(courriel: Message) -> Iterator[Message]:
    """Les parties simples, dans l'ordre : peu, peu profondes, et aucune d'un courriel joint."""
    pile = [(courriel, 0)]
    vues = 0
    while pile and vues < _PARTIES:
        partie, profondeur = pile.pop()
        vues += 1
        dedans = partie.get_payload()
        if isinstance(dedans, list):
            joint = partie.get_content_maintype() == "message" and profondeur > 0
            if profondeur < _PROFONDEUR and not joint:
                pile += [(p, profondeur + 1) for p in reversed(dedans) if isinstance(p, Message)]
        else:
            yield partie


def _contenu(partie: Message) -> bytes:
    octets = partie.get_payload(decode=True)
    return octets if isinstance(octets, bytes) else b""


def _non_remis(courriel: Message, octets: bytes) -> str:
    """L'adresse qu'un rapport de remise dit perdue (RFC 3464) ; vide si ce n'en est pas un."""
    if courriel.get_content_type() != "multipart/report":
        return ""
    perdue = re.search(
        rb"^Final-Recipient:\s*rfc822\s*;\s*<?([^\s<>@]{1,64}@[^\s<>@]{1,190})>?\s*$",
        octets,
        re.MULTILINE | re.IGNORECASE,
    )
    return perdue[1].decode("ascii", "replace").lower() if perdue else ""


def _est_jointe(partie: Message) -> bool:
    return partie.get_content_disposition() == "attachment" or bool(_nom(partie))


def _nom(partie: Message) -> str:
    try:
        return _ligne(entetes.decoder(entetes.parametre(partie.get_filename)))
    except (ValueError, TypeError, LookupError):
        return ""


def _texte(parties: list[Message]) -> str:
    """Le texte du courriel : ses parties en texte ; s'il n'en a pas, son HTML réduit à ses mots."""
    simples = [p for p in parties if not _est_jointe(p)]
    for sorte in ("text/plain", "text/html"):
        trouves = [_lisible(p) for p in simples if p.get_content_type() == sorte]
        dits = [d for d in (en_mots(t) if sorte == "text/html" else t for t in trouves) if d.strip()]
        if dits:
            return "\n".join(dits)[: 20 * LONGUEUR_DU_TEXTE]
    return ""


def _lisible(partie: Message) -> str:
    texte = entetes.en_texte(
        _contenu(partie)[: 40 * LONGUEUR_DU_TEXTE], entetes.parametre(partie.get_content_charset) or "utf-8"
    )
    # Une ligne repliée par le client (format=flowed, RFC 3676) en redevient une.
    if "format=flowed" in str(partie.get("Content-Type")).lower():
        texte = re.sub(r"(?<=[^\s>-]) \r?\n(?![>\n])", " ", texte)
    return "".join(c if c in "\n\r\t" or est_lisible(c) else "" for c in texte)


def _invitation(partie: Message) -> Invitation | None:
    """Ce qu'un « text/calendar; method=REPLY » répond ; toute autre sorte d'agenda n'est qu'une pièce."""
    if partie.get_content_type() not in ("text/calendar", "application/ics"):
        return None
    texte = entetes.en_texte(
        _contenu(partie)[:200_000], entetes.parametre(partie.get_content_charset) or "utf-8"
    )
    deplie = re.sub(r"\r?\n[ \t]", "", texte)
    if not re.search(r"^METHOD:REPLY\s*$", deplie, re.IGNORECASE | re.MULTILINE):
        return None
    uid = re.search(r"^UID:(\S{1,300})\s*$", deplie, re.IGNORECASE | re.MULTILINE)
    etat = re.search(
        r"^ATTENDEE[^:\n]{0,500}?;PARTSTAT=\"?(ACCEPTED|DECLINED|TENTATIVE)\b",
        deplie,
        re.IGNORECASE | re.MULTILINE,
    )
    return Invitation(uid[1], _PRESENCES[etat[1].upper()]) if uid and etat else None


_PRESENCES = {"ACCEPTED": Presence.OUI, "DECLINED": Presence.NON, "TENTATIVE": Presence.PEUT_ETRE}


def _pieces(parties: list[Message], *, contenu: bool) -> Iterator[Piece]:
    for partie in parties:
        if _est_jointe(partie):
            nom = re.sub(r"[/\\]", "-", _nom(partie)).lstrip(".") or "piece"
            yield Piece(nom[:120], _contenu(partie) if contenu else b"")

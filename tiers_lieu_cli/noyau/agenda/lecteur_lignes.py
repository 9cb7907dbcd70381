"""Les lignes d'un .ics, et les seuls composants dont on se sert : ses événements et ses fuseaux.

Le dépliage se fait sur les octets, avant de décoder : un pli peut couper un caractère (RFC 5545 § 3.1).
Ce qu'on ne garde pas (alarmes, tâches, disponibilités, champs inconnus) est mis de côté sans être lu :
mal écrit, il ne fait rien perdre.
"""

from __future__ import annotations

import quopri
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.motif import motif

_PLI = motif(rb"\r?\n[ \t]")
_NOM = motif(r"([A-Za-z0-9-]+)(?=[;:])")
_PARAMETRE = motif(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
#: Les champs d'un événement dont on se sert.
UTILES = frozenset(
    {
        *("UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "DURATION"),
        *("RRULE", "EXRULE", "RDATE", "EXDATE", "STATUS", "CLASS"),
        *("SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CATEGORIES"),
    }
)
#: Les champs de l'agenda lui-même.
_DE_L_AGENDA = frozenset({"METHOD", "NAME", "X-WR-CALNAME", "PRODID"})
#: Ce qu'une ligne peut commencer sans être la suite d'un texte mal plié (RFC 5545, 7986, 9073, 9253).
_CONNUS = UTILES | {
    *("ATTACH", "ATTENDEE", "COLOR", "COMMENT", "CONCEPT", "CONFERENCE", "CONTACT", "CREATED", "GEO"),
    *("IMAGE", "LAST-MODIFIED", "LINK", "ORGANIZER", "PRIORITY", "REFID", "RELATED-TO", "REQUEST-STATUS"),
    *("RESOURCES", "SOURCE", "STRUCTURED-DATA", "STYLED-DESCRIPTION", "TRANSP", "BEGIN", "END"),
}
_TEXTES = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION"})
_QP = "QUOTED-PRINTABLE"


class Champ(msgspec.Struct, frozen=True):
    """Une propriété : ses paramètres (en capitales) et sa valeur, telle qu'elle est écrite."""

    parametres: dict[str, str]
    valeur: str


@dataclass
class Composant:
    """Un événement : ses champs utiles, et la méthode (RFC 5546) de l'agenda où il est."""

    champs: dict[str, list[Champ]] = field(default_factory=dict)
    methode: str = ""

    def un(self, nom: str) -> Champ | None:
        """Le premier champ de ce nom."""
        return self.champs.get(nom, [None])[0]

    def valeur(self, nom: str) -> str:
        """La valeur du premier champ de ce nom, en capitales et sans blancs ; vide s'il n'y est pas."""
        champ = self.un(nom)
        return champ.valeur.strip().upper() if champ else ""


@dataclass
class Contenu:
    """Ce qu'un fichier contient : tous ses agendas réunis."""

    nom: str = ""
    outil: str = ""
    evenements: list[Composant] = field(default_factory=list)
    fuseaux: dict[str, str] = field(default_factory=dict)
    #: Les composants qu'un agenda peut avoir et dont le programme ne fait rien, et combien.
    mis_de_cote: dict[str, int] = field(default_factory=dict)
    avis: str = ""


#: Un agenda en emboîte trois ou quatre (RFC 5545 § 3.6).
EMBOITES = 30


class Refus(Exception):
    """Le fichier entier ne peut être lu ; le message finit la phrase « fichier.ics … »."""


def lire(octets: bytes) -> Contenu:
    """Les événements et les fuseaux de ce fichier ; `Refus` si ce n'est pas un agenda, ou s'il est coupé."""
    if not octets.strip():
        raise Refus("est vide")
    contenu = Contenu()
    rangement = _Rangement(contenu)
    lignes = _lignes(octets, contenu)
    if not any(ligne.upper().startswith(("BEGIN:VCALENDAR", "BEGIN:VEVENT")) for ligne in lignes):
        raise Refus(f"n'est pas un agenda : c'est {_genre(lignes)}")
    for ligne in lignes:
        rangement.prendre(ligne)
    if rangement.ouverts:
        raise Refus("est coupé avant la fin, ou mêlé à autre chose")
    return contenu


def _lignes(octets: bytes, contenu: Contenu) -> list[str]:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        octets = fichiers.decoder(octets).texte.encode()
    if b"\n" not in octets:
        octets = octets.replace(b"\r", b"\n")
    decode = fichiers.decoder(_PLI.sub(b"", octets), situer=False)
    contenu.avis = decode.avis
    lignes = [ligne.rstrip("\r") for ligne in decode.texte.replace("\x00", "").split("\n")]
    return [ligne for ligne in _recoller(lignes) if ligne.strip()]


def _recoller(lignes: Iterable[str]) -> Iterable[str]:
    """Les lignes, celles qu'un vieil outil coupe d'un « = » (quoted-printable) recollées."""
    entamee = ""
    for ligne in lignes:
        entiere = entamee + ligne
        entamee = ""
        if ligne.endswith("=") and _QP in entiere.partition(":")[0].upper():
            entamee = entiere[:-1]
        else:
            yield entiere
    if entamee:
        yield entamee


def _genre(lignes: list[str]) -> str:
    debut = lignes[0].lstrip()[:1] if lignes else ""
    return {"<": "une page web", "{": "du JSON", "[": "du JSON"}.get(debut, "un autre texte")


class _Rangement:
    """Les lignes rangées au fur et à mesure ; `ouverts` : les composants qui attendent leur fin."""

    def __init__(self, contenu: Contenu) -> None:
        self.contenu = contenu
        self.ouverts: list[str] = []
        self._methode = ""
        self._evenement: Composant | None = None
        self._fuseau: list[str] = []
        #: Le texte qu'une ligne mal pliée continuerait.
        self._texte: list[Champ] | None = None

    def prendre(self, ligne: str) -> None:
        """Ranger une ligne dépliée."""
        nom = trouve[1].upper() if (trouve := _NOM.match(ligne)) else ""
        if nom == "BEGIN":
            self._commencer(ligne.partition(":")[2].strip().upper())
        elif nom == "END":
            self._finir(ligne.partition(":")[2].strip().upper())
        elif "VTIMEZONE" in self.ouverts:
            self._fuseau.append(ligne)
        elif self._evenement is not None:
            if self.ouverts[-1] == "VEVENT":
                self._champ(nom, ligne)
        elif nom in _DE_L_AGENDA and self.ouverts[-1:] in (["VCALENDAR"], []):
            self._de_l_agenda(nom, ligne)

    def _commencer(self, quoi: str) -> None:
        if len(self.ouverts) >= EMBOITES:
            raise Refus("emboîte trop de composants")
        if quoi == "VEVENT" and "VEVENT" in self.ouverts:
            self._finir("VEVENT")
        if quoi == "VEVENT":
            self._evenement = Composant(methode=self._methode)
        elif quoi == "VTIMEZONE":
            self._fuseau = []
        elif quoi == "VCALENDAR":
            self._methode = ""
        elif self.ouverts[-1:] == ["VCALENDAR"]:
            cote = self.contenu.mis_de_cote
            cote[quoi] = cote.get(quoi, 0) + 1
        if "VTIMEZONE" in (quoi, *self.ouverts):
            self._fuseau.append(f"BEGIN:{quoi}")
        self._texte = None
        self.ouverts.append(quoi)

    def _finir(self, quoi: str) -> None:
        if quoi not in self.ouverts:
            if self.ouverts[-1:] != ["VEVENT"]:
                return
            # Un événement fermé sous un autre nom est quand même fermé.
            quoi = "VEVENT"
        if "VTIMEZONE" in self.ouverts:
            self._fuseau.append(f"END:{quoi}")
        del self.ouverts[len(self.ouverts) - 1 - self.ouverts[::-1].index(quoi) :]
        self._texte = None
        if self._evenement is not None and "VEVENT" not in self.ouverts:
            self._evenement.methode = self._evenement.methode or self._methode
            self.contenu.evenements.append(self._evenement)
            self._evenement = None
        if quoi == "VTIMEZONE":
            tzid = next(
                (li.partition(":")[2].strip() for li in self._fuseau if li.upper().startswith("TZID")), ""
            )
            self.contenu.fuseaux.setdefault(tzid, "\n".join(self._fuseau))

    def _champ(self, nom: str, ligne: str) -> None:
        assert self._evenement is not None
        if nom not in _CONNUS and not nom.startswith("X-"):
            if self._texte is not None:
                entame = self._texte[-1]
                self._texte[-1] = Champ(entame.parametres, f"{entame.valeur}\\n{ligne}")
            return
        self._texte = None
        if nom in UTILES:
            liste = self._evenement.champs.setdefault(nom, [])
            liste.append(_lire_champ(nom, ligne))
            if nom in _TEXTES:
                self._texte = liste

    def _de_l_agenda(self, nom: str, ligne: str) -> None:
        valeur = _lire_champ(nom, ligne).valeur.strip()
        if nom == "METHOD":
            self._methode = valeur.upper()
        elif nom == "PRODID":
            self.contenu.outil = self.contenu.outil or valeur
        else:
            self.contenu.nom = self.contenu.nom or valeur


def _lire_champ(nom: str, ligne: str) -> Champ:
    rang, parametres = len(nom), {}
    while trouve := _PARAMETRE.match(ligne, rang):
        parametres[trouve[1].upper()] = trouve[2].strip('"')
        rang = trouve.end()
    # Un paramètre mal écrit ne fait pas perdre la valeur : elle suit le premier « : ».
    valeur = ligne[rang + 1 :] if ligne[rang : rang + 1] == ":" else ligne.partition(":")[2]
    if parametres.get("ENCODING", "").upper() == _QP:
        valeur = _de_quoted_printable(valeur, parametres.get("CHARSET", "utf-8"))
    return Champ(parametres, valeur)


def _de_quoted_printable(valeur: str, charset: str) -> str:
    """Le texte d'un champ écrit comme au temps de vCalendar 1.0."""
    octets = quopri.decodestring(valeur.encode("utf-8"))
    try:
        lu = octets.decode(charset)
    except (LookupError, ValueError):
        lu = fichiers.decoder(octets).texte
    return lu.replace("\r\n", "\n").replace("\n", "\\n")

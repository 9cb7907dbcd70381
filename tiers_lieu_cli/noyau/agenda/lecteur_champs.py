"""Les valeurs d'un .ics : moments, fuseaux, durées, textes. Seuls les champs dont on se sert sont lus."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Champ, Composant
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import fuseaux, regle_etrangere
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.noyau.texte import mot_propre

ANNEES = range(1600, 2201)
_ECHAPPE = motif(r"\\(.)", re.DOTALL)
#: Ce qui ne se voit pas ; les liants des emoji composés et du persan (ZWJ, ZWNJ) en font partie du mot.
_INVISIBLES = motif(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_COUPE = motif(r"\s")
_BALISE = motif(
    r"</?(?:a|b|i|u|p|br|div|span|ul|ol|li|em|strong|html|body|font|table|t[drh]|h[1-6])\b[^>]*>", re.I
)
_ENTITE = motif(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}\d?);", re.I)
_LIEN = motif(r"<a\b[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]+)[^>]*>(.*?)</a\s*>", re.I | re.DOTALL)
_FIN_DE_LIGNE = motif(r"\s*(?:<br\b[^>]*>|</(?:p|div|li|tr|h[1-6]|ul|ol|table)\s*>)\s*", re.I)
_PUCE = motif(r"\s*<li\b[^>]*>\s*", re.I)
#: Des noms que des outils donnent à tout événement faute d'en avoir un.
UID_MUETS = frozenset({"", "NONE", "NULL", "NIL", "UNDEFINED", "N/A", "UID", "0", "-1", "-"})


class Illisible(Exception):
    """Un champ dont on se sert ne se comprend pas ; le message finit « « Titre » laissé : … »."""


class Moment(msgspec.Struct, frozen=True):
    """Un jour, ou une heure au mur d'un fuseau (`None` : celui de qui regarde, RFC 5545 § 3.3.5).

    `tzid` : le nom du fuseau, « UTC » compris ; vide sans fuseau.
    """

    mural: datetime
    est_un_jour: bool = False
    fuseau: tzinfo | None = None
    tzid: str = ""

    def au(self, lieu: ZoneInfo) -> datetime:
        """L'instant ; sans fuseau, l'heure est celle du lieu."""
        return self.mural.replace(tzinfo=self.fuseau or lieu)

    def cle(self, lieu: ZoneInfo) -> str:
        """Ce moment à l'heure du lieu : « 2026-12-04T15:00 », ou « 2026-12-04 »."""
        if self.est_un_jour:
            return f"{self.mural:%Y-%m-%d}"
        return f"{self.au(lieu).astimezone(lieu):%Y-%m-%dT%H:%M}"


class Fuseaux:
    """Les fuseaux qu'un fichier nomme : ceux du monde, puis les siens, puis ceux de Windows."""

    def __init__(self, definitions: dict[str, str]) -> None:
        self._definitions = definitions
        self._lus: dict[str, tzinfo | None] = {}

    def de(self, tzid: str) -> tuple[tzinfo, str]:
        """Le fuseau de ce nom, et son nom à retenir ; `Illisible` s'il est inconnu."""
        if tzid not in self._lus:
            self._lus[tzid] = self._trouver(tzid)
        fuseau = self._lus[tzid]
        if fuseau is None:
            raise Illisible(f"son fuseau « {propre(tzid)[:80]} » est inconnu")
        return fuseau, fuseau.key if isinstance(fuseau, ZoneInfo) else tzid

    def definition(self, tzid: str) -> str:
        """Le VTIMEZONE qui définit ce fuseau, s'il n'est pas du monde."""
        return fuseaux.abreger(self._definitions[tzid]) if isinstance(self._lus.get(tzid), Defini) else ""

    def _trouver(self, tzid: str) -> tzinfo | None:
        # « Europe/Brussels », ou derrière le nom d'un vendeur ; un nom sans « / » (GMT, EST) est au fichier.
        parties = tzid.strip("/").split("/")
        for rang in range(len(parties) - 1):
            if monde := fuseaux.du_monde("/".join(parties[rang:])):
                return monde
        if tzid in self._definitions:
            try:
                return fuseaux.FuseauDuFichier(self._definitions[tzid])
            except ValueError:
                raise Illisible(f"son fuseau « {propre(tzid)[:80]} » est mal défini") from None
        return fuseaux.du_monde(_de_windows(tzid) or tzid)


Defini = fuseaux.FuseauDuFichier


def _de_windows(tzid: str) -> str:
    """Le fuseau du monde que Windows nomme ainsi (« Romance Standard Time ») ; vide s'il n'en nomme pas."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return str(WINDOWS_TO_OLSON.get(tzid, ""))


# -- les moments --------------------------------------------------------------


def moment(champ: Champ, zones: Fuseaux) -> Moment:
    """Le moment d'un champ ; TZID ne vaut pas pour un jour (§ 3.2.19)."""
    return _moment(champ.valeur, champ.parametres, zones)


def _moment(ecrit: str, parametres: dict[str, str], zones: Fuseaux) -> Moment:
    ecrit = ecrit.strip().upper()
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?Z?", ecrit):
        ecrit = ecrit.replace("-", "").replace(":", "")
    try:
        mural = regle_etrangere.lire_moment(ecrit)
    except ValueError:
        raise Illisible(f"« {propre(ecrit)[:40]} » n'est pas une date") from None
    if mural.year not in ANNEES:
        raise Illisible(f"l'année {mural.year} est hors de l'histoire du lieu")
    if "T" not in ecrit or parametres.get("VALUE", "").upper() == "DATE":
        return Moment(datetime.combine(mural, datetime.min.time()), est_un_jour=True)
    if ecrit.endswith("Z"):
        return Moment(mural, fuseau=UTC, tzid="UTC")
    if tzid := parametres.get("TZID", ""):
        fuseau, nom = zones.de(tzid)
        return Moment(mural, fuseau=fuseau, tzid=nom)
    return Moment(mural)


def moments(champ: Champ, zones: Fuseaux) -> tuple[list[tuple[Moment, Moment | timedelta | None]], int]:
    """Les moments d'une liste (RDATE, EXDATE), avec leur fin pour une période ; combien sont illisibles."""
    lus: list[tuple[Moment, Moment | timedelta | None]] = []
    perdus = 0
    for dit in filter(None, champ.valeur.split(",")):
        debut, _, fin = dit.partition("/")
        try:
            borne: Moment | timedelta | None = None
            if fin:
                borne = duree(fin) if "P" in fin.upper() else _moment(fin, champ.parametres, zones)
            lus.append((_moment(debut, champ.parametres, zones), borne))
        except Illisible:
            perdus += 1
    return lus, perdus


def duree(ecrite: str) -> timedelta:
    """La durée d'une période ; `Illisible` sinon."""
    return sum(durees(ecrite), timedelta())


def durees(ecrite: str) -> tuple[timedelta, timedelta]:
    """Ce qui se compte au mur, et ce qui se compte vraiment ; voir `regle_etrangere.lire_duree`."""
    try:
        lues = regle_etrangere.lire_duree(ecrite.strip().upper())
    except (ValueError, OverflowError):
        raise Illisible(f"« {propre(ecrite)[:40]} » n'est pas une durée") from None
    if sum(lues, timedelta()) > 3660 * UN_JOUR:
        raise Illisible("sa durée est démesurée")
    return lues


def version(e: Composant) -> tuple[int, str]:
    """SEQUENCE, puis DTSTAMP (RFC 5546 § 2.1.5) ; mal écrits, ils ne comptent pas."""
    dite, estampille = e.valeur("SEQUENCE"), e.valeur("DTSTAMP")
    return (
        int(dite) if re.fullmatch(r"\d{1,9}", dite) else 0,
        estampille if re.fullmatch(r"\d{8}T\d{6}Z?", estampille) else "",
    )


# -- les textes ---------------------------------------------------------------


def texte(champ: Champ | None) -> str:
    """Le texte d'un champ, sans échappement ni caractère invisible."""
    if champ is None:
        return ""
    return propre(_ECHAPPE.sub(lambda t: "\n" if t[1] in "nN" else t[1], champ.valeur))


def ligne(champ: Champ | None) -> str:
    """Le texte d'un champ, sur une ligne."""
    return " ".join(_sans_entite(texte(champ)).split())


def _sans_entite(dit: str) -> str:
    """« Tarte &amp; café » : bien des sites laissent dans un texte les entités de leur page."""
    if not _ENTITE.search(dit):
        return dit
    from html import unescape

    return propre(unescape(dit).replace("\xa0", " "))


def propre(brut: str) -> str:
    """Le texte sans ce qui ne se voit pas."""
    separe = brut.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _INVISIBLES.sub("", separe).strip()


def description(e: Composant) -> str:
    """La description, en texte : le HTML que Google et Outlook y mettent est retiré, ses liens gardés."""
    dite = texte(e.un("DESCRIPTION"))
    if not dite and (alternative := e.un("X-ALT-DESC")):
        dite = texte(alternative)
    return _sans_html(dite) if _BALISE.search(dite) else _sans_entite(dite)


def _sans_html(html: str) -> str:
    from html import unescape

    import nh3

    def dire_le_lien(lien: re.Match[str]) -> str:
        adresse, dit = unescape(lien[1]), unescape(nh3.clean(lien[2], tags=set())).strip()
        nu = adresse.removeprefix("mailto:")
        return nu if not dit or dit in (adresse, nu) else f"{dit} ({nu})"

    # Les fins de ligne d'une page sont des blancs, sauf là où il n'y a pas de balise pour les dire.
    lignes = html if not _FIN_DE_LIGNE.search(html) else html.replace("\n", " ")
    a_nettoyer = _LIEN.sub(lambda lien: dire_le_lien(lien).replace("&", "&amp;").replace("<", "&lt;"), lignes)
    a_nettoyer = _PUCE.sub("\n• ", _FIN_DE_LIGNE.sub("\n", a_nettoyer))
    nu = unescape(nh3.clean(a_nettoyer, tags=set(), clean_content_tags={"script", "style", "title"}))
    propres = (" ".join(li.split()) for li in nu.replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", propre("\n".join(propres)))


def couper(dit: str, longueur: int) -> str:
    """Le texte, s'il tient ; sinon son début, coupé entre deux mots : une adresse n'est jamais coupée."""
    if len(dit) <= longueur:
        return dit
    debut = dit[: longueur - 1]
    if not dit[longueur - 1].isspace():
        blancs = [trouve.start() for trouve in _COUPE.finditer(debut)]
        dernier = blancs[-1] if blancs else 0
        mot = dit[dernier:].split(maxsplit=1)[0] if dit[dernier:].split() else ""
        # Un mot ordinaire et démesuré se coupe ; une adresse se laisse entière de côté.
        if dernier or "://" in mot:
            debut = debut[:dernier]
    return f"{debut.rstrip()}…"


def categories(e: Composant) -> list[str]:
    """Les catégories, sans doublon, dans l'ordre de l'alphabet ; chacune sur une ligne."""
    dites: set[str] = set()
    for champ in e.champs.get("CATEGORIES", ()):
        for dite in re.split(r"(?<!\\),", champ.valeur):
            dites.add(couper(mot_propre(texte(Champ({}, dite))), 60))
    return sorted(dites - {""})

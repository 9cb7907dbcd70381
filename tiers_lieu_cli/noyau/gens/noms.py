"""Reconnaître le nom de quelqu'un dans un texte, de quelque façon qu'on l'écrive.

Un prénom et un nom qui se touchent désignent quelqu'un ; un seul des deux, avec sa capitale, fait
demander. Chaque pas est borné : un texte coûte sa longueur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache, cached_property

import msgspec

from tiers_lieu_cli.noyau.gens.formes import (
    COURT,
    PREFIXES,
    Famille,
    Nommee,
    declics,
    entiers,
    mots,
    raccourcis,
)
from tiers_lieu_cli.noyau.gens.lecture import D_UN_TENANT, Lecture, Lien
from tiers_lieu_cli.noyau.gens.mots import CIVILITES, COMMUNS, ET, GRAMMAIRE, LIEUX_DITS, PARTICULES

#: Les écritures qui ne séparent pas les mots : chinois, japonais, coréen, thaï, lao, khmer.
_SANS_ESPACE = (
    "[\u0e00-\u0eff\u1100-\u11ff\u1780-\u17ff\u2e80-\u312f\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
#: Jusque-là, ranger tout un registre coûte plus que le parcourir ; en morceaux de noms.
_QUELQUES_TEXTES, _UN_TEXTE_COURT = 12, 200
#: Combien de particules et de mots précèdent le dernier d'un nom de famille.
_PARTIES_D_UN_NOM = 5
#: Combien de mots on remonte d'un nom vers un prénom ; combien de mots inconnus on y passe.
_PORTEE, _INCONNUS = 8, 2
#: En dessous, un nom d'un seul tenant (« bois » : Bo Is) se rencontre sans désigner personne.
_COLLE = 8
#: Une lettre seule qui est un mot : « à », « y », ou ce qu'une apostrophe a laissé.
_LETTRES_MOTS = frozenset("acdjlmnosty")


class Certitude(IntEnum):
    """Ce qu'on fait d'un indice : refuser, demander (et refuser sans terminal), ou seulement avertir."""

    SUR = 0
    DEMANDER = 1
    AVERTIR = 2


class Trouve(msgspec.Struct, frozen=True):
    """Un nom reconnu : ses bornes dans le texte à plat, qui il désigne, à quel point c'est sûr."""

    debut: int
    fin: int
    personne: str
    certitude: Certitude
    #: Un seul mot : prénom, surnom ou nom de famille.
    seul: bool = False


class _Index:
    """Des personnes, rangées par les mots qui les nomment."""

    def __init__(self, personnes: Iterable[Nommee]) -> None:
        self.par_pivot: dict[str, list[Nommee]] = {}
        self.par_appel: dict[str, str] = {}
        self._familles: dict[str, Famille] = {}
        for personne in personnes:
            for pivot in personne.pivots:
                self.par_pivot.setdefault(pivot, []).append(personne)
            for appel in personne.appels:
                self.par_appel[appel] = personne.id

    def famille(self, pivot: str) -> Famille:
        """Ceux dont ce mot est un nom de famille."""
        if pivot not in self._familles:
            self._familles[pivot] = Famille.de(pivot, self.par_pivot[pivot])
        return self._familles[pivot]

    def appelee(self, lettres: str) -> str:
        """Qui l'on appelle ainsi, par son prénom, son surnom ou son nom seul."""
        portes = self.par_pivot.get(lettres)
        return self.par_appel.get(lettres) or (portes[0].id if portes else "")


@cache
def sans_espace() -> re.Pattern[str]:
    """Une suite de lettres d'une écriture sans blancs."""
    return re.compile(_SANS_ESPACE)


class Noms:
    """Les noms d'un registre, prêts à être cherchés dans un texte à plat."""

    def __init__(self, personnes: Iterable[Nommee], exemptes: frozenset[str] = frozenset()) -> None:
        self._personnes = tuple(personnes)
        self._exemptes = exemptes
        self._cherches = 0

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._personnes)

    @cached_property
    def declics(self) -> frozenset[str]:
        """Les mots, même sans capitale, dont l'absence exclut tout nom sûr."""
        return frozenset(mot for pivot in self._index.par_pivot for mot in declics(pivot))

    @cached_property
    def appels(self) -> frozenset[str]:
        """Les mots qui, avec leur capitale, font demander."""
        return frozenset((*self._index.par_appel, *self._index.par_pivot))

    @cached_property
    def morceaux(self) -> frozenset[str]:
        """Un mot de chaque prénom ou surnom qui en a plusieurs : à part, ils font demander ensemble."""
        dits = (dit for p in self._personnes for dit in (p.nom.partition(" ")[0], p.surnom))
        composes = (mots(dit) for dit in dits if not dit.isalpha())
        return frozenset(max(compose, key=len) for compose in composes if compose)

    @cached_property
    def sans_espace(self) -> dict[str, list[tuple[str, str]]]:
        """Les noms qu'on trouve au milieu d'une phrase sans blancs, par leurs deux premières lettres."""
        ranges: dict[str, list[tuple[str, str]]] = {}
        for personne in self._personnes:
            if not personne.nom.isascii() and sans_espace().search(personne.nom):
                for entier in entiers(personne.nom):
                    ranges.setdefault(entier[:2], []).append((entier, personne.id))
        return ranges

    def chercher(self, texte: str) -> list[Trouve]:
        """Les noms de ce texte à plat."""
        lecture = Lecture(texte)
        index = self._index_pour(lecture)
        trouves = [*_accompagnes(lecture, index), *self._sans_blancs(texte)]
        return [*trouves, *self._seuls(lecture, index, trouves)]

    def _index_pour(self, lecture: Lecture) -> _Index:
        """Pour quelques textes courts, ranger ceux qu'ils pourraient nommer coûte bien moins."""
        self._cherches += 1 + len(lecture.suites) // _UN_TEXTE_COURT
        if self._cherches > _QUELQUES_TEXTES:
            return self._index
        dits = {lettres for *_, lettres in lecture.suites}
        loin = dits.isdisjoint
        return _Index(p for p in self._personnes if not (loin(p.pivots) and loin(p.appels)))

    def _sans_blancs(self, texte: str) -> Iterator[Trouve]:
        for suite in sans_espace().finditer(texte) if not texte.isascii() and self.sans_espace else ():
            for n in range(len(suite[0]) - 1):
                for entier, ident in self.sans_espace.get(suite[0][n : n + 2], ()):
                    if suite[0].startswith(entier, n):
                        certitude = Certitude.SUR if len(entier) > COURT else Certitude.DEMANDER
                        debut = suite.start() + n
                        yield Trouve(debut, debut + len(entier), ident, certitude)

    def _seuls(self, lecture: Lecture, index: _Index, deja: list[Trouve]) -> Iterator[Trouve]:
        """Un prénom, un surnom, un nom de famille seul, avec sa capitale ; le plus long d'abord."""
        pris = {place for t in deja for place in range(t.debut, t.fin)}
        seuls = [
            (premier, dernier, lettres, ident)
            for premier, dernier, lettres in lecture.suites
            if (ident := index.appelee(lettres))
            and lecture.capitale(premier)
            and len(lettres) >= COURT
            and lettres not in GRAMMAIRE
            and lettres not in self._exemptes
        ]
        for premier, dernier, lettres, ident in sorted(seuls, key=lambda s: s[0] - s[1]):
            places = range(*lecture.etendue(premier, dernier))
            if pris.isdisjoint(places):
                pris.update(places)
                certitude = _doute(lecture, premier, dernier, lettres)
                yield Trouve(places.start, places.stop, ident, certitude, seul=True)


def _accompagnes(lecture: Lecture, index: _Index) -> Iterator[Trouve]:
    """Un nom de famille, avec un prénom, une initiale, un titre ; ou tout le nom d'un tenant."""
    for premier, dernier, lettres in lecture.suites:
        if lettres not in index.par_pivot or not _un_mot(lecture, premier, dernier):
            continue
        famille = index.famille(lettres)
        if famille.porteurs or famille.prenoms:
            nom = _Nom(lecture, premier, dernier, lettres, famille)
            yield from nom.a_gauche()
            yield from nom.a_droite()
        else:
            qui = index.par_pivot[lettres][0]
            if premier == dernier and _commun(lettres):
                continue
            court = len(lettres) < _COLLE or lettres in raccourcis(qui.nom)
            certitude = Certitude.DEMANDER if premier == dernier and court else Certitude.SUR
            ident = qui.id
            yield Trouve(*lecture.etendue(premier, dernier), ident, certitude)


def _un_mot(lecture: Lecture, premier: int, dernier: int) -> bool:
    """Ces mots en font-ils un seul, coupé d'un tiret ou après sa particule (« de Smet ») ?"""
    return all(lecture.mots[n] in PREFIXES or lecture.coupe(n) for n in range(premier, dernier))


def _commun(lettres: str) -> bool:
    return lettres in COMMUNS or lettres in GRAMMAIRE or (len(lettres) <= COURT and lettres.isascii())


def _doute(lecture: Lecture, premier: int, dernier: int, lettres: str) -> Certitude:
    """Un mot seul fait demander ; s'il est aussi un mot, un sigle, un nom de rue, il avertit."""
    avant = premier - 1
    while avant >= 0 and lecture.mots[avant] in PARTICULES:
        avant -= 1
    lieu_dit = avant >= 0 and lecture.mots[avant] in LIEUX_DITS and lecture.lien(avant) is Lien.TENU
    ecrit = lecture.texte[slice(*lecture.etendue(premier, dernier))]
    sigle = len(ecrit) <= COURT + 1 and ecrit.isascii() and ecrit.isupper() and not lecture.texte.isupper()
    return Certitude.AVERTIR if _commun(lettres) or lieu_dit or sigle else Certitude.DEMANDER


def _precede(lecture: Lecture, n: int, liants: frozenset[str]) -> bool:
    """Ce mot fait-il partie du nom qui le suit ? Une lettre seule, si une apostrophe le dit (« d'Hondt »)."""
    mot = lecture.mots[n]
    elidee = len(mot) > 1 or lecture.entre(n).startswith("'")
    return mot in liants and elidee and lecture.lien(n) is Lien.TENU


class _Nom:
    """Un nom de famille dans un texte, et qui il désigne d'après ce qui l'entoure."""

    def __init__(self, lecture: Lecture, premier: int, dernier: int, pivot: str, famille: Famille) -> None:
        for _ in range(_PARTIES_D_UN_NOM):
            if premier and _precede(lecture, premier - 1, famille.liants):
                premier -= 1
        self.lecture = lecture
        self.premier, self.dernier = premier, dernier
        self.famille = famille
        self.commun = _commun(pivot)
        self.court = len(pivot) <= COURT
        self.propre = lecture.capitale(dernier)

    def a_gauche(self) -> Iterator[Trouve]:
        """« Karim Haddad », « Karim et Léa Haddad », « K. Haddad », « Mme Haddad »."""
        lecture, n = self.lecture, self.premier - 1
        direct, et, inconnus = True, False, 0
        for _ in range(_PORTEE):
            lien, mot = lecture.lien(n), lecture.mots[n] if n >= 0 else ""
            et = et or (lien is Lien.ET and not direct)
            if not mot or lien is Lien.RIEN or (lien is not Lien.TENU and not et) or (direct and mot in ET):
                return
            trouve = next(self._prenoms(n, lie=not et), None)
            trouve = trouve or self._initiale(n) or (self._titre(n) if direct else None)
            if trouve:
                yield trouve[1]
                direct, n = False, trouve[0] - 1
                continue
            et = et or mot in ET
            if mot not in PARTICULES and mot not in ET and len(mot) > 1:
                inconnus += 1
                if inconnus > _INCONNUS or not lecture.capitale(n) or mot in GRAMMAIRE:
                    return
                direct = False
            n -= 1

    def a_droite(self) -> Iterator[Trouve]:
        """« Haddad Karim », « HADDAD, Karim et Léa », « Haddad K. »."""
        lecture, n = self.lecture, self.dernier
        lie = lecture.lien(n) is Lien.TENU
        while lecture.lien(n) is not Lien.RIEN:
            n += 1
            for dernier in reversed(range(n, min(n + D_UN_TENANT, len(lecture.mots)))):
                trouve = next((t for premier, t in self._prenoms(dernier, lie=lie) if premier == n), None)
                if trouve:
                    yield trouve
                    break
            else:
                if (ident := self.famille.initiales.get(lecture.mots[n])) and lecture.capitale(n):
                    sur = lecture.point(n) and self.propre and not self.commun
                    yield self._trouve(ident, n, Certitude.SUR if sur else Certitude.DEMANDER)
                return
            n, lie = dernier, False
            if n + 1 < len(lecture.mots) and lecture.mots[n + 1] in ET:
                n += 1

    def _trouve(self, ident: str, n: int, certitude: Certitude) -> Trouve:
        if ident not in self.famille.porteurs:
            certitude = max(certitude, Certitude.DEMANDER)
        bornes = self.lecture.etendue(min(n, self.premier), max(n, self.dernier))
        return Trouve(*bornes, ident, certitude)

    def _prenoms(self, n: int, *, lie: bool) -> Iterator[tuple[int, Trouve]]:
        """(premier mot, ce qu'il désigne) si un prénom de la famille finit au mot n."""
        for premier, lettres in reversed(list(self.lecture.colles(n))):
            ident = self.famille.prenoms.get(lettres)
            capitale = self.lecture.capitale(premier)
            if ident and (certitude := self._surete(lettres, capitale=capitale, lie=lie)) is not None:
                yield premier, self._trouve(ident, premier if premier < self.premier else n, certitude)
            elif not ident and capitale and (ident := self.famille.debuts.get(lettres)):
                yield premier, self._trouve(ident, n, Certitude.DEMANDER)

    def _surete(self, prenom: str, *, capitale: bool, lie: bool) -> Certitude | None:
        """Ce prénom va-t-il avec ce nom ? `lie` : rien que des blancs entre eux."""
        propres = capitale and self.propre
        if not _commun(prenom):
            return Certitude.SUR if propres or lie or not self.commun else Certitude.DEMANDER
        if propres:
            return Certitude.SUR if lie else Certitude.DEMANDER
        ordinaire = prenom in GRAMMAIRE or len(prenom) <= COURT or self.court
        return Certitude.DEMANDER if lie and not ordinaire else None

    def _titre(self, n: int) -> tuple[int, Trouve] | None:
        """« M. Haddad » : le titre est-il un titre, et le nom un nom ?"""
        lecture, mot = self.lecture, self.lecture.mots[n]
        court = len(mot) <= COURT and not lecture.point(n) and not lecture.capitale(n)
        ordinaire = self.commun and not self.propre
        if mot not in CIVILITES or court or ordinaire or lecture.apres_un_nombre(n):
            return None
        porteurs = self.famille.porteurs or frozenset(self.famille.prenoms.values())
        return n, self._trouve(min(porteurs), n, Certitude.SUR)

    def _initiale(self, n: int) -> tuple[int, Trouve] | None:
        """« K. Haddad », « k-haddad » ; et non « 2 m long », « l'haddad », « à midi »."""
        ident = self.famille.initiales.get(self.lecture.mots[n])
        certitude = self._certitude_d_une_initiale(n) if ident else None
        return (n, self._trouve(ident, n, certitude)) if ident and certitude is not None else None

    def _certitude_d_une_initiale(self, n: int) -> Certitude | None:
        lecture, mot, entre = self.lecture, self.lecture.mots[n], self.lecture.entre(n)
        capitale, point = lecture.capitale(n), lecture.point(n)
        if entre.startswith("'") or (lecture.apres_un_nombre(n) and not (capitale and point)):
            return None
        if self.commun:
            return Certitude.DEMANDER if capitale and self.propre else None
        if capitale:
            return Certitude.DEMANDER if not point and mot in ("a", "o", "y") else Certitude.SUR
        if point or entre == "_":
            return Certitude.SUR
        if mot in _LETTRES_MOTS:
            return Certitude.DEMANDER if entre == "-" else None
        return Certitude.SUR if entre == "-" else Certitude.DEMANDER

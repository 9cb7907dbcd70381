"""Sous quelles formes quelqu'un est nommé, et les reconnaître n'importe où : un texte, des octets, un nom."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from tiers_lieu_cli.noyau.fiches.verification import motif
from tiers_lieu_cli.noyau.gens import formes
from tiers_lieu_cli.noyau.gens.aplati import Aplati, plat
from tiers_lieu_cli.noyau.gens.mots import COMMUNS, GRAMMAIRE
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import Personne

#: Un mot plus court se rencontre partout ; un nom d'un seul tenant, une prose, aussi.
_MOT, _TENANT, _PROSE = 3, 6, 12
#: Les chiffres qui font un numéro, quel que soit son préfixe.
_CHIFFRES = 8
_ENTRE_CHIFFRES, _INDICATIF = r"[\s./()_-]{0,3}", r"(?:\+?\d[\d\s./()_-]{0,7})?"
#: Remplacer un extrait en découvre parfois un autre ; au-delà, on renonce.
_PASSES = 6


class Traces:
    """Ce qui nomme `ident`, d'après toutes les versions de ses fiches.

    `autres` : les personnes qui restent ; un mot de leur nom n'est à personne en particulier.
    """

    def __init__(self, ident: str, versions: Iterable[Personne], autres: Iterable[Personne] = ()) -> None:
        self.ident = ident
        self.versions = tuple(dict.fromkeys(versions))
        self._partages = frozenset(mot for p in autres for mot in _mots(p))
        self._contacts_partages = frozenset(c for p in autres for c in (p.courriel, p.telephone) if c)

    @cached_property
    def detecteur(self) -> Detecteur:
        """De quoi reconnaître cette personne, et elle seule."""
        return Detecteur(self.versions)

    @cached_property
    def _tous_les_mots(self) -> frozenset[str]:
        return frozenset(mot for p in self.versions for mot in _mots(p))

    @cached_property
    def _rares(self) -> frozenset[str]:
        """Les mots qui suffisent à la nommer, même sans capitale."""
        return frozenset(m for m in self._tous_les_mots - COMMUNS - GRAMMAIRE if len(m) >= _MOT)

    @cached_property
    def _surs(self) -> re.Pattern[str] | None:
        """Ce qui ne peut désigner qu'elle : un contact, un nom d'un seul tenant, sa prose."""
        dits: list[str] = []
        for p in self.versions:
            dits += (re.escape(plat(c).lower()) for c in (p.courriel,) if c)
            chiffres = re.sub(r"\D", "", p.telephone)[-_CHIFFRES:]
            if len(chiffres) == _CHIFFRES:
                dits.append(rf"{_INDICATIF}{_ENTRE_CHIFFRES.join(chiffres)}(?!\d)")
            dits += (
                mot for nom in (p.nom, p.nom_public) for mot in formes.entiers(nom) if len(mot) >= _TENANT
            )
            dits += (
                r"\s+".join(map(re.escape, plat(prose).lower().split()))
                for prose in (p.autre, p.portrait)
                if len(prose) >= _PROSE
            )
        return re.compile("|".join(dict.fromkeys(dits))) if dits else None

    @cached_property
    def _un_mot(self) -> re.Pattern[str] | None:
        mots = "|".join(sorted(map(re.escape, self._rares), key=len, reverse=True))
        return re.compile(rf"(?<![^\W\d_])(?:{mots})(?![^\W\d_])") if mots else None

    @cached_property
    def _communs(self) -> re.Pattern[str] | None:
        """Un prénom, un nom qui est aussi un mot : il faut sa capitale ou une arobase, et le détecteur."""
        mots = sorted(self._tous_les_mots & COMMUNS)
        dits = "|".join((*(m.capitalize() for m in mots), *(rf"(?<=@)(?i:{m})" for m in mots)))
        return re.compile(rf"(?<![^\W\d_])(?:{dits})(?![^\W\d_])") if mots else None

    @cached_property
    def _en_base64(self) -> re.Pattern[bytes] | None:
        dits = {
            _en_base64(ecrit.encode(), decalage)
            for p in self.versions
            for ecrit in (p.nom, p.courriel, p.telephone)
            if len(ecrit.encode()) >= _TENANT
            for decalage in range(3)
        }
        return re.compile(b"|".join(map(re.escape, sorted(dits)))) if dits else None

    def nomment(self, texte: str, *, sauf: Detecteur | None = None, partages: bool = True) -> dict[str, bool]:
        """Chaque extrait qui la nomme, et si c'est sûr ; le plus long d'abord.

        `sauf` : ce qu'un autre a le droit de s'appeler ; `partages` : même un mot que d'autres portent.
        """
        lu = Aplati(texte)
        bas = lu.plat.lower()
        if len(bas) != len(lu.plat):
            bas = lu.plat
        trouves: dict[str, bool] = {}
        for reconnu, sur in ((self._surs, True), (self._un_mot, False)):
            for vu in reconnu.finditer(bas) if reconnu else ():
                trouves.setdefault(lu.extrait(vu.start(), vu.end()), sur)
        if trouves or (self._communs and self._communs.search(lu.plat)):
            vus = (i for i in self.detecteur.trouver(texte) if i.personne)
            trouves |= {i.extrait: i.sur and not self._est_partagee(i.extrait) for i in vus}
        a_un_autre = {i.extrait for i in sauf.trouver(texte) if i.personne} if sauf and trouves else set()
        return {
            extrait: trouves[extrait]
            for extrait in sorted(trouves, key=len, reverse=True)
            if extrait not in a_un_autre
            and (partages or trouves[extrait] or not self._partages.intersection(formes.mots(extrait)))
            and (partages or extrait not in self._contacts_partages)
        }

    def _est_partagee(self, extrait: str) -> bool:
        """« @karim » désignerait-il aussi bien quelqu'un d'autre ?"""
        return extrait.startswith("@") and self._partages.issuperset(formes.mots(extrait))

    def portent(self, octets: bytes) -> bool | None:
        """Ces octets la nomment-ils à coup sûr (`True`), peut-être (`False`), ou pas (`None`) ?"""
        if self._en_base64 and self._en_base64.search(octets):
            return True
        for texte in _lectures(octets):
            if vus := self.nomment(texte):
                return any(vus.values())
        return None

    def opaque(self, texte: str, *, sauf: Detecteur | None = None) -> str:
        """Le même texte, où elle n'est plus que son identifiant ; un mot que d'autres portent y reste."""
        for _ in range(_PASSES):
            vus = self.nomment(texte, sauf=sauf, partages=False)
            if not vus:
                break
            for extrait in vus:
                ident = f"@{self.ident}" if extrait.startswith("@") else self.ident
                entier = re.sub(motif(extrait), ident, texte)
                texte = entier if entier != texte else texte.replace(extrait, ident)
        return texte


def _mots(p: Personne) -> Iterator[str]:
    for nom in (p.nom, p.surnom, p.nom_public):
        yield from formes.mots(nom)


def _en_base64(octets: bytes, decalage: int) -> bytes:
    """Ce que ces octets deviennent en base64, quand ils commencent à cette place d'un groupe de trois."""
    code = base64.b64encode(b"\0" * decalage + octets)
    fin = (decalage + len(octets)) % 3
    return code[(0, 2, 3)[decalage] : len(code) - ((0, 3, 2)[fin] if fin else 0)]


def _lectures(octets: bytes) -> Iterator[str]:
    """Les textes que ces octets peuvent être : UTF-8, l'ancien codage d'Europe, celui de Windows."""
    try:
        yield octets.decode("utf-8")
    except UnicodeDecodeError:
        yield octets.decode("utf-8", "replace")
        yield octets.decode("latin-1")
    if octets.count(b"\0") * 4 > len(octets):
        yield octets.removeprefix(b"\xff\xfe").replace(b"\0", b"").decode("latin-1")

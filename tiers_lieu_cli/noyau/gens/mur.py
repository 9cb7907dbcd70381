"""Le mur : ni nom, ni contact d'une personne, ni montant dans l'archive.

L'archive est permanente et partagée ; le registre est effaçable, la caisse est au
trésorier (ARCHITECTURE.md). Ce module reconnaît ce qui ne doit pas passer, sous toutes
ses formes ; `noms`, `contacts` et `montants` disent lesquelles.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

import msgspec

from tiers_lieu_cli.noyau.gens import contacts, montants
from tiers_lieu_cli.noyau.gens.aplati import ECHAPPES, Aplati, plat
from tiers_lieu_cli.noyau.gens.contacts import Contact, cle_courriel, cle_telephone
from tiers_lieu_cli.noyau.gens.contacts import nationaux as nationaux
from tiers_lieu_cli.noyau.gens.formes import LETTRES, Nommee, cle_du_mot
from tiers_lieu_cli.noyau.gens.lecture import BOSSE
from tiers_lieu_cli.noyau.gens.montants import sans_montant as sans_montant
from tiers_lieu_cli.noyau.gens.mots import GRAMMAIRE, PARTICULES
from tiers_lieu_cli.noyau.gens.noms import Certitude, Noms
from tiers_lieu_cli.noyau.gens.personnes import IDENT, MENTION
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef

#: Un identifiant de personne ne nomme personne, et sépare les mots qui l'entourent.
_OPAQUE = motif(r"(?<![^\W_])p-[a-z0-9]{6}(?![^\W_])")
#: Le même, cité : ce qui suit « @p-7k2m9x » n'est pas un domaine (« reçu par @p-7k2m9x. Rien d'autre »).
_CITE = motif(r"(?<![\w.+-])@_{8}(?![^\W_])")
#: Le code tiré au sort qui finit un nom de fiche (« concert-du-marchand-p7k2 ») : ni initiale, ni nom.
_CODE = motif(r"(?<=[a-z][a-z]-)(?=\d*[a-z])(?=[a-z]*\d)[2-9bcdfghjkmnpqrstvwxyz]{4}(?![^\W_])")
#: L'empreinte d'un fichier (SHA-1, SHA-256, ou le nom d'une photo) : ses chiffres ne sont à personne.
_EMPREINTE = motif(r"(?<![^\W_])(?:[0-9a-f]{40}|[0-9a-f]{62}(?:[0-9a-f]{2})?)(?![^\W_])")

# Pour `suspects`, en octets : un tri grossier, qui doute à tort et ne se tait jamais à tort. Un motif qui
# commence par une seule classe de signes, le reste regardé en arrière, se cherche trois fois plus vite.
_EN_ESPACES = bytes(c if c >= 0x80 or chr(c).isalpha() else 0x20 for c in range(256))
#: Combien de mots collés par leurs capitales font au plus un nom.
_PARTIES = 8
_BOSSES = rb"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
_COUPE = rb"(?:-(?:\r?\n[ \t]{0,20})?)*"
#: Ce par quoi commencent les lettres des écritures sans blancs, et ce qui peut le devenir à plat.
_D_AUTRES_ECRITURES = rb"[\xe0\xe1\xe3-\xf4]|\xe2[\xba-\xbf]"
#: `_OPAQUE`, en octets : ses lettres au hasard (« ct », « fr ») feraient lire pour rien la fiche qui cite.
_UN_OPAQUE = rb"p-(?<![A-Za-z0-9\x80-\xff]p-)[a-z0-9]{6}(?![A-Za-z0-9\x80-\xff])"
_OPAQUE_AUSSI = b"p-xxxxxx"
#: Entre deux textes lus d'un coup, ce qu'aucun motif ne traverse.
_ENTRE = b"\n" + b":" * 16 + b"\n"
_ADRESSE = (
    rb"@(?:(?<=[A-Za-z0-9_.+\x80-\xff-]@)|(?!p-[a-z0-9]{6}(?![A-Za-z0-9\x80-\xff]))(?:"
    + b"|".join(rb"(?<=[A-Za-z0-9_.+\x80-\xff-][^\w]{%d}@)" % n for n in range(1, 7))
    + rb"))[^\w]{0,6}[A-Za-z0-9_\x80-\xff-]{1,63}[^\w]{0,4}"
    rb"(?:\.|\xe3\x80\x82|\xef\xbc\x8e|dot|point|punt)[^\w]{0,4}[A-Za-z\x80-\xff]"
)
#: Un « @mot » qui n'est pas un identifiant : voir `personnes.MENTION`.
_UNE_MENTION = rb"@(?<![A-Za-z0-9_@.+-]@)(?!p-[a-z0-9]{6}(?![A-Za-z0-9\x80-\xff]))[^\s]"
_ENTRE_CROCHETS = (
    rb"\[({<",
    rb"(?<=[\[({<])\s?(?i:at|a|arr?obase?|arr?obaz|apenstaartje|chez)\s?[\])}>]",
)
#: Ceux qui commencent par des signes rares se cherchent tous d'un trait.
_RARES = (montants.UN_SIGNE, montants.TIRETS, ECHAPPES, _ENTRE_CROCHETS)
_SOUPCONS = (
    b"[%s](?:%s)" % (b"".join(debut for debut, _ in _RARES), b"|".join(suite for _, suite in _RARES)),
    (
        rb"[acAC](?<=\s[acAC])(?i:(?<=a)(?:t|rr?obase?|rr?obaz|penstaartje)|(?<=c)hez)"
        rb"\s[^\n]{0,80}(?i:dot|point|punt|\.)"
    ),
)
#: « at » entre deux traits : chacun y devient « - », chaque lettre est en minuscule.
_EN_TRAITS = bytes(0x2D if c in b"_*|" else c for c in range(256)).lower()
_ENTRE_TRAITS = b"-at-"
#: Un compte (IBAN), depuis son premier chiffre ; et ce qui le précède, où chaque lettre devient « a », chaque
#: chiffre « 0 », chaque signe permis entre eux « - ».
_COMPTE = motif(
    rb"\d(?:(?<=(?<![A-Za-z0-9])[A-Za-z]{2}\d)|(?<=(?<![A-Za-z0-9])[A-Za-z]{2}[ .-]\d))"
    rb"\d(?:[^A-Za-z0-9:]{0,6}[A-Za-z0-9]){11}"
)
_EN_SORTES = bytes(
    0x61 if chr(c).isalpha() and c < 0x80 else 0x30 if 0x30 <= c < 0x3A else 0x2D if c in b" .-" else 0x20
    for c in range(256)
)
_DEBUTS_DE_COMPTE = (b"aa00", b"aa-00")
#: Un compte d'avant l'IBAN (« 123-1234567-12 ») : chaque chiffre y devient « 0 », chaque trait « - ».
_EN_CHIFFRES = bytes(0x30 if chr(c).isdigit() and c < 0x80 else 0x2D if c == 0x20 else c for c in range(256))
_UN_COMPTE = b"000-0000000-00"
#: Les chiffres d'un numéro ; et les jours que `telephones` met à part quoi qu'il y ait autour : celui d'un
#: chemin, et celui qui est seul entre deux valeurs d'une fiche lue (`fiche.textes`).
_DES_CHIFFRES = rb"[+034](?:[^A-Za-z0-9]{0,9}\d){7}"
_NUMERO = rb"[+034](?<!\d[+034])(?:[^A-Za-z0-9]{0,9}\d){7}"
_DATE = contacts.DATE_D_UN_CHEMIN.encode() + (
    rb"|(?<=\n\.\n)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    rb"(?:T(?:[01]\d|2[0-3]):[0-5]\d)?(?=\n)"
)
#: Ce qu'une lettre d'une autre écriture peut devenir à plat, et que les octets ne montrent pas.
_REVELE = rf"[@\d%&\\{montants.SIGNES}]"


class Sorte(StrEnum):
    """Ce qu'un indice laisse voir."""

    NOM = "nom"
    PRENOM = "prenom"
    COURRIEL = "courriel"
    TELEPHONE = "telephone"
    IBAN = "iban"
    MONTANT = "montant"


class Indice(msgspec.Struct, frozen=True):
    """Ce qui passerait le mur : l'extrait du texte, la personne qu'il désigne (si le registre la connaît).

    `PRENOM` : un mot seul, prénom, surnom ou nom de famille.
    """

    extrait: str
    personne: str = ""
    sorte: Sorte = Sorte.MONTANT
    certitude: Certitude = Certitude.SUR

    @property
    def sur(self) -> bool:
        """Y a-t-il de quoi refuser sans rien demander ?"""
        return self.certitude is Certitude.SUR

    @property
    def a_demander(self) -> bool:
        """Seul quelqu'un peut-il dire ce que c'est ?"""
        return self.certitude is Certitude.DEMANDER


class Detecteur:
    """Reconnaît, dans un texte, les personnes données, tout contact et tout montant.

    `mots` : ceux dont le registre sait qu'ils ne sont pas des personnes ; `publics` : les adresses et
    numéros que la maison donne à tous.
    """

    def __init__(
        self,
        personnes: Iterable[Nommee],
        mots: Iterable[str] = frozenset(),
        publics: Iterable[str] = frozenset(),
    ) -> None:
        self._personnes = tuple(personnes)
        self._mots = frozenset(cle_du_mot(mot) for mot in mots) - {""}
        self._noms = Noms(self._personnes, self._mots)
        self._publics = contacts.cles_publiques(publics)
        #: Les mots déjà jugés, de ceux qui ne s'écrivent pas tout en ASCII.
        self._autres_lettres: dict[bytes, bool] = {}
        self._deja_designees: dict[str, frozenset[str]] = {}

    @cached_property
    def _courriels(self) -> dict[str, str]:
        return {plat(cle_courriel(p.courriel)): p.id for p in self._personnes if p.courriel}

    @cached_property
    def _telephones(self) -> dict[str, str]:
        cles = ((cle_telephone(p.telephone), p.id) for p in self._personnes if p.telephone)
        return {cle: ident for cle, ident in cles if cle}

    def _de_qui(self, cle: str) -> str:
        """La personne dont c'est l'adresse ou le numéro, d'après le registre."""
        return (self._courriels if "@" in cle else self._telephones).get(cle, "")

    @cached_property
    def _declics(self) -> frozenset[str]:
        return self._noms.declics | self._noms.morceaux | montants.MOTS | montants.ANNONCES

    def trouver(self, texte: str) -> Iterator[Indice]:
        """Tout ce qui ne doit pas être dans l'archive, le plus sûr d'abord ; rien, le plus souvent."""
        lu = Aplati(texte)
        a_plat = _OPAQUE.sub("_" * 8, lu.plat) if "p-" in lu.plat else lu.plat
        a_plat = _CODE.sub("_" * 4, a_plat)
        citees = list(self._citees(lu, a_plat))
        vus = [*((vue[1], indice) for vue, indice in citees), *self._autres(lu, a_plat)]
        for (debut, fin), _ in citees:
            a_plat = f"{a_plat[:debut]}{'_' * (fin - debut)}{a_plat[fin:]}"
        vus += self._personnelles(lu, a_plat)
        vus.sort(key=lambda vu: (vu[1].certitude, vu[0]))
        yield from dict.fromkeys(indice for _, indice in vus if not self._est_un_mot(indice))

    def _est_un_mot(self, indice: Indice) -> bool:
        """Le registre sait-il que ce n'est pas une personne ? Un contact, un montant sûrs le restent."""
        nom = indice.sorte in (Sorte.NOM, Sorte.PRENOM)
        return (nom or not indice.sur) and cle_du_mot(indice.extrait) in self._mots

    def nommes(self, texte: str) -> Iterator[Indice]:
        """Ce qui y désigne à coup sûr une personne : son nom, ou l'un de ses contacts."""
        return (indice for indice in self.trouver(texte) if indice.sur and indice.personne)

    def _citees(self, lu: Aplati, a_plat: str) -> Iterator[tuple[tuple[int, int], Indice]]:
        """« @karim », écrit à la main : il désigne quelqu'un, et n'est pas un identifiant."""
        for vue in MENTION.finditer(a_plat) if "@" in a_plat else ():
            if not IDENT.fullmatch(vue[1]) and (qui := self._designees(clef(vue[1]))):
                certitude = Certitude.SUR if len(qui) == 1 else Certitude.DEMANDER
                yield vue.span(), Indice(lu.extrait(*vue.span()), min(qui), Sorte.NOM, certitude)

    def _designees(self, cle: str) -> frozenset[str]:
        """Celles que ce mot désigne, tapé après une arobase : comme `Registre.designer`."""
        if cle not in self._deja_designees:
            qui = self._repondent.get(cle, frozenset())
            if not qui and cle and cle not in GRAMMAIRE and cle not in PARTICULES:
                qui = frozenset(p.id for p in self._personnes if f"-{cle}-" in f"-{p.cle}-")
            self._deja_designees[cle] = qui
        return self._deja_designees[cle]

    @cached_property
    def _repondent(self) -> dict[str, frozenset[str]]:
        ranges: dict[str, set[str]] = {}
        for personne in self._personnes:
            for cle in personne.repond_a:
                ranges.setdefault(cle, set()).add(personne.id)
        return {cle: frozenset(qui) for cle, qui in ranges.items()}

    def _personnelles(self, lu: Aplati, a_plat: str) -> Iterator[tuple[int, Indice]]:
        for nom in self._noms.chercher(a_plat):
            sorte = Sorte.PRENOM if nom.seul else Sorte.NOM
            yield nom.fin, Indice(lu.extrait(nom.debut, nom.fin), nom.personne, sorte, nom.certitude)

    def _autres(self, lu: Aplati, a_plat: str) -> Iterator[tuple[int, Indice]]:
        a_plat = _EMPREINTE.sub(lambda vue: "x" * len(vue[0]), a_plat)
        a_plat = _CITE.sub("\0" * 9, a_plat) if "@" in a_plat else a_plat
        for sorte, vus in (
            (Sorte.COURRIEL, contacts.courriels(a_plat, self._de_qui)),
            (Sorte.TELEPHONE, contacts.telephones(a_plat, self._de_qui)),
            (Sorte.IBAN, contacts.comptes(a_plat)),
        ):
            for contact in vus:
                if contact.cle not in self._publics:
                    yield contact.fin, _indice(lu, contact, sorte, contact.personne)
        for montant in montants.chercher(a_plat):
            yield montant.fin, _indice(lu, montant, Sorte.MONTANT)

    def suspects(self, textes: Sequence[bytes]) -> list[int]:
        """Les rangs de ceux dont `trouver` dirait quelque chose, peut-être ; les autres n'ont rien.

        Tous se lisent d'un coup : chercher un signe dans mille fiches coûte à peine plus que dans une.
        """
        joint = re.sub(_UN_OPAQUE, _OPAQUE_AUSSI, _ENTRE.join(textes))
        debuts = list(accumulate((len(octets) + len(_ENTRE) for octets in textes), initial=0))
        return sorted({bisect_right(debuts, place) - 1 for place in self._places(joint)})

    def suspect(self, octets: bytes) -> bool:
        """Faux si `trouver` n'y trouverait rien."""
        return any(True for _ in self._places(octets))

    def _places(self, octets: bytes) -> Iterator[int]:
        """Où il y a peut-être quelque chose à trouver."""
        for soupcon in _SOUPCONS:
            # La fin : le blanc qui précède peut être celui d'avant le texte.
            yield from (trouve.end() - 1 for trouve in re.finditer(soupcon, octets))
        yield from _toutes_les(_ENTRE_TRAITS, octets.translate(_EN_TRAITS))
        yield from _comptes(octets)
        yield from _numeros(octets)
        if b"@" in octets:
            for arobase in (_ADRESSE, _UNE_MENTION):
                yield from (trouve.end() - 1 for trouve in re.finditer(arobase, octets))
        if self._noms.sans_espace:
            yield from (trouve.start() for trouve in re.finditer(_D_AUTRES_ECRITURES, octets))
        for soupcon in self._mots_suspects(octets):
            yield from (trouve.start() for trouve in re.finditer(soupcon, octets))

    def _mots_suspects(self, octets: bytes) -> Iterator[bytes]:
        """De quoi retrouver chaque mot qui nomme peut-être, d'un trait, coupé ou collé à un autre."""
        lignes = set(octets.split(b"\n"))
        dits = set(b"\n".join(lignes).translate(_EN_ESPACES).split())
        coupes = set(_sans_traits(octets, lignes).split())
        dits |= {partie for mot in dits if not mot.islower() for partie in _sans_bosses(mot)}
        yield from map(re.escape, filter(self._nomme_peut_etre, dits - coupes))
        # Entier dans un texte, il est peut-être coupé dans un autre.
        for mot in filter(self._nomme_peut_etre, coupes):
            yield _COUPE.join(re.escape(mot[n : n + 1]) for n in range(len(mot)))

    def _nomme_peut_etre(self, mot: bytes) -> bool:
        if mot.isascii():
            minuscules = mot.lower().decode()
            appele = minuscules in self._noms.appels and not mot[:1].islower()
            return appele or minuscules in self._declics
        if mot not in self._autres_lettres:
            self._autres_lettres[mot] = self._se_lit_peut_etre(plat(mot.decode("utf-8", "replace")))
        return self._autres_lettres[mot]

    def _se_lit_peut_etre(self, lettres: str) -> bool:
        if re.search(_REVELE, lettres):
            return True
        ecrits = (lettres, lettres.replace("-", ""), BOSSE.sub(" ", lettres))
        lus = {lu for ecrit in ecrits for lu in LETTRES.findall(ecrit)}
        appeles = {lu.lower() for lu in lus if not lu[0].islower()}
        return not (
            self._declics.isdisjoint(lu.lower() for lu in lus) and self._noms.appels.isdisjoint(appeles)
        )


def _sans_bosses(mot: bytes) -> Iterator[bytes]:
    """Les mots qu'une capitale au milieu (« LéaDubois ») y fait lire, seuls ou plusieurs d'affilée."""
    parties = re.sub(_BOSSES, b" ", mot).split()
    for debut in range(len(parties) if len(parties) > 1 else 0):
        for fin in range(debut + 1, min(debut + _PARTIES, len(parties)) + 1):
            yield b"".join(parties[debut:fin])


def _comptes(octets: bytes) -> Iterator[int]:
    """Où il y a peut-être un compte, ou un compte d'avant l'IBAN."""
    yield from _toutes_les(_UN_COMPTE, octets.translate(_EN_CHIFFRES))
    sortes = octets.translate(_EN_SORTES)
    for debut in _DEBUTS_DE_COMPTE:
        for place in _toutes_les(debut, sortes):
            if trouve := _COMPTE.match(octets, place + len(debut) - 2):
                yield trouve.end() - 1


def _toutes_les(forme: bytes, octets: bytes) -> Iterator[int]:
    """Où commence cette forme, chaque fois."""
    place = -1
    while (place := octets.find(forme, place + 1)) >= 0:
        yield place


def _numeros(octets: bytes) -> Iterator[int]:
    """Où finit ce qui est peut-être un numéro : assez de chiffres, une fois les jours mis à part.

    Peu de textes en ont assez : seuls ceux-là se relisent sans leurs jours.
    """
    vu = 0
    for chiffres in re.finditer(_DES_CHIFFRES, octets):
        if chiffres.start() < vu:
            continue
        debut = max(0, octets.rfind(_ENTRE, 0, chiffres.start()))
        suivant = octets.find(_ENTRE, chiffres.end())
        vu = len(octets) if suivant < 0 else suivant
        sans_jours = re.sub(_DATE, lambda jour: b"x" * len(jour[0]), octets[debut:vu] + b"\n")
        yield from (debut + trouve.end() - 1 for trouve in re.finditer(_NUMERO, sans_jours))


def _sans_traits(octets: bytes, lignes: Iterable[bytes]) -> bytes:
    """Les mots de ce texte qu'un trait coupe, fût-ce en fin de ligne, remis d'un tenant."""
    coupees = [ligne for ligne in lignes if b"-" in ligne]
    if all(ligne == b"---" or not ligne.rstrip(b"\r").endswith(b"-") for ligne in coupees):
        return b"\n".join(coupees).translate(_EN_ESPACES, b"-")
    premier, *suite = octets.replace(b"\r\n", b"\n").split(b"-\n")
    return b"".join([premier, *(morceau.lstrip(b" \t") for morceau in suite)]).translate(_EN_ESPACES, b"-")


def _indice(lu: Aplati, vu: Contact | montants.Montant, sorte: Sorte, personne: str = "") -> Indice:
    certitude = Certitude.SUR if vu.sur else Certitude.DEMANDER
    return Indice(lu.extrait(vu.debut, vu.fin), personne, sorte, certitude)

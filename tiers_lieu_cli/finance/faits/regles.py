"""Recevoir un lot, et dire de chaque fait ce qu'il est devenu. Des fonctions pures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from tiers_lieu_cli.finance.faits.modele import CONTRAT, Fait, Lot
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder, sha256

#: Ce que JSON peut dire, comme on le dit.
_SORTES = {
    "str": "un texte",
    "int": "un entier",
    "float": "un nombre à virgule",
    "bool": "vrai ou faux",
    "array": "une liste",
    "object": "des clés et leurs valeurs",
    "null": "rien",
}


class Motif(StrEnum):
    """Pourquoi un lot ou un fait est refusé : un code fermé, que les opérations lisent."""

    ID_INCONNU = "id-inconnu"
    UNITE = "unite-inattendue"
    JOUR_NON_CLOS = "jour-non-clos"
    REVISION = "revision-perimee"
    EMPREINTE = "empreinte-differente"


class LotRefuse(ErreurUsage):
    """Le lot entier est refusé : rien n'en est pris."""

    def __init__(self, fait: str, remede: str = "", motif: Motif | None = None) -> None:
        code = f" ({motif})" if motif else ""
        super().__init__(
            f"Lot refusé{code} : {fait}", remede or "Le redemander aux opérations ; rien n'est écrit."
        )
        self.motif = motif


def empreinte_canonique(donnees: Mapping[str, object]) -> str:
    """L'empreinte d'un lot ou d'un retour : clés triées, sans blancs, UTF-8, sans le champ lui-même."""
    canon = msgspec.json.encode({c: v for c, v in donnees.items() if c != "empreinte"}, order="sorted")
    return f"sha256:{sha256(canon)}"


def lire(octets: bytes, aujourdhui: date) -> Lot:
    """Le lot que ces octets disent ; `LotRefuse` au premier mot de trop."""
    try:
        donnees = msgspec.json.decode(octets, strict=True)
        lot = msgspec.convert(donnees, Lot, strict=True)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as erreur:
        raise LotRefuse(_dire(str(erreur))) from None
    if empreinte_canonique(donnees) != lot.empreinte:
        raise LotRefuse("son contenu n'est pas celui que son empreinte annonce", motif=Motif.EMPREINTE)
    if lot.au >= aujourdhui:
        raise LotRefuse(
            f"le {lot.au:%d/%m/%Y} n'est pas fini, donc pas clos",
            "Attendre demain, ou demander un lot qui s'arrête hier.",
            Motif.JOUR_NON_CLOS,
        )
    doubles = len(lot.faits) - len({fait.id for fait in lot.faits})
    if doubles:
        raise LotRefuse(f"{accorder(doubles, 'fait y est', 'faits y sont')} deux fois")
    return lot


def _dire(message: str) -> str:
    """Ce que msgspec a vu, en français."""
    fait, _, ou = message.partition(" - at `")
    ou = f" (à {ou.strip('`')})" if ou else ""
    if inconnu := re.search(r"unknown field `(.+)`", fait):
        return f"la clé « {inconnu[1]} » n'est pas du contrat {CONTRAT}{ou}"
    if manque := re.search(r"missing required field `(.+)`", fait):
        return f"la clé « {manque[1]} » manque{ou}"
    if types := re.search(r"Expected `(.+?)`, got `(.+?)`", fait):
        attendu, recu = (_SORTES.get(nom, nom) for nom in types.groups())
        return f"il faut {attendu}, et non {recu}{ou}"
    if choix := re.search(r"Invalid enum value '(.+)'", fait):
        return f"« {choix[1]} » n'est pas un genre de fait connu{ou}"
    # msgspec parle anglais, avec une capitale ; nos propres contrôles, en français.
    return f"ce n'est pas un lot {CONTRAT}{ou}" if fait[:1].isupper() or "'" in fait[:1] else f"{fait}{ou}"


class Memoire(msgspec.Struct, frozen=True):
    """Tout ce qui fut reçu : chaque fait à sa dernière révision, et les jours couverts."""

    lots: tuple[Lot, ...]
    faits: Mapping[str, Fait]

    @property
    def couverts(self) -> set[date]:
        """Les jours qu'un lot au moins couvre."""
        return {jour for lot in self.lots for jour in temps.jours(lot.du, lot.au)}


def memoire(lots: Iterable[Lot]) -> Memoire:
    """Ce que disent les lots reçus ; leur ordre n'y change rien."""
    gardes = tuple(lots)
    faits: dict[str, Fait] = {}
    for fait in (fait for lot in gardes for fait in lot.faits):
        if fait.id not in faits or faits[fait.id].revision < fait.revision:
            faits[fait.id] = fait
    return Memoire(gardes, faits)


class Recu(msgspec.Struct, frozen=True):
    """Ce qu'un lot apporte : des faits neufs, d'autres corrigés ; le reste était su."""

    neufs: tuple[Fait, ...]
    corriges: tuple[Fait, ...]

    def __bool__(self) -> bool:
        return bool(self.neufs or self.corriges)


def recevoir(lot: Lot, su: Memoire) -> Recu:
    """Ce que ce lot apporte ; `LotRefuse` s'il contredit ou fait reculer ce qui est su."""
    for ancien in su.lots:
        if ancien.lot == lot.lot and ancien.revision > lot.revision:
            raise LotRefuse(
                f"{lot.lot} est à la révision {lot.revision}, et la {ancien.revision} est déjà reçue",
                motif=Motif.REVISION,
            )
    neufs, corriges = [], []
    for fait in lot.faits:
        connu = su.faits.get(fait.id)
        if connu is None:
            neufs.append(fait)
        elif fait.revision < connu.revision:
            raise LotRefuse(
                f"le fait {fait.id} recule à la révision {fait.revision}, la {connu.revision} est déjà reçue",
                motif=Motif.REVISION,
            )
        elif fait.revision > connu.revision:
            corriges.append(fait)
        elif fait != connu:
            raise LotRefuse(
                f"le fait {fait.id}, révision {fait.revision}, n'est plus celui qui fut reçu",
                motif=Motif.EMPREINTE,
            )
    return Recu(tuple(neufs), tuple(corriges))


def trous(su: Memoire, aujourdhui: date) -> list[date]:
    """Les jours sans lot, du premier jour reçu à hier."""
    couverts = su.couverts
    if not couverts:
        return []
    hier = aujourdhui - timedelta(days=1)
    return [jour for jour in temps.jours(min(couverts), hier) if jour not in couverts]


class Correction(msgspec.Struct, frozen=True):
    """Un fait facturé qui a changé depuis : sa facture ne se retouche pas, elle se crédite (FIN-3)."""

    facture: str
    rang: int
    facture_comme: Fait | None
    devenu: Fait


def corrections(su: Memoire, factures: Mapping[str, tuple[str, int]]) -> list[Correction]:
    """Les faits facturés (« id:révision » → facture, rang de ligne) qui ne sont plus ce qu'ils étaient."""
    versions = {fait.cle: fait for lot in su.lots for fait in lot.faits}
    trouvees = []
    for cle, (facture, rang) in sorted(factures.items()):
        devenu, alors = su.faits.get(cle.partition(":")[0]), versions.get(cle)
        if devenu is None or devenu.cle == cle:
            continue
        if alors is None or _substance(devenu) != _substance(alors):
            trouvees.append(Correction(facture, rang, alors, devenu))
    return trouvees


def _substance(fait: Fait) -> Fait:
    """Ce qu'un fait dit, sa révision mise à part."""
    return msgspec.structs.replace(fait, revision=1)

"""Le contrat `retour/1`, du côté qui reçoit (docs/contrats/retour-1.json) : des énumérations fermées.

L'archive n'en garde que ce qui demande un geste : les faits refusés, qui renvoyer au trésorier, les cautions.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec

from tiers_lieu_cli.ensemble.faits.modele import empreinte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.motif import motif

CONTRAT = "retour/1"
TAILLE_MAXIMALE = 16 * 1024 * 1024
_FAIT = motif(r"f-[a-zA-Z0-9]{4,40}", re.ASCII)
_COMPTE = motif(r"[po]-[a-z0-9]{3,12}", re.ASCII)
_MOT = motif(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII)
_LOT = motif(r"R-\d{4}-\d{2}-\d{2}", re.ASCII)


class Motif(StrEnum):
    """Pourquoi un fait est refusé : un code, que l'écran dit en français."""

    ID_INCONNU = "id-inconnu"
    UNITE = "unite-inattendue"
    JOUR_NON_CLOS = "jour-non-clos"
    REVISION = "revision-perimee"
    EMPREINTE = "empreinte-differente"


MOTIFS = {
    Motif.ID_INCONNU: "la caisse ne connaît pas qui",
    Motif.UNITE: "la caisse l'attend dans une autre unité",
    Motif.JOUR_NON_CLOS: "le jour n'était pas clos",
    Motif.REVISION: "la caisse en a une version plus récente",
    Motif.EMPREINTE: "la caisse en a une autre version",
}


class FaitRepondu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ce que la caisse répond d'un fait."""

    id: str
    revision: int
    etat: Literal["accepte", "rejete", "en-attente"]
    motif: Motif | None = None

    def __post_init__(self) -> None:
        if not _FAIT.fullmatch(self.id) or self.revision < 1 or (self.etat == "rejete") != bool(self.motif):
            raise ValueError("un fait est f-…, à une révision ; rejeté, et lui seul, il a un motif")


class Droit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ce qu'un compte peut faire ; « voir-tresorier » ne dit jamais pourquoi."""

    compte: str
    genre: str
    etat: Literal["ouvert", "voir-tresorier"]

    def __post_init__(self) -> None:
        if not _COMPTE.fullmatch(self.compte) or not _MOT.fullmatch(self.genre):
            raise ValueError("un compte est p-… ou o-…, un genre est un mot")


class Caution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Où en est la caution d'une convention : jamais combien."""

    convention: str
    etat: Literal["attendue", "recue", "rendue"]

    def __post_init__(self) -> None:
        if not _MOT.fullmatch(self.convention):
            raise ValueError("une convention est un mot, comme c-012")


class Lot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Un retour entier."""

    contrat: str
    lot: str
    au: date
    source: str
    faits: tuple[FaitRepondu, ...]
    droits: tuple[Droit, ...]
    cautions: tuple[Caution, ...]
    empreinte: str

    def __post_init__(self) -> None:
        if self.contrat != CONTRAT or not _LOT.fullmatch(self.lot):
            raise ValueError(f"« contrat » est {CONTRAT}, « lot » est R-AAAA-MM-JJ")


class Retour(Fiche, frozen=True):
    """Ce que l'archive retient d'un retour. `voir` : qui renvoyer au trésorier, sans savoir pourquoi."""

    lot: str
    au: date
    empreinte: str
    acceptes: int = 0
    en_attente: int = 0
    rejetes: dict[str, Motif] = msgspec.field(default_factory=dict)
    voir: tuple[str, ...] = ()
    cautions: dict[str, str] = msgspec.field(default_factory=dict)


RETOURS = Collection(
    Genre(
        "retour du trésorier",
        "accueil/retours",
        par_mois=True,
        pluriel="retours du trésorier",
        dire=lambda retour: retour.lot,
    ),
    Retour,
)


class RetourRefuse(ErreurUsage):
    """Le retour entier est refusé : rien n'en est pris."""

    def __init__(self, fait: str) -> None:
        super().__init__(f"Retour refusé : {fait}.", "Le redemander au trésorier ; rien n'est écrit.")


def lire(octets: bytes) -> Lot:
    """Le retour que ces octets disent ; `RetourRefuse` au premier mot de trop."""
    try:
        donnees = msgspec.json.decode(octets)
        lot = msgspec.convert(donnees, Lot, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as erreur:
        raise RetourRefuse(_dire(str(erreur))) from None
    if empreinte(donnees) != lot.empreinte:
        raise RetourRefuse("son contenu n'est pas celui que son empreinte annonce")
    return lot


def retenir(lot: Lot, ident: str) -> Retour:
    """Ce que l'archive en garde."""
    etats = [fait.etat for fait in lot.faits]
    return Retour(
        id=ident,
        lot=lot.lot,
        au=lot.au,
        empreinte=lot.empreinte,
        acceptes=etats.count("accepte"),
        en_attente=etats.count("en-attente"),
        rejetes={fait.id: fait.motif for fait in lot.faits if fait.motif},
        voir=tuple(sorted({droit.compte for droit in lot.droits if droit.etat == "voir-tresorier"})),
        cautions={caution.convention: caution.etat for caution in lot.cautions},
    )


def _dire(message: str) -> str:
    if inconnu := re.search(r"unknown field `(.+?)`", message):
        return f"la clé « {inconnu[1]} » n'est pas du contrat {CONTRAT}"
    if manque := re.search(r"missing required field `(.+?)`", message):
        return f"la clé « {manque[1]} » manque"
    propre = message.partition(" - at `")[0]
    return f"ce n'est pas un retour {CONTRAT}" if propre[:1].isupper() else propre

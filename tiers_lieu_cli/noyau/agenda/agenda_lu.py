"""Lire un agenda venu d'ailleurs, dans un autre processus : il peut être faux, démesuré ou hostile.

Un processus neuf par fichier, aussi parce qu'icalendar garde d'un fichier à l'autre les
fuseaux que chacun définit.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Un agenda ordinaire fait quelques dizaines de Kio.
TAILLE_MAXIMALE = 2 * 1024 * 1024
DELAI = 20.0
_LECTEUR = "tiers_lieu_cli.noyau.agenda.lecteur_ics"


class AgendaRefuse(Echec):
    """Ce fichier ne peut pas être lu comme un agenda."""

    def __init__(
        self, nom: str, fait: str, remede: str = "Demander un autre export à qui l'a envoyé."
    ) -> None:
        super().__init__(f"{nom} {fait}.", remede)


class EvenementLu(msgspec.Struct, frozen=True, kw_only=True):
    """Une occurrence, aux heures du lieu. (`uid`, `occurrence`) la retrouve d'une lecture à l'autre.

    `occurrence` : vide pour un événement seul, sinon son début prévu (RECURRENCE-ID,
    RFC 5545 § 3.8.4.4), qui ne change pas quand on la déplace.
    """

    uid: str
    occurrence: str
    titre: str
    description: str
    lieu: str
    url: str
    creneau: Creneau
    annule: bool
    categories: tuple[str, ...]
    recurrent: bool


class SerieLue(msgspec.Struct, frozen=True, kw_only=True):
    """Une série qui se dit exactement. Ses occurrences sont aussi, une à une, parmi les événements lus.

    `a_part` : les jours qui ont un contenu à eux, et la clé de leur occurrence.
    """

    uid: str
    titre: str
    description: str
    lieu: str
    url: str
    annule: bool
    categories: tuple[str, ...]
    recurrence: Recurrence
    a_part: dict[str, str]


class AgendaLu(msgspec.Struct, frozen=True):
    """Ce qui a pu être lu ; `defauts` dit, en phrases, ce qui a été laissé et pourquoi."""

    nom: str
    evenements: tuple[EvenementLu, ...]
    series: tuple[SerieLue, ...]
    defauts: tuple[str, ...]


class _Occurrence(msgspec.Struct):
    uid: str
    occurrence: str
    titre: str
    description: str
    lieu: str
    url: str
    debut: str
    fin: str
    annule: bool
    categories: tuple[str, ...]
    recurrent: bool


class _Reponse(msgspec.Struct):
    refus: str = ""
    nom: str = ""
    evenements: tuple[_Occurrence, ...] = ()
    series: tuple[SerieLue, ...] = ()
    defauts: tuple[str, ...] = ()


def lire_agenda(
    octets: bytes,
    *,
    nom_du_fichier: str,
    fuseau: ZoneInfo,
    aujourdhui: date,
    du: date | None = None,
    au: date | None = None,
    delai: float = DELAI,
) -> AgendaLu:
    """Lire un .ics et en développer les séries ; `AgendaRefuse` s'il ne peut être lu.

    Sans `du` ni `au` : les événements seuls et les séries finies en entier, les séries
    sans fin d'il y a un mois jusqu'à dans un an.
    """
    if len(octets) > TAILLE_MAXIMALE:
        raise AgendaRefuse(nom_du_fichier, f"dépasse {TAILLE_MAXIMALE // 1024 // 1024} Mio")
    demande = {
        "fuseau": fuseau.key,
        "aujourdhui": aujourdhui.isoformat(),
        "du": du and du.isoformat(),
        "au": au and au.isoformat(),
    }
    try:
        sortie = borne.executer(_LECTEUR, json.dumps(demande).encode() + b"\n" + octets, delai=delai)
        reponse = msgspec.json.decode(sortie, type=_Reponse)
    except (borne.Depassement, msgspec.DecodeError):
        raise AgendaRefuse(nom_du_fichier, "demande trop de temps ou de mémoire pour être lu") from None
    if reponse.refus:
        raise AgendaRefuse(nom_du_fichier, reponse.refus)
    evenements = tuple(_evenement(o) for o in reponse.evenements)
    return AgendaLu(reponse.nom, evenements, reponse.series, reponse.defauts)


def _evenement(lu: _Occurrence) -> EvenementLu:
    jours_entiers = len(lu.debut) == len("2026-11-24")
    creneau = Creneau(datetime.fromisoformat(lu.debut), datetime.fromisoformat(lu.fin), jours_entiers)
    champs = msgspec.structs.asdict(lu)
    del champs["debut"], champs["fin"]
    return EvenementLu(creneau=creneau, **champs)

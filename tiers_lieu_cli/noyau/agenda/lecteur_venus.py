"""Ce qu'un fichier .ics apporte : ses événements, réunis par UID, leur version, et ce qu'on en laisse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tiers_lieu_cli.noyau.agenda import lecteur_champs as champs
from tiers_lieu_cli.noyau.agenda.agenda_lu import Annulation, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.agenda.lecteur_champs import Fuseaux, Illisible, Moment
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Composant

#: En caractères : ce qu'une fiche garde d'un texte venu d'ailleurs.
LONGUEURS = {"titre": 200, "lieu": 200, "description": 10_000, "url": 2_000}


@dataclass
class Lecture:
    """Une lecture en cours."""

    fuseau: ZoneInfo
    zones: Fuseaux = field(default_factory=lambda: Fuseaux({}))
    #: De quoi distinguer ce qui n'a pas d'UID d'un agenda à l'autre.
    agenda: str = ""
    nom: str = ""
    evenements: list[EvenementLu] = field(default_factory=list)
    series: list[SerieLue] = field(default_factory=list)
    annulations: list[Annulation] = field(default_factory=list)
    laisses: list[str] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)


def sans_echappement(dit: str) -> str:
    """Le texte d'un champ, sans ses échappements (RFC 5545 § 3.3.11) ; un saut de ligne devient espace."""
    return re.sub(r"\\(.)", lambda t: " " if t[1] in "nN" else t[1], dit)


@dataclass
class Venu:
    """Un événement du fichier : qui il est, quand, et de quelle version."""

    composant: Composant
    uid: str
    muet: bool
    debut: Moment | None
    rang: Moment | None
    version: tuple[int, str]
    annule: bool

    def titre(self) -> str:
        return champs.ligne(self.composant.un("SUMMARY"))

    def et_les_suivantes(self) -> bool:
        rangs = self.composant.champs.get("RECURRENCE-ID", ())
        return any(rang.parametres.get("RANGE", "").upper() == "THISANDFUTURE" for rang in rangs)


def groupes(evenements: Iterable[Composant], lecture: Lecture) -> Iterator[list[Venu]]:
    """Les événements qui ont un UID lisible, réunis par UID."""
    reunis: dict[str, list[Venu]] = {}
    for e in evenements:
        try:
            venu = _venu(e, lecture)
        except Illisible as motif:
            laisser(e, motif, lecture)
            continue
        reunis.setdefault(venu.uid, []).append(venu)
    yield from reunis.values()


def _venu(e: Composant, lecture: Lecture) -> Venu:
    for nom in ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"):
        if len({champ.valeur for champ in e.champs.get(nom, ())}) > 1:
            raise Illisible(f"il a plusieurs {nom}")
    ecrit = e.champs["UID"][0].valeur if "UID" in e.champs else ""
    uid = champs.propre(sans_echappement(ecrit))[:255]
    muet = uid.upper() in champs.UID_MUETS
    debut, rang = (
        champs.moment(e.champs[nom][0], lecture.zones) if nom in e.champs else None
        for nom in ("DTSTART", "RECURRENCE-ID")
    )
    annule = e.methode == "CANCEL" or e.valeur("STATUS") == "CANCELLED"
    if debut is None and not (annule and not muet):
        raise Illisible("il n'a pas de date")
    uid = f"sans-uid-{lecture.agenda}" if muet else uid
    return Venu(e, uid, muet, debut, rang, champs.version(e), annule)


def laisser(e: Composant, motif: Illisible | str, lecture: Lecture) -> None:
    """Dire qu'un événement n'est pas gardé, et pourquoi."""
    titre = champs.couper(champs.ligne(e.un("SUMMARY")), LONGUEURS["titre"]) or "sans titre"
    lecture.laisses.append(f"« {titre} » laissé : {motif}.")

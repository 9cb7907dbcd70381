"""Qui est cité où, dossier par dossier, sans relire dix ans de fiches.

Ce que chaque mois passé cite est retenu dans `.git`, jetable, sous l'état de son dossier : des identifiants
opaques, que l'archive porte déjà. Le mois où l'on est et les choses durables sont toujours relus.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import dossiers
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE, Arbre, ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.motif import motif

_MEMOIRE = "tiers-lieu.mentions"
_CITE = motif(rb"(?<![A-Za-z0-9_])p-[a-z0-9]{6}(?![A-Za-z0-9_])")
_MOIS = motif(r".*/\d{4}/\d{2}", re.ASCII)
#: Le jour d'une chose durable : plus tard que tout jour écrit.
TOUJOURS = "~"


class Mentions(msgspec.Struct, frozen=True, array_like=True):
    """Ce que les fichiers d'un dossier citent : combien d'entre eux, et le dernier jour de chacun.

    `empreinte` : sous laquelle c'est retenu ; voir `Dossiers.empreinte`.
    """

    empreinte: str
    fichiers: int
    qui: dict[str, str]


def de_l_archive(archive: Depot, jour: date) -> Iterator[tuple[str, Mentions]]:
    """Chaque dossier de l'archive, et qui ses fichiers citent, à la main aussi."""
    _ = archive.reglages
    arbre, memoire, neuve = ArbreDisque(archive.racine), _charger(archive), dict[str, Mentions]()
    courant = f"/{jour:%Y/%m}"
    with dossiers.ouvrir(archive.racine, jour) as vus:
        restent = [""]
        while restent:
            dossier = restent.pop()
            passe = _MOIS.fullmatch(dossier) and not dossier.endswith(courant)
            empreinte = vus.empreinte(dossier) if passe else ""
            lues = memoire.get(dossier)
            if not (empreinte and lues and lues.empreinte == empreinte):
                lues = _lire(arbre, dossier, empreinte)
            if empreinte:
                neuve[dossier] = lues
            else:
                restent += _sous(archive, arbre, dossier)
            yield dossier, lues
    if neuve != memoire:
        with suppress(OSError, Echec):
            systeme.remplacer(archive.interne / _MEMOIRE, [msgspec.msgpack.encode(neuve)])


def _sous(archive: Depot, arbre: Arbre, dossier: str) -> Iterator[str]:
    for nom in arbre.noms(dossier):
        chemin = f"{dossier}/{nom}".lstrip("/")
        if "." not in nom and chemin not in HORS_ARCHIVE and os.path.isdir(archive.racine / chemin):
            yield chemin


def _lire(arbre: Arbre, dossier: str, empreinte: str) -> Mentions:
    fichiers, qui = 0, dict[str, str]()
    for nom in arbre.noms(dossier):
        chemin = f"{dossier}/{nom}".lstrip("/")
        try:
            octets = b"" if "." not in nom or est_photo(chemin) else arbre.lire(chemin) or b""
        except FicheFautive:
            continue
        cites = {ident.decode() for ident in _CITE.findall(octets)} if b"p-" in octets else ()
        fichiers += bool(cites)
        for ident in cites:
            qui[ident] = max(qui.get(ident, ""), jour_de(nom))
    return Mentions(empreinte, fichiers, qui)


def jour_de(nom: str) -> str:
    """Le jour dont parle une fiche, d'après son nom ; `TOUJOURS` pour une chose durable."""
    try:
        return date.fromisoformat(nom[:10]).isoformat() if nom[10:11] == "-" else TOUJOURS
    except ValueError:
        return TOUJOURS


def _charger(archive: Depot) -> dict[str, Mentions]:
    try:
        return msgspec.msgpack.decode(
            systeme.lire_ordinaire(archive.interne / _MEMOIRE), type=dict[str, Mentions]
        )
    except (OSError, msgspec.MsgspecError):
        return {}

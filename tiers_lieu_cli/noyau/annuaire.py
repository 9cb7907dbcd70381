"""L'annuaire : de chaque personne, ce qu'il faut pour la reconnaître, sans rouvrir dix mille fichiers.

Jetable et jamais enregistré : il vit dans `.git`, se refait dès qu'un fichier a changé (à la main
aussi), et un effacement l'ôte. Un petit registre s'en passe.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.arbre import Arbre
from tiers_lieu_cli.noyau.depot import VERROU
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.identifiants import clef
from tiers_lieu_cli.noyau.personnes import PERSONNES, Personne, pivots
from tiers_lieu_cli.noyau.purge import ANNUAIRE

#: En dessous, lire les fiches coûte moins que tenir un annuaire.
PETIT_REGISTRE = 300
#: Autant de fiches changées se relisent à chaque fois ; au-delà, l'annuaire se refait.
A_RELIRE = 64
#: En nanosecondes : un fichier changé si peu avant l'annuaire pourrait l'être encore sans que cela se voie.
_TROP_RECENT = 1_000_000_000


class Entree(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """De quoi reconnaître quelqu'un : voir `Personne`, dont les clés sont ici déjà calculées."""

    id: str
    nom: str
    surnom: str
    courriel: str
    telephone: str
    cle: str
    cle_surnom: str
    pivots: tuple[str, ...]

    @classmethod
    def de(cls, p: Personne) -> Entree:
        """L'entrée d'une personne."""
        return cls(p.id, p.nom, p.surnom, p.courriel, p.telephone, p.cle, clef(p.surnom), pivots(p.nom))


class _Vue(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Une fiche telle qu'on l'a lue, et l'état de son fichier alors."""

    etat: tuple[int, int, int]
    entree: Entree


_DECODEUR = msgspec.msgpack.Decoder(dict[str, _Vue])
_Etats = dict[str, tuple[int, int, int]]


def lire(racine: Path, arbre: Arbre) -> list[Entree]:
    """Toutes les personnes lisibles du registre."""
    etats = _etats(racine)
    if len(etats) < PETIT_REGISTRE:
        return [Entree.de(p) for p in PERSONNES.toutes(arbre).fiches]
    connues = _charger(racine)
    changees = _changees(etats, connues)
    if len(changees) + len(connues.keys() - etats.keys()) > A_RELIRE:
        connues = _refaire(racine, arbre)
        changees = _changees(etats, connues)
    a_jour = (vue.entree for nom, vue in connues.items() if nom in etats and nom not in changees)
    return [*a_jour, *filter(None, (_lire(nom, arbre) for nom in changees))]


def _changees(etats: _Etats, connues: dict[str, _Vue]) -> set[str]:
    return {nom for nom, etat in etats.items() if (vue := connues.get(nom)) is None or vue.etat != etat}


def _etats(racine: Path) -> _Etats:
    """L'état de chaque fichier de personne : date, taille, numéro."""
    etats: _Etats = {}
    with (
        suppress(FileNotFoundError, NotADirectoryError),
        os.scandir(racine / PERSONNES.genre.dossier) as noms,
    ):
        for entree in noms:
            if entree.name.endswith(PERSONNES.genre.suffixe) and not entree.name.startswith("."):
                vu = entree.stat(follow_symlinks=False)
                etats[entree.name] = (vu.st_mtime_ns, vu.st_size, vu.st_ino)
    return etats


def _charger(racine: Path) -> dict[str, _Vue]:
    """L'annuaire gardé, sans ce qui était trop récent pour être sûr ; vide s'il n'y en a pas."""
    fichier = racine / ".git" / ANNUAIRE
    try:
        limite = fichier.stat().st_mtime_ns - _TROP_RECENT
        vues = _DECODEUR.decode(fichier.read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    return {nom: vue for nom, vue in vues.items() if vue.etat[0] < limite}


def _refaire(racine: Path, arbre: Arbre) -> dict[str, _Vue]:
    """Relire ce qui a changé et le garder, sous le verrou : un effacement ne peut alors pas se croiser."""
    connues = _charger(racine)
    with suppress(Echec, OSError), systeme.verrou(racine / ".git" / VERROU, attente=0):
        etats = _etats(racine)
        changees = _changees(etats, connues)
        vues = {
            nom: _Vue(etats[nom], lue) if nom in changees else connues[nom]
            for nom in etats
            if (lue := _lire(nom, arbre) if nom in changees else connues[nom].entree)
        }
        systeme.remplacer(racine / ".git" / ANNUAIRE, [msgspec.msgpack.encode(vues)])
        return vues
    return connues


def _lire(nom: str, arbre: Arbre) -> Entree | None:
    ident = PERSONNES.genre.ident(f"{PERSONNES.genre.dossier}/{nom}")
    try:
        lue = PERSONNES.une(arbre, ident) if ident else None
    except FicheFautive:
        return None
    return Entree.de(lue) if lue else None

"""Corriger ce qui se corrige sans se tromper : un nom à rendre opaque, un lien mal écrit, un dossier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.verification import Constat, motif


def corrections(arbre: Arbre, constats: Iterable[Constat]) -> dict[str, bytes | None]:
    """Les nouveaux contenus, par chemin ; `None` ôte le fichier (il est rangé ailleurs)."""
    voulues: dict[str, bytes | None] = {}
    par_fichier: dict[str, list[Constat]] = {}
    for constat in constats:
        if constat.reparable:
            par_fichier.setdefault(constat.fichier, []).append(constat)
    for chemin, fautes in par_fichier.items():
        remplacements = dict(f.remplacer for f in fautes if f.remplacer)
        deplacer = next((f.deplacer for f in fautes if f.deplacer), "")
        if remettre := next((f.remettre for f in fautes if f.remettre), None):
            voulues[chemin] = remettre
            continue
        octets = arbre.lire(chemin) or b""
        try:
            neuf = remplacer(octets, deplacer or chemin, remplacements)
            if structure := structure_de(deplacer):
                fiche.lire(neuf, structure[1], structure[0], deplacer)
        except FicheFautive:
            continue
        if deplacer:
            voulues |= {chemin: None, deplacer: neuf}
        elif neuf != octets:
            voulues[chemin] = neuf
    return voulues


def remplacer(octets: bytes, chemin: str, remplacements: Mapping[str, str]) -> bytes:
    """Le même fichier où chaque texte est remplacé ; dans une fiche, champ par champ."""
    if not remplacements:
        return octets
    trouve = structure_de(chemin)
    if trouve is None:
        texte: str = _dans(octets.decode("utf-8"), remplacements)
        return texte.encode()
    ident, structure = trouve
    ancienne = fiche.lire(octets, structure, ident, chemin)
    champs = {
        nom: valeur if nom == "id" else _dans(valeur, remplacements)
        for nom, valeur in msgspec.to_builtins(ancienne).items()
    }
    try:
        return fiche.modifier(octets, msgspec.convert(champs, structure), chemin)
    except msgspec.ValidationError:
        # Le nom proposé ferait une fiche fausse : c'est à quelqu'un d'en décider.
        return octets


def _dans(valeur: Any, remplacements: Mapping[str, str]) -> Any:
    if isinstance(valeur, str):
        for ecrit, a_ecrire in remplacements.items():
            valeur = a_ecrire.join(re.split(motif(ecrit), valeur))
        return valeur
    if isinstance(valeur, (list, tuple)):
        return [_dans(v, remplacements) for v in valeur]
    if isinstance(valeur, dict):
        return {cle: _dans(v, remplacements) for cle, v in valeur.items()}
    return valeur

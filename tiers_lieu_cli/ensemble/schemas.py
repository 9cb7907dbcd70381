"""Le schéma JSON de chaque genre, tiré de sa structure : ce que `--json` rend d'une fiche (docs/json.md)."""

from __future__ import annotations

from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.fiches.affaires import hors_cours
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre

_REF = "#/$defs/{name}"


def schemas() -> dict[str, dict[str, Any]]:
    """Par nom de fichier, le schéma d'un genre ; deux rangements d'une même structure n'en font qu'un."""
    rendus: dict[str, dict[str, Any]] = {}
    par_structure: dict[type[Fiche], Genre] = {}
    for rangee in GENRES.collections():
        par_structure.setdefault(rangee.structure, rangee.genre)
    for structure, genre in par_structure.items():
        (racine,), parties = msgspec.json.schema_components([structure], ref_template=_REF)
        defs = {nom: _rendu(partie) for nom, partie in parties.items()}
        entier = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": genre.nom,
            **defs.pop(racine["$ref"].rpartition("/")[2]),
        }
        entier["title"], entier["required"] = genre.nom, sorted(entier["properties"])
        nom = hors_cours(genre.dossier).replace("/", "-")
        rendus[f"{nom}.json"] = {**entier, "$defs": defs} if defs else entier
    return rendus


def _rendu(partie: dict[str, Any]) -> dict[str, Any]:
    """Une structure telle que le JSON la montre : tous ses champs, `null` pour un texte vide."""
    if "properties" not in partie:
        return partie
    champs = {nom: _champ(dit, absent=dit.get("default") == "") for nom, dit in partie["properties"].items()}
    # Une partie de fiche n'a pas de nom à elle.
    exiges = sorted(nom for nom in champs if nom != "id")
    reste = {cle: v for cle, v in partie.items() if cle not in ("properties", "required")}
    return {**reste, "properties": champs, "required": exiges, "additionalProperties": False}


def _champ(dit: dict[str, Any], *, absent: bool) -> dict[str, Any]:
    garde = {cle: v for cle, v in dit.items() if cle != "default"}
    if motif := garde.get("pattern"):
        # Un schéma parle le dialecte de JavaScript.
        garde["pattern"] = motif.replace(r"\A", "^").replace(r"\Z", "$")
    if isinstance(valeurs := garde.get("additionalProperties"), dict):
        garde["additionalProperties"] = _champ(valeurs, absent=valeurs.get("type") == "string")
    return {"anyOf": [garde, {"type": "null"}]} if absent else garde

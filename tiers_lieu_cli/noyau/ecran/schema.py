"""Le schéma JSON d'une structure : ce que `--json` rend d'elle (`objet`), dit à un autre programme."""

from __future__ import annotations

from typing import Any

import msgspec

from tiers_lieu_cli.noyau.ecran.objet import donnees

_REF = "#/$defs/{name}"


def schema(structure: type[msgspec.Struct], titre: str, *, vue: bool = False) -> dict[str, Any]:
    """Le schéma de cette structure ; dans une vue, tout texte peut manquer."""
    (racine,), parties = msgspec.json.schema_components([structure], ref_template=_REF)
    defs = {nom: _rendu(partie, vue=vue) for nom, partie in parties.items()}
    dit = defs.pop(racine["$ref"].rpartition("/")[2])
    champs = {champ: dit["properties"][champ] for champ in donnees(structure)}
    dit |= {"title": titre, "properties": champs, "required": sorted(champs)}
    entier = {"$schema": "https://json-schema.org/draft/2020-12/schema", **dit}
    return {**entier, "$defs": defs} if defs else entier


def _rendu(partie: dict[str, Any], *, vue: bool) -> dict[str, Any]:
    """Une structure telle que le JSON la montre : tous ses champs, `null` pour un texte vide."""
    if "properties" not in partie:
        return partie
    dits = partie["properties"].items()
    champs = {
        nom: _champ(dit, absent=dit.get("default") == "" or (vue and dit.get("type") == "string"))
        for nom, dit in dits
    }
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

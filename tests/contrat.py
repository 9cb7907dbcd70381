"""Le contrat de docs/json.md : ce qu'aucune réponse ne dit, et la forme de chacune."""

from __future__ import annotations

import re
from typing import Any

import jsonschema

from tiers_lieu_cli.ensemble import schemas
from tiers_lieu_cli.finance import schemas as schemas_de_la_caisse

SCHEMAS = schemas.schemas() | schemas_de_la_caisse.schemas()
_VALIDES = {
    nom.removesuffix(".json"): jsonschema.Draft202012Validator(schema) for nom, schema in SCHEMAS.items()
}
#: Par leurs champs, les genres dont un objet pourrait être.
_PAR_CHAMPS: dict[frozenset[str], list[str]] = {}
for _nom, _schema in SCHEMAS.items():
    _PAR_CHAMPS.setdefault(frozenset(_schema["properties"]), []).append(_nom.removesuffix(".json"))
_MURAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_CLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
#: Là où la clé est une donnée : un jour, un public, un thème, une salle, un genre.
TABLES = frozenset(
    {"archive", "dispositions", "ecarts", "publics", "par_activite", "par_heure", "par_jour", "par_public"}
    | {"par_personne", "sans_tiers", "lus", "soldes"}
)


def genre(valeur: dict[str, Any]) -> str:
    """Le genre dont cet objet est une fiche entière, ou la vue qu'il est ; vide si aucun."""
    connus = _PAR_CHAMPS.get(frozenset(valeur), ())
    return next((nom for nom in connus if _VALIDES[nom].is_valid(valeur)), "")


def exiger_le_contrat(valeur: Any, ou: str = "$") -> None:
    """Ni moment sans décalage, ni texte vide sous une clé, ni dessin, ni demi-fiche sous un `id`."""
    if isinstance(valeur, dict):
        # Ce qui suit une écriture nomme la fiche, et la donne à côté.
        assert "id" not in valeur or "commit" in valeur or genre(valeur), (
            f"{ou} : un `id`, et ce n'est pas une fiche entière : {sorted(valeur)}"
        )
        for cle, dedans in valeur.items():
            assert dedans != "", f"{ou}.{cle} : un texte vide se dit null"
            assert _CLE.fullmatch(cle) or not TABLES.isdisjoint(ou.split(".")[-2:]), (
                f"{ou} : la clé « {cle} »"
            )
            exiger_le_contrat(dedans, f"{ou}.{cle}")
    elif isinstance(valeur, list):
        for dedans in valeur:
            exiger_le_contrat(dedans, ou)
    elif isinstance(valeur, str):
        assert not _MURAL.fullmatch(valeur), f"{ou} : {valeur} n'a pas son décalage"
        assert "<svg" not in valeur, ou


def forme(valeur: Any, cle: str = "") -> Any:
    """La forme de cette réponse, sans ses valeurs : une fiche, un objet et ses clés, une liste, ou `None`."""
    if isinstance(valeur, dict):
        if nom := genre(valeur):
            return f"[{nom}](schemas/{nom}.json)"
        if cle in TABLES:
            return {"…": None}
        return {c: forme(v, c) for c, v in valeur.items()}
    if isinstance(valeur, list):
        return [_commune([forme(v, cle) for v in valeur])]
    return None


def _commune(formes: list[Any]) -> Any:
    """Ce que ces formes ont en commun : les clés de toutes, ou la première qui dit quelque chose."""
    objets = [f for f in formes if isinstance(f, dict)]
    cles = dict.fromkeys(c for objet in objets for c in objet)
    if cles:
        return {c: _commune([objet[c] for objet in objets if c in objet]) for c in cles}
    return next(filter(None, formes), None)


def dire(forme: Any) -> str:
    """Cette forme, en une ligne."""
    if isinstance(forme, dict):
        dites = (f"{cle}: {dire(f)}" if f else cle for cle, f in forme.items())
        return "{" + ", ".join(dites) + "}"
    if isinstance(forme, list):
        return "[…]" if forme == [{"…": None}] else f"[{dire(forme[0])}]"
    return str(forme or "…")

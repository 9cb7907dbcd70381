"""Les fautes d'une fiche, que yaml-rs et msgspec disent en anglais : en français, et quel champ regarder."""

from __future__ import annotations

import re

_YAML_EN_FRANCAIS = (
    ("duplicate mapping key: ", "le champ {} est écrit deux fois"),
    ("Invalid tag: ", "l'étiquette {} n'est pas permise"),
    ("tab", "une tabulation s'y cache ; mettre des espaces"),
    ("alias", "trop de renvois (*…) ; recopier la valeur"),
    ("anchor", "trop de renvois (*…) ; recopier la valeur"),
    ("unclosed", "un crochet, une accolade ou un guillemet n'est pas fermé"),
    ("unhashable", "un nom de champ y est une liste ou une table ; l’écrire en un mot"),
    ("Exceeds the limit", "un nombre y est démesuré"),
)


def dire_yaml(message: str) -> str:
    """La faute d'écriture, en français ; au pire, la ligne suffit à la trouver."""
    for indice, phrase in _YAML_EN_FRANCAIS:
        if indice in message:
            reste = message.partition(indice)[2].splitlines()
            return phrase.format(reste[0].strip() if reste else "")
    return "l'écriture de cette ligne ne se comprend pas (guillemet, deux-points ou retrait)"


_TYPES = {
    "str": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "« true » ou « false »",
    "array": "une liste",
    "object": "des lignes « champ: valeur »",
    "null": "rien",
}


def expliquer(message: str) -> tuple[str, str]:
    """La faute que msgspec a vue, dite en français, et le champ en cause."""
    fait, _, lieu = message.partition(" - at `$")
    champ = re.split(r"[.\[`]", lieu.lstrip("."))[0] if lieu else ""
    if manque := re.search(r"missing required field `(\w+)`", fait):
        return f"le champ « {manque[1]} » manque", champ
    if inconnu := re.search(r"unknown field `(.+)`", fait):
        return f"le champ « {inconnu[1]} » n'existe pas pour cette fiche", inconnu[1]
    if choix := re.search(r"Invalid enum value (.+)", fait):
        return f"« {choix[1].strip(chr(39))} » n'est pas une valeur permise pour « {champ} »", champ
    if "matching regex" in fait and "https" in fait:
        return f"« {champ} » attend l'adresse d'un site : https://images.exemple.be", champ
    if "matching regex" in fait:
        signes = "` $ \\ \" ' ; l'apostrophe s'écrit ’"
        return f"« {champ} » porte un signe qu'un terminal prendrait pour une commande ({signes})", champ
    if types := re.search(r"Expected `(.+?)`, got `(.+?)`", fait):
        attendus = " ou ".join(_TYPES.get(t.strip(), t.strip()) for t in types[1].split("|"))
        recu = "n'a rien reçu" if types[2] == "null" else f"a reçu {_TYPES.get(types[2], types[2])}"
        return f"« {champ} » attend {attendus}, et {recu}", champ
    if fait.startswith(("Expected", "Object", "Invalid")):
        return f"la valeur de « {champ} » n'a pas la forme attendue", champ
    return fait, champ

"""Les mots de typer, en français : son aide, ce qu'on a mal tapé et son remède, ce qui manque."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from typer._click import exceptions as fautes
from typer._click.core import Parameter

from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.echecs import ErreurUsage


def en_francais(faute: fautes.ClickException) -> ErreurUsage:
    """La faute de frappe que typer a vue, dite en français avec son remède."""
    ctx = getattr(faute, "ctx", None)
    remede = f"Voir : {ctx.command_path} --help" if ctx else ""
    return ErreurUsage(_dire(faute), remede)


class Manquant(msgspec.Struct, frozen=True):
    """Ce qu'une commande attend encore : sous quelle option (vide : à la suite), la question, les choix."""

    option: str
    question: str
    choix: tuple[str, ...] = ()


def manquant(faute: Exception) -> Manquant | None:
    """Ce qu'il manque à cette commande et qu'on peut demander ; `None` si ce n'est pas un manque."""
    param = getattr(faute, "param", None) if isinstance(faute, fautes.MissingParameter) else None
    option = "" if param is None or param.param_type_name == "argument" else param.opts[0]
    if isinstance(faute, fautes.BadOptionUsage) and faute.ctx and "requires" in faute.message:
        # L'option est déjà là, la dernière : il n'y manque que sa valeur.
        param = next((p for p in faute.ctx.command.params if faute.option_name in p.opts), None)
    if param is None:
        return None
    question = re.sub(r" \([^)]*\)(?=\.?$)|\.$", "", str(getattr(param, "help", "") or nom_de(param)))
    return Manquant(option, f"{question} :", tuple(map(str, getattr(param.type, "choices", ()))))


def _dire(faute: fautes.ClickException) -> str:
    if isinstance(faute, fautes.NoSuchOption):
        proches = f" Voulait-on {' ou '.join(faute.possibilities)} ?" if faute.possibilities else ""
        return f"L'option {faute.option_name} n'existe pas.{proches}"
    if isinstance(faute, fautes.MissingParameter):
        return f"Il manque {texte.sans_capitale(nom_de(faute.param))}."
    if isinstance(faute, fautes.BadParameter):
        return f"{nom_de(faute.param)} : {_traduire(faute.message)}"
    if isinstance(faute, fautes.BadOptionUsage):
        manque = "requires" in faute.message
        return f"L'option {faute.option_name} {'attend une valeur' if manque else 'ne prend pas de valeur'}."
    return _traduire(faute.message)


def nom_de(param: Parameter | None) -> str:
    """« L'option --quand », « L'argument ID » : comment dire ce paramètre."""
    if param is None:
        return "Une valeur"
    if param.param_type_name == "argument":
        return f"L'argument {param.human_readable_name.upper()}"
    return f"L'option {param.opts[0]}"


def _pas_un_de(trouve: re.Match[str]) -> str:
    """Les choix, sans les guillemets de Python."""
    return f"« {trouve[1]} » n'est pas l'un de : {trouve[2].replace(chr(39), '')}."


_PHRASES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"Missing command\.", "Il manque la commande à faire."),
    (
        r"Got unexpected extra argument\(?s?\)? \((.*)\)",
        r"« \1 » est de trop ; mettre les textes entre guillemets.",
    ),
    (r"'(.*)' is not a valid int(?:eger)?(?: range)?\.", r"« \1 » n'est pas un nombre entier."),
    (
        r"'(.*)' is not one of (.*)\.",
        _pas_un_de,
    ),
    (r"(.*) is not in the range x>=(\S+)\.", r"\1 est trop petit : \2 ou plus."),
    (r"(.*) is not in the range x<=(\S+)\.", r"\1 est trop grand : \2 ou moins."),
    (r"(.*) is not in the range (\S+)<=x<=(\S+)\.", r"\1 : le nombre va de \2 à \3."),
    (r".*'(.*)' does not exist\.", r"« \1 » n'existe pas."),
    (r".*'(.*)' is a directory\.", r"« \1 » est un dossier."),
)


def _traduire(message: str) -> str:
    for anglais, phrase in _PHRASES:
        trouve = re.fullmatch(anglais, message, re.DOTALL)
        if trouve:
            return phrase(trouve) if callable(phrase) else trouve.expand(phrase)
    return message


_VALEURS = {"<str>": "TEXTE", "<int>": "NOMBRE", "<path>": "FICHIER", "<int range>": "NOMBRE"}


def en_capitales(usage: str) -> str:
    """Les valeurs attendues, en français et en capitales."""
    for anglais, francais in _VALEURS.items():
        usage = usage.replace(anglais, francais)
    return re.sub(r"\{([^}]+)\}", lambda nom: nom[1].upper(), usage)


def aide_en_francais(aide: str) -> str:
    """L'aide d'un paramètre, sans ce que typer y ajoute en anglais."""
    if aide == "Show this message and exit.":
        return "Montrer cette aide."
    aide = aide.replace("[required]", "").replace("[default: ", "[sinon : ")
    # « [x>=0] » ne dit rien à qui n'est pas informaticien ; un nombre refusé est expliqué, lui.
    aide = re.sub(r"\[x[<>][^\]]*\]|; x[<>][^\]]*", "", aide)
    aide = re.sub(r"\[(\d+)<=x<=(\d+)\]", r"[de \1 à \2]", aide)
    aide = re.sub(r"; (\d+)<=x<=(\d+)\]", r" ; de \1 à \2]", aide)
    return aide.replace("; required]", "]").rstrip()
